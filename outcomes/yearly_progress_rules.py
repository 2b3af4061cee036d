"""How an outcome did in a year, from what came back and what did not. Pure: values in, words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commissioning.sentences import Sentence as _
from outcomes import quarters

A_YEAR = 4  # quarters
NO_RETURN = "no_return"
WORDS: dict[str, _] = {
    "met": _("Met"),
    "partly": _("Partly met"),
    "not": _("Not met"),
    "no_data": _("No data"),
    "too_early": _("Too early to say"),
    NO_RETURN: _("No return"),
    "coming": _("Not due yet"),
}
LOOKS = {
    "met": "agreed",
    "partly": "part",
    "not": "not_used",
    "no_data": "waiting",
    "too_early": "to-come",
    NO_RETURN: "not",
    "coming": "to-come",
}


def is_due_in(quarter: int, *, first: int, every: int) -> bool:
    """Whether a measure is looked at in this quarter."""
    if quarter < first:
        return False
    return quarter == first if every == 0 else (quarter - first) % every == 0


def quarters_of(year: int) -> range:
    """The quarters of a year of the contract."""
    return range(A_YEAR * (year - 1) + 1, A_YEAR * year + 1)


def year_of(quarter: int) -> int:
    """The year of the contract a quarter is in."""
    return max(1, (quarter - 1) // A_YEAR + 1)


def standing_without(starts: date, ends: date, quarter: int, today: date) -> str:
    """What is shown where nothing came back: that it is not due yet, or plainly that there is no return (INV-25)."""
    return NO_RETURN if today > quarters.due(starts, quarter, ends) else "coming"


@dataclass(frozen=True)
class Verdict:
    """Where an outcome stands in a year: one word, and why in a sentence."""

    standing: str
    why: _

    @property
    def words(self) -> _:
        """The one word."""
        return WORDS[self.standing]


def verdict(signs: Sequence[Sequence[str]]) -> Verdict:
    """Where an outcome stands, from the standings of each of its signs in the order of the quarters of the year.

    Each sign speaks with the last thing it showed; a missing return is never taken for anything it might have shown.
    """
    missing = sum(1 for sign in signs for standing in sign if standing == NO_RETURN)
    last = [[s for s in sign if s not in (NO_RETURN, "coming")] for sign in signs]
    shown = [sign[-1] for sign in last if sign]
    known = [s for s in shown if s in ("met", "partly", "not")]
    if not signs:
        return Verdict("no_data", _("No measure looks at it yet."))
    if not known:
        early = (bool(shown) and all(s == "too_early" for s in shown)) or (not shown and not missing)
        why = _("It is too early to say.") if early else _("Nothing came back that shows it. Returns missing: {n}.", n=missing)
        return Verdict("too_early" if early else "no_data", why)
    standing = known[0] if len(set(known)) == 1 else "partly"
    met = known.count("met")
    if missing:
        why = _("{met} of {n} signs are met. Returns missing: {missing}.", met=met, n=len(signs), missing=missing)
        # What did not come back is not taken for good news.
        return Verdict("partly" if standing == "met" and len(known) < len(signs) else standing, why)
    return Verdict(
        "partly" if standing == "met" and met < len(signs) else standing, _("{met} of {n} signs are met.", met=met, n=len(signs))
    )
