"""Telling each person what became of what they said (FB-01, FB-02)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Cycle, Feedback, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def answer(contributions: Iterable[Contribution], *, status: str, reason: str, by: Participant, now: datetime) -> int:
    """Answer one or several contributions with the same status and plain reason; returns how many.

    Raises `Refused` without the permission, a status or a reason.
    """
    require(policy.why_not(roles.ANSWER, held_by(by)))
    if status not in Feedback.Status.values:
        raise Refused(_("Choose what became of it."))
    words = clean_words(reason, 1000)
    chosen = [c for c in contributions if c.cycle_id == by.cycle_id]
    if not chosen:
        raise Refused(_("Choose at least one contribution to answer."))
    with transaction.atomic():
        Feedback.objects.bulk_create(Feedback(contribution=c, status=status, reason=words, by=by, at=now) for c in chosen)
        what = _("{n} contributions answered: {status}", n=len(chosen), status=Feedback.Status(status).label)
        minutes.record(by.cycle, "answer", what, by=by, now=now, why=words)
    return len(chosen)


def unanswered_in(cycle: Cycle) -> int:
    """How many contributions of a cycle still wait for an answer."""
    return Contribution.objects.filter(cycle=cycle).owed().count()
