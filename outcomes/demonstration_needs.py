"""The demonstration's needs and assets, and which come first: the words, and the acts that put them there."""

from typing import TYPE_CHECKING

from commissioning import assets, needs
from commissioning.models import Need
from workshops import prioritising
from workshops.priority_order import Adopted

if TYPE_CHECKING:
    from outcomes.demonstration import Story

LIVED, DATA, ASKED = "lived_experience", "data", "consultation"

# code, statement, who, where, evidence, made of what was said, shown as the need of a group
NEEDS = [
    (
        "N1",
        "Evenings with nothing safe to do within walking distance",
        "Young people of 14 to 19",
        "Southgate and Quay wards",
        [(LIVED, "Six young people at the listening workshop")],
        ("N1", "N1b"),
        "Young people’s group",
    ),
    (
        "N2",
        "Being put out of school means losing every adult you knew",
        "Young people of 13 to 16",
        "The whole borough",
        [(LIVED, "Notes of eleven families at Doorstep Families")],
        ("N2", "N2b"),
        "",
    ),
    (
        "N3",
        "Parents find out about help by accident",
        "Parents, above all newly arrived families",
        "Southgate and Quay wards",
        [(LIVED, "Families at Rainbow Roots"), (DATA, "The council’s residents’ survey")],
        ("N3",),
        "",
    ),
    (
        "N4",
        "Waiting more than ten weeks for somebody to talk to",
        "Young people of 15 to 21",
        "The whole borough",
        [(DATA, "The council’s waiting list")],
        ("N4",),
        "",
    ),
    (
        "N5",
        "No way from volunteering into work",
        "Young people of 18 to 21",
        "The whole borough",
        [(ASKED, "Focus group of volunteers at Saltmarsh Arts")],
        ("N5",),
        "",
    ),
]
DIFFER = "The survey says four in five parents know where to go. It was in English only; newly arrived families say they never saw it."
MEANS = {
    "N1": ("Harbour Youth Trust, two evenings a week", "Part of the £420,000"),
    "N4": ("The council’s own team", "Part of the £420,000"),
}

# code, what, whose, how it may help, for which needs
ASSETS = [
    ("A1", "The old library on Quay Street, empty and warm", "The council", "A place for open evenings, near home", ("N1", "N3")),
    ("A2", "Forty adults who volunteer with young people", "Eastmere CVS keeps the list", "Adults somebody already trusts", ("N2", "N5")),
    ("A3", "The Saturday league: sixty young people every week", "The players", "Where young people already are", ("N1", "N3")),
    ("A4", "Older brothers and sisters", "Families", "They are who young people listen to", ("N2",)),
]

CRITERIA = (
    "How many people does it touch?",
    "How badly does it touch them?",
    "Can we change it with what we have?",
)
# how many of each group gave which order
CITIZENS = [(6, ("N1", "N4", "N2", "N3", "N5")), (4, ("N1", "N2", "N4", "N3", "N5"))]
VSOS = [(4, ("N2", "N1", "N4", "N3", "N5")), (1, ("N1", "N4", "N2", "N3", "N5"))]
COMMISSIONERS = [(4, ("N4", "N1", "N2", "N3", "N5"))]
VOICES = {
    "citizen": ([*(f"YP{n}" for n in range(1, 7)), *(f"PC{n}" for n in range(1, 5))], CITIZENS),
    "vso": (["Jo Marsh", "Bea Holt", "Sol Reyes", "Amina Yusuf", "Gwen Price"], VSOS),
    "commissioner": (["Priya Nair", "Dawn Achebe", "Tom Ellery", "Ines Okafor"], COMMISSIONERS),
}
ADOPTED = ("N4", "N1", "N2", "N3", "N5")
REASONS = {
    "N4": "The waiting list is a borough pledge: the council promised to bring it down before anything else.",
    "N1": "It follows at once. Only one need can be first, and the pledge was made to everybody.",
}


def put_on_the_list(story: "Story") -> dict[str, Need]:
    """The needs and assets of the listening workshop, each made of what was said there."""
    lead, listed = story.cast["Priya Nair"], dict[str, Need]()
    for code, statement, who, where, evidence, sources, group in NEEDS:
        said = [story.said[source] for source in sources]
        listed[code] = needs.raise_need(
            story.cycle,
            statement=statement,
            who=who,
            where=where,
            evidence=evidence,
            contributions=said,
            of_group=group,
            by=lead,
            now=story.now(),
        )
        needs.set_state(listed[code], Need.State.CONFIRMED, by=lead, now=story.now())
    for code, (provided, paid) in MEANS.items():
        needs.note_means(listed[code], provided_by=provided, paid_by=paid, by=lead, now=story.now())
    needs.mark_differ(listed["N3"], words=DIFFER, by=story.cast["Ruth Calder"], now=story.now())
    for code, what, owner, how, helps in ASSETS:
        assets.record_asset(
            story.cycle,
            what=what,
            owner=owner,
            how=how,
            for_needs=[listed[need] for need in helps],
            contributions=[story.said[code]],
            by=lead,
            now=story.now(),
        )
    return listed


def put_in_order(story: "Story", listed: dict[str, Need]) -> None:
    """Everybody ranks the needs; the portfolio member adopts another order and says why."""
    lead, codes = story.cast["Priya Nair"], {need.pk: code for code, need in listed.items()}
    round_ = prioritising.open_ranking(story.cycle, criteria=CRITERIA, chosen=listed.values(), by=lead, now=story.now())
    for names, table in VOICES.values():
        orders = [order for times, order in table for __ in range(times)]
        for name, order in zip(names, orders, strict=True):
            marks = {listed[code].pk: at for at, code in enumerate(order, 1)}
            prioritising.rank(round_, marks, by=story.cast[name], now=story.now())
    prioritising.close_ranking(round_, by=lead, now=story.now())
    wanted = {
        pk: Adopted(ADOPTED.index(code) + 1, "political" if code in REASONS else "", REASONS.get(code, "")) for pk, code in codes.items()
    }
    prioritising.adopt(round_, wanted, role="Portfolio member for children", first=4, by=story.cast["Ines Okafor"], now=story.now())
