"""Asking participants which share they advise for social value: one voice each, sealed until it is closed, never a decision (SW-03, INV-07)."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from commissioning import minutes, roles, small_groups
from commissioning import policy as ground
from commissioning.models import Cycle, Participant
from commissioning.people import held_by, role_codes
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import weighing, weighting_rules
from outcomes.models import Advice, AdvisedShare, Weighting
from workshops import tally
from workshops.voting import voice_of


def open_advice(cycle: Cycle, *, by: Participant, now: datetime) -> Advice:
    """Ask everybody which share they advise, with the newest proposal on the table. Asking while it is open changes nothing."""
    require(ground.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = _held(cycle, by)
        require(cycle.quiet)
        require(weighing.why_not_change(cycle))
        already = open_in(cycle)
        if already is not None:
            return already
        on_the_table = Weighting.objects.filter(cycle=cycle, kind=Weighting.Kind.PROPOSED).first()
        if on_the_table is None:
            raise Refused(_("Put a proposal down first, so that people know what they are asked about."))
        made = Advice.objects.create(weighting=on_the_table, opened_by=by, opened_at=now)
        what = _("Everybody is asked which share of the evaluation score they advise for social value")
        minutes.record(cycle, "weighting", what, by=by, now=now)
    return made


def _held(cycle: Cycle, by: Participant) -> Cycle:
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not part of this cycle."))
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return cycle


def advise(advice: Advice, *, share: int | None, by: Participant, now: datetime) -> None:
    """Advise a share; advising again replaces it, and no share takes it back.

    Raises `Refused` once it is closed, for somebody without a counted voice, and for anything that is not a whole share.
    """
    if share is not None and not 0 <= share <= weighting_rules.WHOLE:
        raise Refused(_("Write a number from 0 to 100."))
    with transaction.atomic():
        cycle = _held(advice.weighting.cycle, by)
        advice = Advice.objects.select_for_update(of=("self",), no_key=True).get(pk=advice.pk)
        require(why_not_advise(advice, by))
        if share is not None:  # taking one's advice back is always possible
            require(cycle.quiet)
            require(weighing.why_not_change(cycle))
        voice = voice_of(by)
        if share is None:
            AdvisedShare.objects.filter(advice=advice, **voice).delete()
            return
        AdvisedShare.objects.update_or_create(advice=advice, **voice, defaults={"group": by.group, "share": share, "at": now})


def why_not_advise(advice: Advice | None, by: Participant) -> _ | None:
    """Why somebody cannot advise now, or None; that another speaks for their organisation is said by `voice_of`."""
    return weighting_rules.why_not_advise(
        open_now=advice is not None and advice.closed_at is None,
        has_voice=roles.has_counted_voice(role_codes(by)),
        withdrawn=by.withdrawn_at is not None,
    )


def close_advice(advice: Advice, *, by: Participant, now: datetime) -> None:
    """Close the asking and count it, each group by itself. Groups under five are hidden, and nothing is decided by it."""
    require(ground.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = _held(advice.weighting.cycle, by)
        advice = Advice.objects.select_for_update(of=("self",), no_key=True).get(pk=advice.pk)
        if advice.closed_at is not None:
            raise Refused(_("This is closed already."))
        advice.closed_at, advice.result = now, _result(counted(advice))
        advice.save(update_fields=["closed_at", "result"])
        minutes.record(cycle, "weighting", _("The advice on the share for social value was closed and counted"), by=by, now=now)


def counted(advice: Advice) -> list[tuple[str, int]]:
    """The shares that count, with the group of each: of organisations, and of people who have not left."""
    stayed = Q(participant=None) | Q(participant__withdrawn_at=None)
    return list(advice.shares.filter(stayed).values_list("group", "share"))


def _result(shares: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """What may be shown of each group: its middle answer and how many stand behind it."""
    by_group = {group: [share for of, share in shares if of == group] for group in tally.GROUPS}
    shown = [group for group, n in small_groups.shown({g: len(s) for g, s in by_group.items()}).items() if n]
    return {
        "groups": [{"group": g, "share": str(weighting_rules.middle(by_group[g])), "n": len(by_group[g])} for g in shown],
        "hidden": any(0 < len(s) < small_groups.SMALLEST for s in by_group.values()),
    }


# Looks


def advices_of(cycle: Cycle) -> QuerySet[Advice]:
    """Every time people were asked, newest first."""
    return Advice.objects.filter(weighting__cycle=cycle).select_related("weighting__cycle")


def open_in(cycle: Cycle) -> Advice | None:
    """The asking that is open now."""
    return advices_of(cycle).filter(closed_at=None).first()


def mine(advice: Advice, me: Participant) -> int | None:
    """The share somebody, or their organisation, advised; shown to nobody else. Raises `Refused` as `voice_of` does."""
    return AdvisedShare.objects.filter(advice=advice, **voice_of(me)).values_list("share", flat=True).first()


def advised(advice: Advice | None) -> list[tuple[_, Fraction, int]]:
    """What each group that may be shown advised, in the fixed order of groups."""
    rows = (advice.result or {}).get("groups", []) if advice else []
    return [(tally.GROUPS[row["group"]], Fraction(row["share"]), row["n"]) for row in rows]


def as_content(cycle: Cycle) -> dict[str, Any]:
    """What was proposed, advised and adopted, with the reason, as plain data in a fixed order (SW-03)."""
    versions = list(
        Weighting.objects.filter(cycle=cycle).select_related("exception__minimum").prefetch_related("outcomes").order_by("number")
    )
    adopted = next((w for w in reversed(versions) if w.kind == Weighting.Kind.ADOPTED), None)
    closed = advices_of(cycle).filter(closed_at__isnull=False).first()
    if not versions:
        return {}
    return {
        "price": adopted.price if adopted else None,
        "quality": adopted.quality if adopted else None,
        "social_value": adopted.social_value if adopted else None,
        "reason": adopted.reason if adopted else "",
        "outcomes": sorted(o.pk for o in adopted.outcomes.all()) if adopted else [],
        "decider_role": adopted.decider_role if adopted else "",
        "proposed": [
            {"number": w.number, "price": w.price, "quality": w.quality, "social_value": w.social_value, "reason": w.reason}
            for w in versions
            if w.kind == Weighting.Kind.PROPOSED
        ],
        "advised": [
            {"group": row["group"], "share": f"{float(Fraction(row['share'])):g}", "n": row["n"]}
            for row in ((closed.result or {}).get("groups", []) if closed else [])
        ],
        "exception": _exception(adopted),
    }


def _exception(adopted: Weighting | None) -> dict[str, Any] | None:
    kept = getattr(adopted, "exception", None)
    if kept is None:
        return None
    words = {"minimum": kept.minimum.share, "reason": kept.reason, "allowed_by": kept.allowed_by}
    return words | {"allowed_on": kept.allowed_on.isoformat()}
