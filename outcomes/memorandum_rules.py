"""Who writes, reads and signs a memorandum of understanding, and when it counts as signed. Values in, a sentence or None out."""

from collections.abc import Collection, Mapping
from datetime import date

from commissioning.sentences import Sentence as _

FEWEST = 2  # parties


def why_not_write(*, party: bool, ended: bool) -> _ | None:
    """Only the parties write, and only while it stands."""
    if not party:
        return _("Only the parties of a memorandum can do this.")
    return _("This memorandum has ended. Nothing in it changes any more.") if ended else None


def why_not_begin(*, organisation: bool, officer: bool, parties: int, with_authority: bool, mine: bool) -> _ | None:
    """Organisations begin one; officers begin one only when the authority is a party itself."""
    if not organisation and not (officer and with_authority):
        return _("Organisations write a memorandum with each other. An officer can begin one that the authority signs too.")
    if not mine:
        return _("Your own organisation must be one of the parties.")
    return _("A memorandum needs at least two parties.") if parties < FEWEST else None


def why_not_sign(sections: Mapping[str, str], *, parties: int) -> _ | None:
    """Whether there is something to sign: parties, a purpose and who does what."""
    if parties < FEWEST:
        return _("A memorandum needs at least two parties.")
    if not sections["purpose"].strip() or not sections["who_does_what"].strip():
        return _("Write first what it is for and who does what. Then it can be signed.")
    return None


def signed(parties: Collection[int], signatures: Collection[int]) -> bool:
    """Whether every party signed the words as they stand."""
    return len(parties) >= FEWEST and set(parties) <= set(signatures)


def why_not_review_on(day: date, today: date) -> _ | None:
    """A day to look at it again lies ahead, and not ten years off."""
    if day <= today:
        return _("Choose a day that is still to come.")
    return _("That is more than ten years away. Choose an earlier day.") if (day - today).days > 3653 else None
