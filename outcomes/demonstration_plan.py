"""The demonstration's way from clauses to a signed specification: lots, criteria, shares, advice, the plan, a draft with comments."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from commissioning import answering
from commissioning.models import Need
from outcomes import advising, criteria, drafting, lots, monitoring, specifying, weighing, writing_sections
from outcomes.models import Clause, Criterion, Indicator, Lot, Outcome, Specification

if TYPE_CHECKING:
    from outcomes.demonstration import Story

LOTS = {
    1: ("Open evenings, and somebody to talk to", "Four evenings a week in Southgate and Quay wards, and a short wait for a first talk."),
    2: ("People to trust, and a next step", "A named adult through exclusion, help families can find, paid places, and the old library."),
}
# outcome, need, share of the score, quarter of the first return, question, how, what good looks like
CRITERIA = [
    (
        ("O1", "N1", 5, 1),
        "Young people have a real say in how the open evenings are run.",
        "How will young people decide the programme with you, and what can they change?",
        "A panel that meets each quarter, and something it changed each time.",
    ),
    (
        ("O4", "N5", 4, 2),
        "Local people of 18 to 21 find paid routes into work that are designed with them.",
        "How will you design these routes with them, so that a place leads somewhere?",
        "Paid places that young people helped to shape, and that are still theirs six months later.",
    ),
    (
        ("O1", "N1", 3, 3),
        "The old library on Quay Street is used again, with groups from the streets around it.",
        "How will you open it together with groups that have no room of their own?",
        "Open by month 9, with groups that hold their own keys.",
    ),
]
C2_BECAUSE = "The room asked which need four apprentices would meet. It is need 5: a way from volunteering into work."
DRAFT_REASON = "The share of the last contract. It is where the talk begins."
WHY_12 = "Three criteria each need a measure that costs hours. Less than 12% would not pay for answering them well."
MINIMUM = "Social value counts for at least 10% of the evaluation score."
# What voluntary organisations, citizens and officers advise
ADVISED = {
    "Jo Marsh": 15,
    "Bea Holt": 20,
    "Sol Reyes": 20,
    "Amina Yusuf": 25,
    "Gwen Price": 20,
    **{f"YP{n}": share for n, share in enumerate((20, 15, 15, 15, 10, 15), 1)},
    **{f"PC{n}": share for n, share in enumerate((15, 20, 15, 10), 1)},
    "Dawn Achebe": 10,
    "Tom Ellery": 5,
    "Priya Nair": 8,
}
YOUNG, PROVIDER = "Young people, paid for their time", "The provider"
# indicator: lot, every how many quarters, from which, and figures
PLANNED: dict[int, tuple[int, int, int, dict[str, Any]]] = {
    1: (1, 1, 1, {"baseline": 58, "target": 70, "direction": "up", "unit": "per cent"}),
    2: (1, 1, 1, {"baseline": 2, "target": 4, "direction": "up", "unit": "evenings"}),
    3: (2, 2, 2, {"baseline": 45, "target": 80, "direction": "up"}),
    4: (2, 4, 4, {"baseline": 40, "target": 75, "direction": "up"}),
    5: (2, 2, 2, {"baseline": 20, "target": 50, "direction": "up"}),
}
SECTIONS = {
    "background": "Young people here told us that evenings are empty, that whoever is put out of school loses every adult they knew, "
    "and that families find help by accident. The old library on Quay Street stands empty.",
    "mobilisation": "In the first two months the provider meets the young people’s panel, opens two evenings a week, and tells every "
    "family on the waiting list whom they will talk to.",
    "exit": "No young person loses their named adult because a contract ends. The provider plans each goodbye with them, three months ahead.",
}
ASKS = "Tell us what is missing, and what would be hard to do."
# who, about which clause or section, what they said, what became of it, and why
DRAFT_SAID = [
    (
        "YP2",
        "1.1",
        "Say on which evenings it is open, so that we can rely on it.",
        "used",
        "The clause now says that the evenings are fixed.",
    ),
    ("Bea Holt", "2.1", "A child must be able to change their adult.", "part", "The guide for named adults is rewritten with families."),
    ("Gwen Price", "exit", "Three months is short for small groups.", "not_used", "The law on the end of contracts sets the same time."),
]
CLAUSE_1_1 = (
    "The provider will keep an open door on four or more fixed evenings a week, within 20 minutes’ walk of home in Southgate and Quay "
    "wards, where young people feel safe and welcome."
)


def tell(story: "Story", specification: Specification) -> None:
    """From drafted clauses to everything a specification must hold before it can be signed off."""
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    for number, (title, about) in LOTS.items():
        lots.name(cycle, number=number, title=title, about=about, by=lead, now=story.now())
    _ask(story)
    _weigh(story)
    _measure(story)
    for key, text in SECTIONS.items():
        writing_sections.write_section(specification, key, text=text, seen_version=0, by=lead, now=story.now())
    _consult(story, specification)


def outcome_of(story: "Story", code: str) -> Outcome:
    """An outcome by the code of the proposal it was made of."""
    return Outcome.objects.get(theme__framework__cycle=story.cycle, decision__agreement__proposal=story.proposed[code])


def need_of(story: "Story", code: str) -> Need:
    """A need by its number in the story."""
    return Need.objects.get(cycle=story.cycle, number=int(code[1:]))


def _ask(story: "Story") -> None:
    for n, ((outcome, need, share, first), question, how, good) in enumerate(CRITERIA, 1):
        words = criteria.Words(question, how, good, outcome_of(story, outcome), need_of(story, need), Decimal(share), first)
        taken = {"proposal": story.proposed["P6"], "because": C2_BECAUSE} if n == 2 else {}
        criteria.write(story.cycle, words, key=f"criterion-{n}", by=story.cast["Priya Nair"], now=story.now(), **taken)  # type: ignore[arg-type]


def _weigh(story: "Story") -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    weighing.set_minimum(cycle, share=10, since=story.at.date(), set_by="The cabinet", words=MINIMUM, by=lead, now=story.now())
    weighing.propose(cycle, price=45, quality=50, social_value=5, reason=DRAFT_REASON, draft_only=True, by=lead, now=story.now())
    advice = advising.open_advice(cycle, by=lead, now=story.now())
    for who, share in ADVISED.items():
        advising.advise(advice, share=share, by=story.cast[who], now=story.now())
    advising.close_advice(advice, by=lead, now=story.now())
    weighing.adopt(
        cycle,
        price=38,
        quality=50,
        social_value=12,
        reason=WHY_12,
        decider_role="Portfolio member for children",
        outcomes=[outcome_of(story, "O1"), outcome_of(story, "O4")],
        by=story.cast["Ines Okafor"],
        now=story.now(),
    )


def _measure(story: "Story") -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    lot = {one.number: one for one in Lot.objects.filter(cycle=cycle)}
    for sign in Indicator.objects.filter(outcome__theme__framework__cycle=cycle).order_by("number"):
        number, every, first, figures = PLANNED[sign.number]
        kept: dict[str, Any] = {name: Decimal(value) if isinstance(value, int) else value for name, value in figures.items()}
        words = monitoring.Words(
            sign.text, sign.collector, sign.hours, sign.form, indicator=sign, lot=lot[number], every=every, first_quarter=first, **kept
        )
        monitoring.add_measure(cycle, words, key=f"sign-{sign.number}", by=lead, now=story.now())
    asked = {one.number: one for one in Criterion.objects.filter(cycle=cycle)}
    price = "The price of the contract"
    rows = [
        monitoring.Words(
            "The young people’s panel met, and what it changed", YOUNG, Decimal(2), criterion=asked[1], lot=lot[1], paid_by=price
        ),
        monitoring.Words(
            "Paid places that young people of 18 to 21 have taken up", PROVIDER, Decimal(1), "count", criterion=asked[2], lot=lot[2],
            paid_by=price, first_quarter=2, baseline=Decimal(0), target=Decimal(6), direction="up", unit="places",
        ),
        monitoring.Words(
            "The library is open, and which groups hold keys", PROVIDER, Decimal(1), "observation", criterion=asked[3], lot=lot[2],
            paid_by=price, every=0, first_quarter=3,
        ),
    ]  # fmt: skip
    for n, words in enumerate(rows, 1):
        monitoring.add_measure(cycle, words, key=f"measure-{n}", by=lead, now=story.now())
    monitoring.set_ceiling(cycle, hours=Decimal(28), agreed_by="The joint workshop", by=lead, now=story.now())


def _consult(story: "Story", specification: Specification) -> None:
    """A draft before everybody, three comments, and an answer to each."""
    lead, until = story.cast["Priya Nair"], story.at.date() + timedelta(days=21)
    draft = drafting.publish(specification, until=until, asks=ASKS, by=lead, now=story.now())
    said = {}
    for who, about, text, __, __ in DRAFT_SAID:
        place: dict[str, Any] = {"section": about}
        if about[0].isdigit():
            section, number = about.split(".")
            place = {"clause": Clause.objects.get(specification=specification, section=section, number=number).pk}
        said[who] = drafting.comment(draft, text=text, key=f"draft-{who}", by=story.cast[who], now=story.now(), **place)
    story.at, story.step = story.at + timedelta(days=14), 0
    clause = Clause.objects.get(specification=specification, section=1, number=1)
    specifying.edit_clause(
        clause, text=CLAUSE_1_1, kind=clause.kind, seen_version=clause.version, comments=[said["YP2"]], by=lead, now=story.now()
    )
    for who, __, __, status, reason in DRAFT_SAID:
        answering.answer([said[who].contribution], status=status, reason=reason, by=lead, now=story.now())
