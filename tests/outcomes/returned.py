"""A contract that runs, for tests of returns: a lot, an award, measures, and the provider's people. Rows another part's acts will make."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from commissioning.models import Organisation
from outcomes import adopting, quarters, returning
from outcomes.models import Award, AwardParty, Commitment, Criterion, Indicator, Lot, Measure, Outcome
from workshops import agreeing


@dataclass
class Contract:
    """An award with its people; `day` moves the contract so that a moment of a quarter is today."""

    room: object
    award: Award
    criterion: Criterion

    @property
    def town(self):
        return self.room.town

    @property
    def val(self):
        return self.room.vsos[0]

    def measure(self, text="Evenings with an open door", form="count", **more):
        number = Measure.objects.filter(cycle=self.town.cycle).count() + 1
        about = {"owner": "Manager", "hours": Decimal("1.5"), "criterion": self.criterion, "by": self.town.lead, "at": self.town.now}
        about |= {"baseline": 1, "target": 4} if form == "count" else {}
        return Measure.objects.create(cycle=self.town.cycle, number=number, text=text, form=form, **(about | more))

    def commitment(self, promise="The library is open by month 9", **more):
        number = Commitment.objects.filter(award__lot__cycle=self.town.cycle).count() + 1
        about = {"criterion": self.criterion, "owner": "Manager", "by": self.town.lead, "at": self.town.now}
        return Commitment.objects.create(award=self.award, number=number, promise=promise, **(about | more))

    def starts(self, day):
        self.award.starts, self.award.ends = day, quarters.months_after(day, 24) - timedelta(days=1)
        self.award.save()

    def in_quarter(self, quarter, days_after_its_end):
        """Let today be so many days after a quarter ended (before, when negative)."""
        today = timezone.localdate()
        start = today - timedelta(days=91 * quarter + days_after_its_end + 10)
        while quarters.begins(start, quarter + 1) - timedelta(days=1) + timedelta(days=days_after_its_end) < today:
            start += timedelta(days=1)
        self.starts(start)
        return self

    def at(self, name, quarter=1, *more):
        return reverse(name, args=[self.town.cycle.slug, self.award.pk, quarter, *more])

    def page(self, name):
        return reverse(name, args=[self.town.cycle.slug])

    def client(self, who=None):
        return self.town.client(who or self.val)

    def form(self, *measures, hours="2", act="save", **fields):
        """What the form sends: `m3_value="4"` is the value of the measure with number 3."""
        returned = returning.last_of(self.award, 1)
        sent = {"act": act, "hours": hours, "seen": str(returned.revision if returned else 1)}
        for measure in measures:
            found = returned.readings.filter(measure=measure).first() if returned else None
            sent[f"m{measure.pk}-seen"] = str(found.revision if found else 0)
            for name in ("value", "part", "whole", "start", "words", "standing"):
                if f"m{measure.number}_{name}" in fields:
                    sent[f"m{measure.pk}-{name}"] = fields[f"m{measure.number}_{name}"]
        return sent

    def fill(self, sent, quarter=1, who=None):
        return self.client(who).post(self.at("fill_return", quarter), sent)

    def send(self, readings, quarter=1, hours=Decimal(2), now=None):
        """Sent through the acts: what each measure showed."""
        act = {"by": self.val, "now": now or timezone.now()}
        returning.keep_readings(self.award, quarter, {m.pk: said for m, said in readings.items()}, **act)
        returning.keep_rest(self.award, quarter, hours=hours, resources=[], seen=None, **act)
        return returning.send(self.award, quarter, **act)


def contract_of(room) -> Contract:
    town = room.town
    lot = Lot.objects.create(cycle=town.cycle, number=Lot.objects.filter(cycle=town.cycle).count() + 1, title="Evenings")
    made = Award.objects.create(
        lot=lot,
        provider=Organisation.objects.get(name="Harbour", authority=town.authority),
        starts=timezone.localdate() - timedelta(days=100),
        ends=timezone.localdate() + timedelta(days=600),
        why="The young people chose it",
        by=town.lead,
        at=town.now,
    )
    number = Criterion.objects.filter(cycle=town.cycle).count() + 1
    criterion = Criterion.objects.create(cycle=town.cycle, number=number, question="How will people decide?", by=town.lead, at=town.now)
    return Contract(room, made, criterion).in_quarter(1, 3)


def partner(contract, name="Doorstep"):
    organisation = Organisation.objects.get(name=name, authority=contract.town.authority)
    return AwardParty.objects.create(award=contract.award, organisation=organisation)


def adopted_outcome(room, horizon="long") -> tuple[Outcome, Indicator]:
    """An outcome people agreed on and the authority adopted, with its indicator: through the acts."""
    town, workshop = room.town, room.workshop
    proposal = town.propose(workshop, room.citizens[0], "Young people keep a trusted adult")
    ballot = town.ballot(workshop, proposal)
    town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    placing = adopting.Placing("People", "Young people", horizon)
    adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, now=town.now, placing=placing)
    outcome = Outcome.objects.get(theme__framework__cycle=town.cycle)
    return outcome, outcome.indicators.first()
