"""The other demonstrations, each told by a file of words: four authorities together, a city's advice, a forum without a tender.

Nothing is written behind the acts' backs, as in the first demonstration.
"""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from commissioning.models import Cycle
from outcomes.scenarios import advice, forum, recovery, telling

HERE = Path(__file__).parent
NAMES = ("recovery", "advice", "forum")
TO_THE_LAST_STEP = {"recovery": recovery.finish, "advice": advice.finish, "forum": forum.finish}


def load(name: str, *, now: datetime, to_the_end: bool = True) -> tuple[Cycle, bool]:
    """Load one of them, once; returns its cycle and whether it was loaded now. Raises `KeyError` for a name there is none of.

    Without `to_the_end` it stops after its workshops, as if procurement were still to come.
    """
    if name not in NAMES:
        raise KeyError(name)
    words = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    already = Cycle.objects.filter(title=words["plan"]["title"], invented=True).first()
    if already is not None:
        return already, False
    days = words["days_ago"] if to_the_end else words.get("days_ago_in_talk", words["days_ago"])
    with transaction.atomic():
        story = telling.convene(words, now - timedelta(days=days))
        for number, told in enumerate(words["workshop"]):
            telling.back_to(story, now, days=told.get("days_ago", days - 20 * number))
            telling.hold(story, words, told)
        if to_the_end:
            telling.answer_people(story, words)
            TO_THE_LAST_STEP[name](story, words, now)
    return story.cycle, True
