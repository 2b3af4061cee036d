"""Doorways to the list of people without a device, and to what a scribe writes down for them."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from commissioning import roles
from commissioning.doorway import Request, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Participant
from workshops import choosing, rating, running, scribing, seating, tally
from workshops.models import Attendance, Ballot, Invitation, Opinion, Proposal, Seating, Workshop
from workshops.paper_forms import KINDS, CardForm, CountsForm, PersonForm, ScribesVoteForm, TableForm
from workshops.running_views import marks_in
from workshops.views import in_workshop

View = Callable[..., HttpResponse]
NO_SIDE = [role.code for role in roles.ROLES.values() if not role.votes]


def for_scribes(view: View) -> View:
    """A view for those who may write for others, as a participant; for anybody else the page is not there."""

    @wraps(view)
    @in_workshop
    def with_scribe(request: Request, workshop: Workshop, *args: Any, **kwargs: Any) -> HttpResponse:
        me = may(request, roles.WRITE_FOR)
        if request.method == "POST":
            taking_part(request, workshop.cycle)
        return view(request, workshop, me, *args, **kwargs)

    return with_scribe


# The list


def _seating_page(request: Request, workshop: Workshop, person: PersonForm | None = None, table: TableForm | None = None) -> HttpResponse:
    new = {"key": uuid.uuid4().hex}
    listed = list(seating.without_device(workshop))
    known = [one.objects.filter(workshop=workshop).values("participant") for one in (Attendance, Invitation)]
    others = Participant.objects.filter(Q(pk__in=known[0]) | Q(pk__in=known[1]), withdrawn_at=None).exclude(roles__code__in=NO_SIDE)
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "places": seating.places(listed),
        "person_form": person or PersonForm(initial=new, auto_id="person_%s"),
        "table_form": table or TableForm(initial=new, auto_id="table_%s"),
        "others": others.exclude(pk__in=[one.participant_id for one in listed]).select_related("organisation").order_by("display_name"),
    }
    return render(request, "workshops/seating.html", context, status=422 if person or table else 200)


@require_safe
@for_scribes
def seating_page(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Who is here without a device, and the forms to add them in seconds."""
    return _seating_page(request, workshop)


