"""The authority's register of organisations: a new name, a number, and two organisations that become one. Nothing is lost."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, models, transaction

from commissioning import minutes, policy, provider_rows, roles
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, FormerName, Means, Organisation, Participant, ProviderEntry
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, require
from commissioning.sentences import Sentence as _

# What a floor above must hold still meanwhile.
HOLDS: list[Callable[[Organisation, Organisation], None]] = []
# What a floor above knows of two organisations that are to become one: a reason why not now, or None.
REFUSALS: list[Callable[[Organisation, Organisation], Sentence | None]] = []
# What is moved by that floor itself; everything else that names an organisation moves by the rule of `_move`.
MOVERS: dict[str, Callable[[Organisation, Organisation], None]] = {}


def _move_means(going: Organisation, staying: Organisation) -> None:
    """What each said it can manage: one of the two stands in a cycle, the one said last, or one organisation counts twice."""
    theirs = {means.cycle_id: means for means in Means.objects.filter(organisation=staying)}
    for means in Means.objects.filter(organisation=going):
        other = theirs.get(means.cycle_id)
        if other is not None:
            older = min(means, other, key=lambda one: one.at)
            older.delete()
            if older is means:
                continue
        means.organisation = staying
        means.save(update_fields=["organisation"])


MOVERS["commissioning.Means"] = _move_means


def change(organisation: Organisation, values: dict[str, Any], *, why: str, cycle: Cycle, by: Participant, now: datetime) -> None:
    """Change the register's entry. The name it had stays known: files and people that use it still find the organisation.

    Raises `Refused` when it is renamed without a reason.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    reason = printable(why).strip()[:500]
    with transaction.atomic():
        kept = _held(organisation, cycle)
        was = kept.name
        renamed = values["name"].casefold() != was.casefold()
        if renamed and not reason:
            raise Refused(_("Say why the name changes, such as “renamed in May”. The old name stays known."))
        for name in ("name", "kind", "size", "scheme", "identifier"):
            setattr(kept, name, values[name])
        kept.save()
        if renamed:
            FormerName.objects.create(organisation=kept, name=was, why=reason, by=by, at=now)
            what = _("{was} is now called {name}", was=was, name=kept.name)
        else:
            what = _("The register entry of {name} was changed", name=kept.name)
        _tell([kept], what, cycle=cycle, by=by, now=now, why=reason)


def _held(organisation: Organisation, cycle: Cycle) -> Organisation:
    kept = Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)
    if kept.authority_id != cycle.authority_id:
        raise Refused(_("This organisation is not in the register of this authority."))
    if kept.merged_into_id is not None:
        raise Refused(_("{name} is part of another organisation now.", name=kept.name))
    return kept


def _tell(concerned: list[Organisation], what: Sentence, *, cycle: Cycle, by: Participant, now: datetime, why: str) -> None:
    """A line in the minutes of every cycle these organisations take part in or are on the map of."""
    here = models.Q(participants__organisation__in=concerned) | models.Q(map_entries__organisation__in=concerned)
    for one in Cycle.objects.filter(here | models.Q(pk=cycle.pk)).distinct():
        minutes.record(one, "organisation", what, by=by, now=now, why=why)


def look_alike(organisation: Organisation) -> list[Organisation]:
    """The organisations of the register whose names are alike to this one's; nobody merges them but a person."""
    others = Organisation.objects.filter(authority=organisation.authority_id, merged_into=None).exclude(pk=organisation.pk)
    listed = {o.pk: o for o in others}
    plain = {pk: provider_rows.plain_name(o.name) for pk, o in listed.items()}
    return [listed[pk] for pk in provider_rows.alike(organisation.name, plain, most=10)]


def why_not_merge(going: Organisation, staying: Organisation) -> Sentence | None:
    """Why two organisations cannot become one now, or None."""
    if going.pk == staying.pk or going.authority_id != staying.authority_id:
        return _("Choose another organisation of the same register.")
    return next((why for refusal in REFUSALS if (why := refusal(going, staying)) is not None), None)


