"""Doorways of the specification: the whole, one section, one clause, what was withdrawn, and two versions side by side."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.models import Cycle
from commissioning.sentences import Refused
from outcomes import drafting, sections, specification_looks, specifying, two_specifications, writing_now, writing_sections
from outcomes.models import Clause, Export, Outcome, Specification
from outcomes.specification_forms import ClauseForm, MoveForm, NewClauseForm, ReopenForm, SectionForm

ROWS = 50


def _outcomes(cycle: Cycle) -> Any:
    return Outcome.objects.standing().filter(theme__framework__cycle=cycle)


@require_http_methods(["GET", "POST"])
@in_cycle
def specification_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The specification: its sections with their clauses, what kinds they are, sign-off and files."""
    specification = specifying.specification_of(cycle)
    specification.cycle = cycle
    act = request.POST.get("act")
    new_form = NewClauseForm(request.POST if act == "add" else None, outcomes=_outcomes(cycle))
    reopen_form = ReopenForm(request.POST if act == "reopen" else None, outcomes=_outcomes(cycle))
    form = {"add": new_form, "reopen": reopen_form}.get(act or "")
    if request.method == "POST" and (form is None or form.is_valid()):
        _act_on_specification(request, cycle, specification, form.cleaned_data if form else {})
        return redirect("specification", cycle.slug)
    context = {
        "cycle": cycle,
        "specification": specification,
        **specification_looks.whole(specification),
        "new_form": new_form,
        "reopen_form": reopen_form,
        "held": request.held,
        "writes": roles.SPECIFY in request.held and specification.state == Specification.State.DRAFT and cycle.state == Cycle.State.OPEN,
        "forms": Export.Form.choices,
        "why_not_sign_off": specifying.why_not_sign_off(specification),
    }
    return render(request, "outcomes/specification.html", context, status=422 if new_form.errors or reopen_form.errors else 200)


def _act_on_specification(request: Request, cycle: Cycle, specification: Specification, data: dict[str, Any]) -> None:
    me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
    if act == "compose":
        added = specifying.compose(specification, by=me, now=now)
        messages.success(request, _("%(n)s clauses drafted. Read each one and make it yours.") % {"n": added})
    elif act == "add":
        source = specifying.Source(data["requirement"], data["source_kind"], data["source_section"], data["source_link"])
        words = {name: data[name] for name in ("text", "kind", "outcome", "part")}
        specifying.add_clause(specification, **words, source=source, by=me, now=now)
    elif act == "sign_off":
        version = specifying.sign_off(specification, by=me, now=now)
        messages.success(request, _("The specification is signed off as version %(n)s.") % {"n": version.number})
    elif act == "reopen":
        specifying.reopen(specification, reason=data["reason"], outcomes=list(data["outcomes"]), by=me, now=now)
        messages.success(request, _("The specification is open again. Everybody who takes part is told why."))
    else:
        raise Refused(_("Choose what to do with the specification."))


