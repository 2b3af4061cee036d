"""Doorways of the workshop floor: joining, the room and its regions, and one act for each form."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commissioning import looking_up, needs, roles
from commissioning.contributing import Manner
from commissioning.doorway import Request, device_secrets, in_cycle, keep_voice, manner_of, may, number_in, seat_key, taking_part
from commissioning.forms import first_error
from commissioning.models import Contribution, Cycle, InterestDeclaration, Participant
from commissioning.people import held_by
from workshops import (
    agenda,
    agreeing,
    attending,
    desks,
    facilitating,
    moderating,
    phases,
    proposal_looks,
    proposing,
    regions,
    room_looks,
    rooms,
    rules,
    running,
    sorting,
    tally,
    teaching,
    voting,
)
from workshops.announcing import revision_of
from workshops.before_sending import mind_prices
from workshops.consumers import socket_token
from workshops.forms import AmendForm, CommentForm, IdeaForm, ProposalForm, RuleForm, VoteForm, WorkshopForm
from workshops.models import Ballot, Idea, Merge, Proposal, Workshop

View = Callable[..., HttpResponse]
Act = Callable[..., HttpResponse | None]

EARLIER = 5  # things said before, on the page that convenes a workshop


def in_workshop(view: View) -> View:
    """A view of one workshop: gives it the workshop; the viewer as participant is `request.me`. Not yours is 404."""

    @wraps(view)
    def with_workshop(request: Request, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        workshop = desks.visible_workshop(request, slug)
        if workshop is None:
            raise Http404
        request.me = request.viewer.participant_in(workshop.cycle)
        request.held = held_by(request.me)
        return view(request, workshop, *args, **kwargs)

    return with_workshop


def acting(view: Act) -> View:
    """A POST that does one act in a workshop as a participant, then shows the desk again."""

    @wraps(view)
    @require_POST
    @in_workshop
    def act(request: Request, workshop: Workshop, *args: Any, **kwargs: Any) -> HttpResponse:
        me = taking_part(request, workshop.cycle)
        answer = view(request, workshop, me, *args, **kwargs)
        return answer if answer is not None else after_act(request, workshop)

    return act


def after_act(request: Request, workshop: Workshop) -> HttpResponse:
    """The actor's own reply: their desk for htmx, the page they came from without JavaScript."""
    if not request.headers.get("HX-Request"):
        back = request.POST.get("back", "")
        return redirect(back if back.startswith(f"/w/{workshop.slug}/") else reverse("room", args=[workshop.slug]))
    workshop.refresh_from_db()
    return render(request, "workshops/desk.html", desks.desk_for(workshop, request.me, device_secrets(request, workshop.cycle)))


def manner_here(request: Request, workshop: Workshop) -> Manner:
    """How what somebody sends now is kept: as the part of the agenda asks, with the secret of their own device.

    What the facilitator writes needs nobody to look at it first.
    """
    secret = next(iter(device_secrets(request, workshop.cycle)), "")
    first = moderating.looks_first(workshop) and roles.FACILITATE not in request.held
    return agenda.manner_of(running.current(workshop), language=manner_of(request).language, secret=secret, look_first=first)


# Convening and the room


@require_http_methods(["GET", "POST"])
@in_cycle
def convene(request: Request, cycle: Cycle) -> HttpResponse:
    """Convene a workshop: what people are told, and the rule of agreement, fixed before any voting."""
    me = may(request, roles.CONVENE)
    form, rule_form = WorkshopForm(request.POST or None), RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and rule_form.is_valid():
        data = form.cleaned_data
        plan = facilitating.WorkshopPlan(rule=rule_form.rule(), **data)
        now, why = timezone.now(), request.POST.get("again_because", "").strip()
        with transaction.atomic():
            workshop = facilitating.convene(cycle, plan, by=me, now=now)
            if why:
                about = {"words": f"{plan.title} {plan.question}"[:300], "for_what": plan.title, "place": workshop.slug}
                looking_up.decide(cycle, **about, answer="again", why=why, by=me, now=now)
        return redirect("room", workshop.slug)
    wrong = bool(form.errors or rule_form.errors)
    asking = f"{request.POST.get('title', '')} {request.POST.get('question', '')}".strip() or f"{cycle.title} {cycle.service}"
    context = {
        "cycle": cycle,
        "form": form,
        "rule_form": rule_form,
        "found": looking_up.earlier(cycle, asking[:300])[:EARLIER],
        "agenda": list(needs.for_the_next_agenda(cycle)[:20]),
    }
    return render(request, "workshops/convene.html", context, status=422 if wrong else 200)


