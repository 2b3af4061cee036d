"""What closing well shows on a desk and on somebody's own page: the next step, their promises, their questions, their reports."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commissioning.models import Participant
from workshops import phases, promised, pulse, pulsing
from workshops.closing_forms import ActionForm
from workshops.models import Action, Attendance, OutsidePromise, PulseAnswer, Willing, Workshop


@dataclass(frozen=True)
class Step:
    """One step of the close: done or not, and how many of how many."""

    code: str
    done: bool
    n: int = 0
    of: int = 0


def panels(workshop: Workshop, me: Participant | None, *, facilitates: bool, keeps_notes: bool, to_record: int) -> dict[str, Any]:
    """What the desk shows of the close. A fixed number of queries."""
    now = timezone.now()
    actions = list(promised.actions_of(workshop))
    left = promised.untaken(actions)
    mine = [a for a in left if me is not None and a.owner_participant_id == me.pk and a.acceptance == Action.Acceptance.PROPOSED]
    moment = pulsing.moment_of(workshop, now)
    closing_now = phases.opens(workshop.phase, phases.AGREE) or workshop.phase in pulse.CLOSING_PHASES - {phases.LAST}
    context: dict[str, Any] = {
        "asked_of_me": mine,
        "left": left,
        "action_count": len(actions),
        "pulse_moment": moment if me is not None and not pulsing.has_answered(workshop, me, moment) else "",
        "ask_willing": bool(left) and closing_now and me is not None and not facilitates,
    }
    if context["ask_willing"]:
        context["said_willing"] = Willing.objects.filter(workshop=workshop, participant=me).first()
    if keeps_notes:
        context["action_form"] = ActionForm(auto_id="action_%s", initial={"key": f"{uuid.uuid4().hex}x"}, **promised.askable(workshop, now))
    if facilitates and closing_now:
        context |= _steps(workshop, actions, left, to_record)
    return context


def _steps(workshop: Workshop, actions: list[Action], left: list[Action], to_record: int) -> dict[str, Any]:
    """The close in order: actions, results, pulse, close."""
    came = sum(pulsing.invited(workshop).values())
    answered = PulseAnswer.objects.filter(workshop=workshop, moment=pulse.CLOSE).count()
    steps = [
        Step("actions", bool(actions) and not left, len(left), len(actions)),
        Step("results", not to_record, to_record),
        Step("pulse", answered > 0, answered, came),
    ]
    return {
        "closing_steps": steps,
        "willing": Willing.objects.filter(workshop=workshop, yes=True).count() if left else 0,
        "undecided": bool(left),
    }


def for_me(me: Participant, now: datetime) -> dict[str, Any]:
    """What somebody's own page shows: what they are asked, what they promised, the questions now, the reports. Six queries."""
    mine = list(Action.objects.filter(owner_participant=me).select_related("workshop").order_by("due", "pk"))
    came = list(Workshop.objects.filter(pk__in=Attendance.objects.filter(participant=me).values("workshop")).order_by("pk"))
    moments = {w.pk: pulsing.moment_of(w, now) for w in came}
    marks = {pulsing.who(w, me): w for w in came}
    answered = set(PulseAnswer.objects.filter(who__in=marks).values_list("workshop", "moment"))
    return {
        "said_of_me": list(OutsidePromise.objects.filter(owner_participant=me, acceptance=Action.Acceptance.PROPOSED)),
        "asked_of_me": [a for a in mine if a.acceptance == Action.Acceptance.PROPOSED],
        "promised_by_me": [a for a in mine if a.acceptance == Action.Acceptance.ACCEPTED],
        "pulses": [(w, moments[w.pk], _questions(w, me)) for w in came if (w.pk, moments[w.pk]) not in answered],
        "reports": [w for w in came if w.closed_at],
        "progresses": [c for c in Action.Progress.choices if c[0] != Action.Progress.OPEN],
    }


def _questions(workshop: Workshop, me: Participant) -> str:
    """Where the questions are for somebody who may have come by their personal link, on a device that does not know them."""
    return reverse("pulse_link", args=[pulsing.link_token(workshop, me)])