@require_http_methods(["GET", "POST"])
@in_cycle
def section_page(request: Request, cycle: Cycle, key: str) -> HttpResponse:
    """One section: what belongs there, its words, all its clauses page by page; for officers a form for its words."""
    if key not in sections.all_sections():
        raise Http404
    specification = specifying.specification_of(cycle)
    specification.cycle = cycle
    look = specification_looks.section(specification, key)
    writes = roles.SPECIFY in request.held and specification.state == Specification.State.DRAFT and cycle.state == Cycle.State.OPEN
    offered = drafting.comments_of(cycle).filter(section=key) if roles.SPECIFY in request.held else None
    before = {"text": look.said, "seen_version": look.text.version if look.text else 0}
    form = SectionForm(request.POST or None, initial=before, comments=offered)
    changed = None
    if request.method == "POST":
        me = may(request, roles.SPECIFY)
        if form.is_valid():
            try:
                writing_sections.write_section(specification, key, **form.cleaned_data, by=me, now=timezone.now())
            except specifying.SomebodyElseEdited as late:
                changed = late
                look = specification_looks.section(specification, key)
                after = {"text": late.yours, "seen_version": look.text.version if look.text else 0}
                form = SectionForm(initial=after, comments=offered)
            else:
                writing_now.done(key, me)
                messages.success(request, _("Kept. The words before stay in the history."))
                return redirect("specification_section", cycle.slug, key)
    context = {
        "cycle": cycle,
        "specification": specification,
        "look": look,
        "page": Paginator(specification_looks.clauses_in(specification, key), ROWS).get_page(request.GET.get("page")),
        "form": form,
        "changed": changed,
        "writes": writes,
        "others": writing_now.opened(key, request.me, now=timezone.now()) if writes and request.me else [],
        "earlier": specification_looks.earlier_texts(specification, key),
        "said": list(drafting.comments_of(cycle).filter(section=key)),
    }
    return render(request, "outcomes/specification_section.html", context, status=409 if changed else 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def clause_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Edit one clause, move it, withdraw it; an officer who was slower is shown both texts."""
    me = may(request, roles.SPECIFY)
    clause = get_object_or_404(Clause.everything.select_related("specification__cycle", "outcome"), pk=pk, specification__cycle=cycle)
    act = request.POST.get("act", "edit")
    if request.method == "POST" and act != "edit":
        _arrange(request, clause, act)
        return redirect("clause" if act in ("refer", "no_longer_refer") else "specification", cycle.slug, *([pk] if "refer" in act else []))
    offered = drafting.comments_of(cycle).filter(clause=clause)
    frozen = clause.specification.state == Specification.State.SIGNED_OFF
    before = {"text": clause.text, "kind": clause.kind, "seen_version": clause.version}
    form = ClauseForm(request.POST or None, initial=before, comments=offered)
    changed = None
    if request.method == "POST" and form.is_valid() and not frozen:
        try:
            specifying.edit_clause(clause, **form.cleaned_data, by=me, now=timezone.now())
        except specifying.SomebodyElseEdited as late:
            changed = late
            clause.refresh_from_db()
            after = {"text": late.yours, "kind": form.cleaned_data["kind"], "seen_version": clause.version}
            form = ClauseForm(initial=after, comments=offered)
        else:
            writing_now.done(str(pk), me)
            return redirect("specification", cycle.slug)
    context = {
        "cycle": cycle,
        "clause": clause,
        "form": form,
        "changed": changed,
        "frozen": frozen,
        "typed": request.POST.get("text", "") if frozen else "",
        "reopen_form": ReopenForm(outcomes=_outcomes(cycle)) if frozen else None,
        "move_form": MoveForm(initial={"to": clause.part}, auto_id="move_%s"),
        "place": writing_sections.place_of(clause),
        "others": writing_now.opened(str(pk), me, now=timezone.now()),
        "history": specification_looks.history(clause),
        "section": sections.all_sections()[clause.part],
        "see_also": list(clause.see_also.order_by("section", "number")),
    }
    status = 409 if changed or (frozen and request.method == "POST") else 422 if form.errors else 200
    return render(request, "outcomes/clause.html", context, status=status)


def _arrange(request: Request, clause: Clause, act: str) -> None:
    me, now, told = may(request, roles.SPECIFY), timezone.now(), request.POST
    if act == "move":
        moved = writing_sections.move_clause(clause, to=told.get("to", ""), seen=told.get("seen", ""), by=me, now=now)
        title = sections.all_sections()[moved.part].title
        messages.success(request, _("Clause %(n)s stands in “%(title)s”.") % {"n": moved.label, "title": title})
    elif act == "withdraw":
        seen = number_in(told.get("seen_version", "")) or 0
        writing_sections.withdraw_clause(clause, reason=told.get("reason", ""), seen_version=seen, by=me, now=now)
        messages.success(request, _("Clause %(n)s is withdrawn. It is kept with its reason.") % {"n": clause.label})
    elif act == "bring_back":
        writing_sections.bring_back(clause, by=me, now=now)
    elif act == "refer":
        writing_sections.refer(clause, label=told.get("label", ""), by=me, now=now)
    elif act == "no_longer_refer":
        other = get_object_or_404(clause.see_also, pk=number_in(told.get("other", "")) or 0)
        writing_sections.no_longer_refer(clause, other, by=me, now=now)
    else:
        raise Refused(_("Choose what to do with the clause."))


@require_safe
@in_cycle
def withdrawn_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The clauses that were withdrawn, each with its reason."""
    specification = specifying.specification_of(cycle)
    gone = Clause.everything.filter(specification=specification).exclude(withdrawn_at=None)
    listed = gone.select_related("withdrawn_by__organisation", "outcome").order_by("section", "number")
    writes = roles.SPECIFY in request.held and specification.state == Specification.State.DRAFT
    context = {"cycle": cycle, "page": Paginator(listed, ROWS).get_page(request.GET.get("page")), "writes": writes}
    return render(request, "outcomes/specification_withdrawn.html", context)


@require_safe
@in_cycle
def compare_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Any two signed-off versions or drafts, word by word."""
    specification = specifying.specification_of(cycle)
    choices = specification_looks.to_compare(specification)
    codes = [code for code, __ in choices]
    old, new = (request.GET.get(name, "") for name in ("old", "new"))
    old, new = (old if old in codes else "", new if new in codes else "")
    found = None
    if old and new:
        was, now = (specification_looks.content_at(specification, code) for code in (old, new))
        found = two_specifications.between(was, now, specification_looks.MEASURE_WORDS)
    context = {
        "cycle": cycle,
        "choices": choices,
        "old": old or (codes[-2] if len(codes) > 1 else ""),
        "new": new or (codes[-1] if codes else ""),
        "found": found,
        "page": Paginator(found.lines if found else [], ROWS).get_page(request.GET.get("page")),
        "rest": f"&old={old}&new={new}",
    }
    return render(request, "outcomes/specification_compare.html", context)
