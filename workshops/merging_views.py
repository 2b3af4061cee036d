"""Doorways of merging: the sorting page, undoing, taking a card out, objecting, answering, and the hint while somebody types."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, number_in, taking_part
from commissioning.forms import first_error
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import attending, likeness, merging, objecting, policy, sorting
from workshops.merging_forms import AnswerForm, MergeForm, ObjectionForm
from workshops.models import Merge, Objection, Proposal, Workshop
from workshops.views import acting, in_workshop

KIND_LABELS = [(kind.value, kind.label) for kind in merging.KINDS]


def _page(request: Request, workshop: Workshop, form: MergeForm, status: int = 200, **more: Any) -> HttpResponse:
    """The sorting page with what is ticked and typed, whatever came of it."""
    me = request.me
    place = attending.here(workshop, me) if me else None
    cards = sorting.board(workshop, form.ticked, form.text_of("find"))
    merges = Merge.objects.filter(workshop=workshop, undone_at=None, merged__merged_into=None)
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "cards": cards,
        "groups": sorting.suggested(cards),
        "merges": sorting.merged_so_far(merges, me, place),
        "why_not": policy.why_not_merge(place) if place else _("You are looking on. To take part, join with the code."),
        "facilitates": roles.FACILITATE in request.held,
        "kinds": KIND_LABELS,
        "form": form,
        "words": form.words_typed,
        "key": uuid.uuid4().hex,
        **more,
    }
    return render(request, "workshops/sort.html", context, status=status)


@require_http_methods(["GET", "POST"])
@in_workshop
def sort(request: Request, workshop: Workshop) -> HttpResponse:
    """Sort the board: tick cards that belong together and make them one. Whatever happens, ticks and words stay."""
    if request.method == "GET":
        return _page(request, workshop, MergeForm(), **_just_done(request, workshop))
    me, form = taking_part(request, workshop.cycle), MergeForm(request.POST)
    if request.POST.get("act") != "merge":
        return _page(request, workshop, form)
    if why_not := form.why_not():
        return _page(request, workshop, form.starting_from(workshop), status=422, refused=why_not)
    try:
        made = merging.merge(workshop, form.ticked, form.words(), by=me, key=form.cleaned_data["key"], now=timezone.now())
    except Refused as refused:
        return _page(request, workshop, form, status=409, refused=refused)
    if request.headers.get("HX-Request"):
        return _page(request, workshop, MergeForm(), **_done(made))
    return redirect(f"{reverse('sort', args=[workshop.slug])}?made={made.pk}")


def _just_done(request: Request, workshop: Workshop) -> dict[str, Any]:
    """What somebody did just before they were sent back here."""
    number = number_in(request.GET.get("made", "") or request.GET.get("undone", ""))
    merge = Merge.objects.filter(workshop=workshop, pk=number).select_related("merged").first() if number else None
    return _done(merge) if merge else {}


def _done(merge: Merge) -> dict[str, Any]:
    return {"done": merge, "count": merge.parts.filter(taken_out_at=None).count()}


def _merge(workshop: Workshop, pk: int) -> Merge:
    return get_object_or_404(Merge.objects.select_related("workshop__cycle", "merged"), pk=pk, workshop=workshop)


def _objection(workshop: Workshop, pk: int) -> Objection:
    return get_object_or_404(Objection.objects.select_related("merge__workshop__cycle"), pk=pk, merge__workshop=workshop)


@acting
def undo_merge(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Put the cards of a merge back as they were."""
    merging.undo(_merge(workshop, pk), by=me, now=timezone.now())


@acting
def split_merge(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Take one card out of a merge."""
    merging.split(_merge(workshop, pk), request.POST.get("card", ""), by=me, now=timezone.now())


@acting
def object_to_merge(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Say that a merge does not say what one meant."""
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    objecting.object_to(_merge(workshop, pk), **form.cleaned_data, by=me, now=timezone.now())


@acting
def withdraw_objection(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Take one's own objection back."""
    objecting.withdraw(_objection(workshop, pk), by=me, now=timezone.now())


@acting
def answer_objection(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Answer an objection for everybody to read."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    objecting.answer(_objection(workshop, pk), text=form.cleaned_data["text"], by=me, now=timezone.now())


@require_safe
@in_workshop
def similar(request: Request, workshop: Workshop) -> HttpResponse:
    """Up to three cards that say what somebody is typing, or nothing. It changes nothing and keeps nothing of what was typed."""
    text = request.GET.get("text", "")
    if len(text) > likeness.LONGEST:
        return render(request, "workshops/similar.html", {"too_long": likeness.LONGEST}, status=413)
    found = sorting.similar(workshop, text)
    cards = [(card, card.text if isinstance(card, Proposal) else card.contribution.text) for card in found]
    return render(request, "workshops/similar.html", {"workshop": workshop, "cards": cards})