def _audience(request: Request) -> str:
    return regions.FACILITATOR if roles.FACILITATE in request.held else regions.PARTICIPANT


def _spoken_to(audience: str) -> str:
    return regions.audience_in(audience, get_language() or "")


def _room_context(request: Request, workshop: Workshop, audience: str) -> dict[str, Any]:
    """What the room page shows, from the same loaders the broadcast uses."""
    me = request.me
    revision = revision_of(workshop.pk)
    return {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "audience": audience,
        "me": me,
        "held": request.held,
        "revision": revision,
        "token": socket_token(workshop.pk, _spoken_to(audience), me.pk if me and audience != regions.SCREEN else None),
        **room_looks.phase_bar(workshop),
        **regions.presence(workshop),
        **room_looks.readiness(workshop),
        **room_looks.speakers(workshop),
        **room_looks.latest_scores(workshop),
        "rooms": rooms.rooms_of(workshop),
        "arriving": attending.still_arriving(workshop, timezone.now()) if audience == regions.FACILITATOR else 0,
        "desk_token": regions.desk_token(workshop),
        "more": room_looks.facilitator_token(workshop),
        "now_ms": int(timezone.now().timestamp() * 1000),
        "ideas": regions.ideas(workshop),
        "cards": regions.cards(workshop),
        **regions.actions(workshop),
        **regions.promise(workshop),
        "rule_lines": rules.Rule.of(workshop.rule).explain(),
    }


@require_safe
@in_workshop
def room(request: Request, workshop: Workshop) -> HttpResponse:
    """The room: the board everybody sees, and the viewer's own desk. While people are apart it leads each to their own room."""
    me = request.me
    if me is not None and workshop.closed_at is None:
        attending.attend(workshop, me, now=timezone.now())
    place = rooms.place_for(workshop, me)
    if place != workshop and "stay" not in request.GET:
        return redirect("room", place.slug)
    context = _room_context(request, workshop, _audience(request))
    context |= desks.desk_for(workshop, me, device_secrets(request, workshop.cycle)) | {
        "scope": list(workshop.cycle.scope.all()),
        "my_key": seat_key(request, workshop.cycle),
    }
    return keep_voice(render(request, "workshops/room.html", context), request, workshop.cycle)


@require_safe
@in_workshop
def screen(request: Request, workshop: Workshop) -> HttpResponse:
    """The same room for a projector: it follows the facilitator, or stays with what `?show=` names. Nothing personal, no forms."""
    context = _room_context(request, workshop, regions.SCREEN)
    pinned = request.GET.get("show", "")
    pinned = pinned if pinned in running.SHOWINGS else "follow"
    context |= {"pinned": pinned, "view": context["main_view"] if pinned == "follow" else pinned, "showings": running.SHOWINGS}
    return render(request, "workshops/screen.html", context)


@require_safe
@in_workshop
def desk(request: Request, workshop: Workshop) -> HttpResponse:
    """The viewer's own desk, by itself."""
    return render(request, "workshops/desk.html", desks.desk_for(workshop, request.me, device_secrets(request, workshop.cycle)))


