"""The monitoring plan: what is looked at, by whom, how much work that is, and whether everybody agreed to so much (PL-20, ME-08)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commissioning import minutes, roles
from commissioning import policy as ground
from commissioning.contributing import clean_words, words_if_any
from commissioning.models import Cycle, Participant
from commissioning.needs import next_number
from commissioning.people import held_by, role_codes
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import criterion_rules, measure_rules, policy
from outcomes.criteria import held_for_writing, quarters_of
from outcomes.models import Commitment, Criterion, Indicator, Lot, Measure, MonitoringCeiling, MonitoringConsent, Specification
from workshops import tally
from workshops.voting import voice_of


@dataclass(frozen=True)
class Words:
    """One line of the plan as an officer writes it."""

    text: str
    owner: str
    hours: Decimal | None
    form: str = Indicator.Form.STORY
    indicator: Indicator | None = None
    criterion: Criterion | None = None
    commitment: Commitment | None = None
    lot: Lot | None = None
    paid_by: str = ""
    every: int = Measure.Every.QUARTER
    first_quarter: int = 1
    baseline: Decimal | None = None
    target: Decimal | None = None
    direction: str = ""
    unit: str = ""


class SomebodyElseSaved(Refused):
    """Another officer saved this measure first: what stands is shown beside what was written."""

    def __init__(self, current: Measure) -> None:
        super().__init__(_("Somebody else saved this measure while you were writing. Both are shown; nothing is lost."))
        self.current = current


def _clean(cycle: Cycle, words: Words) -> dict[str, Any]:
    """The columns of a measure. Raises `Refused` for what measures nothing, belongs elsewhere, or counts what is put in (RV-12)."""
    text = clean_words(words.text, 600)
    if (
        words.form not in Indicator.Form.values
        or words.every not in Measure.Every.values
        or words.direction not in ("", *Measure.Direction.values)
    ):
        raise Refused(_("Choose what kind of sign it is, how often it is looked at, and which way is better."))
    require(measure_rules.looks_like_added_resource(text, words.form, words.unit))
    require(measure_rules.why_no_measure(owner=words.owner, hours=words.hours))
    require(measure_rules.why_no_figures(words.form, words.baseline, words.target, words.direction))
    require(criterion_rules.why_no_quarter(words.first_quarter, quarters_of(cycle)))
    _require_ours(cycle, words)
    return {field.name: getattr(words, field.name) for field in fields(words)} | {
        "text": text,
        "owner": clean_words(words.owner, 120),
        "paid_by": words_if_any(words.paid_by, 120),
        "unit": words_if_any(words.unit, 60),
        "direction": measure_rules.direction_of(words.baseline, words.target, words.direction),
    }


def _require_ours(cycle: Cycle, words: Words) -> None:
    ours = (
        words.indicator is None or words.indicator.outcome.theme.framework.cycle_id == cycle.pk,
        words.criterion is None or (words.criterion.cycle_id == cycle.pk and words.criterion.state != Criterion.State.WITHDRAWN),
        words.commitment is None or words.commitment.award.lot.cycle_id == cycle.pk,
        words.lot is None or words.lot.cycle_id == cycle.pk,
    )
    if not all(ours):
        raise Refused(_("Choose an indicator, a criterion or a promise of this cycle."))
    if words.indicator is None and words.criterion is None and words.commitment is None:
        raise Refused(_("Say what it measures: an indicator or a criterion."))


def _held(cycle: Cycle, words: Words, by: Participant) -> Cycle:
    """The cycle, held. What a provider promised is measured after the specification was signed off; everything else is part of it."""
    if words.commitment is None:
        return held_for_writing(cycle, by)
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    held = held_by(by) if by.cycle_id == cycle.pk else frozenset()
    require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    require(policy.why_not_edit(held, frozen=False))
    return cycle


def add_measure(cycle: Cycle, words: Words, *, key: str = "", by: Participant, now: datetime) -> Measure:
    """Put a measure into the plan; the same `key` twice gives the first back.

    Raises `Refused` without somebody who collects it and the hours (ME-08), for figures that do not fit, and for a count of
    volunteers, gifts or attendance, which providers report as added resources (RV-12).
    """
    with transaction.atomic():
        cycle = _held(cycle, words, by)
        already = Measure.objects.filter(cycle=cycle, key=key).first() if key else None
        if already is not None:
            return already
        made = Measure.objects.create(
            cycle=cycle, number=next_number(Measure.objects.filter(cycle=cycle)), key=key, by=by, at=now, **_clean(cycle, words)
        )
        minutes.record(cycle, "measure", _("Measure {code} is in the monitoring plan", code=made.code), by=by, now=now, why=made.text)
    return made


def change_measure(measure: Measure, words: Words, *, seen_version: int, by: Participant, now: datetime) -> Measure:
    """Change how something is measured. Raises `SomebodyElseSaved` when it changed meanwhile, and `Refused` as `add_measure` does."""
    with transaction.atomic():
        cycle = _held(measure.cycle, words, by)
        measure = Measure.objects.select_for_update(of=("self",), no_key=True).get(pk=measure.pk)
        if measure.retired_at is not None:
            raise Refused(_("This measure was taken out of the plan. Put a new one in."))
        if measure.version != seen_version:
            raise SomebodyElseSaved(measure)
        kept = _clean(cycle, words)
        if all(getattr(measure, name) == value for name, value in kept.items()):
            return measure
        for name, value in kept.items():
            setattr(measure, name, value)
        measure.version += 1
        measure.save()
        what = _("Measure {code} was changed", code=measure.code)
        minutes.record(cycle, "measure", what, by=by, now=now, why=f"{measure.text} · {measure.owner} · {measure.hours} h")
    return measure


def retire(measure: Measure, *, reason: str, by: Participant, now: datetime) -> None:
    """Take a measure out of the plan, with a reason; its readings stay. Refused for the only measure of what bids were judged by (SW-05)."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=measure.cycle_id)
        held = held_by(by) if by.cycle_id == cycle.pk else frozenset()
        require(policy.why_not_edit(held, frozen=False))
        measure = Measure.objects.select_for_update(of=("self",), no_key=True).select_related("criterion").get(pk=measure.pk)
        if measure.retired_at is not None:
            return
        others = Measure.objects.filter(criterion=measure.criterion, retired_at=None).exclude(pk=measure.pk)
        signed_off = Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).exists()
        weighted = measure.criterion is not None and measure.criterion.share > 0
        require(measure_rules.why_not_retire(weighted=weighted, last=not others.exists(), signed_off=signed_off))
        measure.retired_at, measure.retired_because = now, words
        measure.save(update_fields=["retired_at", "retired_because"])
        minutes.record(cycle, "measure", _("Measure {code} left the monitoring plan", code=measure.code), by=by, now=now, why=words)


