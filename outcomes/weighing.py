"""Sharing the evaluation score between price, quality and social value, in the open and in versions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import clean_words, printable
from commissioning.models import Authority, Cycle, Participant
from commissioning.people import held_by
from commissioning.roles import CONVENE, DECIDE
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import policy, weighting_rules
from outcomes.models import Outcome, Specification, Weighting, WeightingException, WeightingMinimum

FARTHEST = timedelta(days=30 * 365 + 8)  # from today to the day a minimum begins: beyond it the year is a slip of the hand


@dataclass(frozen=True)
class Excepted:
    """Why a share may stay below the authority's minimum, who allowed it by role, and on which day."""

    reason: str
    allowed_by: str
    allowed_on: date


def propose(
    cycle: Cycle,
    *,
    price: int,
    quality: int,
    social_value: int,
    reason: str = "",
    draft_only: bool = False,
    excepted: Excepted | None = None,
    by: Participant,
    now: datetime,
) -> Weighting:
    """Put down how the score could be shared, as the next version; the same again changes nothing.

    Raises `Refused` when the shares do not come to a hundred, when social value counts for nothing and no reason is given
    (LG-07), and below the authority's minimum unless it stays a draft or an exception is recorded (SW-02).
    """
    require(ground.why_not(CONVENE, held_by(by)))
    shares = {"price": price, "quality": quality, "social_value": social_value}
    return _keep(cycle, shares, printable(reason).strip()[:600], excepted, draft_only=draft_only, by=by, now=now)


def adopt(
    cycle: Cycle,
    *,
    price: int,
    quality: int,
    social_value: int,
    reason: str,
    decider_role: str,
    outcomes: Collection[Outcome] = (),
    excepted: Excepted | None = None,
    by: Participant,
    now: datetime,
) -> Weighting:
    """Adopt how the score is shared, with a reason and the outcomes it is about. Only a decider does; no vote ever does (INV-07)."""
    require(ground.why_not(DECIDE, held_by(by)))
    words, role = printable(reason).strip()[:600], clean_words(decider_role, 120)
    chosen = {outcome.pk for outcome in outcomes}
    known = set(Outcome.objects.filter(theme__framework__cycle=cycle).values_list("pk", flat=True))
    if chosen - known:
        raise Refused(_("That outcome belongs to another cycle."))
    require(weighting_rules.why_not_adopt(words, outcomes=len(chosen), known=len(known), social_value=social_value))
    shares = {"price": price, "quality": quality, "social_value": social_value}
    return _keep(cycle, shares, words, excepted, role=role, outcomes=chosen, by=by, now=now)


def _keep(
    cycle: Cycle,
    shares: dict[str, int],
    reason: str,
    excepted: Excepted | None,
    *,
    draft_only: bool = False,
    role: str = "",
    outcomes: Collection[int] = (),
    by: Participant,
    now: datetime,
) -> Weighting:
    require(policy.why_not_weigh(shares["price"], shares["quality"], shares["social_value"], reason))
    with transaction.atomic():
        cycle = _held(cycle, by)
        minimum = minimum_of(cycle.authority, timezone.localdate(now))
        below = minimum is not None and shares["social_value"] < minimum.share
        least = minimum.share if minimum else None
        require(
            weighting_rules.why_not_below(shares["social_value"], least, excepted=excepted is not None, draft_only=draft_only and not role)
        )
        kind = Weighting.Kind.ADOPTED if role else Weighting.Kind.PROPOSED
        wanted = {**shares, "reason": reason, "kind": kind, "decider_role": role}
        last = Weighting.objects.filter(cycle=cycle).first()
        if last is not None and _same(last, wanted, outcomes, excepted if below else None):
            return last
        made = Weighting.objects.create(cycle=cycle, number=last.number + 1 if last else 1, by=by, at=now, **wanted)
        made.outcomes.set(outcomes)
        if below and excepted is not None and minimum is not None:
            _except(made, minimum, excepted, by, now)
        _minute(made, by, now)
    return made


def _held(cycle: Cycle, by: Participant) -> Cycle:
    cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("authority").get(pk=cycle.pk)
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not part of this cycle."))
    require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    Specification.objects.select_for_update(no_key=True).filter(cycle=cycle).values_list("pk").first()  # nobody signs it off meanwhile
    require(why_not_change(cycle))
    return cycle


