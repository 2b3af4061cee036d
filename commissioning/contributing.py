"""Saying something: one contribution, kept once however often its form is sent."""

from datetime import datetime

from django.db import IntegrityError, transaction

from commissioning import policy
from commissioning.models import Contribution, Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

LONGEST = 2000  # characters of one contribution


def clean_words(text: str, longest: int = LONGEST) -> str:
    """The words as kept: no null bytes or control marks, no blank edges. Raises `Refused` when empty or too long."""
    words = "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or ord(c) >= 32).strip()
    if not words:
        raise Refused(_("Write something first."))
    if len(words) > longest:
        raise Refused(
            _(
                "That is {n} characters. Shorten it to {most} or fewer; nothing was lost, it is still in the box.",
                n=len(words),
                most=longest,
            )
        )
    return words


def contribute(
    *, cycle: Cycle, by: Participant, kind: str, text: str, key: str, now: datetime, place: str = ""
) -> tuple[Contribution, bool]:
    """Keep what somebody said; returns it and whether it is new. The same `key` twice gives the first one back.

    Raises `Refused` when they have left, the cycle is closed, or the words are empty or too long.
    """
    require(
        policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED)
    )
    words = clean_words(text)
    already = Contribution.objects.filter(participant=by, key=key).first()
    if already is not None:
        return already, False
    try:
        with transaction.atomic():
            made = Contribution.objects.create(
                cycle=cycle, participant=by, group=by.group, kind=kind, text=words, key=key, at=now, place=place
            )
    except IntegrityError:
        return Contribution.objects.get(participant=by, key=key), False
    return made, True
