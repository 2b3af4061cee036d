"""Recording who does the work. What is recorded is the result: no bid, no price and no score is taken here (DO-11)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from commissioning import gate, minutes, prices
from commissioning.contributing import clean_words, words_if_any
from commissioning.holding import held_open
from commissioning.models import Cycle, Organisation, Participant, ProcurementGate, Route
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import award_rules, reviewing
from outcomes.models import Award, AwardParty, Lot

WITHOUT_PROCUREMENT = (Route.Kind.GRANT, Route.Kind.SLA, Route.Kind.IN_HOUSE, Route.Kind.PILOT)


@dataclass(frozen=True)
class Part:
    """An organisation beside the lead, and what it does."""

    organisation: Organisation
    standing: str = AwardParty.Standing.PARTNER
    part: str = ""


@dataclass(frozen=True)
class Result:
    """What was awarded to whom, for which days, and why in plain words."""

    lot: Lot
    provider: Organisation
    starts: date
    ends: date
    why: str
    parties: tuple[Part, ...] = ()
    procurement_over: bool = False


def record(cycle: Cycle, result: Result, *, key: str, by: Participant, now: datetime) -> Award:
    """Put on record who delivers a lot; the same `key` twice gives the first back.

    Raises `Refused` while procurement has not begun or is challenged, for days that cannot be, when the lot stands awarded
    already, and when an organisation is named twice or is not in the authority's register.
    """
    why = clean_words(result.why, 600)
    if prices.looks_commercial(why, *(part.part for part in result.parties)) is not None:
        raise Refused(_("This speaks of money or of somebody’s bid. Neither is kept here. Say in plain words why this provider."))
    with transaction.atomic():
        cycle = held_open(cycle, by)
        already = Award.objects.filter(lot__cycle=cycle, key=key).first() if key else None
        if already is not None:
            return already
        today = timezone.localdate(now)
        require(award_rules.why_not_award(standing_of(cycle), today))
        require(award_rules.why_not_days(result.starts, result.ends, today))
        require(award_rules.why_not_parties(result.provider.pk, [p.organisation.pk for p in result.parties]))
        _require_free(cycle, result)
        made = Award.objects.create(
            lot=result.lot, provider=result.provider, starts=result.starts, ends=result.ends, why=why, key=key[:64], by=by, at=now
        )
        for one in result.parties:
            words = words_if_any(one.part, 300)
            AwardParty.objects.create(award=made, organisation=one.organisation, standing=one.standing, part=words)
        what = _("Lot {lot} goes to {who}, from {day}", lot=result.lot.number, who=result.provider.name, day=_day(result.starts))
        minutes.record(cycle, "award", what, by=by, now=now, why=why)
        if result.procurement_over and cycle.procurement_from is not None:
            words = on_record(lambda: str(_("The award of lot {n} is on record.", n=result.lot.number)))
            gate.end(cycle, ending=ProcurementGate.Ending.DONE, reason=words, by=by, now=now)
        reviewing.plan_yearly(cycle, now=now)
    return made


def _require_free(cycle: Cycle, result: Result) -> None:
    if result.lot.cycle_id != cycle.pk:
        raise Refused(_("That lot belongs to another cycle."))
    for one in (result.provider, *(p.organisation for p in result.parties)):
        if one.authority_id != cycle.authority_id or one.merged_into_id is not None:
            raise Refused(_("{name} is not in the register of this authority. Put it there first.", name=one.name))
    if any(p.standing not in AwardParty.Standing.values for p in result.parties):
        raise Refused(_("Say of each organisation whether it is a partner or a subcontractor."))
    stands = Award.objects.filter(lot=result.lot, ended_at=None).select_related("provider").first()
    if stands is not None:
        who, day = stands.provider.name, _day(stands.starts)
        raise Refused(
            _("Lot {lot} is with {who} from {day}. End that award first, with the reason.", lot=result.lot.number, who=who, day=day)
        )


def end(award: Award, *, because: str, by: Participant, now: datetime) -> Award:
    """End an award with a reason that everybody reads; it stays on record. Ending it again changes nothing."""
    words = clean_words(because, 500)
    with transaction.atomic():
        cycle = held_open(award.lot.cycle, by)
        award = held(award)
        if award.ended_at is not None:
            return award
        award.ended_at, award.ended_because = now, words
        award.save(update_fields=["ended_at", "ended_because"])
        what = _("The award of lot {lot} to {who} has ended", lot=award.lot.number, who=award.provider.name)
        minutes.record(cycle, "award", what, by=by, now=now, why=words)
    return award


def held(award: Award) -> Award:
    """The award, locked. Call it inside a transaction, after the cycle."""
    return Award.objects.select_for_update(of=("self",), no_key=True).select_related("lot__cycle", "provider").get(pk=award.pk)


def _day(day: date) -> str:
    return on_record(lambda: date_format(day, "j F Y"))


# Looks


def standing_of(cycle: Cycle) -> award_rules.Procurement:
    """Where procurement stands, as the rule about awards asks."""
    last = gate.gates_of(cycle).exclude(ending=ProcurementGate.Ending.MOVED).values_list("ending", flat=True).first() or ""
    other = Route.objects.filter(cycle=cycle, chosen_at__isnull=False, kind__in=WITHOUT_PROCUREMENT).exists()
    return award_rules.Procurement(cycle.procurement_from, last, cycle.paused_until is not None, other)


def awards_of(cycle: Cycle) -> QuerySet[Award]:
    """Every award of a cycle by lot, with its provider and parties; those that ended too."""
    found = Award.objects.filter(lot__cycle=cycle).select_related("lot", "provider", "by__organisation")
    return found.prefetch_related("parties__organisation").order_by("lot__number", "-ended_at", "pk")


def delivering_in(cycles: Collection[Cycle]) -> dict[int, list[Award]]:
    """Who delivers in each of these cycles now; the same queries however many cycles."""
    told: dict[int, list[Award]] = {cycle.pk: [] for cycle in cycles}
    found = (
        Award.objects.filter(lot__cycle__in=cycles, ended_at=None)
        .select_related("lot", "provider")
        .prefetch_related("parties__organisation")
    )
    for award in found:
        told[award.lot.cycle_id].append(award)
    return told


def organisations_of(award: Award) -> set[int]:
    """The organisations that deliver an award: the lead and all parties."""
    return {award.provider_id, *award.parties.values_list("organisation", flat=True)}


def awards_for(participant: Participant | None) -> QuerySet[Award]:
    """The awards somebody delivers: those where their organisation is the lead or a party."""
    if participant is None or participant.organisation_id is None or participant.withdrawn_at is not None:
        return Award.objects.none()
    mine = Q(provider=participant.organisation_id) | Q(parties__organisation=participant.organisation_id)
    return Award.objects.filter(mine, lot__cycle=participant.cycle_id).select_related("lot", "provider").distinct()
