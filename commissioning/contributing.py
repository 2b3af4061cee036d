"""Saying something: one contribution, kept once however often its form is sent."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from commissioning import policy
from commissioning.models import Contribution, Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST = 2000  # characters of one contribution


def printable(text: str) -> str:
    """The text without what cannot be printed, stored or put in a document, or turns the reading order of what follows.

    Control characters, non-characters, surrogates, and the bidirectional overrides and isolates (Unicode TR 9). Letters of
    every script stay, and so do right-to-left ones.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return "".join(c for c in kept if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs", "Cn") and c not in _TURNING))


def clean_words(text: str, longest: int = LONGEST) -> str:
    """The words as kept: printable, no blank edges. Raises `Refused` when empty or too long."""
    words = printable(text).strip()
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


@dataclass(frozen=True)
class Manner:
    """How something was said: in which language, by which channel, written down by whom, and whether it is shown already."""

    language: str = "en"
    channel: str = Contribution.Channel.ONLINE
    entered_by: Participant | None = None
    held: bool = False
    moderation: int = Contribution.Moderation.APPROVED


PLAINLY = Manner()


def other_key(key: str, *what: str) -> str:
    """The key of another message that came under a key used before: always the same for the same words.

    A page shown again by "back" sends its old key with new words. A random key would make its second sending a second message.
    """
    return hashlib.sha256("\0".join((key, *what)).encode()).hexdigest()[:40]


def kept_before(*, by: Participant, kind: str, text: str, key: str) -> Contribution | None:
    """What this very form made when it arrived before; None when it is new.

    Asked before anything else is: whoever sends again because the first answer was lost is told that it is kept, also when the
    room has moved on since.
    """
    words = printable(text).strip()
    same = Contribution.objects.filter(participant=by, key__in=[key, other_key(key, kind, words)], kind=kind, text=words)
    return same.select_related("cycle").first()


def contribute(
    *, cycle: Cycle, by: Participant, kind: str, text: str, key: str, now: datetime, place: str = "", manner: Manner = PLAINLY
) -> tuple[Contribution, bool]:
    """Keep what somebody said; returns it and whether it is new. The same `key` twice gives the first one back.

    Raises `Refused` when they have left, the cycle is closed, or the words are empty or too long.
    """
    already = kept_before(by=by, kind=kind, text=text, key=key)
    if already is not None:
        return already, False
    require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    words = clean_words(text)
    if Contribution.objects.filter(participant=by, key=key).exists():
        key = other_key(key, kind, words)
    try:
        with transaction.atomic():
            made = Contribution.objects.create(
                cycle=cycle,
                participant=by,
                group=by.group,
                kind=kind,
                text=words,
                key=key,
                at=now,
                place=place,
                **vars(manner),
            )
    except IntegrityError:
        return Contribution.objects.get(participant=by, key=key), False
    return made, True
