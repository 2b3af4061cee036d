"""By which channel a vote comes, and which one counts when two come from the same seat. Pure: the one place it is written.

Two channels are somebody's own act: **on line** and **on paper** (their own cross, read by two people). A **scribe** writes a vote
down for somebody, and a **show of hands** is counted for a group without knowing whose hand it was. So, for one seat:

1. On line stands over everything a scribe or a paper brought, before or after it: it is the person's own act, and its time is known.
2. A paper replaces what a scribe wrote. For a seat that voted on line it is set aside, with a note, and kept in the record.
3. A scribe may correct a scribe, and nothing else.
4. Hands fill only seats of people without a device that have no vote. As they name nobody, while they stand they hold **every** such
   seat of their group, raised or not: a vote from one of them would be counted twice. A recount without that person frees the seat.
"""

from collections.abc import Mapping

from commissioning.sentences import Sentence as _
from commissioning.small_groups import SMALLEST

ONLINE, SCRIBE, PAPER, HANDS = "online", "scribe", "paper", "hands"
CHANNELS: dict[str, _] = {
    ONLINE: _("on line"),
    SCRIBE: _("written down for somebody"),
    PAPER: _("on paper"),
    HANDS: _("by a show of hands"),
}

HAS_VOTED_ON_LINE = _("This person has voted on line; the paper is not counted.")
_HELD = _(
    "The hands of this group were counted, and this seat with them. Ask for a recount without this person, so that nobody is counted twice."
)
_WHY_NOT: dict[tuple[str, str], _] = {
    (ONLINE, HANDS): _("The hands of your group were counted, and yours with them. Ask for a recount without you, then vote here."),
    **{(channel, HANDS): _HELD for channel in (SCRIBE, PAPER)},
    (PAPER, ONLINE): HAS_VOTED_ON_LINE,
    (PAPER, PAPER): _("A paper from this seat is counted already."),
    (SCRIBE, ONLINE): _("They have voted on line. Their own vote stands."),
    (SCRIBE, PAPER): _("Their paper is counted already. Their own vote stands."),
    **{(HANDS, channel): _("This seat has a vote already.") for channel in (ONLINE, SCRIBE, PAPER)},
}


def present(choice: str, channel: str) -> str:
    """The channel a seat is taken by: that of its vote, or hands that hold it without one; empty when it is free."""
    return channel if choice or channel == HANDS else ""


def why_not(coming: str, taken_by: str) -> _ | None:
    """Why a vote that comes by one channel does not count on a seat taken by another; None when it does, and replaces it."""
    return _WHY_NOT.get((coming, taken_by))


def is_set_aside(coming: str, taken_by: str) -> bool:
    """Whether what comes is kept aside with a note, rather than sent back: only a paper from somebody who voted on line."""
    return (coming, taken_by) == (PAPER, ONLINE)


def why_not_hands(total: int, seats: int) -> _ | None:
    """Why a count of hands cannot stand: it never exceeds the seats that are left to be counted."""
    if total > seats:
        return _(
            "That is {n} hands, and {seats} people without a device have no vote yet in this group. Count again.",
            n=total,
            seats=seats,
        )
    return None


def by_channel(totals: Mapping[str, int]) -> _ | None:
    """The votes of a closed ballot by channel, in a sentence; None when all came on line.

    Numbers are shown only when none of them, nor a difference of two, stands for fewer than five people.
    """
    came = {channel: totals.get(channel, 0) for channel in CHANNELS if totals.get(channel, 0)}
    if not set(came) - {ONLINE}:
        return None
    if min(came.values()) < SMALLEST:
        return _("Some of these votes came by paper or hands, or were written down for somebody.")
    return _("Of these votes: {rows}.", rows=", ".join(f"{CHANNELS[channel]} {n}" for channel, n in came.items()))