def missing_indicators(cycle: Cycle) -> list[Indicator]:
    """The indicators that nothing in the plan measures yet."""
    measured = Measure.objects.filter(cycle=cycle, retired_at=None, indicator__isnull=False).values("indicator")
    ours = Indicator.objects.filter(outcome__theme__framework__cycle=cycle, outcome__retired_at=None).exclude(pk__in=measured)
    return list(ours.select_related("outcome").order_by("number"))


@dataclass(frozen=True)
class Taken:
    """What came of taking all indicators: how many went in, and why others did not."""

    added: int
    left_out: list[tuple[Indicator, str]]


def take_indicators(cycle: Cycle, *, by: Participant, now: datetime) -> Taken:
    """Put every indicator that nothing measures yet into the plan, with what the framework says of collecting it.

    One that lacks somebody to collect it or its hours stays out, and is named with what is missing (ME-08). Again changes nothing.
    """
    with transaction.atomic():
        cycle = held_for_writing(cycle, by)
        number = next_number(Measure.objects.filter(cycle=cycle))
        made: list[Measure] = []
        left_out: list[tuple[Indicator, str]] = []
        for sign in missing_indicators(cycle):
            figures: dict[str, Any] = {mine: getattr(sign, theirs) for mine, theirs in _FIGURES if getattr(sign, theirs) not in (None, "")}
            words = Words(sign.text[:600], sign.collector, sign.hours, sign.form, indicator=sign, every=_every(sign.frequency), **figures)
            try:
                kept = _clean_indicator(words)
            except Refused as refused:
                left_out.append((sign, str(refused)))
            else:
                made.append(Measure(cycle=cycle, number=number + len(made), by=by, at=now, **kept))
        Measure.objects.bulk_create(made)
        if made:
            minutes.record(cycle, "measure", _("{n} indicators were taken into the monitoring plan", n=len(made)), by=by, now=now)
    return Taken(len(made), left_out)


