"""Putting the action plan of a cycle to everybody, agreeing to it by group, and writing down which body adopted it (AC-01, AC-04)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commissioning import minutes, roles
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, Group, Participant, Role
from commissioning.people import held_by, role_codes
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import plan_rules, policy, promises
from workshops.models import Action, PlanAdoption, PlanSignal, PlanVersion


def actions_in(cycle: Cycle) -> QuerySet[Action]:
    """The actions of the plan: all of the cycle that are not dropped, soonest first."""
    return Action.objects.filter(workshop__cycle=cycle).exclude(progress=promises.DROPPED).order_by("due", "pk")


def _open(cycle: Cycle, by: Participant) -> Cycle:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if by.cycle_id != cycle.pk:
        raise Refused(_("Choose somebody from this cycle."))
    require(ground_policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return cycle


def why_not_ask(cycle: Cycle, actions: list[Action], versions: list[PlanVersion]) -> _ | None:
    """What stands in the way of putting the plan to everybody."""
    lines = [plan_rules.Line(a.owner, a.how_we_know, a.due, a.condition, a.revisit_on) for a in actions]
    return plan_rules.why_not_ask(lines, asked_already=any(version.ended_at is None for version in versions))


def ask_everybody(cycle: Cycle, *, by: Participant, now: datetime) -> PlanVersion:
    """Put the plan as it is to everybody, as the next version. Raises `Refused` while an action has no owner, day or success measure."""
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        cycle = _open(cycle, by)
        actions, versions = list(actions_in(cycle)), list(PlanVersion.objects.filter(cycle=cycle))
        require(why_not_ask(cycle, actions, versions))
        made = PlanVersion.objects.create(
            cycle=cycle, number=len(versions) + 1, content=[as_content(action) for action in actions], by=by, at=now
        )
        what = _("Action plan, version {n}: everybody is asked whether they agree", n=made.number)
        minutes.record(cycle, "ask about plan", what, by=by, now=now)
    return made


def as_content(action: Action) -> dict[str, Any]:
    """An action as it is kept in a version: what would make it another promise."""
    return {
        "id": action.pk,
        "text": action.text,
        "why": action.why,
        "side": action.side,
        "owner": action.owner,
        "accepted": action.acceptance == promises.ACCEPTED,
        "due": action.due.isoformat(),
        "how_we_know": action.how_we_know,
        "condition": action.condition,
        "revisit_on": action.revisit_on.isoformat() if action.revisit_on else None,
    }


def may_answer(by: Participant | None) -> bool:
    """Whether somebody's word on the plan is counted: those who run the room, and observers, have none."""
    return by is not None and by.withdrawn_at is None and not by.voice and roles.has_counted_voice(role_codes(by))


def answer(version: PlanVersion, *, says: str, words: str = "", by: Participant, now: datetime) -> PlanSignal:
    """Say whether one agrees to the plan; said again, the last word counts. Raises `Refused` once the question is ended."""
    require(plan_rules.why_not_answer(says, words))
    with transaction.atomic():
        _open(version.cycle, by)
        version = PlanVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
        if version.ended_at is not None:
            raise Refused(_("This question has ended. What was said is kept."))
        if not may_answer(by):
            raise Refused(_("Those who run the room, and observers, do not answer this."))
        said = {"group": by.group, "says": says, "words": printable(words).strip()[:300], "at": now}
        return PlanSignal.objects.update_or_create(version=version, participant=by, defaults=said)[0]


def heard_of(version: PlanVersion) -> list[plan_rules.Heard]:
    """What each group said: citizens and officers as persons, a provider organisation with its newest word."""
    said: dict[tuple[str, int, bool], tuple[str, str]] = {}
    for signal in version.signals.select_related("participant").order_by("at", "pk"):
        said[_voice(signal.participant)] = (signal.group, signal.says)
    return plan_rules.heard(_entitled(version.cycle), said.values())


def _voice(person: Participant) -> tuple[str, int, bool]:
    one = person.group == Group.VSO and person.organisation_id is not None
    return (person.group, person.organisation_id or 0, True) if one else (person.group, person.pk, False)


def _entitled(cycle: Cycle) -> Mapping[str, int]:
    """How many voices each group has: people, and for the voluntary sector organisations."""
    silent = {code for code, role in roles.ROLES.items() if not role.votes}
    without = Role.objects.filter(participant__cycle=cycle, code__in=silent).values("participant")
    people = Participant.objects.filter(cycle=cycle, withdrawn_at=None, voice=False).exclude(pk__in=without)
    voices = {_voice(person) for person in people}
    return {group: sum(1 for voice in voices if voice[0] == group) for group in Group.values}


def end_asking(version: PlanVersion, *, by: Participant, now: datetime) -> PlanVersion:
    """End the question and keep what it came to: agreed only when every group that is here agrees."""
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        cycle = _open(version.cycle, by)
        version = PlanVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
        if version.ended_at is not None:
            return version
        groups = heard_of(version)
        version.ended_at, version.agreed = now, plan_rules.agreed(groups)
        version.counts = [{"group": g.group, "entitled": g.entitled, "yes": g.yes, "reserved": g.reserved, "no": g.no} for g in groups]
        version.save(update_fields=["ended_at", "agreed", "counts"])
        yes = _("Action plan, version {n}: agreed by every group", n=version.number)
        no = _("Action plan, version {n}: not agreed", n=version.number)
        minutes.record(cycle, "end plan question", yes if version.agreed else no, by=by, now=now)
    return version


def adopt(version: PlanVersion, *, body: str, on: date, minute: str, by: Participant, now: datetime) -> PlanAdoption:
    """Write down that a strategic body adopted an agreed version, with its day and minute (AC-04). The same body twice is once."""
    held = held_by(by)
    if not held & {roles.CONVENE, roles.DECIDE, roles.KEEP_NOTES}:
        raise Refused(_("Only an officer or the secretariat can do this."))
    name, words = clean_words(body, 160), clean_words(minute, 300)
    with transaction.atomic():
        cycle = _open(version.cycle, by)
        version = PlanVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
        ended = version.ended_at.date() if version.ended_at else None
        require(plan_rules.why_not_adopt(agreed_by_people=version.agreed, on=on, ended=ended, today=timezone.localdate(now)))
        made, new = PlanAdoption.objects.get_or_create(
            version=version, body=name, defaults={"on": on, "minute": words, "by": by, "at": now}
        )
        if new:
            what = _("Action plan, version {n}: adopted by {body}", n=version.number, body=name)
            minutes.record(cycle, "adopt plan", what, by=by, now=now, why=words)
    return made


def say_when_to_look_again(action: Action, *, on: date, by: Participant, now: datetime) -> None:
    """Say on which day the condition of an action is looked at again (AC-08)."""
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        cycle = _open(action.workshop.cycle, by)
        action = Action.objects.select_for_update(of=("self",), no_key=True).get(pk=action.pk)
        if not action.condition:
            raise Refused(_("This action has no condition to look at again."))
        if on < timezone.localdate(now):
            raise Refused(_("That day is past. Choose one that is still to come."))
        Action.objects.filter(pk=action.pk).update(revisit_on=on)
        what = _("“Only if {condition}” is looked at again on {day}", condition=action.condition, day=f"{on:%-d %B %Y}")
        minutes.record(cycle, "look again", what, by=by, now=now)
