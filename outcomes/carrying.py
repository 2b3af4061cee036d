"""Findings that go forward: each becomes a need of the next cycle, once, with the way back (RV-10)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes, needs
from commissioning.models import Cycle, Evidence, Need
from commissioning.sentences import Refused, on_record
from commissioning.sentences import Sentence as _
from outcomes import review_looks
from outcomes.models import Finding

MOST = 600  # characters of a need


def next_of(cycle: Cycle) -> Cycle | None:
    """The cycle that follows, while it is open; the first of several."""
    return cycle.followed_by.filter(state=Cycle.State.OPEN).order_by("pk").first()


def carry(finding: Finding, *, now: datetime) -> Need | None:
    """Make an agreed finding a need of the next cycle, raised by whoever leads that cycle; done before, it gives that need.

    None while there is no next cycle, or nothing new is taken in it: the finding waits, and goes when it can.
    """
    with transaction.atomic():
        finding = Finding.objects.select_for_update(of=("self",), no_key=True).select_related("review__cycle", "outcome").get(pk=finding.pk)
        if finding.carried_to is not None or finding.decided != Finding.Decided.FORWARD or finding.state != Finding.State.AGREED:
            return finding.carried_to
        cycle = finding.review.cycle
        following = next_of(cycle)
        lead = review_looks.lead_of(following) if following else None
        if following is None or lead is None:
            return None
        try:
            made = _raise_need(finding, following, lead, now)
        except Refused:  # nothing new is taken there now
            return None
        finding.carried_to, finding.state = made, Finding.State.CARRIED
        finding.save(update_fields=["carried_to", "state"])
        what = _("Finding {code} is now need {n} of: {title}", code=finding.code, n=made.number, title=following.title)
        minutes.record(cycle, "forward", what, by=None, now=now, why=finding.because)
    return made


def _raise_need(finding: Finding, following: Cycle, lead: Any, now: datetime) -> Need:
    cycle = finding.review.cycle
    name = {"code": finding.code, "title": cycle.title, "review": finding.review.title}
    origin = on_record(lambda: str(_("Finding {code} of “{title}”: {review}", **name)))
    evidence = [(Evidence.Kind.CONSULTATION.value, origin[:300])]
    if finding.readings.exists():
        evidence.append((Evidence.Kind.DATA.value, on_record(lambda: str(_("What the returns of “{title}” showed", **name)))[:300]))
    return needs.raise_need(
        following,
        statement=finding.text if len(finding.text) <= MOST else f"{finding.text[: MOST - 1]}…",  # the whole is on the page of its origin
        who=finding.outcome.for_whom if finding.outcome else "",
        evidence=evidence,
        earlier_finding=origin[:300],
        by=lead,
        now=now,
    )


def carry_all(cycle: Cycle, *, now: datetime) -> list[Need]:
    """Everything of a cycle that waits for the next one; run again it carries nothing twice."""
    waiting = Finding.objects.filter(review__cycle=cycle, decided=Finding.Decided.FORWARD, state=Finding.State.AGREED, carried_to=None)
    return [need for need in (carry(finding, now=now) for finding in waiting) if need is not None]


def sweep(*, now: datetime) -> int:
    """Carry what waited for a next cycle that has opened since; returns how many needs were made."""
    waiting = Finding.objects.filter(decided=Finding.Decided.FORWARD, state=Finding.State.AGREED, carried_to=None)
    cycles = Cycle.objects.filter(pk__in=waiting.values("review__cycle"), followed_by__isnull=False).distinct()
    return sum(len(carry_all(cycle, now=now)) for cycle in cycles)


def origin_of(need: Need) -> Finding | None:
    """The finding a need was made of, if it was made of one."""
    found = Finding.objects.filter(carried_to=need).select_related("review__cycle__authority", "outcome")
    return found.prefetch_related("readings__measure").first()


def links(cycle: Cycle) -> list[dict[str, Any]]:
    """Each finding of a cycle with the outcome and readings it rests on and the need it became, for the thread."""
    found = Finding.objects.filter(review__cycle=cycle).select_related("carried_to__cycle").prefetch_related("readings", "voices")
    return [
        {
            "finding": finding.pk,
            "code": finding.code,
            "outcome": finding.outcome_id,
            "readings": [r.pk for r in finding.readings.all()],
            "contributions": [v.pk for v in finding.voices.all()],
            "need": finding.carried_to_id,
            "need_cycle": finding.carried_to.cycle.slug if finding.carried_to else "",
        }
        for finding in found
    ]
