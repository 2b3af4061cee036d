"""What a criterion must say before bidders may be asked it, and what its words give away. Pure."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from commissioning.sentences import Sentence as _


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("criterion_words.toml").read_text(encoding="utf-8"))


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + r")\b", re.IGNORECASE)


def _found(text: str, words: Iterable[str]) -> str:
    found = _any_of(tuple(words)).search(re.sub(r"\s+", " ", text))
    return found.group(0) if found else ""


def boilerplate_in(text: str) -> str:
    """The words of a promise that would fit any contract anywhere; empty where there are none (PL-15)."""
    return next((found for row in _data()["boilerplate"] if (found := _found(text, row["words"]))), "")


def asks_which_need(text: str, *, need: bool, said_none: bool) -> _ | None:
    """Ask which need of this place such a promise meets, until there is an answer. Having none is an answer too."""
    found = boilerplate_in(text)
    if not found or need or said_none:
        return None
    return _(
        "“{found}” is asked for in many contracts. Which need of this place does it meet? Choose the need. "
        "If there is none, tick that there is none: the criterion then shows “not linked to local need”.",
        found=found,
    )


def why_not_ask(text: str) -> _ | None:
    """Why a question may not be asked like this: it leaves it to bidders to say what social value is (PL-13)."""
    found = _found(text, _data()["defines_itself"]["words"])
    if not found:
        return None
    return _(
        "“{found}” asks bidders to say themselves what social value is. Say what you want: which change, for whom, and then ask how they will do it.",
        found=found,
    )


def why_no_criterion_share(share: Decimal) -> _ | None:
    """Why a number cannot be the share of one criterion."""
    if not share.is_finite() or not 0 <= share <= 100:
        return _("The share of the evaluation score is a number from 0 to 100.")
    if share != share.quantize(Decimal("0.01")):
        return _("Use at most two decimals.")
    return None


def why_no_quarter(first: int | None, quarters: int | None) -> _ | None:
    """Why a first return cannot be due in this quarter: the contract has no such quarter."""
    if first is None:
        return None
    if first < 1:
        return _("Quarters are counted from 1.")
    if quarters is not None and first > quarters:
        return _("The contract has {n} quarters, so nothing can first come back in quarter {first}.", n=quarters, first=first)
    return None


@dataclass(frozen=True)
class Facts:
    """What the judgement needs to know of one criterion that was not withdrawn."""

    code: str
    share: Decimal
    how_question: bool
    linked: bool
    first_return: bool
    measures: int

    @property
    def weighted(self) -> bool:
        """Whether it counts when bids are judged."""
        return self.share > 0


def lacks(facts: Facts) -> list[_]:
    """What a criterion still lacks before it can be published, in words (PL-13, PL-14, INV-09, SW-05)."""
    missing = []
    if not facts.how_question:
        missing.append(_("It has no question how they will do it."))
    if not facts.linked:
        missing.append(_("It is linked to no outcome and no need."))
    if facts.weighted and not facts.first_return:
        missing.append(_("It does not say in which quarter something first comes back."))
    if facts.weighted and not facts.measures:
        missing.append(_("Nothing in the monitoring plan measures it."))
    return missing


def incomplete(listed: Iterable[Facts]) -> list[Facts]:
    """Those that lack something of their own, whether or not they are measured."""
    return [f for f in listed if not (f.how_question and f.linked and (f.first_return or not f.weighted))]


def unmeasured(listed: Iterable[Facts]) -> list[Facts]:
    """Those that count and are measured by nothing (SW-05)."""
    return [f for f in listed if f.weighted and not f.measures]


def why_not_publish(listed: list[Facts], *, adopted: int | None) -> _ | None:
    """Whether the criteria may go out to bidders. `adopted` is the share of social value that was adopted, None for none yet."""
    if unfinished := incomplete(listed):
        return _(
            "These criteria are not complete: {codes}. Each needs a link, a “how” question and a first quarter.", codes=_codes(unfinished)
        )
    if missing := unmeasured(listed):
        return _(
            "Nothing measures these criteria, though they count: {codes}. Put a measure into the monitoring plan.", codes=_codes(missing)
        )
    return why_shares_differ(listed, adopted)


def why_shares_differ(listed: list[Facts], adopted: int | None) -> _ | None:
    """Why the shares of the criteria do not come to the share of social value (INV-09, INV-10)."""
    given = sum((f.share for f in listed), Decimal(0))
    if adopted is None:
        return _("The criteria have shares, but the share of social value is not adopted yet.") if given else None
    if adopted and not listed:
        return _("Social value is {share}% of the evaluation score, but there is no criterion yet.", share=adopted)
    if given != adopted:
        return _(
            "The shares of the criteria come to {given}%. Social value is {share}% of the evaluation score, so they must come to that.",
            given=f"{given.normalize():f}",
            share=adopted,
        )
    return None


def _codes(listed: Iterable[Facts]) -> str:
    return ", ".join(f.code for f in listed)
