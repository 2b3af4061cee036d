"""Writing duty records: drafts, what is recorded, what a newer record replaces, and what a cycle still misses (LG-01 to LG-13)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from commissioning import bases, duty_rules, legal_basis, minutes, needs
from commissioning.contributing import clean_words, printable
from commissioning.holding import held_open
from commissioning.models import Contribution, Cycle, DutyRecord, EvidenceLink, Participant, ProcurementGate, ScopeItem, WhatIsBought
from commissioning.people import printable_line
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _

LONGEST = 3000  # characters of one part
MOST_LINKS = 30  # on one record
MOST_CITABLE = 20  # things people said, offered to choose from


@dataclass(frozen=True)
class Link:
    """Something a record rests on, as it was written."""

    kind: str
    label: str
    address: str = ""


@dataclass(frozen=True)
class Writing:
    """What somebody wrote under one duty."""

    answers: Mapping[str, str]
    links: tuple[Link, ...] = ()
    decision: bool | None = None
    covers: tuple[str, ...] = ()
    decider: str = ""
    decided_on: date | None = None


def say_what_is_bought(cycle: Cycle, *, kind: str, value: int, by: Participant, now: datetime) -> WhatIsBought:
    """Say what is going to be bought and about what it is worth; from this follows whether the duties apply (LG-06)."""
    with transaction.atomic():
        cycle = held_open(cycle, by)
        if kind not in WhatIsBought.Kind.values:
            raise Refused(_("Choose what is bought."))
        if not 0 <= value < 10**12:
            raise Refused(_("Write what it is worth in whole pounds."))
        last = bought(cycle)
        if last is not None and (last.kind, last.value) == (kind, value):
            return last
        made = WhatIsBought.objects.create(cycle=cycle, kind=kind, value=value, by=by, at=now)
        what = _("What is bought: {kind}, about £{value}", kind=made.get_kind_display().lower(), value=f"{value:,}")
        minutes.record(cycle, "bought", what, by=by, now=now, why=str(standing(cycle).why))
    return made


def keep_draft(cycle: Cycle, code: str, writing: Writing, *, by: Participant, now: datetime) -> DutyRecord:
    """Keep what is written so far. A draft is no record: it counts for nothing until it is recorded."""
    with transaction.atomic():
        cycle = held_open(cycle, by)
        return _write(cycle, _duty(bases.of(cycle), code), writing, by, now)


def record(cycle: Cycle, code: str, writing: Writing, *, by: Participant, now: datetime) -> DutyRecord:
    """Put a duty on record, with its decider and day; a record that was there stays, marked as replaced.

    Raises `Refused` when a part has no words, a link or a decider is missing, or the words were copied from another record.
    The same words recorded again change nothing.
    """
    with transaction.atomic():
        cycle = held_open(cycle, by)
        basis = bases.of(cycle)
        duty, today, short = _duty(basis, code), timezone.localdate(now), is_short(cycle, basis)
        said = duty_rules.Said(writing.answers, writing.decision, len(writing.links), writing.decider, writing.decided_on, writing.covers)
        require(duty_rules.why_not_record(basis, duty, said, today=today, short=short))
        require(duty_rules.why_copied(_asked(duty, writing, short), _others(cycle, basis, duty)))
        standing_now = DutyRecord.objects.select_for_update(no_key=True).filter(cycle=cycle, code=code, state="recorded").first()
        if standing_now is not None and _as_written(standing_now) == _clean(duty, writing):
            return standing_now
        made = _write(cycle, duty, writing, by, now)
        if standing_now is not None:
            standing_now.state, standing_now.superseded_at = DutyRecord.State.SUPERSEDED, now
            standing_now.save(update_fields=["state", "superseded_at"])
        made.state, made.short, made.recorded_at = DutyRecord.State.RECORDED, short, now
        made.save(update_fields=["state", "short", "recorded_at"])
        _minute(cycle, basis, duty, made, standing_now is not None, by, now)
    return made


def _minute(
    cycle: Cycle, basis: legal_basis.Basis, duty: legal_basis.Duty, made: DutyRecord, again: bool, by: Participant, now: datetime
) -> None:
    what = _("A new duty record takes the place of an earlier one: {title}", title=duty.title) if again else None
    what = what or _("Duty record: {title}", title=duty.title)
    left_out = "; ".join(d.title for d in basis.duties if d.code in made.covers)
    why = (
        _("Decided by {who}. Left out: {names}", who=made.decider, names=left_out) if left_out else _("Decided by {who}", who=made.decider)
    )
    minutes.record(cycle, "duty", what, by=by, now=now, why=str(why))


def _duty(basis: legal_basis.Basis, code: str) -> legal_basis.Duty:
    found = basis.duty(code)
    if found is None:
        raise Refused(_("There is no such duty."))
    return found


def _clean(duty: legal_basis.Duty, writing: Writing) -> Writing:
    """What was written as it is kept: printable, and with addresses that lead somewhere."""
    parts = [p.code for p in duty.parts]
    answers = {code: clean_words(text, LONGEST) for code, text in writing.answers.items() if code in parts and printable(text).strip()}
    links = tuple(Link(link.kind, printable_line(link.label)[:200], checked_address(link.address)) for link in writing.links)
    if len(links) > MOST_LINKS:
        raise Refused(_("These are more links than one record needs. Keep the best."))
    if any(link.kind not in EvidenceLink.Kind.values or not link.label for link in links):
        raise Refused(_("Say for each link what it is, in a few words."))
    decision = writing.decision if duty.choice else None
    return Writing(answers, links, decision, tuple(sorted(set(writing.covers))), printable_line(writing.decider)[:160], writing.decided_on)


def checked_address(address: str) -> str:
    """An address that can be followed: a page of ours, or one on the web. Raises `Refused` for anything else; empty stays empty."""
    address = printable_line(address)
    if not address:
        return ""
    ours = address.startswith("/") and not address.startswith("//")
    try:
        if ours:
            resolve(address.partition("?")[0].partition("#")[0])
        else:
            URLValidator(schemes=["https", "http"])(address)
    except (Resolver404, ValidationError) as wrong:
        raise Refused(_("This address leads nowhere: {address}", address=address[:200])) from wrong
    if len(address) > 500:
        raise Refused(_("This address is too long."))
    return address


def _write(cycle: Cycle, duty: legal_basis.Duty, writing: Writing, by: Participant, now: datetime) -> DutyRecord:
    kept = _clean(duty, writing)
    columns: dict[str, Any] = {name: getattr(kept, name) for name in ("decision", "decider", "decided_on")}
    columns |= {"answers": dict(kept.answers), "covers": list(kept.covers), "by": by, "at": now}
    draft, __ = DutyRecord.objects.update_or_create(cycle=cycle, code=duty.code, state=DutyRecord.State.DRAFT, defaults=columns)
    draft.links.all().delete()
    EvidenceLink.objects.bulk_create(EvidenceLink(record=draft, kind=n.kind, label=n.label, address=n.address) for n in kept.links)
    return draft


def _as_written(kept: DutyRecord) -> Writing:
    links = tuple(Link(link.kind, link.label, link.address) for link in kept.links.all())
    return Writing(dict(kept.answers), links, kept.decision, tuple(kept.covers), kept.decider, kept.decided_on)


def _asked(duty: legal_basis.Duty, writing: Writing, short: bool) -> dict[str, str]:
    return {part.code: writing.answers.get(part.code, "") for part in duty.asked(short)}


def _others(cycle: Cycle, basis: legal_basis.Basis, duty: legal_basis.Duty) -> dict[str, list[str]]:
    """The words of the other duties of this cycle, recorded or drafted, by their titles."""
    found: dict[str, list[str]] = {}
    for other in DutyRecord.objects.filter(cycle=cycle).exclude(code=duty.code).exclude(state=DutyRecord.State.SUPERSEDED):
        about = basis.duty(other.code)
        found.setdefault(about.title if about else other.code, []).extend(other.answers.values())
    return found


# Looks


@dataclass
class DutyLook:
    """One duty of a cycle: what is on record, what is being written, and what came before."""

    duty: legal_basis.Duty
    record: DutyRecord | None = None
    draft: DutyRecord | None = None
    earlier: list[DutyRecord] = field(default_factory=list)
    waived: bool = False
    late: bool = False  # put on record after procurement had its day

    @property
    def parts(self) -> list[tuple[legal_basis.Part, str]]:
        """The questions with the words on record."""
        return [(p, self.record.answers[p.code]) for p in self.duty.parts if p.code in self.record.answers] if self.record else []

    @property
    def chosen(self) -> str:
        """The decision on record, in its words."""
        if self.record is None or self.duty.choice is None:
            return ""
        return self.duty.choice.yes if self.record.decision else self.duty.choice.no

    @property
    def missing(self) -> bool:
        """Whether it must be on record before the start, and is not."""
        return self.duty.before_start and self.record is None and not self.waived


@dataclass(frozen=True)
class Citable:
    """Something of this cycle that a record can rest on: how an officer finds it, and the link that is kept."""

    code: str
    shown: str
    link: Link


def _cited(cycle: Cycle, said: Contribution) -> Citable:
    kind = said.get_kind_display()
    label = on_record(lambda: str(_("{kind} {n}, in somebody’s own words", kind=said.get_kind_display(), n=said.pk)))
    is_need = said.kind == Contribution.Kind.NEED
    link_kind = EvidenceLink.Kind.NEED if is_need else EvidenceLink.Kind.SAID
    return Citable(
        f"said-{said.pk}", f"{kind}: {said.text[:120]}", Link(link_kind, label, reverse("contribution_thread", args=[cycle.slug, said.pk]))
    )


def _listed(cycle: Cycle, number: int, statement: str) -> Citable:
    label = on_record(lambda: str(_("Need {n}, on the list of needs", n=number)))
    link = Link(EvidenceLink.Kind.NEED, label, reverse("need", args=[cycle.slug, number]))
    return Citable(f"need-{number}", f"{label}: {statement[:120]}", link)


def citable(cycle: Cycle) -> list[Citable]:
    """The needs on the list, what people said they need or have, and the open lines of the honesty list, newest first.

    The link never holds anybody's words: a record stays for ever, and words can be withdrawn or taken out.
    """
    kinds = (Contribution.Kind.NEED, Contribution.Kind.ASSET, Contribution.Kind.IDEA)
    said = Contribution.objects.filter(cycle=cycle, kind__in=kinds).open_to_all().order_by("-pk")[:MOST_CITABLE]
    listed = needs.on_the_list(cycle).order_by("-number").values_list("number", "statement")[:MOST_CITABLE]
    found = [_listed(cycle, number, statement) for number, statement in listed]
    found += [_cited(cycle, one) for one in said]
    for item in ScopeItem.objects.filter(cycle=cycle, kind=ScopeItem.Kind.OPEN):
        address = f"{reverse('cycle', args=[cycle.slug])}#scope-h"
        found.append(
            Citable(f"scope-{item.pk}", f"{item.get_kind_display()}: {item.text}", Link(EvidenceLink.Kind.SCOPE, item.text[:200], address))
        )
    return found


@dataclass(frozen=True)
class Figures:
    """How far the records of a cycle are, as numbers (M-27)."""

    musts: int
    written: int
    before_start: int
    waivers: int


def bought(cycle: Cycle) -> WhatIsBought | None:
    """What is bought, as it was said last."""
    return WhatIsBought.objects.filter(cycle=cycle).last()


def standing(cycle: Cycle) -> legal_basis.Standing:
    """Whether the duties apply to this cycle, and why (LG-06)."""
    last = bought(cycle)
    kind, value = (last.kind, last.value) if last else ("", None)
    return legal_basis.standing(bases.of(cycle), kind=kind, value=value, day=timezone.localdate(cycle.opened_at))


def is_short(cycle: Cycle, basis: legal_basis.Basis) -> bool:
    """Whether the short form fits this cycle (LG-13)."""
    last = bought(cycle)
    return legal_basis.short_form(basis, last.value if last else None)


def looks(cycle: Cycle) -> list[DutyLook]:
    """Every duty of the cycle's set, in its order, with what was written; a fixed number of queries."""
    return looks_in([cycle])[cycle.pk]


