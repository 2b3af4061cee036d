"""Contracts, returns and reviews for the tests of looking back, made through the models where another part has the act."""

from datetime import date
from decimal import Decimal

from commissioning.models import Contribution, Organisation
from outcomes import judging, reviewing
from outcomes.models import AddedResource, Award, AwardParty, Commitment, Criterion, Lot, Measure, Reading, Return, Story
from workshops import attending

STARTS, ENDS = date(2025, 4, 1), date(2028, 3, 31)


def awarded(town, provider="Harbour", *, partner="", starts=STARTS, ends=ENDS, number=1):
    """A lot that went to an organisation of the register, with a partner if one is named."""

    def organisation(name):
        return Organisation.objects.get_or_create(authority=town.authority, name=name)[0]

    lot = Lot.objects.create(cycle=town.cycle, number=number, title=f"Lot {number}")
    award = Award.objects.create(
        lot=lot, provider=organisation(provider), starts=starts, ends=ends, why="Best answer", by=town.lead, at=town.now
    )
    if partner:
        AwardParty.objects.create(award=award, organisation=organisation(partner))
    return award


def measured(town, award, *, number=1, promise="", text="Young people feel safe", first=1):
    """A measure: of a promise the provider was scored on, or of a criterion by itself."""
    criterion = Criterion.objects.create(cycle=town.cycle, number=number, question="How will you do it?", by=town.lead, at=town.now)
    commitment = None
    if promise:
        row = {"award": award, "criterion": criterion, "number": number, "promise": promise, "owner": "Manager", "by": town.lead}
        commitment = Commitment.objects.create(at=town.now, **row)
    kept = {"criterion": None if promise else criterion, "commitment": commitment, "first_quarter": first}
    row = {"cycle": town.cycle, "number": number, "text": text, "form": "share", "owner": "Manager", "hours": Decimal(1)}
    return Measure.objects.create(by=town.lead, at=town.now, **row, **kept)


def returned(town, award, quarter, *readings, version=1, hours=2, added=False, story=False):
    """A return that was sent: readings are (measure, part, whole, standing)."""
    row = {"award": award, "quarter": quarter, "version": version, "state": "submitted", "hours": hours, "by": town.lead}
    because = {"changed_because": "A figure was wrong"} if version > 1 else {}
    sent = Return.objects.create(started_at=town.now, submitted_at=town.now, **row, **because)
    for measure, part, whole, standing in readings:
        made = Reading.objects.create(returned=sent, measure=measure, part=part, whole=whole, standing=standing)
        if story:
            Story.objects.create(reading=made, words="She found work", consent="given", consent_at=town.now, at=town.now)
    if added:
        AddedResource.objects.create(returned=sent, kind="volunteers", amount=22, unit="people")
    return sent


def planned(town, title="Year one", quarter=4, day=date(2026, 5, 1)):
    return reviewing.plan(town.cycle, reviewing.ReviewPlan(title, quarter, day), by=town.lead, now=town.now)


def met(town, review, *came):
    """The meeting of a review, with who came."""
    workshop = reviewing.convene_meeting(review, by=town.lead, now=town.now)
    for person in came:
        attending.attend(workshop, person, now=town.now)
    review.refresh_from_db()
    return workshop


def heard(town):
    """Something somebody said in the cycle, at its first asking."""
    words = {"kind": "need", "group": "commissioner", "text": "The bus stops at six", "key": town.key(), "at": town.now}
    already = Contribution.objects.filter(cycle=town.cycle, place="process-review").first()
    return already or Contribution.objects.create(cycle=town.cycle, participant=town.lead, place="process-review", **words)


def found(town, review, level="contract", text="Evenings work, waits do not", decided="change", **said):
    """A finding, talked over and with what follows; about something somebody said where nothing else is named."""
    if level != "process" and not said:
        said = {"voices": (heard(town),)}
    made = judging.write(review, judging.FindingSaid(level, text, **said), key=town.key(), by=town.lead, now=town.now)
    judging.talk_over(made, by=town.lead, now=town.now)
    return judging.decide(made, decided=decided, because="So that nobody waits", seen=1, by=town.lead, now=town.now)


def everybody_agrees(town, finding, *people):
    for person in people:
        judging.signal(finding, yes=True, seen=finding.version, by=person, now=town.now)
    return judging.agree(finding, by=town.lead, now=town.now)
