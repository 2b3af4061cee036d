"""What people and places already have, beside the needs; and why none is recorded, where none is (AN-03)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from commissioning import convening, minutes, needs, needs_rules
from commissioning.contributing import clean_words
from commissioning.cycle import LOOKED_FOR_ASSETS
from commissioning.models import Asset, Contribution, Cycle, MilestoneMet, Need, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def record_asset(
    cycle: Cycle,
    *,
    what: str,
    owner: str = "",
    how: str = "",
    for_needs: Iterable[Need] = (),
    contributions: Iterable[Contribution] = (),
    of_group: str = "",
    contributor: Participant | None = None,
    key: str = "",
    by: Participant,
    now: datetime,
) -> Asset:
    """Record something that is already there, made of what people said or not; the same `key` twice gives the first back."""
    with transaction.atomic():
        cycle = needs.held(cycle, by)
        already = Asset.objects.filter(cycle=cycle, key=key).first() if key else None
        if already is not None:
            return already
        listed = list(contributions)
        person, group = needs.whose(listed, contributor, needs.line(of_group, 120))
        asset = Asset.objects.create(
            cycle=cycle,
            number=needs.next_number(Asset.objects.filter(cycle=cycle)),
            what=clean_words(what, 600),
            owner=needs.line(owner),
            how=needs.line(how, 500),
            contributor=person,
            of_group=group,
            key=key,
            by=by,
            at=now,
        )
        asset.needs.set([need for need in for_needs if need.cycle_id == cycle.pk])
        needs.keep_origins(listed, asset=asset, by=by, now=now)
        convening.meet_milestone(cycle, LOOKED_FOR_ASSETS, now=now)
        minutes.record(cycle, "asset", _("Asset {n} was recorded", n=asset.number), by=needs.shown_by(by, group), now=now)
    return asset


def join_to(asset: Asset, contributions: Iterable[Contribution], *, by: Participant, now: datetime) -> None:
    """Add what more people said to an asset that is on the list already."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        asset = Asset.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=asset.pk, cycle=by.cycle_id)
        needs.keep_origins(list(contributions), asset=asset, by=by, now=now)
        minutes.record(asset.cycle, "asset", _("More of what people said was added to asset {n}", n=asset.number), by=by, now=now)


def link(asset: Asset, need: Need, *, by: Participant, now: datetime) -> None:
    """Say that an asset may help with a need. Anybody in the cycle may; saying it twice changes nothing."""
    with transaction.atomic():
        cycle = needs.held(need.cycle, by)
        if asset.cycle_id != cycle.pk:
            raise Refused(_("You are not part of this cycle."))
        if not asset.needs.filter(pk=need.pk).exists():
            asset.needs.add(need)
            what = _("Asset {a} may help with need {n}", a=asset.number, n=need.number)
            minutes.record(cycle, "asset", what, by=by, now=now)


def say_why_none(cycle: Cycle, *, reason: str, by: Participant, now: datetime) -> None:
    """Record why no asset stands beside the needs, so that the stage can close; everybody sees the reason (AN-03)."""
    require(needs_rules.why_not_run(held_by(by)))
    words = clean_words(reason, 500)
    with transaction.atomic():
        cycle = needs.held(cycle, by)
        if Asset.objects.filter(cycle=cycle).exists():
            raise Refused(_("There is an asset on the list, so there is nothing to explain."))
        convening.meet_milestone(cycle, LOOKED_FOR_ASSETS, now=now)
        minutes.record(cycle, NO_ASSETS, _("No asset is recorded"), by=by, now=now, why=words)


NO_ASSETS = "no assets"  # the act as the minutes call it


def why_none(cycle: Cycle) -> str:
    """Why no asset is recorded, as it was last said; empty when there is one, or nobody said."""
    if not MilestoneMet.objects.filter(cycle=cycle, code=LOOKED_FOR_ASSETS).exists():
        return ""
    said = cycle.minutes.filter(act=NO_ASSETS).order_by("-pk").first()
    return said.why if said is not None else ""