@require_safe
@in_workshop
def live(request: Request, workshop: Workshop) -> HttpResponse:
    """Every region as it is now, for a browser that missed something. 204 when `since` is the present state."""
    asked, _slash, language = request.GET.get("audience", "").partition("/")
    # The language is the page's own: a tab opened before somebody changed languages stays as it is.
    audience = regions.audience_in(regions.SCREEN if asked == regions.SCREEN else _audience(request), language or get_language() or "")
    revision = revision_of(workshop.pk)
    if request.me is not None:
        attending.still_here(workshop.pk, [request.me.pk], changed=False)
    if request.GET.get("since") == str(revision):
        return HttpResponse(status=204)
    kept = f"room:{workshop.pk}:{audience}:{revision}"
    body = cache.get(kept)
    if body is None:
        drawn, html = regions.render(workshop.pk, regions.all_names(workshop.pk), audience)
        body = html + regions.pulse(drawn)
        cache.set(kept, body, 30)
    return HttpResponse(body)


# One act each


@acting
def move(request: Request, workshop: Workshop, me: Any) -> None:
    """Move the workshop to another phase."""
    said = {name: request.POST.get(name, "") for name in ("seen", "to", "reason")}
    facilitating.move(workshop, **said, by=me, now=timezone.now())


@acting
@mind_prices("text")
def add_idea(request: Request, workshop: Workshop, me: Any) -> None:
    """Put something on the board."""
    form = IdeaForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    proposing.add_idea(workshop, **form.cleaned_data, by=me, now=timezone.now(), manner=manner_here(request, workshop))


