"""The words of the demonstration. Every person, place and figure here is invented."""

from dataclasses import dataclass, field
from typing import Any

from commissioning.convening import CyclePlan

AUTHORITY = "Eastmere Borough Council"

PLAN = CyclePlan(
    title="Young people’s inclusion in Eastmere",
    service="Young people’s inclusion service",
    areas=("Southgate ward", "Quay ward"),
    purpose="Some young people here have nowhere safe to be, and wait too long to talk to somebody. What should a service change for them?",
    level=4,
    kind="recommission",
    payment_line="£15 an hour plus travel for young people, parents and carers (a demonstration figure)",
    contact="Eastmere CVS, not part of the council: hello@eastmere-cvs.example",
    scope=(
        ("decided", "The budget is £420,000 over three years"),
        ("decided", "The waiting list is a borough pledge"),
        ("open", "What the service must change for young people"),
        ("open", "How we would know it works"),
        ("out", "School exclusions policy"),
    ),
    invented=True,
)

ORGANISATIONS = [
    ("Harbour Youth Trust", "large", "GB-CHC", "1089464"),
    ("Doorstep Families", "small", "GB-CHC", "1134567"),
    ("Saltmarsh Arts", "small", "GB-COH", "04325234"),
    ("Rainbow Roots", "small", "", ""),
    ("Eastmere CVS", "medium", "GB-CHC", "1023456"),
]

# name, group, standing, organisation, interest, role
PEOPLE = [
    ("Dawn Achebe", "commissioner", "officer", "", "none", "champion"),
    ("Tom Ellery", "commissioner", "procurement", "", "none", ""),
    ("Ruth Calder", "commissioner", "independent", "", "none", "facilitator"),
    ("Ines Okafor", "commissioner", "elected", "", "none", "decider"),
    ("Jo Marsh", "vso", "vso", "Harbour Youth Trust", "current_provider", ""),
    ("Lee Tran", "vso", "vso", "Harbour Youth Trust", "potential_bidder", ""),
    ("Bea Holt", "vso", "vso", "Doorstep Families", "potential_bidder", ""),
    ("Kit Osei", "vso", "vso", "Doorstep Families", "none", ""),
    ("Sol Reyes", "vso", "vso", "Saltmarsh Arts", "none", ""),
    ("Amina Yusuf", "vso", "vso", "Rainbow Roots", "none", ""),
    ("Gwen Price", "vso", "vso", "Eastmere CVS", "none", ""),
    ("Max Doyle", "vso", "vso", "Eastmere CVS", "none", ""),
    *((f"YP{n}", "citizen", "service_user", "", "none", "") for n in range(1, 7)),
    *((f"PC{n}", "citizen", "carer", "", "none", "") for n in range(1, 5)),
]

# code, kind, who, words
SAID = [
    ("N1", "need", "YP2", "There is nothing safe to do in the evening that I can walk to."),
    ("N1b", "need", "YP5", "The bus stops at seven, so after that you are just at home or on the street."),
    (
        "N2",
        "need",
        "Bea Holt",
        "When you are put out of school you lose every adult you knew. Eleven families told us this.",
    ),
    ("N2b", "need", "PC2", "My son had one teacher he trusted. After he was excluded nobody rang."),
    ("N3", "need", "Amina Yusuf", "Parents who have just arrived find out about help by accident."),
    (
        "N4",
        "need",
        "Priya Nair",
        "People aged 15 to 21 wait more than ten weeks for somebody to talk to. This is from our waiting list.",
    ),
    ("N5", "need", "YP3", "I volunteer every week and it never turns into a job. There is no route to work."),
    ("N5b", "idea", "YP3", "Let young people who help here get a paid place, so that it leads somewhere."),
    ("A1", "asset", "Sol Reyes", "The old library on Quay Street is empty and warm."),
    ("A2", "asset", "Gwen Price", "Forty adults here already volunteer with young people."),
    ("A3", "asset", "YP1", "The Saturday league: sixty of us turn up every week."),
    ("A4", "asset", "PC1", "Older brothers and sisters. They are who we listen to."),
    ("B1", "idea", "PC4", "A later evening bus between Southgate and the Quay."),
]

# code, kind, who, words, who benefits beyond us, what it builds on
PROPOSED = [
    (
        "O1",
        "outcome",
        "YP2",
        "Young people feel safe and welcome somewhere near home most evenings.",
        "",
        ("N1", "N1b", "A1", "A3"),
    ),
    (
        "O2",
        "outcome",
        "Bea Holt",
        "Young people who are out of school keep at least one adult they trust.",
        "Any young person who is excluded, whoever supports them",
        ("N2", "N2b", "A4"),
    ),
    (
        "O3",
        "outcome",
        "Amina Yusuf",
        "Families are signposted to the right services.",
        "Every family who is new here, in any language",
        ("N3",),
    ),
    (
        "O4",
        "outcome",
        "YP3",
        "Young people can show what they have learned and take a next step.",
        "",
        ("N5", "N5b", "A2"),
    ),
    ("P5", "outcome", "Tom Ellery", "200 workshops a year.", "", ()),
    ("P6", "outcome", "Tom Ellery", "Hire four apprentices.", "", ()),
    ("P7", "standard", "YP4", "Nobody waits more than four weeks for somebody to talk to.", "", ("N4",)),
]

