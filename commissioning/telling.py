"""Saying what is needed and what is there: by the open form, by a full one, and from a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from commissioning import assets, minutes, needs, needs_rules
from commissioning.contributing import PLAINLY, Manner, contribute
from commissioning.models import Asset, Contribution, Cycle, Need, Participant
from commissioning.needs_file import Row
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

KINDS = (Contribution.Kind.NEED, Contribution.Kind.ASSET)


def tell(
    cycle: Cycle, *, difference: str, here_already: str = "", key: str, by: Participant, now: datetime, manner: Manner = PLAINLY
) -> list[Contribution]:
    """Keep what somebody said on the open form, in their own words; sent twice, it is kept once. Officers make needs of it later.

    Raises `Refused` when both boxes are empty.
    """
    if not difference.strip() and not here_already.strip():
        raise Refused(_("Write something in one of the two boxes."))
    kept = []
    with transaction.atomic():
        for kind, words in zip(KINDS, (difference, here_already), strict=True):
            if words.strip():
                said, __ = contribute(cycle=cycle, by=by, kind=kind, text=words, key=f"{key[:30]}-{kind}", now=now, manner=manner)
                kept.append(said)
    return kept


@dataclass(frozen=True)
class NeedSaid:
    """What somebody writes about a need on the full form."""

    statement: str
    kind: str
    source: str
    who: str = ""
    where: str = ""
    says: str = ""
    dated: date | None = None
    of_group: str = ""
    earlier_finding: str = ""


def say_need(cycle: Cycle, said: NeedSaid, *, key: str, by: Participant, now: datetime, manner: Manner = PLAINLY) -> Need:
    """Say a need and put it on the list at once, with how one knows: whoever takes part may. It is answered like anything said."""
    with transaction.atomic():
        words, __ = contribute(
            cycle=cycle, by=by, kind=Contribution.Kind.NEED, text=said.statement, key=f"{key[:30]}-listed", now=now, manner=manner
        )
        made = Need.objects.filter(origins__contribution=words).first() or needs.raise_need(
            cycle,
            statement=said.statement,
            who=said.who,
            where=said.where,
            contributions=[words],
            of_group=said.of_group,
            earlier_finding=said.earlier_finding,
            by=by,
            now=now,
        )
        needs.add_evidence(made, kind=said.kind, source=said.source, says=said.says, dated=said.dated, by=by, now=now)
    return made


@dataclass(frozen=True)
class AssetSaid:
    """What somebody writes about something that is already there."""

    what: str
    owner: str = ""
    how: str = ""
    for_needs: Sequence[Need] = ()
    of_group: str = ""


def say_asset(cycle: Cycle, said: AssetSaid, *, key: str, by: Participant, now: datetime, manner: Manner = PLAINLY) -> Asset:
    """Say what is already there and put it on the list at once."""
    with transaction.atomic():
        words, __ = contribute(
            cycle=cycle, by=by, kind=Contribution.Kind.ASSET, text=said.what, key=f"{key[:30]}-listed", now=now, manner=manner
        )
        already = Asset.objects.filter(origins__contribution=words).first()
        return already or assets.record_asset(
            cycle,
            what=said.what,
            owner=said.owner,
            how=said.how,
            for_needs=said.for_needs,
            of_group=said.of_group,
            contributions=[words],
            by=by,
            now=now,
        )


@dataclass
class Brought:
    """What a file added, and how much of it was on the list already."""

    needs: int = 0
    assets: int = 0
    already: int = 0


def bring_in(cycle: Cycle, rows: Iterable[Row], *, by: Participant, now: datetime) -> Brought:
    """Put the rows of a file on the lists, all or none. A row that is there already adds nothing but evidence that is new."""
    require(needs_rules.why_not_run(held_by(by)))
    brought = Brought()
    with transaction.atomic():
        Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        known = set(Need.objects.filter(cycle=cycle).exclude(key="").values_list("key", flat=True))
        known |= set(Asset.objects.filter(cycle=cycle).exclude(key="").values_list("key", flat=True))
        for row in rows:
            _bring_in(cycle, row, by, now)
            if row.key in known:
                brought.already += 1
            else:
                known.add(row.key)
                brought.assets += row.is_asset
                brought.needs += not row.is_asset
        what = _("A file was brought in: {n} needs and {a} assets are new", n=brought.needs, a=brought.assets)
        minutes.record(cycle, "need", what, by=by, now=now)
    return brought


def _bring_in(cycle: Cycle, row: Row, by: Participant, now: datetime) -> None:
    if row.is_asset:
        assets.record_asset(cycle, what=row.statement, owner=row.who, how=row.how, key=row.key, by=by, now=now)
        return
    need = needs.raise_need(cycle, statement=row.statement, who=row.who, where=row.where, key=row.key, by=by, now=now)
    if row.evidence:
        needs.keep_evidence(need, row.evidence, row.source, row.says, row.dated, by, now)


def waiting_to_be_sorted(cycle: Cycle) -> QuerySet[Contribution]:
    """What people said is needed or there, which is in no need and no asset yet."""
    said = Contribution.objects.open_to_all().filter(cycle=cycle, kind__in=KINDS, origin=None)
    return said.select_related("participant__organisation").prefetch_related("tags").order_by("pk")
