"""What somebody saw when they opened a form, so that an officer who was slower does not undo what another one saved."""

from collections.abc import Mapping
from hashlib import sha256

from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _


class SomebodyElseSaved(Refused):
    """Another officer saved the same thing first: what stands and what was typed are both shown, neither is lost."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else saved this while you were writing. Theirs and yours are both shown; nothing is lost."))


def mark(values: Mapping[str, object]) -> str:
    """A short sign of what stands now: another one as soon as anything of it changes."""
    said = "\n".join(f"{name}={str(values[name])!r}" for name in sorted(values))
    return sha256(said.encode()).hexdigest()[:16]


def check(saw: str, values: Mapping[str, object]) -> None:
    """Raise `SomebodyElseSaved` when what was seen is not what stands; nothing seen (no form) is not asked."""
    if saw and saw != mark(values):
        raise SomebodyElseSaved
