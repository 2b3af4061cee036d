"""Bringing organisations onto the map from a file: everything is shown first, nothing is half imported, nothing twice (AN-06)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from commissioning import minutes, policy, provider_rows, providers, registering, roles
from commissioning.models import Cycle, FormerName, MapImport, Organisation, Participant, ProviderEntry
from commissioning.models.people import IDENTIFIER_FORMS, IDENTIFIER_PATTERNS
from commissioning.people import held_by, printable_line
from commissioning.provider_rows import Row
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

NEW, KNOWN, MAPPED, OFF, ALIKE = "new", "known", "mapped", "off", "alike"

MOST_READ = provider_rows.MOST_BYTES + 1  # bytes: one more than may come, so that too much is noticed and no more is read


@dataclass
class Preview:
    """One row as it would come in: new to the register, known there, on the map already, taken off it, or alike to others: then somebody chooses."""

    row: Row
    state: str = NEW
    organisation: Organisation | None = None
    alike: list[Organisation] = field(default_factory=list)


@dataclass
class Look:
    """A whole file before it comes in."""

    read: provider_rows.Read
    rows: list[Preview] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each state."""
        return {state: sum(1 for one in self.rows if one.state == state) for state in (NEW, KNOWN, MAPPED, OFF, ALIKE)}


@dataclass
class _Register:
    """The authority's register as a file is compared with it: by number, by name, by names given up."""

    organisations: dict[int, Organisation]
    numbers: dict[tuple[str, str], int]
    names: dict[str, int]
    plain: dict[int, str]


def _register(cycle: Cycle) -> _Register:
    everybody = {o.pk: o for o in Organisation.objects.filter(authority=cycle.authority_id)}
    stands = {pk: _standing(o, everybody) for pk, o in everybody.items()}
    kept = _Register({pk: o for pk, o in everybody.items() if o.merged_into_id is None}, {}, {}, {})
    for former in FormerName.objects.filter(organisation__authority=cycle.authority_id):
        kept.names[former.name.casefold()] = stands[former.organisation_id]
        if former.identifier:
            kept.numbers[former.scheme, former.identifier] = stands[former.organisation_id]
    for pk, organisation in everybody.items():
        kept.names[organisation.name.casefold()] = stands[pk]
        if organisation.identifier:
            kept.numbers[organisation.scheme, organisation.identifier] = stands[pk]
    kept.plain = {pk: provider_rows.plain_name(o.name) for pk, o in kept.organisations.items()}
    return kept


def _standing(organisation: Organisation, everybody: Mapping[int, Organisation]) -> int:
    while organisation.merged_into_id is not None:
        organisation = everybody[organisation.merged_into_id]
    return organisation.pk


