"""Ticking off the tasks of a stage: with words or a link, never with a tick alone (CY-1 to CY-4)."""

from datetime import datetime

from django.db import transaction

from commissioning import cycle as table
from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.linking import why_not_link
from commissioning.models import Participant, Stage, TaskDone
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def tick(stage: Stage, *, task: str, words: str, link: str = "", by: Participant, now: datetime) -> TaskDone:
    """Say that a task is done, and how that can be seen; saying it again replaces what stood there.

    Raises `Refused` for a task that is not on the list, and without words or a link.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    text, link = _task(stage, task).text, link.strip()
    if not words.strip() and not link:
        raise Refused(_("Say in words what was done, or give a link that shows it. A tick alone is not enough."))
    require(why_not_link(link))
    said = clean_words(words, 500) if words.strip() else ""
    with transaction.atomic():
        stage = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
        done, new = TaskDone.objects.get_or_create(stage=stage, task=task, defaults={"words": said, "link": link, "by": by, "at": now})
        if not new and (done.words, done.link) == (said, link):
            return done
        done.words, done.link, done.by, done.at = said, link, by, now
        done.save()
        minutes.record(stage.cycle, "task", _("Done: {task}", task=text), by=by, now=now, why=" ".join(filter(None, (said, link))))
    return done


def take_back(stage: Stage, *, task: str, by: Participant, now: datetime) -> None:
    """Say that a task is not done after all; what was said stays in the minutes."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    text = _task(stage, task).text
    with transaction.atomic():
        gone, __ = TaskDone.objects.filter(stage=stage, task=task).delete()
        if gone:
            minutes.record(stage.cycle, "task", _("Not done after all: {task}", task=text), by=by, now=now)


def _task(stage: Stage, code: str) -> table.Task:
    found = next((task for task in table.STAGES[stage.code].tasks if task.code == code), None)
    if found is None:
        raise Refused(_("There is no such task."))
    return found