@acting
@mind_prices("text", "who_benefits")
def propose(request: Request, workshop: Workshop, me: Any) -> HttpResponse | None:
    """Put a proposal forward. A count of activity offered as an outcome is taught about first, and never blocked twice."""
    sources = list(Idea.objects.filter(workshop=workshop).values_list("contribution", flat=True))
    form = ProposalForm(request.POST, sources=sources)
    if not form.is_valid():
        raise first_error(form)
    data = form.cleaned_data
    hint = teaching.looks_like_output(data["text"]) if data["kind"] == Proposal.Kind.OUTCOME else None
    if hint is not None and "said" not in request.POST:
        context = {"hint": hint, "data": data, "workshop": workshop}
        name = "workshops/hint.html" if request.headers.get("HX-Request") else "workshops/hint_page.html"
        response = render(request, name, context, status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#notice", "innerHTML"
        return response
    draft = proposing.Draft(data["kind"], data["text"], data["who_benefits"], data["for_outcome"], data["sources"])
    proposing.propose(workshop, draft, by=me, key=data["key"], now=timezone.now(), manner=manner_here(request, workshop))
    return None


def proposal_here(workshop: Workshop, pk: int) -> Proposal:
    """A proposal of this workshop that people may read."""
    found = Proposal.objects.filter(workshop=workshop, contribution__in=Contribution.objects.shown())
    return get_object_or_404(found.select_related("workshop__cycle", "contribution__participant__organisation", "merged_into"), pk=pk)


def proposal_context(request: Request, workshop: Workshop, proposal: Proposal) -> dict[str, Any]:
    """What the page of one proposal shows."""
    me = request.me
    place = attending.here(workshop, me) if me else None
    card = next(iter(regions.cards(workshop, [proposal.for_outcome_id or proposal.pk], everywhere=True)), None)
    if card is None:
        raise Http404
    current = card.agreement
    on_board = card.proposal.merged_into_id is None and card.proposal.set_aside_at is None
    return {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "me": me,
        "proposal": proposal,
        "card": card,
        "audience": regions.PARTICIPANT,
        **proposal_looks.talk(proposal, me, place, timezone.now()),
        "agreements": list(proposal.agreements.select_related("version")),
        "on_board": on_board,
        "merges": sorting.merged_so_far(Merge.objects.filter(merged=card.proposal, undone_at=None), me, place) if card.made else [],
        "may_amend": on_board
        and desks.can(place, phases.AMEND)
        and (proposal.contribution.participant == me or roles.FACILITATE in request.held),
        "may_reserve": on_board and desks.can(place, phases.AGREE) and bool(current and current.holds) and bool(place and place.has_voice),
        "key": uuid.uuid4().hex,
        "revision": revision_of(workshop.pk),
        "token": socket_token(workshop.pk, _spoken_to(regions.PARTICIPANT), me.pk if me else None),
        "interests": dict(InterestDeclaration.Kind.choices),
    }


@require_safe
@in_workshop
def proposal_page(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """One proposal with its words then and now, its comments, its rounds, and the forms to join in."""
    return render(request, "workshops/proposal.html", proposal_context(request, workshop, proposal_here(workshop, pk)))


@acting
@mind_prices("text", "why", "who_benefits")
def amend(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Give a proposal new words; somebody who was slower is shown both texts."""
    form = AmendForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    proposal = proposal_here(workshop, pk)
    try:
        proposing.amend(proposal, **form.cleaned_data, by=me, now=timezone.now(), manner=manner_of(request))
    except proposing.SomebodyElseChanged as changed:
        proposal.refresh_from_db()
        context = {**proposal_context(request, workshop, proposal), "changed": changed}
        return render(request, "workshops/proposal.html", context, status=409)
    return redirect("proposal", workshop.slug, pk)


@acting
def open_ballots(request: Request, workshop: Workshop, me: Any) -> None:
    """Open voting on the ticked proposals under one rule."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    chosen = [pk for pk in map(number_in, request.POST.getlist("proposals")) if pk is not None]
    voting.open_ballots(workshop, chosen, form.rule(), secret="secret" in request.POST, by=me, now=timezone.now())


@require_POST
def vote(request: Request, slug: str, pk: int) -> HttpResponse:
    """Cast a vote, or change it. The most frequent act of all: few queries, and a reply of two lines."""
    found = Ballot.objects.filter(pk=pk, workshop__slug=slug, workshop__cycle__in=Cycle.objects.visible_to(request.viewer))
    ballot = get_object_or_404(found.select_related("workshop__cycle"))
    me = taking_part(request, ballot.workshop.cycle)
    form = VoteForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    overtaken = [key for key in request.POST.getlist("instead_of")[:20] if 0 < len(key) <= 40]
    language = manner_of(request).language
    cast = voting.cast(ballot, **form.cleaned_data, by=me, now=timezone.now(), language=language, instead_of=overtaken)
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('room', args=[slug])}#vote-{pk}")
    if form.cleaned_data["choice"] == tally.NONE:
        return _taken_back(request, ballot, me)
    context = {"ballot": ballot, "seat": cast.seat, "last_by": me, "key": uuid.uuid4().hex, "back_key": uuid.uuid4().hex[:24]} | {
        "workshop": ballot.workshop
    }
    return render(request, "workshops/vote_kept.html", context)


def _taken_back(request: Request, ballot: Ballot, me: Participant) -> HttpResponse:
    """The whole desk: the choice that was taken back must not stay ticked in its form."""
    request.me, request.held = me, held_by(me)
    answer = after_act(request, ballot.workshop)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#desk", "outerHTML"
    return answer


@acting
def close_ballot(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Close one ballot, which shows its result to all."""
    ballot = get_object_or_404(Ballot, pk=pk, workshop=workshop)
    voting.close_ballot(ballot, reason=request.POST.get("reason", ""), by=me, now=timezone.now())


@acting
def record_agreement(request: Request, workshop: Workshop, me: Any, pk: int) -> None:
    """Record what the room agreed."""
    reason = request.POST.get("reason", "")
    agreeing.record_agreement(proposal_here(workshop, pk), state=request.POST.get("state", ""), reason=reason, by=me, now=timezone.now())


@acting
@mind_prices("text")
def reserve(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Mark a reservation on something agreed."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    agreeing.reserve(proposal_here(workshop, pk), **form.cleaned_data, by=me, now=timezone.now(), manner=manner_of(request))
    return redirect("proposal", workshop.slug, pk)