def bring(cycle: Cycle, *, name: str, data: bytes, by: Participant, now: datetime) -> MapImport:
    """Keep a file for its preview. Raises `Refused` when it is no table; earlier files of this person that were not used are let go."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    text, wrong = provider_rows.decoded(data)
    require(wrong)
    with transaction.atomic():
        MapImport.objects.filter(cycle=cycle, by=by, done_at=None).delete()
        return MapImport.objects.create(cycle=cycle, name=printable_line(name)[:120], text=text.replace("\0", ""), by=by, at=now)


def look(kept: MapImport) -> Look:
    """What this file would do, row by row, against the register and the map as they are now."""
    forms = {scheme: form for scheme, (__, form) in IDENTIFIER_FORMS.items()}
    found = Look(provider_rows.read(kept.text, IDENTIFIER_PATTERNS, forms))
    register = _register(kept.cycle)
    entries = ProviderEntry.objects.filter(cycle=kept.cycle).values_list("organisation", "removed_at")
    here = {organisation: OFF if removed else MAPPED for organisation, removed in entries}
    first: dict[int, int] = {}
    for row in list(found.read.rows):
        wrong = _other_number(row, register)
        one = _compare(row, register, here)
        if wrong is None and one.organisation is not None and first.setdefault(one.organisation.pk, row.line) != row.line:
            wrong = _(
                "This is the same organisation as on line {line}: {name}.", line=first[one.organisation.pk], name=one.organisation.name
            )
        if wrong is not None:
            found.read.errors.append((row.line, wrong))
        else:
            found.rows.append(one)
    found.read.errors.sort(key=lambda one: one[0])
    return found


def _other_number(row: Row, register: _Register) -> _ | None:
    """A row whose name the register knows under another number of the same kind, or whose name and number belong to two."""
    by_name = register.organisations.get(register.names.get(row.name.casefold(), 0))
    by_number = register.numbers.get((row.scheme, row.number)) if row.number else None
    if by_number is not None and by_name is None and not provider_rows.akin(row.name, register.organisations[by_number].name):
        return _(
            "The number {number} belongs to {other} in the register. Mend the number, or give {other} its new name in the register first.",
            number=row.number,
            other=register.organisations[by_number].name,
        )
    if by_name is None or not row.number:
        return None
    if by_number is not None and by_number != by_name.pk:
        other = register.organisations[by_number].name
        return _("The number {number} belongs to {other} in the register, not to {name}.", number=row.number, other=other, name=row.name)
    if by_number is None and by_name.scheme == row.scheme and by_name.identifier:
        return _("The register has {name} with the number {number}. Which one is right?", name=row.name, number=by_name.identifier)
    return None


def _compare(row: Row, register: _Register, here: Mapping[int, str]) -> Preview:
    known = register.numbers.get((row.scheme, row.number)) if row.number else None
    known = known or register.names.get(row.name.casefold())
    if known is not None:
        return Preview(row, here.get(known, KNOWN), register.organisations[known])
    near = [register.organisations[pk] for pk in provider_rows.alike(row.name, register.plain)]
    near = [
        o for o in near if not (row.number and o.identifier and o.scheme == row.scheme)
    ]  # two numbers of one register: two organisations
    return Preview(row, ALIKE if near else NEW, alike=near)


def bring_in(kept: MapImport, choices: Mapping[int, str], *, by: Participant, now: datetime) -> int:
    """Put the organisations of a file on the map: all of them or none. `choices` says for a row that is alike which one it is.

    A choice is the number of an organisation, or "new". Returns how many came on the map; done again it adds nothing.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True, of=("self",)).select_related("authority").get(pk=kept.cycle_id)
        require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        kept = MapImport.objects.select_for_update(no_key=True, of=("self",)).select_related("cycle").get(pk=kept.pk)
        if kept.done_at is not None:
            return 0
        seen = look(kept)
        if seen.read.errors:
            raise Refused(_("Nothing was imported: {n} rows are wrong. Mend them in the file and bring it again.", n=len(seen.read.errors)))
        for one in seen.rows:
            _settle(one, choices)
        added = sum(1 for one in seen.rows if _put(cycle, one, now))
        kept.text, kept.added, kept.done_at = "", added, now
        kept.save(update_fields=["text", "added", "done_at"])
        what = _("{n} organisations came on the provider map from the file {name}", n=added, name=kept.name)
        minutes.record(cycle, "provider map", what, by=by, now=now)
        registering.catch_up(cycle, now=now)
    return added


def _settle(one: Preview, choices: Mapping[int, str]) -> None:
    """Do as somebody chose for a name that is alike to others: never by ourselves."""
    if one.state != ALIKE:
        return
    choice = choices.get(one.row.line, "")
    chosen = next((o for o in one.alike if str(o.pk) == choice), None)
    if chosen is None and choice != "new":
        why = _(
            "Say for line {line} whether “{name}” is the same organisation as one that is named alike.",
            line=one.row.line,
            name=one.row.name,
        )
        raise Refused(why)
    one.organisation = chosen


def _put(cycle: Cycle, one: Preview, now: datetime) -> bool:
    row, organisation = one.row, one.organisation
    if organisation is None:
        organisation = Organisation.objects.create(
            authority=cycle.authority,
            name=printable_line(row.name),
            size=row.size,
            scheme=row.scheme,
            identifier=row.number,
            **({"kind": row.kind} if row.kind else {}),
        )
    elif row.number and not organisation.identifier:
        organisation.scheme, organisation.identifier = row.scheme, row.number
        organisation.save(update_fields=["scheme", "identifier"])
    draft = providers.Draft(row.name, row.size, row.labels, row.offers, row.expertise, row.channel, row.reach_at)
    return providers.put_on(cycle, draft, source=ProviderEntry.Source.FILE, now=now, organisation=organisation) is not None
