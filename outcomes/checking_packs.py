"""Packs that come back: found again where they were made, kept read-only where they were not.

A pack of this installation leads to the version it was made from: same ids, same hash, nothing is doubled. One made elsewhere
is kept to the letter as brought in. It never becomes clauses or outcomes here: its ids are another installation's, and the
people who agreed on it are not in these records.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Sentence as _
from commissioning.sentences import require
from outcomes import composing, data_pack, laying_out, policy
from outcomes.data_pack import Pack
from outcomes.models import BroughtIn, SpecificationVersion

CHOOSE = _("Choose a file first. It is the one in a pack that ends in .json.")


def same_here(pack: Pack) -> SpecificationVersion | None:
    """The version of this installation that a pack was made from."""
    about = pack.content["cycle"]
    found = SpecificationVersion.objects.filter(
        specification__cycle__slug=about["slug"][:80], number=pack.number, content_hash=pack.content_hash
    )
    if pack.record is not None:
        found = found.filter(record__content_hash=pack.record_hash)
    return next((version for version in found.select_related("specification__cycle") if version.at == pack.at), None)


def keep(pack: Pack, *, cycle: Cycle | None, by: Participant | None, now: datetime) -> BroughtIn:
    """Keep a pack made elsewhere, read-only, once. In a cycle it is an officer's act; without one that of whoever runs this."""
    package = data_pack.written(pack).decode()
    made = {
        "package": package,
        "title": pack.title[:300],
        "number": pack.number,
        "content_hash": pack.content_hash,
        "by": by,
        "at": now,
    }
    with transaction.atomic():
        if cycle is not None:
            cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
            require(policy.why_not_edit(held_by(by) if by is not None and by.cycle_id == cycle.pk else frozenset(), frozen=False))
        kept, new = BroughtIn.objects.get_or_create(cycle=cycle, package_hash=composing.content_hash(package), defaults=made)
        if new and cycle is not None:
            what = _("A specification made elsewhere was brought in: {title}, version {n}", title=kept.title[:200], n=kept.number)
            minutes.record(cycle, "brought in", what, by=by, now=now, why=kept.content_hash)
    return kept


def outcomes_of(pack: Pack) -> list[dict[str, Any]]:
    """The outcomes of a pack, as far as they are of the usual kind."""
    try:
        return [{"code": str(one["code"]), "statement": str(one["statement"])} for one in laying_out.outcomes_of(pack.content)]
    except (KeyError, TypeError, AttributeError):
        return []
