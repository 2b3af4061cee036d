"""What a review needs: who must be there, which levels must be looked at, when a finding is agreed. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from commissioning.sentences import Sentence as _
from outcomes import quarters

LEVELS: dict[str, _] = {
    "contract": _("The contract"),
    "strategic": _("The outcomes for the place"),
    "market": _("Who can provide"),
    "process": _("How we worked together"),
}
GROUPS: dict[str, _] = {"commissioner": _("Commissioner side"), "vso": _("Voluntary sector"), "citizen": _("Citizens")}
IN_A_YEAR = 4  # quarters
AFTER_ITS_RETURN = timedelta(days=28)  # a yearly review is planned this long after the return of its quarter is due


@dataclass(frozen=True)
class Seen:
    """One person who was asked or came: their group, and whether their organisation holds the contract or a part of it."""

    group: str
    holds_contract: bool = False


def missing(people: Iterable[Seen]) -> list[_]:
    """Who has to be there and is not: a citizen, and somebody of a voluntary organisation that does not hold the contract (RV-15)."""
    listed = list(people)
    short = []
    if not any(one.group == "citizen" for one in listed):
        short.append(_("a citizen"))
    if not any(one.group == "vso" and not one.holds_contract for one in listed):
        short.append(_("somebody of a voluntary organisation that does not hold the contract"))
    return short


def why_not_hold(came: Iterable[Seen]) -> _ | None:
    """Why a meeting does not count as a review (RV-15)."""
    short = missing(came)
    if not short:
        return None
    return _(
        "This meeting cannot count as a review yet. Still missing: {who}. Those who judge what came of it must not only be those who "
        "buy it and those who do it.",
        who="; ".join(map(str, short)),
    )


def warn_when_planning(asked: Iterable[Seen]) -> _ | None:
    """What whoever plans the meeting is told before it is too late."""
    short = missing(asked)
    return _("Not invited yet: {who}. The review cannot be held without them.", who="; ".join(map(str, short))) if short else None


def why_not_about_nothing(level: str, *, named: int) -> _ | None:
    """Why a finding cannot stand alone: nobody could walk from it back to what people asked for, nor on to who did it."""
    if named or level == "process":
        return None
    return _(
        "Name at least one thing this finding is about: an outcome, a return, or what somebody said. "
        "If it is about how you worked together, choose that instead."
    )


@dataclass(frozen=True)
class Signal:
    """One voice on a finding as it stands."""

    group: str
    yes: bool


def why_not_agree(present: Collection[str], signals: Iterable[Signal], *, decided: bool) -> _ | None:
    """Why a finding is not agreed: each group that came must have said so, and in none do the noes outweigh (INV-06)."""
    if not decided:
        return _("Say first what follows from this finding, and why.")
    listed = list(signals)
    if not present:
        return _("Nobody is down as having come to the meeting of this review.")
    silent = [str(words) for code, words in GROUPS.items() if code in present and not any(s.group == code for s in listed)]
    if silent:
        return _("Each group that came must say whether it can agree. Still silent: {who}.", who="; ".join(silent))
    against = []
    for code, words in GROUPS.items():
        yes = sum(1 for s in listed if s.group == code and s.yes)
        no = sum(1 for s in listed if s.group == code and not s.yes)
        if no >= yes and no:
            against.append(str(words))
    if against:
        return _("This group does not agree: {who}. Change the finding, and ask again.", who="; ".join(against))
    return None


def why_not_close(levels: Mapping[str, bool], open_findings: Iterable[str]) -> _ | None:
    """Why a review cannot close: a level with no finding and no reason (RV-11), or a finding that nobody decided."""
    blank = [str(words) for code, words in LEVELS.items() if not levels.get(code)]
    if blank:
        return _("Not looked at yet: {levels}. Write what was found, or why it was not reviewed.", levels="; ".join(blank))
    waiting = list(open_findings)
    if waiting:
        return _("Not agreed yet: {findings}. A review closes when every finding is decided and agreed.", findings=", ".join(waiting))
    return None


def yearly(starts: date, ends: date) -> list[tuple[int, date]]:
    """The reviews a contract of more than one year has without anybody asking: up to which quarter, and on which day (RV-08)."""
    count = quarters.how_many(starts, ends)
    if count <= IN_A_YEAR:
        return []
    upto = [*range(IN_A_YEAR, count, IN_A_YEAR), count]
    return [(quarter, quarters.due(starts, quarter, ends) + AFTER_ITS_RETURN) for quarter in upto]