def _clean_indicator(words: Words) -> dict[str, Any]:
    require(measure_rules.looks_like_added_resource(words.text, words.form, words.unit))
    require(measure_rules.why_no_measure(owner=words.owner, hours=words.hours))
    return {field.name: getattr(words, field.name) for field in fields(words)}


_FIGURES = (("baseline", "baseline"), ("target", "aim"), ("direction", "direction"), ("unit", "unit"))  # of a measure, of an indicator
_OFTEN = (
    ("half", Measure.Every.HALF_YEAR),
    ("six month", Measure.Every.HALF_YEAR),
    ("year", Measure.Every.YEAR),
    ("annual", Measure.Every.YEAR),
)


def _every(said: str) -> int:
    """How often, from the words of the framework; each quarter where they say nothing else."""
    words = said.lower()
    if words.strip(" .") in ("once", "one time", "at the end"):
        return Measure.Every.ONCE
    return next((every for part, every in _OFTEN if part in words), Measure.Every.QUARTER)


# The ceiling


def set_ceiling(cycle: Cycle, *, hours: Decimal, agreed_by: str, by: Participant, now: datetime) -> MonitoringCeiling:
    """Keep the most hours a quarter that collecting may take, and who agreed it. What people said of an earlier one stays with it."""
    words = clean_words(agreed_by, 200)
    if not hours.is_finite() or not 0 <= hours < 10_000:
        raise Refused(_("The hours a quarter are a number from 0 to 9,999."))
    with transaction.atomic():
        cycle = held_for_writing(cycle, by)
        last = ceiling_of(cycle)
        if last is not None and (last.hours, last.agreed_by) == (hours, words):
            return last
        made = MonitoringCeiling.objects.create(cycle=cycle, hours=hours, agreed_by=words, by=by, at=now)
        what = _("Monitoring may take {n} hours a quarter, agreed by {who}", n=f"{hours.normalize():f}", who=words)
        minutes.record(cycle, "measure", what, by=by, now=now)
    return made


def consent(cycle: Cycle, *, agrees: bool, words: str = "", by: Participant, now: datetime) -> MonitoringConsent:
    """Say yes or no to the hours of the busiest quarter, once for each counted voice; saying it again replaces it (PL-20, INV-06).

    Raises `Refused` while the plan is within the ceiling, for somebody without a counted voice, and for a no without its reason.
    """
    said = words_if_any(words, 500)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        if by.cycle_id != cycle.pk:
            raise Refused(_("You are not part of this cycle."))
        require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        ceiling, hours = ceiling_of(cycle), busiest(cycle)
        if ceiling is None or not measure_rules.over(hours, ceiling.hours):
            raise Refused(_("The plan is within the hours that were agreed, so there is nothing to agree to."))
        if not roles.has_counted_voice(role_codes(by)):
            raise Refused(_("Whoever runs a room or only watches has no counted voice."))
        if not agrees and not said:
            raise Refused(_("Say why, so that the plan can be mended."))
        kept = {"group": by.group, "agrees": agrees, "words": said, "hours": hours, "by": by, "at": now}
        made, __ = MonitoringConsent.objects.update_or_create(ceiling=ceiling, **voice_of(by), defaults=kept)
        group = tally.GROUPS[by.group]
        text = _("{group}: somebody agrees to {n} hours of monitoring", group=group, n=f"{hours.normalize():f}")
        if not agrees:
            text = _("{group}: somebody does not agree to {n} hours of monitoring", group=group, n=f"{hours.normalize():f}")
        minutes.record(cycle, "measure", text, by=by, now=now, why=said)
    return made


