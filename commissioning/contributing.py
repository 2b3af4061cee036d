"""Saying something: one contribution, kept once however often its form is sent."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from commissioning import policy, unattributed
from commissioning.models import Attribution, Contribution, Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST = 2000  # characters of one contribution


def printable(text: str) -> str:
    """The text without what cannot be printed, stored or put in a document, or turns the reading order of what follows.

    Control characters, non-characters, surrogates, and the bidirectional overrides and isolates (Unicode TR 9). Letters of
    every script stay, and so do right-to-left ones.
    """
    if text.isprintable():
        return text  # one line without anything of that: nearly every cell of a large file
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


def words_if_any(text: str, longest: int) -> str:
    """The same for words that may be left out. Raises `Refused` when they are too long: nobody's words are cut without a word."""
    return clean_words(text, longest) if printable(text).strip() else ""


@dataclass(frozen=True)
class Manner:
    """How something was said: in which language, by which channel, written down by whom, and who may see it and whose it is.

    `secret` is what only the author's device holds; without an author, words are sealed with it (see `unattributed.py`).
    """

    language: str = "en"
    channel: str = Contribution.Channel.ONLINE
    entered_by: Participant | None = None
    held: bool = False
    within: bool = False
    moderation: int = Contribution.Moderation.APPROVED
    attribution: str = Attribution.NAMED
    secret: str = ""

    @property
    def has_author(self) -> bool:
        """Whether the words are kept with the person who said them."""
        return self.attribution != Attribution.UNATTRIBUTED

    def kept(self, now: datetime) -> dict[str, Any]:
        """The columns of a contribution said like this."""
        names = ("language", "channel", "held", "within", "moderation", "attribution")
        columns = {name: getattr(self, name) for name in names}
        if self.has_author:
            return columns | {"entered_by": self.entered_by, "at": now}
        return columns | unattributed.seal(self.secret) | {"at": unattributed.coarse(now)}


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
    mine = Q(participant=by) | Q(participant__voice=True, participant__cycle=by.cycle_id, group=by.group)
    # Words taken out since are not what was sent, and must not come back with a form that is sent again.
    same = Q(text=words) | Q(redacted_at__isnull=False)
    sent = Contribution.objects.filter(mine, same, key__in=[key, other_key(key, kind, words)], kind=kind)
    return sent.select_related("cycle").first()


def contribute(
    *, cycle: Cycle, by: Participant, kind: str, text: str, key: str, now: datetime, place: str = "", manner: Manner = PLAINLY
) -> tuple[Contribution, bool]:
    """Keep what somebody said; returns it and whether it is new. The same `key` twice gives the first one back.

    Raises `Refused` when they have left, the cycle is closed or open talk in it is over, the words are empty or too long, or words without an author
    come from a device that could never find them again.
    """
    already = kept_before(by=by, kind=kind, text=text, key=key)
    if already is not None:
        return already, False
    with transaction.atomic():
        # Held, so that the gate opens before these words or after them, never meanwhile.
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)
        words = clean_words(text)
        if not manner.has_author and not manner.secret:
            raise Refused(_("Open your personal link on this device first. Without it you could never see what became of your words."))
        author = by if manner.has_author else unattributed.voice_of(cycle, by.group)
        if Contribution.objects.filter(participant=author, key=key).exists():
            key = other_key(key, kind, words)
        try:
            with transaction.atomic():
                made = Contribution.objects.create(
                    cycle=cycle, participant=author, group=by.group, kind=kind, text=words, key=key, place=place, **manner.kept(now)
                )
        except IntegrityError:
            return Contribution.objects.get(participant=author, key=key), False
    return made, True