def why_not_change(cycle: Cycle) -> _ | None:
    """The shares are part of the specification: once it is signed off, nobody proposes, advises or adopts others."""
    if Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).exists():
        return _("The specification is signed off, and this is part of it. Reopen it first, with a reason that everybody sees.")
    return None


def _same(last: Weighting, wanted: dict[str, Any], outcomes: Collection[int], excepted: Excepted | None) -> bool:
    if any(getattr(last, name) != value for name, value in wanted.items()):
        return False
    kept = WeightingException.objects.filter(weighting=last).first()
    if (kept is None) != (excepted is None):
        return False
    return set(last.outcomes.values_list("pk", flat=True)) == set(outcomes)


def _except(made: Weighting, minimum: WeightingMinimum, excepted: Excepted, by: Participant, now: datetime) -> None:
    reason, role = clean_words(excepted.reason, 600), clean_words(excepted.allowed_by, 120)
    if excepted.allowed_on > timezone.localdate(now):
        raise Refused(_("That day has not come yet."))
    WeightingException.objects.create(weighting=made, minimum=minimum, reason=reason, allowed_by=role, allowed_on=excepted.allowed_on)
    what = _("An exception from the minimum of {least}%, allowed by {role}", least=minimum.share, role=role)
    minutes.record(made.cycle, "weighting", what, by=by, now=now, why=reason)


def _minute(made: Weighting, by: Participant, now: datetime) -> None:
    values: dict[str, Any] = {"p": made.price, "q": made.quality, "s": made.social_value}
    if made.kind == Weighting.Kind.ADOPTED:
        values["role"] = made.decider_role
        text = _("Share of the evaluation score, adopted by {role}: price {p}%, quality {q}%, social value {s}%", **values)
    else:
        text = _("Share of the evaluation score: price {p}%, quality {q}%, social value {s}%", **values)
    minutes.record(made.cycle, "weighting", text, by=by, now=now, why=made.reason)


# The authority's minimum


def set_minimum(cycle: Cycle, *, share: int, since: date, set_by: str, words: str = "", by: Participant, now: datetime) -> WeightingMinimum:
    """Keep the least share that the authority gives social value from a day on. Earlier ones stay; 0 ends it.

    It holds for every cycle of the authority. Raises `Refused` without saying who set it.
    """
    require(ground.why_not(CONVENE, held_by(by)))
    role, said = clean_words(set_by, 160), printable(words).strip()[:600]
    if not 0 <= share <= weighting_rules.WHOLE:
        raise Refused(_("Write a number from 0 to 100."))
    if abs(since - now.date()) > FARTHEST:
        raise Refused(_("This day is more than thirty years away. Check the year."))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        authority = Authority.objects.select_for_update(no_key=True).get(pk=cycle.authority_id)
        wanted = {"share": share, "since": since, "set_by": role, "words": said}
        last = WeightingMinimum.objects.filter(authority=authority).order_by("pk").last()
        if last is not None and all(getattr(last, name) == value for name, value in wanted.items()):
            return last
        made = WeightingMinimum.objects.create(authority=authority, by=by, at=now, **wanted)
        what = _("The least share of the evaluation score for social value is {share}%, set by {role}", share=share, role=role)
        minutes.record(cycle, "weighting", what, by=by, now=now, why=said)
    return made


def minimum_of(authority: Authority, on: date) -> WeightingMinimum | None:
    """The minimum in force on a day; None where none was set, or where it was ended."""
    found = WeightingMinimum.objects.filter(authority=authority, since__lte=on).order_by("since", "pk").last()
    return found if found is not None and found.share else None


# Looks


def newest(cycle: Cycle, kind: str) -> Weighting | None:
    """The newest version of a kind."""
    return Weighting.objects.filter(cycle=cycle, kind=kind).select_related("exception__minimum", "by__organisation").first()


def standing(cycle: Cycle) -> tuple[Weighting | None, Weighting | None]:
    """What is proposed and what is adopted."""
    return newest(cycle, Weighting.Kind.PROPOSED), newest(cycle, Weighting.Kind.ADOPTED)