# Looks


def plan(cycle: Cycle) -> QuerySet[Measure]:
    """The plan as the specification freezes it: what providers promised later is measured beside it."""
    return Measure.objects.filter(cycle=cycle, retired_at=None, commitment=None)


def work_of(measure: Measure) -> measure_rules.Work:
    """How much work a measure is."""
    return measure_rules.Work(measure.hours, measure.every, measure.first_quarter)


def busiest(cycle: Cycle) -> Decimal:
    """The hours of the busiest quarter of the plan."""
    return measure_rules.busiest([work_of(m) for m in plan(cycle)], quarters_of(cycle))


def ceiling_of(cycle: Cycle) -> MonitoringCeiling | None:
    """The most hours a quarter that stand now."""
    return MonitoringCeiling.objects.filter(cycle=cycle).order_by("pk").last()


def groups_here(cycle: Cycle) -> list[str]:
    """The groups with somebody who has a counted voice."""
    people = Participant.objects.filter(cycle=cycle, withdrawn_at=None, voice=False).prefetch_related("roles")
    found = {p.group for p in people if roles.has_counted_voice(frozenset(role.code for role in p.roles.all()))}
    return [group for group in tally.GROUPS if group in found]


def said_by_group(ceiling: MonitoringCeiling | None, hours: Decimal) -> Mapping[str, measure_rules.Said]:
    """What each group says to so many hours; who agreed to fewer was not asked about these."""
    if ceiling is None:
        return {}
    rows = [(c.group, c.agrees) for c in ceiling.consents.all() if c.hours >= hours or not c.agrees]
    return {g: measure_rules.Said(rows.count((g, True)), rows.count((g, False))) for g in tally.GROUPS}


def waiting_for(cycle: Cycle, ceiling: MonitoringCeiling | None, hours: Decimal) -> list[str]:
    """The groups whose consent is still missing, by code; nobody while the plan is within the ceiling."""
    if ceiling is None or not measure_rules.over(hours, ceiling.hours):
        return []
    return measure_rules.still_to_agree(groups_here(cycle), said_by_group(ceiling, hours))


def why_not_publish(cycle: Cycle) -> _ | None:
    """Why the plan cannot be published: it takes more hours than agreed, and a group has not agreed to that (PL-20)."""
    ceiling, hours = ceiling_of(cycle), busiest(cycle)
    names = [str(tally.GROUPS[group]) for group in waiting_for(cycle, ceiling, hours)]
    return measure_rules.why_over(hours, ceiling.hours if ceiling else None, names)


def as_content(cycle: Cycle) -> list[dict[str, Any]]:
    """The plan as plain data in a fixed order, as frozen and exported."""
    return [
        {
            "id": m.pk,
            "code": m.code,
            "text": m.text,
            "form": m.form,
            "indicator": m.indicator_id,
            "criterion": m.criterion_id,
            "owner": m.owner,
            "paid_by": m.paid_by,
            "hours": f"{m.hours:.1f}",
            "every": m.every,
            "first_quarter": m.first_quarter,
            "baseline": None if m.baseline is None else f"{m.baseline.normalize():f}",
            "target": None if m.target is None else f"{m.target.normalize():f}",
            "direction": m.direction,
            "unit": m.unit,
        }
        for m in plan(cycle).order_by("number")
    ]