# code, of which, who, words, form, who collects, how often, hours
INDICATORS: list[tuple[Any, ...]] = [
    (
        "I1",
        "O1",
        "YP2",
        "Share of young people who say “I feel safe here”",
        "scale",
        "The provider with young people",
        "each quarter",
        4,
    ),
    ("I2", "O1", "YP1", "Evenings a week with an open door", "count", "The provider", "each quarter", 1),
    (
        "I3",
        "O2",
        "PC2",
        "Young people with a trusted adult: yes or no, with a story",
        "share",
        "Young people",
        "twice a year",
        6,
    ),
    (
        "I4",
        "O3",
        "Amina Yusuf",
        "Parents who can name one place they would go",
        "share",
        "Eastmere CVS",
        "once a year",
        8,
    ),
    (
        "I5",
        "O4",
        "YP3",
        "Took a next step and still there six months later",
        "share",
        "The provider",
        "twice a year",
        3,
    ),
]
# indicator: where it stood at the start, and what it aims at
AIMS: dict[str, dict[str, Any]] = {
    "I1": {"direction": "up", "target": "Seven in ten young people"},
    "I2": {"baseline": 2, "aim": 4, "direction": "up", "unit": "evenings"},
    "I3": {"baseline": 45, "aim": 80, "direction": "up"},
    "I4": {"baseline": 40, "aim": 75, "direction": "up"},
    "I5": {"baseline": 20, "aim": 50, "direction": "up"},
}

COMMENTS = [
    ("O1", "PC1", "Open doors late on Fridays matter most."),
    ("O2", "YP6", "It should be an adult we choose, not one we are given."),
    ("O3", "Kit Osei", "“Signposted” is our word. What is different for the family?"),
    ("P5", "Sol Reyes", "We could run 200 workshops and change nothing."),
]


@dataclass(frozen=True)
class Votes:
    """Votes by group: support, change it first, cannot support, abstain; and reasons by name."""

    counts: tuple[tuple[int, int, int, int], ...]
    reasons: dict[str, str] = field(default_factory=dict)


FIRST_ROUND = {
    "O1": Votes(((3, 0, 0, 0), (5, 0, 0, 0), (10, 0, 0, 0))),
    "O2": Votes(((2, 1, 0, 0), (5, 0, 0, 0), (9, 1, 0, 0)), {"Tom Ellery": "How will we measure trust in an adult?"}),
    "O3": Votes(((3, 0, 0, 0), (2, 3, 0, 0), (5, 4, 0, 1)), {"Bea Holt": "Say what changes for the family, not what we do."}),
    "O4": Votes(
        ((3, 0, 0, 0), (3, 1, 0, 1), (7, 2, 0, 1)),
        {"Sol Reyes": "A next step must count for those who are not ready for work."},
    ),
    "P5": Votes(((2, 0, 1, 0), (1, 1, 3, 0), (2, 2, 6, 0)), {"Gwen Price": "This counts what we do, not what changes."}),
    "P6": Votes(((1, 1, 1, 0), (0, 2, 3, 0), (3, 3, 2, 2)), {"YP3": "Which need is this for? If it is routes to work, say so."}),
    "P7": Votes(((3, 0, 0, 0), (5, 0, 0, 0), (10, 0, 0, 0))),
}
O3_REWORDED = "Families know where to go and feel able to ask."
O3_WHY = "The first words said what services do. These say what changes for families."
SECOND_ROUND = {"O3": Votes(((3, 0, 0, 0), (4, 1, 0, 0), (8, 1, 0, 1)))}

RECORDED_FIRST = {
    "O1": ("agreed", ""),
    "O2": ("reserved", ""),
    "O4": ("reserved", ""),
    "P5": ("declined", "It counts what is done, so it is not an outcome. It is kept as an activity measure."),
    "P6": ("contested", "Asked which need it meets: routes from volunteering to work. It goes on as the words of a criterion."),
    "P7": ("agreed", ""),
}
RECORDED_SECOND = {"O3": ("agreed", "")}

ACTIONS = [
    (
        "Ask young people to choose how “I feel safe here” is asked",
        "citizens",
        "YP2 and YP5 with Saltmarsh Arts",
        40,
        "The question is in the monitoring plan in their words",
    ),
    ("Find out what it costs to open the old library", "authority", "Dawn Achebe", 45, "A figure is on this page"),
]

