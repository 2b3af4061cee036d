"""The demonstration's looking back: voices of anybody, the review with its findings, how the work went, and the next cycle."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from commissioning import answering, carrying_forward, convening, ticking
from commissioning.contributing import PLAINLY
from outcomes import carrying, judging, process_reviewing, reviewing, voices
from outcomes.demonstration_award import at
from outcomes.demonstration_plan import outcome_of
from outcomes.models import Finding, Reading, Review
from workshops import attending, ending, facilitating

if TYPE_CHECKING:
    from outcomes.demonstration import Story

NEXT_TITLE = "Eastmere’s young people: the next round"
GROUPS = ("A young person", "A parent or carer", "A neighbour")
# outcome, how true it is from 1 to 5, who, words, and what we answer where there are words
VOICES = [
    ("O1", 5, GROUPS[0], "There is always somebody at the door who knows my name.", "Thank you. The panel reads this at its next meeting."),
    ("O1", 4, GROUPS[0], "", ""),
    ("O1", 4, GROUPS[0], "", ""),
    ("O1", 5, GROUPS[1], "", ""),
    ("O1", 2, GROUPS[0], "The walk home is dark after nine.", "We asked the team for street lights to come on a Friday and look."),
    ("O3", 2, GROUPS[1], "I still heard of it from a neighbour, months late.", "It is part of what the review found."),
    ("O3", 3, GROUPS[1], "", ""),
    ("O3", 2, GROUPS[1], "", ""),
    ("O3", 2, GROUPS[2], "", ""),
    ("O3", 4, GROUPS[1], "", ""),
]
CAME = ("Priya Nair", "Dawn Achebe", "Jo Marsh", "Bea Holt", "Amina Yusuf", "Gwen Price", "YP1", "YP2", "YP3", "PC1", "PC2", "PC4")
# name: level, outcome, text, what follows, because, view of those who do the work, view of those who live it, measures it rests on
FINDINGS: dict[str, tuple[str, str, str, str, str, str, str, tuple[int, ...]]] = {
    "F1": (
        "contract",
        "P7",
        "Evenings work, waits do not.",
        "change",
        "Four evenings stand. Harbour and the council’s own team share one list from now on, so that nobody waits in two places.",
        "Two people left and could not be replaced for months.",
        "Nine weeks is half a school year when you are fifteen.",
        (1, 2, 9),
    ),
    "F2": (
        "strategic",
        "O3",
        "Families still learn about help by accident.",
        "forward",
        "A contract of one provider cannot mend this. It is a need of the whole borough.",
        "Three languages at the gate helped those who stand at the gate.",
        "I heard of it from a neighbour, months late.",
        (4,),
    ),
    "F3": (
        "process",
        "",
        "Most felt that we designed this together; some felt asked too late.",
        "continue",
        "Young people and organisations come in before the first page is written, as this time, and the draft comes earlier.",
        "",
        "",
        (),
    ),
}
NO_MARKET = "Two lots are with four organisations. We look at who can provide again before the next contract."
FELT = {"citizen": (4,) * 8 + (3, 2), "vso": (4, 4, 4, 4, 3)}
FELT_BY_VSOS = ("Jo Marsh", "Bea Holt", "Sol Reyes", "Amina Yusuf", "Gwen Price")
ANSWER_TO_ALL = "You told us that the draft came late. The next one comes before the summer."
USED_NOW = "It is now criterion C2. The provider is committed to 6 paid places. 3 are filled so far."
# stage: task: who says so, what was done, the page that shows it
DONE: dict[str, dict[str, tuple[str, str, str]]] = {
    "do": {
        "secure": ("Priya Nair", "Two lots, awarded to Harbour and to three small organisations together.", "awards"),
        "relations": ("Priya Nair", "The three organisations wrote down how they work together, and signed it.", "working-together"),
        "capacity": ("Dawn Achebe", "Nothing was planned. The CVS helped three small organisations to bid together.", "capacity"),
        "start": ("Dawn Achebe", "Two evenings opened in the first month. Each promise has somebody who sees to it.", "promised"),
    },
    "review": {
        "returns": ("Priya Nair", "Six returns came and were read with the providers. One never came.", "returns"),
        "process": ("Priya Nair", "Everybody was asked how the work together went.", "process"),
    },
}
EXIT: dict[str, dict[str, tuple[bool, str]]] = {
    "do": {
        "all_told_same": (True, "One question was asked. The answer went to everybody on the same day."),
        "criteria_committed": (True, "C1, C2 and C3 each became a promise with somebody who sees to it."),
        "capacity_done": (False, "Nothing was planned. The CVS helped three small organisations to bid together."),
    },
    "review": {"carried_forward": (True, "Families still learn about help by accident. It is a need of the next round.")},
}


def tell(story: "Story", now: Any, quarter_ended: date) -> None:
    """From the first voices to the next cycle."""
    at(story, quarter_ended - timedelta(days=20))
    _hear(story)
    at(story, max(quarter_ended + timedelta(days=19), (now - timedelta(days=12)).date()))
    _review(story)
    _look_at_ourselves(story)
    _stages(story)
    lead = story.cast["Priya Nair"]
    carrying_forward.open_next(story.cycle, title=NEXT_TITLE, by=lead, now=story.now())
    carrying.carry_all(story.cycle, now=story.now())
    answering.answer([story.said["N5b"]], status="used", reason=USED_NOW, by=lead, now=story.now())


def _hear(story: "Story") -> None:
    lead = story.cast["Priya Nair"]
    link = voices.open_link(story.cycle, groups=GROUPS, by=lead, now=story.now())
    for n, (code, rating, group, words, reply) in enumerate(VOICES):
        said = voices.Said(rating, words, group)
        made = voices.say(link, outcome_of(story, code), said, key=f"voice-{n}", secret=f"demo-voice-{n}", now=story.now())
        if words:
            voices.answer(made, status="parked" if code != "O3" else "used", reason=reply, show_words=True, by=lead, now=story.now())


def _review(story: "Story") -> None:
    lead, ruth = story.cast["Priya Nair"], story.cast["Ruth Calder"]
    plan = reviewing.ReviewPlan("The first year", 4, story.at.date())
    review = reviewing.plan(story.cycle, plan, by=lead, now=story.now())
    workshop = reviewing.convene_meeting(review, starts_at=story.at, by=lead, now=story.now())
    attending.attend(workshop, ruth, now=story.now())
    for name in CAME:
        attending.attend(workshop, story.cast[name], now=story.now())
    review.refresh_from_db()
    reviewing.hold(review, by=lead, now=story.now())
    for code, said in FINDINGS.items():
        _find(story, review, code, *said)
    reviewing.leave_out(review, level="market", because=NO_MARKET, by=lead, now=story.now())
    after = ending.Afterwards(meet_again=False, because="The next review is in a year.")
    facilitating.close(workshop, none_because="What follows stands in the findings.", afterwards=after, by=ruth, now=story.now())
    review.refresh_from_db()
    reviewing.close(review, by=lead, now=story.now())


def _find(
    story: "Story",
    review: Review,
    code: str,
    level: str,
    about: str,
    text: str,
    decided: str,
    because: str,
    expert: str,
    lived: str,
    rests: tuple[int, ...],
) -> None:
    lead = story.cast["Priya Nair"]
    newest = Reading.objects.filter(returned__award__lot__cycle=story.cycle, measure__number__in=rests, returned__quarter=4)
    outcome = outcome_of(story, about) if about else None
    said = judging.FindingSaid(level, text, outcome, tuple(newest), expert_view=expert, lived_view=lived)
    finding = judging.write(review, said, key=f"demo-{code}", by=lead, now=story.now())
    judging.talk_over(finding, by=lead, now=story.now())
    finding = judging.decide(finding, decided=decided, because=because, seen=finding.version, by=lead, now=story.now())
    for name in CAME:
        judging.signal(finding, yes=True, seen=finding.version, by=story.cast[name], now=story.now())
    finding = judging.agree(finding, by=lead, now=story.now())
    assert finding.state == Finding.State.AGREED  # noqa: S101 (the story goes on only from here)


def _look_at_ourselves(story: "Story") -> None:
    """Everybody is asked how the work felt: eight of ten citizens and four of five organisations say co-design."""
    lead = story.cast["Priya Nair"]
    process = process_reviewing.open_it(story.cycle, by=lead, now=story.now())
    people = {"citizen": [*(f"YP{n}" for n in range(1, 7)), *(f"PC{n}" for n in range(1, 5))], "vso": list(FELT_BY_VSOS)}
    manner = process_reviewing.by_group(PLAINLY)
    for group, names in people.items():
        for n, (name, level) in enumerate(zip(names, FELT[group], strict=True)):
            given = {"M-06": level, "M-36": 8 if level == 4 else 5, "M-38": 7 + n % 2}
            process_reviewing.answer(
                process, given, moment="close", key=f"demo-{name}", manner=manner, by=story.cast[name], now=story.now()
            )
    process_reviewing.close(process, answer=ANSWER_TO_ALL, by=lead, now=story.now())


def _stages(story: "Story") -> None:
    """The third stage is done; the last one stays open, for the contract goes on."""
    lead = story.cast["Priya Nair"]
    for code, tasks in DONE.items():
        stage = story.cycle.stages.get(code=code)
        for task, (who, said, page) in tasks.items():
            link = f"/cycles/{story.cycle.slug}/{page}/" if page else ""
            ticking.tick(stage, task=task, words=said, link=link, by=story.cast[who], now=story.now())
        convening.answer_exit_questions(stage, EXIT[code], by=lead, now=story.now())
    convening.close_stage(story.cycle.stages.get(code="do"), by=lead, now=story.now())