@require_POST
@for_scribes
def seat_person(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Add one person."""
    form = PersonForm(request.POST, auto_id="person_%s")
    if not form.is_valid():
        return _seating_page(request, workshop, person=form)
    seated = seating.seat_person(workshop, form.introduction(), by=me, key=form.cleaned_data["key"], now=timezone.now())
    messages.success(request, _("%(who)s has a seat.") % {"who": seated.participant.signature})
    return redirect("seating", workshop.slug)


@require_POST
@for_scribes
def seat_table(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Add a table."""
    form = TableForm(request.POST, auto_id="table_%s")
    if not form.is_valid():
        return _seating_page(request, workshop, table=form)
    seated = seating.seat_table(workshop, form.seats(), by=me, key=form.cleaned_data["key"], now=timezone.now())
    messages.success(request, _("%(table)s has %(n)s seats.") % {"table": seated[0].table, "n": len(seated)})
    return redirect("seating", workshop.slug)


@require_POST
@for_scribes
def seat_known(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Somebody who takes part already has no device now."""
    person = get_object_or_404(workshop.cycle.participants, pk=number_in(request.POST.get("person", "")), withdrawn_at=None)
    seating.seat_known(workshop, person, by=me, now=timezone.now())
    return redirect("seating", workshop.slug)


@never_cache
@require_POST
@for_scribes
def link_device(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Give somebody who picked up a device their own link: in words and as a picture, shown once."""
    seated = get_object_or_404(Seating, pk=pk, workshop=workshop)
    key = seating.link(seated, by=me, now=timezone.now())
    address = request.build_absolute_uri(reverse("mine", args=[key]))
    picture = segno.make(address, error="m").svg_data_uri(scale=6, border=2, dark="#0b0c0c", light="#fff")
    context = {"workshop": workshop, "cycle": workshop.cycle, "who": seated.participant, "address": address, "picture": picture}
    return render(request, "workshops/seating_link.html", context)


@require_POST
@for_scribes
def let_go(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Somebody has gone, or was added by mistake."""
    seating.let_go(get_object_or_404(Seating, pk=pk, workshop=workshop), by=me, now=timezone.now())
    return redirect("seating", workshop.slug)


# Writing down


@require_safe
@for_scribes
def scribe_page(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """The forms to write down what somebody says, or how they vote."""
    ballots = Ballot.objects.filter(workshop=workshop, closed_at=None, method=Ballot.Method.SIGNAL).select_related("version")
    places = seating.places(seating.without_device(workshop))
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "places": places,
        "alone": [place for place in places if place.people == 1],
        "tables": [place for place in places if place.people > 1],
        "ballots": list(ballots),
        "proposals": list(Proposal.objects.filter(workshop=workshop, for_outcome=None)),
        "choices": tally.CHOICES,
        "kinds": KINDS,
        "key": uuid.uuid4().hex,
        "chosen": number_in(request.GET.get("for", "")),
        **_asked_now(workshop),
    }
    return render(request, "workshops/scribe.html", context)


def _asked_now(workshop: Workshop) -> dict[str, Any]:
    """The cards to choose from, or the statements to answer, when the present part asks for them."""
    if workshop.phase not in ("choose", "statements"):
        return {}
    activity = running.current_here(workshop)
    if activity.shared_at is not None:
        return {}
    if activity.kind == "statements":
        return {"statements": rating.cards_of(workshop), "answers": Opinion.Answer.choices}
    terms = choosing.terms_of(activity)
    cards = choosing.cards_in(activity, terms)
    marked = [(card, text, "", terms.costs.get(card)) for card, text in cards.items()]
    return {"terms": terms, "choice_cards": marked, "numbers": terms.numbers(len(cards))}


def _place(request: Request, workshop: Workshop) -> Seating:
    """For whom something is written down."""
    chosen = number_in(request.POST.get("for", ""))
    return get_object_or_404(Seating.objects.select_related("participant", "workshop__cycle"), pk=chosen, workshop=workshop)


def _written(request: Request, workshop: Workshop, place: Seating) -> HttpResponse:
    messages.success(request, _("Written down for %(who)s.") % {"who": place.participant.signature})
    return redirect(f"{reverse('scribe', args=[workshop.slug])}?for={place.pk}")


@require_POST
@for_scribes
def scribe_card(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Put somebody's words on the board."""
    form, place = CardForm(request.POST), _place(request, workshop)
    if not form.is_valid():
        raise first_error(form)
    scribing.card_for(place, **form.cleaned_data, by=me, now=timezone.now())
    return _written(request, workshop, place)


@require_POST
@for_scribes
def scribe_comment(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Write down what somebody says about a proposal."""
    place = _place(request, workshop)
    proposal = get_object_or_404(Proposal, pk=number_in(request.POST.get("proposal", "")), workshop=workshop)
    text, key = request.POST.get("text", ""), request.POST.get("key", "")[:40] or uuid.uuid4().hex
    scribing.comment_for(place, proposal, text=text, by=me, key=key, now=timezone.now())
    return _written(request, workshop, place)


@require_POST
@for_scribes
def scribe_vote(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Write down somebody's vote."""
    form, place = ScribesVoteForm(request.POST), _place(request, workshop)
    if not form.is_valid():
        raise first_error(form)
    ballot = get_object_or_404(Ballot, pk=pk, workshop=workshop)
    scribing.vote_for(place, ballot, **form.cleaned_data, by=me, now=timezone.now())
    return _written(request, workshop, place)


@require_POST
@for_scribes
def scribe_table(request: Request, workshop: Workshop, me: Participant, pk: int) -> HttpResponse:
    """Write down how many at a table made each choice."""
    form, place = CountsForm(request.POST), _place(request, workshop)
    if not form.is_valid():
        raise first_error(form)
    ballot = get_object_or_404(Ballot, pk=pk, workshop=workshop)
    scribing.vote_for_table(place, ballot, counts=form.counts, by=me, now=timezone.now())
    return _written(request, workshop, place)


@require_POST
@for_scribes
def scribe_choice(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Write down what somebody marks for the short list."""
    place = _place(request, workshop)
    scribing.choose_for(place, running.current_here(workshop), marks_in(request.POST), by=me, now=timezone.now())
    return _written(request, workshop, place)


@require_POST
@for_scribes
def scribe_answers(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Write down what somebody says to statements."""
    place = _place(request, workshop)
    said = {number_in(name.removeprefix("say-")): says for name, says in request.POST.items() if name.startswith("say-") and says}
    answers = {card: str(says) for card, says in said.items() if card is not None}
    scribing.answers_for(place, running.current_here(workshop), answers, by=me, now=timezone.now())
    return _written(request, workshop, place)
