"""A contract with all that follows, made straight in the tables: what other acts write is only read by the parts tested here."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from commissioning.models import Organisation
from outcomes.models import Award, Commitment, Criterion, Finding, Lot, Measure, Outcome, Reading, Return, Review, Story


def today() -> date:
    return timezone.localdate()


def contract(room, *, began=200, measures=1):
    """An award that began some days ago on outcome O1, with a criterion, a commitment and measures."""
    town, outcome = room.town, Outcome.objects.first()
    by = {"by": town.lead, "at": town.now}
    lot = Lot.objects.create(cycle=town.cycle, number=1, title="All of it")
    provider = Organisation.objects.get(name="Harbour")
    starts = today() - timedelta(days=began)
    award = Award.objects.create(lot=lot, provider=provider, starts=starts, ends=starts + timedelta(days=1000), why="Best", **by)
    criterion = Criterion.objects.create(cycle=town.cycle, number=1, question="How?", outcome=outcome, state="published", **by)
    promise = Commitment.objects.create(award=award, criterion=criterion, number=1, promise="Six paid placements", owner="Manager", **by)
    for n in range(1, measures + 1):
        Measure.objects.create(
            cycle=town.cycle,
            number=n,
            text="Paid placements filled",
            form="count",
            commitment=promise,
            owner="Manager",
            hours=1,
            target=6,
            direction="up",
            unit="placements",
            **by,
        )
    return award


def returned(room, award, quarter, value, standing, *, version=1, state="submitted", measure=None):
    """A return of one quarter with one figure."""
    sent = Return.objects.create(
        award=award,
        quarter=quarter,
        version=version,
        state=state,
        changed_because="A mistake" if version > 1 else "",
        by=room.vsos[0],
        started_at=room.town.now,
        submitted_at=None if state == "draft" else room.town.now,
    )
    return Reading.objects.create(returned=sent, measure=measure or Measure.objects.first(), value=Decimal(value), standing=standing)


def found(room, *, quarter=2, decided="change", text="Evenings work, waits do not.", **more):
    """A finding of a review about outcome O1."""
    town = room.town
    number = Review.objects.count() + 1
    review = Review.objects.create(
        cycle=town.cycle,
        number=number,
        title=f"Review {number}",
        quarter=quarter,
        planned_for=today(),
        state="closed",
        held_at=town.now,
        closed_at=town.now,
        by=town.lead,
        at=town.now,
    )
    made = {"state": "agreed", "because": "People said so", "outcome": Outcome.objects.first()} | more
    return Finding.objects.create(
        review=review, number=number, level="contract", text=text, decided=decided, by=town.lead, at=town.now, **made
    )


def story(reading, words, consent="given"):
    """A story beside a reading."""
    day = timezone.now() if consent == "given" else None
    return Story.objects.create(
        reading=reading, outcome=Outcome.objects.first(), words=words, consent=consent, consent_at=day, at=timezone.now()
    )
