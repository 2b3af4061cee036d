"""A city's advice to its second quarter: a challenge that paused it, four organisations together, an answer in the week not met yet."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from commissioning import challenging
from outcomes import understanding, yearly_progress
from outcomes.demonstration import Story
from outcomes.models import Award
from outcomes.scenarios import contracting, looking_back
from outcomes.scenarios.telling import back_to, join
from workshops import procuring


def finish(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Tell what follows the workshops, up to the yearly progress."""
    contracting.specify(story, words, now)
    contracting.procure(story, words, now)
    _pause_and_go_on(story, words, now)
    awards = contracting.award(story, words, now)
    _sign_together(story, words, awards[1])
    for quarter in (1, 2):
        looking_back.send_returns(story, words, awards, now, quarter=quarter)
    later = words["joins_later"]
    join(story, words, later["name"], "vso", "vso", later["organisation"], "none", "")
    looking_back.review(story, words, now)
    yearly_progress.publish(story.cycle, year=1, by=story.cast[words["lead"]], now=story.now())


def _pause_and_go_on(story: Story, words: dict[str, Any], now: datetime) -> None:
    """Somebody contests the first notice: everything waits, then goes on with its reason."""
    told, lead = words["challenge"], story.cast[words["lead"]]
    back_to(story, now, days=told["days"])
    today = timezone.localdate(story.now())
    until = timezone.localdate(now) - timedelta(days=told["until"])
    contested = challenging.Contested(told["what"], today, told["effect"], told["told"], until)
    procuring.log_challenge(story.cycle, contested, by=lead, now=story.now())
    back_to(story, now, days=told["until"])
    procuring.resume(story.cycle, reason=told["because"], by=lead, now=story.now())
    story.cycle.refresh_from_db()


def _sign_together(story: Story, words: dict[str, Any], award: Award) -> None:
    """The four write down how they work together, and each signs by role."""
    drafter = looking_back.speaker_of(story, award)
    new = understanding.Beginning(words["memorandum"]["title"], award=award)
    made = understanding.begin(story.cycle, new, key=story.key(), by=drafter, now=story.now())
    made = understanding.write(made, words["memorandum"], seen_version=1, by=drafter, now=story.now())
    for person in story.cast.values():
        if understanding.party_of(made, person) is not None:
            made = understanding.sign(made, signed_as="Manager", seen_version=2, by=person, now=story.now())
