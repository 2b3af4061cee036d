"""Doorways of drafts of the specification: putting one out, reading it, saying what one thinks, and seeing the answers."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, in_public, manner_of, may, number_in, taking_part
from commissioning.forms import AnswerForm
from commissioning.models import Cycle
from commissioning.sentences import Sentence
from outcomes import drafting, sections, specifying
from outcomes.models import Clause, Draft, Specification
from outcomes.specification_forms import DraftForm

ROWS = 50


@require_http_methods(["GET", "POST"])
@in_cycle
def drafts_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The drafts that were put out; for officers a form for the next one."""
    specification = specifying.specification_of(cycle)
    form = DraftForm(request.POST or None)
    if request.method == "POST":
        me = may(request, roles.SPECIFY)
        if form.is_valid():
            data = form.cleaned_data
            made = drafting.publish(specification, until=data["until"], asks=data["asks"], by=me, now=timezone.now())
            messages.success(request, _("Draft %(n)s is out. Everybody who takes part is told.") % {"n": made.number})
            return redirect("specification_draft", cycle.slug, made.number)
    context = {
        "cycle": cycle,
        "drafts": list(specification.drafts.defer("content").order_by("-number")),
        "form": form,
        "writes": roles.SPECIFY in request.held and specification.state == Specification.State.DRAFT and cycle.quiet is None,
    }
    return render(request, "outcomes/specification_drafts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_public
def draft_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One draft, page by page: everybody reads it while talk is open; those who take part say what they think beside each clause."""
    inside = Cycle.objects.visible_to(request.viewer).filter(pk=cycle.pk).exists()
    if cycle.quiet and not inside:
        raise Http404
    found = Draft.objects.select_related("specification", "by__organisation")
    draft = get_object_or_404(found, specification__cycle=cycle, number=number)
    draft.specification.cycle = cycle
    now = timezone.now()
    if request.method == "POST":
        me, told = taking_part(request, cycle), request.POST
        clause, section = number_in(told.get("clause", "")) or 0, told.get("section", "")
        words = {"text": told.get("text", ""), "key": told.get("key", "")[:40]}
        drafting.comment(draft, clause=clause, section=section, **words, manner=manner_of(request), by=me, now=now)
        messages.success(request, _("Thank you. Your words wait for an answer, and you will see it here."))
        back = number_in(told.get("page", "")) or 1
        return redirect(f"{request.path}?page={back}#{f'clause-{clause}' if clause else f'section-{section}'}")
    page = Paginator(_entries(draft), ROWS).get_page(request.GET.get("page"))
    said = drafting.by_place(drafting.comments_of(cycle).filter(draft=draft)) if inside else {}
    for entry in page:
        entry["said"] = said.get(entry["clause"]["id"] if entry["clause"] else entry["section"]["key"])
    context = {
        "cycle": cycle,
        "draft": draft,
        "page": page,
        "inside": inside,
        "closed": drafting.why_not_comment(draft, now=now),
        "me": request.me,
        "key": secrets.token_hex(12),
        "n_said": draft.comments.count(),
    }
    return render(request, "outcomes/specification_draft.html", context)


def _entries(draft: Draft) -> list[dict[str, Any]]:
    """A draft as it is read: each section's heading and words, then its clauses."""
    clauses = {clause["id"]: clause for clause in draft.content["clauses"]}
    codes = {o["id"]: o["code"] for theme in draft.content["framework"]["themes"] for o in theme["outcomes"]}
    found: list[dict[str, Any]] = []
    for section in draft.content["sections"]:
        found.append({"section": section, "clause": None})
        inside = (clauses[pk] for pk in section["clauses"])
        found += [{"section": section, "clause": c | {"code": codes.get(c["outcome"], "")}} for c in inside]
    return found


@dataclass(frozen=True)
class _Row:
    """What was said of one clause or section; `title` is that of a section."""

    said: drafting.Said
    title: Sentence | None
    place: str

    @property
    def clause(self) -> Clause | None:
        """The clause it is about, as it stands now."""
        return self.said.comments[0].clause


@require_safe
@in_cycle
def comments_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Everything said of the drafts, by clause and section, with how much of it is answered; officers answer beside it."""
    listed = drafting.by_place(drafting.comments_of(cycle))
    titles = sections.all_sections()
    rows = [_Row(said, titles[place].title if isinstance(place, str) else None, str(place)) for place, said in listed.items()]
    rows.sort(key=lambda row: -row.said.waiting)
    context = {
        "cycle": cycle,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "n": sum(said.n for said in listed.values()),
        "waiting": sum(said.waiting for said in listed.values()),
        "answers": roles.ANSWER in request.held,
        "writes": roles.SPECIFY in request.held,
        "statuses": AnswerForm(waiting=[]).fields["status"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "outcomes/specification_comments.html", context)
