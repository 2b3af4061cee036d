"""Doorways of talking things over: comments and answers, suggested words, and what matters to people."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.doorway import Request, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Contribution
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import mattering, proposing, rooms, suggesting
from workshops.before_sending import mind_prices
from workshops.forms import RemarkForm, SuggestionForm
from workshops.models import Comment, Matters, Suggestion, Workshop
from workshops.views import acting, after_act, in_workshop, manner_here, proposal_context, proposal_here


def said_here(workshop: Workshop, pk: int) -> Contribution:
    """Something said in this workshop."""
    found = Contribution.objects.select_related("participant__organisation", "cycle")
    return get_object_or_404(found, rooms.said_on(workshop), pk=pk, cycle=workshop.cycle)


@acting
@mind_prices("text")
def comment(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Say something about a proposal, or answer what somebody said about it."""
    form = RemarkForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    proposal, answers = proposal_here(workshop, pk), form.cleaned_data.pop("answers")
    answered = get_object_or_404(Comment, pk=answers, proposal=proposal) if answers else None
    manner = manner_here(request, workshop)
    proposing.comment(proposal, **form.cleaned_data, answers=answered, by=me, now=timezone.now(), manner=manner)
    return redirect("proposal", workshop.slug, pk)


@acting
@mind_prices("text", "why")
def suggest(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Suggest new words for somebody else's proposal."""
    form = SuggestionForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    manner = manner_here(request, workshop)
    suggesting.suggest(proposal_here(workshop, pk), **form.cleaned_data, by=me, now=timezone.now(), manner=manner)
    return redirect("proposal", workshop.slug, pk)


@acting
def answer_suggestion(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse | None:
    """Accept suggested words, decline them with a reason, or keep both. Whoever was overtaken is shown both texts."""
    found = Suggestion.objects.select_related("proposal__workshop", "contribution__participant")
    suggestion = get_object_or_404(found, pk=pk, proposal__workshop=workshop, contribution__in=Contribution.objects.shown())
    how, now = request.POST.get("answer", ""), timezone.now()
    try:
        if how == "accept":
            suggesting.accept(suggestion, seen_version=number_in(request.POST.get("seen_version", "")) or 0, by=me, now=now)
        elif how == "decline":
            suggesting.decline(suggestion, reason=request.POST.get("reason", ""), by=me, now=now)
        elif how == "both":
            suggesting.keep_both(suggestion, by=me, now=now)
        else:
            raise Refused(_("Choose: accept the words, keep yours, or keep both."))
    except proposing.SomebodyElseChanged as changed:
        return overtaken(request, workshop, suggestion.proposal_id, changed)
    on_desk = request.headers.get("HX-Target") == "desk"
    return None if on_desk else redirect("proposal", workshop.slug, suggestion.proposal_id)


def overtaken(request: Request, workshop: Workshop, pk: int, changed: proposing.SomebodyElseChanged) -> HttpResponse:
    """The proposal's page with both texts; for a desk, the sentence with a way there."""
    if request.headers.get("HX-Target") == "desk":
        raise Refused(_("The words changed while you were reading. Open the proposal to see both texts; nothing is lost."))
    context = {**proposal_context(request, workshop, proposal_here(workshop, pk)), "changed": changed}
    return render(request, "workshops/proposal.html", context, status=409)


@acting
def matters(request: Request, workshop: Workshop, me: Any) -> None:
    """Say that something matters to oneself, or take it back."""
    said = said_here(workshop, number_in(request.POST.get("contribution", "")) or 0)
    mattering.mark(said, on=request.POST.get("on") == "yes", by=me, workshop=workshop, now=timezone.now())


@require_safe
@in_workshop
def matters_page(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """The same as a page of one button, for whoever has no JavaScript."""
    me, said = taking_part(request, workshop.cycle), said_here(workshop, pk)
    if not said.is_shown or mattering.region_of(workshop, said) is None:
        return after_act(request, workshop)
    on = Matters.objects.filter(contribution=said, participant=me).exists()
    return render(request, "workshops/matters_page.html", {"workshop": workshop, "cycle": workshop.cycle, "said": said, "on": on})