def looks_in(cycles: Collection[Cycle]) -> dict[int, list[DutyLook]]:
    """The same for many cycles, each read with its set; as many queries as for one."""
    gates = {gate.cycle_id: gate for gate in ProcurementGate.objects.filter(cycle__in=cycles).order_by("pk")}
    written: dict[int, list[DutyRecord]] = defaultdict(list)
    for kept in DutyRecord.objects.filter(cycle__in=cycles).prefetch_related("links"):
        written[kept.cycle_id].append(kept)
    return {cycle.pk: _looks(bases.of(cycle), gates.get(cycle.pk), written[cycle.pk]) for cycle in cycles}


def _looks(basis: legal_basis.Basis, gate: ProcurementGate | None, written: list[DutyRecord]) -> list[DutyLook]:
    found = {duty.code: DutyLook(duty) for duty in basis.duties}
    for kept in written:
        look = found.get(kept.code)
        if look is None:
            continue
        if kept.state == DutyRecord.State.DRAFT:
            look.draft = kept
        elif kept.state == DutyRecord.State.RECORDED:
            look.record = kept
        else:
            look.earlier.append(kept)
    for look in found.values():
        days = [kept.recorded_at for kept in (look.record, *look.earlier) if kept is not None and kept.recorded_at]
        look.late = gate is not None and bool(days) and min(days) > gate.set_at
    waiver = found[basis.waiver].record if basis.waiver in found else None
    for code in waiver.covers if waiver else ():
        found[code].waived = True
    return list(found.values())


def recorded(cycle: Cycle) -> list[DutyLook]:
    """The duties that are on record, as everybody may read them."""
    return recorded_in([cycle])[cycle.pk]


def recorded_in(cycles: Collection[Cycle]) -> dict[int, list[DutyLook]]:
    """The same for many cycles."""
    return {pk: [look for look in found if look.record is not None] for pk, found in looks_in(cycles).items()}


def figures(rows: list[DutyLook]) -> Figures:
    """How many records must be there, are there, were there before the start, and how many duties were left out (M-27)."""
    musts = [look for look in rows if look.duty.before_start]
    written = [look for look in musts if look.record is not None]
    return Figures(len(musts), len(written), sum(not look.late for look in written), sum(look.waived for look in rows))
