"""The demonstration's time before procurement: where it starts from, who could provide, the duties on record, what was released.

The day of procurement itself is not set here: it would shut the room that visitors try.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commissioning import contacting, departments, duties, meaning, opening_pages, providers, releasing, shaping, starting, ticking
from commissioning.models import Need, Organisation
from outcomes import shifts
from outcomes.demonstration_words import TICKED_LATER

if TYPE_CHECKING:
    from outcomes.demonstration import Story

START = {
    "budget": "£420,000 over three years. Nothing more is promised.",
    "relations": "Two youth clubs lost their grants four years ago. People still talk about it.",
    "promises": "The council promised shorter waits in its borough plan.",
    "compact": "A compact between the council and the voluntary sector, from 2019.",
}
MEANING = "Young people here have somewhere to be, somebody to trust and a way into work, and places like the old library are used again."

# name, size, groups reached, areas, what it could contribute
MAPPED = [
    ("Harbour Youth Trust", "large", ("Young people of 14 to 19",), ("Southgate ward", "Quay ward"), "Youth work every evening"),
    ("Doorstep Families", "small", ("Young people of 13 to 16",), ("Southgate ward",), "A named adult through exclusion"),
    ("Saltmarsh Arts", "small", ("Young people of 18 to 21",), ("Quay ward",), "Paid places in making and showing"),
    ("Rainbow Roots", "small", ("Newly arrived families",), ("Southgate ward",), "Help in three languages"),
    ("Eastmere CVS", "medium", ("Small groups without an office",), ("Southgate ward", "Quay ward"), "Rooms and advice for small groups"),
    ("Quay Boxing Club", "small", (), ("Quay ward",), "A gym that is open until ten"),
]
MUST_REACH = ("Young people of 14 to 19", "Young people of 13 to 16", "Newly arrived families", "Young carers")

DUTIES = {
    "s1-3-a": {
        "social": "Young people have a safe place near home most evenings, and keep an adult they trust when they are out of school.",
        "economic": "Young people of 18 to 21 get paid routes into work, designed with them and local employers.",
        "environmental": "The empty library on Quay Street is used again, so that no new building is needed.",
    },
    "s1-3-b": {
        "process": "We will split the contract into two lots, pay each month in advance, and let small organisations bid together. "
        "So those who know these streets can take part.",
    },
}
WAYS = [
    ("grant", "Small groups could start within weeks.", "It ends each year, so nobody could promise a young person three years."),
    ("contract", "Three years, two lots, paid in advance. Organisations may bid together.", "It asks more paper of small groups."),
    ("hybrid", "A contract for the evenings, grants for what groups try out.", "Two sets of rules for the same young people."),
]
WHY_A_CONTRACT = "Young people said that people who stay matter most. Three years and two lots let small groups keep theirs."
# where each organisation and the lead commissioner see the seven shifts, from 1 to 5
SEEN = {
    "Jo Marsh": (3, 2, 4, 3, 4, 2, 2),
    "Bea Holt": (4, 1, 4, 3, 4, 1, 1),
    "Sol Reyes": (4, 2, 5, 4, 4, 2, 1),
    "Amina Yusuf": (3, 1, 4, 2, 3, 2, 1),
    "Gwen Price": (4, 2, 4, 3, 4, 2, 2),
    "Priya Nair": (4, 2, 4, 4, 5, 3, 2),
}
SEEN_WORDS = {
    "Bea Holt": {"S7-2": "Eleven families need somebody for years, and the money ends in three."},
    "Amina Yusuf": {"S7-4": "Our parents were heard. Few of them knew what they could change."},
    "Priya Nair": {"S7-7": "Transport has not answered yet."},
}
WHY_ASKED = "Two workshops with twenty-one people, from young people to parents and five organisations, before anything was written down."


def _lead_and(story: "Story", *names: str) -> list[Organisation]:
    return [Organisation.objects.get(authority=story.cycle.authority, name=name) for name in names]


def tell(story: "Story", now: datetime) -> None:
    """Put on record what this authority did before procurement, in the weeks before the open workshop."""
    story.at, story.step = now - timedelta(days=10), 0
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    for heading in starting.heads_of(cycle):
        code = heading.code
        starting.write(cycle, code, words=START.get(code, ""), unknown=code not in START, by=lead, now=story.now())
    starting.share(cycle, by=lead, now=story.now())
    looked = story.at.date()
    starting.note_policy(
        cycle, starting.PolicySaid(looked, none_yet=True, priorities="Shorter waits\nSafer evenings"), by=lead, now=story.now()
    )
    agreed = {"commissioner": "Said yes at the joint workshop", "vso": "Five organisations said yes", "citizen": "Nine of ten said yes"}
    meaning.agree(cycle, meaning.Draft(agreed, looked, words=MEANING), by=lead, now=story.now())
    departments.note(cycle, name="Transport", services="Evening buses", standing="asked", by=lead, now=story.now())
    _map(story)
    _shape(story)
    _compare(story)
    _duties(story)
    for (stage, task), (who, said, page) in TICKED_LATER.items():
        shown = f"/cycles/{cycle.slug}/{page}/"
        ticking.tick(cycle.stages.get(code=stage), task=task, words=said, link=shown, by=story.cast[who], now=story.now())
    _see_the_shifts(story)
    _release(story)
    opening_pages.open_page(cycle, by=lead, now=story.now())


def _map(story: "Story") -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    for name, size, groups, areas, offers in MAPPED:
        labels = {"group": groups, "area": areas, "sector": ("Youth work",)}
        providers.add(cycle, providers.Draft(name, size, labels, offers), by=lead, now=story.now())
    providers.must_reach(cycle, groups=MUST_REACH, areas=("Southgate ward", "Quay ward"), by=lead, now=story.now())
    providers.review(cycle, note="Nobody reaches young carers yet. The CVS asks two groups it knows.", by=lead, now=story.now())


def _shape(story: "Story") -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    figures = {
        "value": 420_000,
        "months": 36,
        "lots": 2,
        "cash": 25_000,
        "payment": "advance",
        "consortia": True,
        "subcontracting": True,
        "full_costs": True,
        "days": 35,
    }
    first = figures | {"lots": 1, "cash": 100_000, "payment": "arrears", "consortia": False, "full_costs": False, "days": 30}
    shaping.propose_shape(cycle, first, why="As it was last time.", by=lead, now=story.now())
    for who, cash, yearly, days in (
        ("Jo Marsh", 400_000, 2_000_000, 10),
        ("Bea Holt", 15_000, 90_000, 28),
        ("Sol Reyes", 13_000, 70_000, 30),
    ):
        shaping.say_means(cycle, cash=cash, yearly=yearly, days=days, by=story.cast[who], now=story.now())
    shaping.propose_shape(cycle, figures, why="The first shape left out every small organisation that answered.", by=lead, now=story.now())


def _compare(story: "Story") -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    ways = {kind: shaping.consider(cycle, kind, pros=pros, cons=cons, by=lead, now=story.now()) for kind, pros, cons in WAYS}
    shaping.choose_route(ways["contract"], because=WHY_A_CONTRACT, role="Portfolio member for children", by=lead, now=story.now())


def _see_the_shifts(story: "Story") -> None:
    for who, places in SEEN.items():
        marks = {f"S7-{n}": place for n, place in enumerate(places, 1)}
        shifts.assess(story.cycle, marks, SEEN_WORDS.get(who, {}), by=story.cast[who], now=story.now())


def _duties(story: "Story") -> None:
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    duties.say_what_is_bought(cycle, kind="services", value=420_000, by=lead, now=story.now())
    links = tuple(
        duties.Link("need", str(need.statement)[:100], f"/cycles/{cycle.slug}/needs/{need.number}/") for need in _first_needs(story)
    )
    for code, answers in DUTIES.items():
        writing = duties.Writing(answers, links, decider="Head of communities", decided_on=story.at.date())
        duties.record(cycle, code, writing, by=lead, now=story.now())
    asked = duties.Writing({"reason": WHY_ASKED}, links, decision=True, decider="Head of communities", decided_on=story.at.date())
    duties.record(cycle, "s1-7", asked, by=lead, now=story.now())


def _first_needs(story: "Story") -> list[Need]:
    return list(Need.objects.filter(cycle=story.cycle).order_by("number")[:2])


def _release(story: "Story") -> None:
    """Doorstep Families was given the figures early; they were released to all 44 hours later, and the record says so."""
    cycle, lead = story.cycle, story.cast["Priya Nair"]
    [doorstep] = _lead_and(story, "Doorstep Families")
    early = story.now()
    words = b"Ward,Young people on the waiting list\nSouthgate,41\nQuay,27\n"
    met = contacting.Met(
        "visit",
        "Priya Nair and Bea Holt",
        early,
        "Saw the drop-in. Left the waiting list figures there.",
        60,
        (("waiting-list.csv", words),),
    )
    contact = contacting.log(cycle, doorstep, met, key="demo-visit", by=lead, now=early)
    story.at = story.at + timedelta(hours=44)
    release = contacting.even_out(contact, title="Waiting list by ward", by=lead, now=story.now())
    release.refresh_from_db()
    releasing.send(release, seen=release.turn, by=lead, now=story.now())
