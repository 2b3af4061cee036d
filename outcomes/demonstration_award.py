"""The demonstration's contract: the gate, who delivers, what they promised, and four quarters of what came back."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from commissioning import asking, gate
from commissioning.models import Organisation
from outcomes import awarding, committing, concerns, monitoring, quarters, returning, reviewing_returns, stories, understanding
from outcomes import demonstration_returns as came
from outcomes.demonstration_plan import outcome_of
from outcomes.models import Award, AwardParty, Clause, Criterion, Lot, Measure, Return

if TYPE_CHECKING:
    from outcomes.demonstration import Story

QUESTION = "Can the cost of travel between the two wards be part of what is paid?"
ANSWERED = "Yes. Travel between Southgate and the Quay can be part of it, for staff and for young people. This holds for everybody."
WHY_ONE = "Young people who asked the questions found that Harbour knew what keeps a door open on a Friday."
WHY_TWO = "Three small organisations showed together how a family, a young person and an empty building can help each other."
PARTS = {"Saltmarsh Arts": "Paid places, and the old library", "Rainbow Roots": "Help in three languages, found by families themselves"}
TERMS = {
    "purpose": "So that young people and families in both wards meet one team, not three doors.",
    "who_does_what": "Doorstep leads and gives the named adults. Saltmarsh opens the library and the paid places. Rainbow Roots works with families.",
    "how_we_decide": "Each has one voice. Where we do not agree, we ask the young people’s panel first.",
    "money_between_us": "Paid each month to each of us, in advance, as the council pays it.",
    "how_we_part": "With three months’ notice, and never in the middle of somebody’s exclusion.",
}
# award, criterion, promise, who sees to it, first and last quarter
PROMISES = [
    (1, 1, "A young people’s panel meets each quarter and decides the programme of the next one.", "Head of youth work", 1, None),
    (2, 2, "Six paid places for local people of 18 to 21 by month 18, designed with them.", "Manager at Saltmarsh Arts", 1, 6),
    (2, 3, "The old library on Quay Street is open by month 9, and three local groups hold keys.", "Director of Saltmarsh Arts", 3, 3),
]
WAIT, WAITED = "Nobody waits more than four weeks for a first talk.", "Weeks that half of those who ask wait for a first talk"
LIST = "A list of who comes is shared with the council each week."
LIST_WORRY = (
    "Families who fled from somewhere will not come where their name goes to an office each week. We would lose those who need it most."
)
LIST_BECAME = "A count of who comes, without names, is sent with each return."
LIST_BECAUSE = "The council needs to know whether the evenings are full. A count tells that, and frightens nobody."


def start_day(now: datetime) -> date:
    """The first day of the contract: the first of a month, so that its fourth quarter ended not long ago."""
    return quarters.months_after(timezone.localdate(now).replace(day=1), -13)


def at(story: "Story", day: date) -> None:
    """Let the story go on at ten in the morning of a day."""
    story.at, story.step = timezone.make_aware(datetime.combine(day, time(10))), 0


def award(story: "Story", starts: date) -> dict[int, Award]:
    """The gate, one question answered to all, two lots awarded, a memorandum signed, and three promises."""
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    at(story, starts - timedelta(days=80))
    opens = story.at.date() + timedelta(days=2)
    gate.set_start(cycle, gate.Days(opens, opens + timedelta(days=20)), by=lead, now=story.now())
    at(story, opens + timedelta(days=6))
    asked = asking.ask(cycle, text=QUESTION, key="demo-travel", by=story.cast["Amina Yusuf"], now=story.now())
    asking.answer(asked, text=ANSWERED, by=lead, now=story.now())
    at(story, starts - timedelta(days=24))
    firm = {one.name: one for one in Organisation.objects.filter(authority=cycle.authority)}
    ends = quarters.months_after(starts, 36) - timedelta(days=1)
    lot = {one.number: one for one in Lot.objects.filter(cycle=cycle)}
    parties = tuple(awarding.Part(firm[name], AwardParty.Standing.PARTNER, part) for name, part in PARTS.items())
    one = awarding.Result(lot[1], firm["Harbour Youth Trust"], starts, ends, WHY_ONE)
    two = awarding.Result(lot[2], firm["Doorstep Families"], starts, ends, WHY_TWO, parties, procurement_over=True)
    made = {n: awarding.record(cycle, result, key=f"demo-lot-{n}", by=lead, now=story.now()) for n, result in ((1, one), (2, two))}
    cycle.refresh_from_db()
    _agree_terms(story, made[2])
    _promise(story, made)
    return made


def _agree_terms(story: "Story", award: Award) -> None:
    bea = story.cast["Bea Holt"]
    beginning = understanding.Beginning("Working together in Southgate and Quay", award=award)
    terms = understanding.begin(story.cycle, beginning, key="demo-terms", by=bea, now=story.now())
    understanding.write(terms, TERMS, seen_version=1, by=bea, now=story.now())
    for who, role in (("Bea Holt", "Director"), ("Sol Reyes", "Artistic director"), ("Amina Yusuf", "Co-ordinator")):
        understanding.sign(terms, signed_as=role, seen_version=2, by=story.cast[who], now=story.now())


def _promise(story: "Story", awards: dict[int, Award]) -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    asked = {one.number: one for one in Criterion.objects.filter(cycle=cycle)}
    for n, criterion, promise, owner, first, last in PROMISES:
        measures = list(Measure.objects.filter(cycle=cycle, criterion=asked[criterion]))
        said = committing.Promise(promise, owner, first, last)
        key = f"demo-promise-{criterion}"
        committing.commit(awards[n], said, criterion=asked[criterion], measures=measures, key=key, by=lead, now=story.now())
    clauses = Clause.objects.filter(specification__cycle=cycle)
    said = committing.Promise(LIST, "Head of youth work")
    committing.commit(awards[1], said, clause=clauses.get(section=1, number=1), key="demo-list", by=lead, now=story.now())
    standard = clauses.filter(outcome=outcome_of(story, "P7")).order_by("number")[0]
    said = committing.Promise(WAIT, "Head of youth work")
    wait = committing.commit(awards[1], said, clause=standard, key="demo-wait", by=lead, now=story.now())
    looked_at = monitoring.Words(
        WAITED, "The provider", Decimal(1), "count", commitment=wait, lot=awards[1].lot, paid_by="The price of the contract",
        baseline=Decimal(10), target=Decimal(4), direction="down", unit="weeks",
    )  # fmt: skip
    monitoring.add_measure(cycle, looked_at, key="demo-wait", by=lead, now=story.now())


def deliver(story: "Story", awards: dict[int, Award]) -> None:
    """Four quarters: what came back, what was worried about, and the one return that never came."""
    measures = {one.number: one for one in Measure.objects.filter(cycle=story.cycle)}
    for (lot, quarter), sent in came.RETURNS.items():
        award = awards[lot]
        at(story, quarters.ends(award.starts, quarter, award.ends) + timedelta(days=3 + lot))
        if (lot, quarter) == (1, 2):
            _worry(story, award)
        _send(story, award, quarter, sent, measures)


def _worry(story: "Story", award: Award) -> None:
    """Harbour asks that no list of names goes to the council; the list becomes a count."""
    listed = award.commitments.get(key="demo-list")
    worry = concerns.Concern("harm", LIST_WORRY, commitment=listed)
    flag = concerns.raise_flag(award, worry, key="demo-list", by=story.cast["Jo Marsh"], now=story.now())
    story.at += timedelta(days=1)
    concerns.answer(flag, answer="vary", because=LIST_BECAUSE, became=LIST_BECAME, by=story.cast["Priya Nair"], now=story.now())


def _send(story: "Story", award: Award, quarter: int, sent: came.Sent, measures: dict[int, Measure]) -> None:
    who = story.cast["Jo Marsh" if award.lot.number == 1 else "Bea Holt"]
    said = {measures[n].pk: words for n, words in sent.readings.items()}
    returning.keep_readings(award, quarter, said, by=who, now=story.now())
    for n, told in sent.stories.items():
        kept = [returning.StoryTold(f"demo-{i}", words, "given", "She read it and said yes.") for i, words in enumerate(told)]
        returning.keep_stories(award, quarter, measures[n], kept, by=who, now=story.now())
    returning.keep_rest(award, quarter, hours=Decimal(sent.hours), resources=sent.resources, seen=None, by=who, now=story.now())
    returned = returning.send(award, quarter, by=who, now=story.now())
    _look_over(story, returned, sent.note)


def _look_over(story: "Story", returned: Return, note: str) -> None:
    """Ten days later the lead commissioner confirms each figure, and lets the stories be read that may be."""
    lead = story.cast["Priya Nair"]
    story.at += timedelta(days=6)
    views = {reading.measure_id: reviewing_returns.View(reading.standing) for reading in returned.readings.all()}
    reviewing_returns.review(returned, views, note=note, by=lead, now=story.now())
    for reading in returned.readings.all():
        for one in reading.stories.all():
            stories.publish(one, by=lead, now=story.now())
