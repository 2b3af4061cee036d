"""What may be done with needs, and by whom. Pure: values in, a sentence or None out."""

from collections.abc import Collection, Mapping
from datetime import date

from commissioning import roles
from commissioning.sentences import Sentence as _


def why_not_run(held: frozenset[str]) -> _ | None:
    """Only those who set up the cycle or run its workshops put the list in order."""
    if held & {roles.CONVENE, roles.FACILITATE}:
        return None
    return _("Only the people who run this work can do this.")


def why_not_add(*, here: bool, withdrawn: bool, closed: bool) -> _ | None:
    """Whether somebody may add to the lists: everybody who takes part may."""
    if not here:
        return _("You are not part of this cycle.")
    if withdrawn:
        return _("You have left this cycle, so you cannot add to it.")
    if closed:
        return _("This cycle is closed. Nothing more can be added.")
    return None


def why_not_evidence(kind: str, known: Collection[str], dated: date | None, today: date) -> _ | None:
    """Whether this can be how we know of a need: of a known kind, and not from the future."""
    if kind not in known:
        return _("Choose how we know: data, lived experience, consultation or research.")
    if dated is not None and dated > today:
        return _("That date is still to come. Write when it was found out.")
    return None


def why_not_merge(need: int, into: int, *, prioritised: bool, open_ranking: bool) -> _ | None:
    """Whether a need can be joined with another."""
    if need == into:
        return _("Choose another need to join it with.")
    if open_ranking:
        return _("People are ranking this need now. Close the ranking first.")
    if prioritised:
        return _("This need is one of the adopted priorities. Join the other one with it instead.")
    return None


def family(top: int, parents: Mapping[int, int]) -> list[int]:
    """A need and everything that was joined with it, step by step."""
    found, waiting = [top], [top]
    while waiting:
        at = waiting.pop()
        below = [child for child, parent in parents.items() if parent == at and child not in found]
        found += below
        waiting += below
    return found


def why_not_disagree(*, mine: bool, already: bool) -> _ | None:
    """Whether somebody may disagree with a word an officer put to what was said: only whoever said it, once."""
    if not mine:
        return _("Only the person who said this can disagree with the word that was put to it.")
    if already:
        return _("You have said that you disagree.")
    return None
