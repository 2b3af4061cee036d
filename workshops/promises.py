"""Where a promise stands: values in, words out. Pure."""

from datetime import date

from commissioning.sentences import Sentence as _

PROPOSED, ACCEPTED, DECLINED = "proposed", "accepted", "declined"
OPEN, DONE, LATE, DROPPED = "open", "done", "late", "dropped"

STANDINGS: dict[str, _] = {
    PROPOSED: _("Proposed: the owner has not said yes yet"),
    DECLINED: _("Declined: it needs a new owner"),
    ACCEPTED: _("Promised"),
    DONE: _("Done"),
    LATE: _("Late"),
    DROPPED: _("Dropped"),
}


KEPT, BROKEN, PROMISED, ASKED = "kept", "broken", "promised", "asked"
LEDGER: dict[str, _] = {  # how the ledger speaks: what came of a promise, for those it was made to (TR-02, M-32)
    KEPT: _("Kept"),
    LATE: _("Late"),
    BROKEN: _("Broken"),
    PROMISED: _("Still to come"),
    ASKED: _("Nobody has said yes"),
}
_IN_LEDGER = {DONE: KEPT, LATE: LATE, DROPPED: BROKEN, ACCEPTED: PROMISED, PROPOSED: ASKED, DECLINED: ASKED}


def in_ledger(standing_code: str, acceptance: str) -> str:
    """What the ledger calls a promise that stands so. What nobody ever took on was never promised, so it cannot be broken."""
    return ASKED if standing_code == DROPPED and acceptance != ACCEPTED else _IN_LEDGER[standing_code]


def why_not_outside(*, where: str, made_on: date, due: date, today: date) -> _ | None:
    """Whether a promise made outside a workshop can be written down like this."""
    if not where.strip():
        return _("Say where it was promised, such as “on the phone” or “in a letter”.")
    if made_on > today:
        return _("That day is still to come. Write down a promise that was made.")
    if due < made_on:
        return _("It cannot be due before it was promised.")
    return None


def standing(acceptance: str, progress: str, due: date, today: date) -> str:
    """Where a promise stands on a day. A promise whose day has passed is late without anybody having to say so."""
    if progress in (DONE, DROPPED):
        return progress
    if acceptance in (PROPOSED, DECLINED):
        return acceptance
    return LATE if progress == LATE or due < today else ACCEPTED


def is_taken(acceptance: str, progress: str) -> bool:
    """Whether somebody has taken it on, or it no longer needs anybody."""
    return acceptance == ACCEPTED or progress in (DONE, DROPPED)


def why_not_decline(reason: str) -> _ | None:
    """Saying no is free; the room needs the reason to find somebody else."""
    return None if reason.strip() else _("Say why not, so that the others can find somebody else.")


def why_not_progress(acceptance: str, progress: str, reason: str) -> _ | None:
    """Whether this can be said of a promise: only one that is promised is done or late, and late and dropped say why."""
    if progress not in (OPEN, DONE, LATE, DROPPED):
        return _("Say whether it is done, late or dropped.")
    if acceptance != ACCEPTED and progress != DROPPED:
        return _("Nobody has taken this on yet, so it cannot be done or late.")
    if progress in (LATE, DROPPED) and not reason.strip():
        return _("Say why, in plain words. Everybody here will read it.")
    return None


def why_not_leave_open(untaken: int, *, meet_again: bool | None, because: str, agreed: str) -> _ | None:
    """Whether a workshop may close while nobody has taken on some actions (WS-06)."""
    if not untaken:
        return None
    if meet_again is None:
        return _("{n} actions have no owner who said yes. Propose a follow-up workshop, or say “no follow-up, because”.", n=untaken)
    if meet_again and not agreed.strip():
        return _("Say who agreed to the follow-up, in your own words.")
    if not meet_again and not because.strip():
        return _("Say why there is no follow-up. Everybody here will read it.")
    return None
