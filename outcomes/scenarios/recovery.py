"""Four authorities to the review of year one: late papers, five lots, a star that felt like a test, a return that never came."""

from datetime import datetime
from typing import Any

from commissioning import carrying_forward, convening
from outcomes import carrying, concerns, voices, yearly_progress
from outcomes.demonstration import Story
from outcomes.models import Award, Measure
from outcomes.scenarios import contracting, looking_back
from outcomes.scenarios.contracting import outcome_of
from outcomes.scenarios.telling import back_to


def finish(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Tell what follows the joint workshop, up to the next cycle."""
    contracting.specify(story, words, now)
    contracting.procure(story, words, now)
    awards = contracting.award(story, words, now)
    looking_back.send_returns(story, words, awards, now, quarter=1)
    _the_star_felt_like_a_test(story, words, awards)
    for quarter in (2, 3, 4):
        looking_back.send_returns(story, words, awards, now, quarter=quarter)
    _say_how_it_is(story, words, now)
    looking_back.review(story, words, now)
    yearly_progress.publish(story.cycle, year=1, by=story.cast[words["lead"]], now=story.now())
    _go_on(story, words)


def _the_star_felt_like_a_test(story: Story, words: dict[str, Any], awards: dict[int, Award]) -> None:
    """A provider says that a measure harms; the officers change it, and everybody reads why."""
    told, lead = words["concern"], story.cast[words["lead"]]
    award = awards[told["lot"]]
    measure = Measure.objects.get(cycle=story.cycle, text=told["measure"])
    concern = concerns.Concern("harm", told["words"], measure=measure)
    flag = concerns.raise_flag(award, concern, key=story.key(), by=looking_back.speaker_of(story, award), now=story.now())
    concerns.answer(flag, answer="vary", because=told["because"], became=told["became"], by=lead, now=story.now())
    words["returns"]["figures"][told["became"]] = words["returns"]["figures"][told["measure"]]


def _say_how_it_is(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Those who use it and two carers say how an outcome is for them; two are too few to show."""
    told = words["voices"]
    back_to(story, now, days=70)
    link = voices.open_link(story.cycle, groups=told["groups"], by=story.cast[words["lead"]], now=story.now())
    outcome = outcome_of(story, "O1")
    for group, ratings in zip(told["groups"], (told["lived"], told["carers"]), strict=True):
        for rating in ratings:
            voices.say(link, outcome, voices.Said(rating, group=group), key=story.key(), secret=story.key(), now=story.now())


def _go_on(story: Story, words: dict[str, Any]) -> None:
    """Open the cycle that follows; what was found about the work together goes there as a need."""
    told, lead = words["next"], story.cast[words["lead"]]
    stage = story.cycle.stages.get(code="review")
    convening.answer_exit_questions(stage, {"carried_forward": (True, told["forward"])}, by=lead, now=story.now())
    carrying_forward.open_next(story.cycle, title=told["title"], by=lead, now=story.now())
    carrying.carry_all(story.cycle, now=story.now())
