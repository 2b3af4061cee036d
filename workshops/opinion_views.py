"""The shape of opinion for anybody in the workshop: the map, what unites, what divides; and answering one statement after the other."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.doorway import Request, number_in
from commissioning.models import Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import opinion_looks, opinion_maps, running, statements
from workshops.models import Activity, Ballot, Opinion, Workshop
from workshops.views import acting, in_workshop


@acting
def answer(request: Request, workshop: Workshop, me: Participant) -> HttpResponse | None:
    """Keep what somebody says to a statement, and show the next one."""
    activity, card = running.current_here(workshop), number_in(request.POST.get("card", ""))
    if card is None:
        raise Refused(_("This statement is no longer on the board. Look at the next one."))
    statements.answer(activity, card=card, says=request.POST.get("says", ""), by=me, now=timezone.now())
    if not request.headers.get("HX-Request"):
        return None
    context = {"workshop": workshop, "turn": statements.next_for(activity, me), "answers": Opinion.Answer.choices, "just_answered": True}
    return render(request, "workshops/panels/statements.html", context)


LOOKED_AT = 10  # of the latest parts with statements


def latest_source(workshop: Workshop) -> tuple[bool, Activity | None]:
    """Whether there is anything to draw, and the activity it comes from: the latest that may be seen, before one that is sealed.

    An imported conversation has none.
    """
    parts = list(workshop.activities.filter(kind="statements").exclude(started_at=None).order_by("-started_at")[:LOOKED_AT])
    activity = next((part for part in parts if statements.seen_now(part)), parts[0] if parts else None)
    if activity is not None:
        activity.workshop = workshop
        return True, activity
    return Ballot.objects.filter(workshop=workshop, method=Ballot.Method.POLIS).exclude(closed_at=None).exists(), None


@require_safe
@in_workshop
def shape(request: Request, workshop: Workshop) -> HttpResponse:
    """The map with what it says. It is drawn by a worker; while it is, the page shows how far it is."""
    there, activity = latest_source(workshop)
    context: dict[str, Any] = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "there": there,
        "activity": activity,
        "waited": "waited" in request.GET,
    }
    if there and (activity is None or statements.seen_now(activity)):
        context |= opinion_looks.drawn(opinion_maps.wanted(workshop, activity, now=timezone.now()))
    return render(request, "workshops/opinions.html", context)
