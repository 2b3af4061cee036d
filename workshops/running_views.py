"""Doorways of a running room: the facilitator's presses, and what each person may do besides writing and voting."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.doorway import Request, device_secrets, number_in
from commissioning.models import Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import choosing, rating, regions, rooms, running, speaking
from workshops.models import Activity, Workshop
from workshops.views import _room_context, acting, in_workshop

Form = Mapping[str, str]
Press = Callable[..., Any]


def _number(form: Form, name: str) -> int:
    text = form.get(name, "").strip()
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    found = number_in(digits)
    if found is None:
        raise Refused(_("Give a number."))
    return sign * found


def _go_on(workshop: Workshop, form: Form, **who: Any) -> None:
    following = running.next_up(workshop)
    if following is None:
        raise Refused(_("The agenda has no further part. Add one, or close the workshop."))
    running.go_to(workshop, following, seen=_number(form, "seen"), why=form.get("why", ""), **who)


def _share(workshop: Workshop, form: Form, **who: Any) -> None:
    running.share(get_object_or_404(Activity, pk=_number(form, "activity"), workshop=workshop), why=form.get("why", ""), **who)


def _hand_over(workshop: Workshop, form: Form, **who: Any) -> None:
    to = get_object_or_404(Participant, pk=_number(form, "to"), cycle=workshop.cycle_id)
    running.hand_over(workshop, to, **who)


def _clash(workshop: Workshop, form: Form, **who: Any) -> None:
    rooms.mark_clash(workshop, _number(form, "one"), _number(form, "other"), why=form.get("why", ""), **who)


PRESSES: dict[str, Press] = {  # what the facilitator can press
    "next": _go_on,
    "back": lambda w, form, **who: running.step_back(w, why=form.get("why", ""), **who),
    "pause": lambda w, form, **who: running.pause(w, **who),
    "extend": lambda w, form, **who: running.extend(w, _number(form, "minutes"), **who),
    "private": lambda w, form, **who: running.private_round(w, **who),
    "separate": lambda w, form, **who: running.separate_now(w, why=form.get("why", ""), **who),
    "together": lambda w, form, **who: running.come_together(w, why=form.get("why", ""), **who),
    "share": _share,
    "hand-over": _hand_over,
    "screen": lambda w, form, **who: running.show_on_screen(w, form.get("what", ""), **who),
    "speaker": lambda w, form, **who: speaking.give_next(w, **who),
    "clash": _clash,
}


@acting
def press(request: Request, workshop: Workshop, me: Participant, what: str) -> None:
    """One press of the facilitator."""
    if what not in PRESSES:
        raise Http404
    PRESSES[what](workshop, request.POST, by=me, now=timezone.now())


@acting
def ready(request: Request, workshop: Workshop, me: Participant) -> None:
    """Ready to go on, or not after all."""
    running.say_ready(workshop, ready=request.POST.get("ready") == "yes", by=me, now=timezone.now())


@acting
def speak(request: Request, workshop: Workshop, me: Participant) -> None:
    """Ask to speak, or take it back."""
    act = speaking.ask if request.POST.get("ask") == "yes" else speaking.take_back
    act(workshop, by=me, now=timezone.now())


@acting
def meet(request: Request, workshop: Workshop, me: Participant) -> None:
    """Say whether one's group is ready to meet with the others."""
    rooms.say_readiness(workshop, ready=request.POST.get("ready") == "yes", words=request.POST.get("words", ""), by=me, now=timezone.now())


@acting
def change_room(request: Request, workshop: Workshop, me: Participant) -> HttpResponse:
    """Go to another strand or table."""
    main = workshop.parent or workshop
    room = get_object_or_404(Workshop, pk=_number(request.POST, "room"), parent=main)
    rooms.change_room(main, room, by=me, now=timezone.now())
    return redirect("room", room.slug)


def _secret(request: Request, workshop: Workshop) -> str:
    return next(iter(device_secrets(request, workshop.cycle)), "")


@acting
def rate(request: Request, workshop: Workshop, me: Participant) -> None:
    """Rate the card in one's hand, and take the next."""
    activity, secret = running.current_here(workshop), _secret(request, workshop)
    if request.POST.get("card"):
        card, score = _number(request.POST, "card"), _number(request.POST, "score")
        rating.rate(activity, card=card, score=score, by=me, secret=secret, now=timezone.now())
    rating.draw(activity, by=me, secret=secret, now=timezone.now())


@acting
def dots(request: Request, workshop: Workshop, me: Participant) -> None:
    """Place one's dots."""
    placed = {}
    for name, value in request.POST.items():
        card = number_in(name.removeprefix("dots-")) if name.startswith("dots-") else None
        if card is not None and str(value).strip():
            placed[card] = _number(request.POST, name)
    rating.place_dots(running.current_here(workshop), placed, by=me, now=timezone.now())


def marks_in(form: Form) -> dict[int, int]:
    """What a form marks for a short list: the numbers of the cards it names. Raises `Refused` for what is no number."""
    cards = {name: number_in(name.removeprefix("mark-")) for name in form if name.startswith("mark-")}
    return {card: _number(form, name) for name, card in cards.items() if card is not None and form.get(name, "").strip()}


@acting
def choose(request: Request, workshop: Workshop, me: Participant) -> None:
    """Send what one marks for the short list."""
    marks = marks_in(request.POST)
    choosing.choose(running.current_here(workshop), marks, by=me, now=timezone.now())


@acting
def settle(request: Request, workshop: Workshop, me: Participant, pk: int) -> None:
    """Choose among level cards, with the reason."""
    activity = get_object_or_404(Activity, pk=pk, workshop=workshop)
    first = [card for card in map(number_in, request.POST.getlist("cards")) if card is not None]
    choosing.settle(activity, first, why=request.POST.get("reason", ""), by=me, now=timezone.now())


@require_safe
@in_workshop
def screen_words(request: Request, workshop: Workshop) -> HttpResponse:
    """What the big screen shows, in words, for people who cannot see it."""
    return render(request, "workshops/screen_words.html", _room_context(request, workshop, regions.SCREEN))


@require_safe
@in_workshop
def across(request: Request, workshop: Workshop) -> HttpResponse:
    """The strands side by side: what overlaps, and what pulls against each other (PL-02)."""
    return render(request, "workshops/across.html", {"workshop": workshop, "held": request.held, **rooms.across(workshop)})
