"""Looks at the action plan of a cycle: its lines, how far each side is, its versions, and what is asked about it (AC-09)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils import timezone

from commissioning.models import Cycle, Participant
from commissioning.small_groups import SMALLEST
from workshops import agreeing_plans, asking_for_updates, plan_rules, promises, tally
from workshops.models import Action, PlanVersion, PracticeAnswer, UpdateAsked


@dataclass
class PlanLine:
    """One action of the plan, as one person sees it."""

    action: Action
    waiting: UpdateAsked | None  # a question nobody has answered yet
    last: UpdateAsked | None  # the newest answer
    may_ask: bool
    may_escalate: bool
    may_answer: bool
    changed: list[PracticeAnswer]


def lines(cycle: Cycle, me: Participant | None, *, keeps_notes: bool, now: datetime) -> list[PlanLine]:
    """Every action of the plan, soonest first, with its questions and answers; three queries however many."""
    questions = Prefetch("asked_about", UpdateAsked.objects.select_related("asker__organisation", "answered_by__organisation"))
    listed = agreeing_plans.actions_in(cycle).select_related("workshop", "owner_participant")
    return [_line(action, me, keeps_notes, now) for action in listed.prefetch_related(questions, "practice_answers")]


def _line(action: Action, me: Participant | None, keeps_notes: bool, now: datetime) -> PlanLine:
    asked = list(action.asked_about.all())
    waiting = next((one for one in asked if one.answered_at is None), None)
    mine = me is not None and action.owner_participant_id == me.pk
    return PlanLine(
        action=action,
        waiting=waiting,
        last=next((one for one in reversed(asked) if one.answered_at), None),
        may_ask=waiting is None and asking_for_updates.why_not_ask(action, me) is None,
        may_escalate=waiting is not None and me is not None and asking_for_updates.why_not_escalate(waiting, action, me, now) is None,
        may_answer=waiting is not None and (mine or keeps_notes),
        changed=list(action.practice_answers.all()),
    )


def waits_for(action: Action, me: Participant | None, *, keeps_notes: bool, now: datetime) -> PlanLine:
    """The same for one action."""
    return _line(action, me, keeps_notes, now)


@dataclass(frozen=True)
class SideProgress:
    """How far one side is, and the day of its last word."""

    side: str
    progress: plan_rules.Progress
    last_word: date | None


def by_side(plan: Iterable[PlanLine]) -> list[SideProgress]:
    """How far each side is, all together first; a side without an action is left out (AC-09)."""
    listed = list(plan)
    sides = [("", [*listed]), *((code, [line for line in listed if line.action.side == code]) for code in Action.Side.values)]
    return [SideProgress(str(Action.Side(code).label) if code else "", _progress(own), _last_word(own)) for code, own in sides if own]


def _progress(own: list[PlanLine]) -> plan_rules.Progress:
    standings = [line.action.standing for line in own]
    count = standings.count
    return plan_rules.Progress(count(promises.DONE), count(promises.LATE), count(promises.DROPPED), len(standings))


def _last_word(own: list[PlanLine]) -> date | None:
    said = [at for line in own for at in (line.action.progress_at, line.last.answered_at if line.last else None) if at]
    return timezone.localdate(max(said)) if said else None


def versions_of(cycle: Cycle) -> list[PlanVersion]:
    """Every version, newest first, with who adopted it."""
    return list(PlanVersion.objects.filter(cycle=cycle).prefetch_related("adoptions").order_by("-number"))


def changed_since(version: PlanVersion, plan: Iterable[PlanLine]) -> list[str]:
    """The actions that are new, or not as they were, since this version was put to everybody."""
    was = {row["id"]: row for row in version.content}
    changing = ("text", "owner", "due", "how_we_know", "condition")
    found = []
    for line in plan:
        now, before = agreeing_plans.as_content(line.action), was.get(line.action.pk)
        if before is None or any(now[name] != before[name] for name in changing):
            found.append(line.action.text)
    return found


def reasons_of(version: PlanVersion) -> list[tuple[str, str, str]]:
    """The reservations and the noes kept with a version: group, what was said, why. A small group's words stand without its name."""
    small = {row["group"] for row in version.counts if 0 < row["entitled"] < SMALLEST}
    kept = version.signals.exclude(says="yes").order_by("pk")
    return [("" if one.group in small else str(tally.GROUPS[one.group]), one.get_says_display(), one.words) for one in kept]


def shown_counts(version: PlanVersion) -> list[tuple[str, int, int, int, int] | tuple[str]]:
    """What each group said, in numbers; a group under five only by name (INV-19)."""
    rows: list[tuple[str, int, int, int, int] | tuple[str]] = []
    for row in version.counts:
        name = str(tally.GROUPS[row["group"]])
        small = min(row["entitled"], row["yes"] + row["reserved"] + row["no"]) < SMALLEST
        rows.append((name,) if small else (name, row["yes"], row["reserved"], row["no"], row["entitled"]))
    return rows
