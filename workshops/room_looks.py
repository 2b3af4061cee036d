"""What a running room shows besides its cards: where the agenda is, the clock, who is ready, who speaks, what was scored."""

import zlib
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from workshops import choosing, opinion_looks, phases, rating, rooms, running, speaking, statements, tally
from workshops import clock as clocks
from workshops.attending import screens_by_group
from workshops.models import Activity, OpinionMap, Ready, Turn, Workshop


def facilitator_token(workshop: Workshop) -> str:
    """The same for those who run the room: their desk also shows the agenda, the queue and how ready people are."""
    parts = workshop.activities.values_list("pk", "state", "minutes", "extra_seconds", "paused_at", "shared_at")
    turns = Turn.objects.filter(workshop=workshop).aggregate(n=Count("pk"), last=Max("started_at"), over=Count("ended_at"))
    return f"{zlib.crc32(repr((list(parts), turns, workshop.showing, workshop.led_by_id)).encode()):x}"


STEPS_AROUND = 2, 5  # parts shown before the present one, and from it on: a long agenda still fits a phone


def phase_bar(workshop: Workshop) -> dict[str, Any]:
    """The part the room is in, with its clock, and the parts around it."""
    agenda = list(workshop.activities.exclude(state=Activity.State.SKIPPED))
    activity = next((a for a in agenda if a.state == Activity.State.NOW), None)
    at = agenda.index(activity) if activity else len(agenda)
    steps = [(str(a), "now" if a is activity else "done" if i < at else "to come") for i, a in enumerate(agenda)]
    if activity is None:
        steps.append((str(phases.PHASES[workshop.phase].title), "now"))
    before, after = STEPS_AROUND
    first = max(0, min(at - before, len(steps) - before - after))
    return {
        "now": activity.phase if activity else phases.PHASES[workshop.phase],
        "activity": activity,
        **_clock(activity),
        "steps": steps[first : first + before + after],
        "number": at + 1,
        "parts": len(agenda),
        "main_view": MAIN_VIEWS.get(workshop.phase, "board") if workshop.showing == "follow" else workshop.showing,
    }


def _clock(activity: Activity | None) -> dict[str, Any]:
    """The clock as the page holds it: when time is up, in milliseconds of the server's time, or what is left while it stands still."""
    clock = running.clock_of(activity) if activity else None
    if clock is None:
        return {"ends_ms": None, "ends_at": None, "stopped_at": None}
    stopped = clocks.words(clock.left(clock.paused_at)) if clock.paused_at else None
    return {"ends_ms": int(clock.ends_at.timestamp() * 1000), "ends_at": clock.ends_at, "stopped_at": stopped}


MAIN_VIEWS = {  # what the big screen shows in each kind of activity, when it follows the agenda
    "welcome": "join",
    "primer": "prompt",
    "private": "prompt",
    "break": "prompt",
    "pulse": "prompt",
    "rate": "results",
    "prioritise": "results",
    "choose": "results",
    "statements": "results",
    "agree": "board",
    "actions": "actions",
    "close": "board",
}


def readiness(workshop: Workshop) -> dict[str, Any]:
    """How many are ready to go on, in all and by group, of those who can press it; while people are in rooms, whether each
    group is ready to meet. The facilitator is told how many have no screen, to ask them."""
    activity = running.current(workshop)
    counted, without = screens_by_group(workshop, timezone.now())
    rows = Ready.objects.filter(activity=activity).values_list("participant__group").annotate(n=Count("pk")).order_by()
    said = dict(rows) if activity else {}
    groups, advice = rooms.readiness_of(workshop)
    return {
        "ready": sum(said.values()),
        "of": max(sum(counted.values()), sum(said.values())),
        "by_group": [(code, said.get(code, 0), max(counted.get(code, 0), said.get(code, 0))) for code in tally.GROUPS],
        "ask": without,
        "meeting": groups,
        "advice": advice if any(g.answered for g in groups) else None,
    }


def speakers(workshop: Workshop) -> dict[str, Any]:
    """Who speaks, and who waits."""
    line = speaking.queue(workshop)
    return {"speaking": line.speaking, "waiting": line.waiting}


def latest_scores(workshop: Workshop) -> dict[str, Any]:
    """What the latest rating, dots, short list or statements came to; beside it, how many have taken part in one that is sealed."""
    begun = list(workshop.activities.filter(kind__in=running.SEALED_KINDS).exclude(started_at=None).order_by("-started_at")[:LOOKED_AT])
    for activity in begun:
        activity.workshop = workshop
    seen = next((activity for activity in begun if _is_seen(activity)), None)
    sealed = begun[0] if begun and not _is_seen(begun[0]) else None
    context: dict[str, Any] = {"scored": seen, "sealed_part": sealed, "sealed_taken": _taken_part(sealed) if sealed else 0}
    return context | (_came_to(seen) if seen else {})


LOOKED_AT = 10  # of the latest parts of such a kind: more than a room remembers


def _is_seen(activity: Activity) -> bool:
    return statements.seen_now(activity) if activity.kind == "statements" else activity.shared_at is not None


def _taken_part(activity: Activity) -> int:
    of_kind = {"statements": statements.taken_part, "choose": choosing.taken_part}
    return of_kind.get(activity.kind, rating.taken_part)(activity)


def _came_to(activity: Activity) -> dict[str, Any]:
    if activity.kind == "statements":
        drawn = OpinionMap.objects.filter(activity=activity, state=OpinionMap.State.READY).first()
        look = opinion_looks.drawn(drawn)["look"] if drawn else None
        return {"taken": statements.taken_part(activity), "opinion_map": drawn, "opinion_look": look}
    if activity.kind == "choose":
        return {"short": choosing.report(activity)}
    return {"scores": rating.scores(activity), "top": rating.scale_of(activity)}