# theme, for whom, horizon, dimensions, reason
ADOPTED = {
    "O1": (
        "Somewhere to be",
        "young people aged 14 to 19 in Southgate and Quay",
        "short",
        ("social", "environmental"),
        "Everybody in the room agreed, and the empty library makes it possible.",
    ),
    "O2": (
        "People to trust",
        "young people aged 13 to 16 who are out of school",
        "medium",
        ("social",),
        "Adopted with the question of how to measure it kept beside it.",
    ),
    "O3": (
        "People to trust",
        "families, above all those new to the borough",
        "short",
        ("social",),
        "The second wording says what changes for families.",
    ),
    "O4": (
        "A next step",
        "young people aged 18 to 21",
        "medium",
        ("social", "economic"),
        "It answers the need for a route from volunteering to work.",
    ),
    "P7": (
        "People to trust",
        "young people aged 15 to 21",
        "short",
        ("social",),
        "The waiting list is a borough pledge.",
    ),
}

CLAUSES = {
    "1.1": "The provider will keep an open door on four or more evenings a week, within 20 minutes’ walk of home in Southgate and Quay wards, where young people feel safe and welcome.",
    "1.2": "The provider will say how young people will decide the programme of the open evenings, and what is special about the way they will do it.",
    "2.1": "The provider will make sure that a young person who is excluded from school keeps a named adult they chose, before, during and after the exclusion.",
    "3.1": "The provider will make help known so that families know where to go and feel able to ask, described in at least three languages spoken here.",
}
LEGAL_CLAUSE = "The provider will keep a safeguarding policy, name a safeguarding lead, and train everybody who works with young people."
LEGAL_SOURCE = "Professional requirement: the council’s safeguarding standards for commissioned services"

ANSWERS = {
    "B1": ("not_used", "A bus is part of the transport contract. We passed your words to its team on {day}."),
    "N5b": ("used", "It became part of O4: young people can show what they have learned and take a next step."),
}
REST = "It was discussed and not taken further as an outcome. The workshop’s page shows the votes and the reasons."

OPEN_SAID = [
    ("C1", "need", "PC3", "I found the parents’ group by a poster in the launderette. That is luck."),
    ("C2", "idea", "YP6", "Put it where we already look: the league group chat."),
    ("C3", "asset", "Gwen Price", "Six tiny groups meet every week and know every family."),
]
OPEN_PROPOSED = [
    ("outcome", "PC3", "Families hear about help before they are in trouble.", ""),
    (
        "outcome",
        "Amina Yusuf",
        "Parents who speak little English can ask for help in their own words.",
        "Any newly arrived family, with any provider",
    ),
]

# by stage: question, whether the answer is yes, how we know or why not
EXIT_ANSWERS = {
    "analyse": {
        "needs_from_affected": (
            True,
            "Seven of the eight needs were said by young people, parents or the groups that work with them.",
        ),
        "assets_listed": (
            True,
            "Four are on the board: the library, the volunteers, the Saturday league, older siblings.",
        ),
        "provider_map": (
            False,
            "Only the five organisations in the room are mapped so far. The full map comes before procurement.",
        ),
        "priorities_adopted": (
            True,
            "The waiting list comes first: it is a borough pledge. The reason is in the minutes.",
        ),
    },
    "plan": {
        "framework_answered": (True, "All five agreed items have an answer from the portfolio member."),
        "clauses_traceable": (True, "Each clause names its outcome or its professional requirement."),
        "duty_records": (True, "Four records are written, dated, and name who decided."),
        "monitoring_resourced": (
            True,
            "No quarter takes more than 28 hours, and they are in the price. Young people collect I3 themselves.",
        ),
    },
}

# stage: task: who says that it is done, what was done, the page of this cycle that shows it
TICKED = {
    "analyse": {
        "needs": ("Priya Nair", "Young people, parents and five organisations told us at the listening workshop.", "needs"),
        "services": ("Dawn Achebe", "Two evenings of youth work a week, and the council’s own team with its waiting list.", ""),
        "resources": ("Priya Nair", "£420,000 over three years, the old library, and forty adults who volunteer.", ""),
        "policies": ("Dawn Achebe", "The borough plan, and the compact of 2019.", ""),
        "priorities": ("Priya Nair", "Everybody put five needs in order. The portfolio member adopted them, with reasons.", "priorities"),
    },
    "plan": {
        "gaps": ("Priya Nair", "The list comes from the record. Three needs had no money set aside.", "gaps"),
        "design": ("Priya Nair", "Twenty-one people designed it together at a workshop.", "influence"),
        "framework": ("Priya Nair", "Five outcomes, each with its signs and its answer.", "framework"),
        "specification": ("Priya Nair", "Ten clauses, signed off as version 1.", "specification"),
    },
}
# Done only later, in the weeks before procurement: who says so, what was done, the page that shows it
TICKED_LATER = {
    ("analyse", "market"): ("Priya Nair", "Six organisations are on the map, and who is reached by nobody.", "providers"),
    ("plan", "duties"): ("Priya Nair", "Three records are written and dated.", "duties"),
    ("plan", "options"): ("Dawn Achebe", "A grant, a contract and a mix were compared.", "route"),
}