def merge(going: Organisation, staying: Organisation, *, why: str, cycle: Cycle, by: Participant, now: datetime) -> Organisation:
    """Make one organisation part of another: its people, its place on maps and what was sent to it move with it.

    What is over stays as it was: in a ballot that closed, two organisations voted, and the record says so. Raises `Refused`
    without a reason, and while both have a voice in something that is still open: two counted votes cannot become one there.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    reason = clean_words(why, 500)
    with transaction.atomic():
        # Always in the same order, so that two officers who merge the two the other way round do not wait for each other.
        kept = {o.pk: o for o in (_held(one, cycle) for one in sorted((going, staying), key=lambda one: one.pk))}
        going, staying = kept[going.pk], kept[staying.pk]
        for hold in HOLDS:
            hold(going, staying)
        require(why_not_merge(going, staying))
        what = _("{going} is now part of {staying}", going=going.name, staying=staying.name)
        _tell([going, staying], what, cycle=cycle, by=by, now=now, why=reason)
        _move_entries(going, staying)
        for link in _links():
            mover = MOVERS.get(link.field.model._meta.label)
            mover(going, staying) if mover else _move(link, going, staying)
        FormerName.objects.create(
            organisation=staying,
            name=going.name,
            scheme=going.scheme,
            identifier=going.identifier,
            merged=going,
            why=reason,
            by=by,
            at=now,
        )
        _hand_over_number(going, staying)
        if staying.size == Organisation.Size.UNKNOWN:
            staying.size = going.size
        going.merged_into = staying
        going.save()
        staying.save()
    return staying


def _links() -> list[Any]:
    """Every relation on any floor that names an organisation, but for those that merging itself writes."""
    ours = {"commissioning.Organisation", "commissioning.FormerName", "commissioning.ProviderEntry"}
    related: list[Any] = list(Organisation._meta.get_fields(include_hidden=True))
    return [r for r in related if r.auto_created and not r.concrete and not r.many_to_many and r.field.model._meta.label not in ours]


def _move(link: Any, going: Organisation, staying: Organisation) -> None:
    """Row by row to the organisation that stays; a row that cannot move, because one like it is there, stays as history."""
    name = link.field.name
    for pk in link.field.model._base_manager.filter(**{name: going}).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                link.field.model._base_manager.filter(pk=pk).update(**{name: staying})
        except DatabaseError:
            continue


def _move_entries(going: Organisation, staying: Organisation) -> None:
    """Where only one is on a map the entry changes hands; where both are, the one that goes is kept under the other with its log."""
    theirs = {entry.cycle_id: entry for entry in ProviderEntry.objects.filter(organisation=staying)}
    for entry in ProviderEntry.objects.filter(organisation=going, joined_into=None):
        other = theirs.get(entry.cycle_id)
        if other is None:
            entry.organisation = staying
            entry.save(update_fields=["organisation"])
            continue
        while other.joined_into is not None:
            other = other.joined_into
        entry.joined_into = other
        entry.save(update_fields=["joined_into"])
        other.labels.add(*entry.labels.all())
        if entry.removed_at is None:  # whoever was on the map stays on it, under the other's name
            other.removed_at, other.removed_because = None, ""
        for name in ("offers", "expertise"):
            if not getattr(other, name):
                setattr(other, name, getattr(entry, name))
        if not other.channel and (entry.channel or not other.reach_at):  # the way and the address belong together
            other.channel, other.reach_at = entry.channel, entry.reach_at or other.reach_at
        other.own_words = other.own_words or (entry.own_words and other.expertise == entry.expertise)
        other.save()


def _hand_over_number(going: Organisation, staying: Organisation) -> None:
    """The number goes with the one that stays when it has none; the former name keeps what it was."""
    if going.identifier and not staying.identifier:
        scheme, number = going.scheme, going.identifier
        Organisation.objects.filter(pk=going.pk).update(scheme="", identifier="")
        going.scheme, going.identifier = "", ""
        staying.scheme, staying.identifier = scheme, number
