"""The one-minute pulse: what is asked at which moment, and what may be said of the answers. Pure.

Five questions at most for each moment, from the catalogue of measures. What is asked twice is asked in the same words,
so that before and after can be paired: trust when joining and at the close, understanding when joining and six months
later. Whether trust has *grown* is asked six months later only: that is when people can tell. What somebody knew or
expected before is never asked afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from statistics import median
from typing import Any

from commissioning.cycle import LEVELS
from commissioning.sentences import Sentence as _

JOIN, CLOSE, LATER = "join", "close", "later"
MOMENTS: dict[str, _] = {JOIN: _("When people joined"), CLOSE: _("At the close"), LATER: _("Six months later")}
CLOSING_PHASES = frozenset({"agree", "prioritise", "actions", "pulse", "close"})
GROUPS = ("commissioner", "vso", "citizen")
SMALLEST, FEW = 5, 50

SCALE, MORE, EXPECTED, LEVEL, PARTLY, YES, HOURS, WORDS = "scale", "more", "expected", "level", "partly", "yes", "hours", "words"

CHOICES: dict[str, dict[str, _]] = {
    SCALE: {str(n): _("{n}", n=n) for n in range(11)},
    MORE: {"more": _("More"), "same": _("The same"), "less": _("Less")},
    EXPECTED: {"exceeded": _("Better than I expected"), "met": _("What I expected"), "short": _("Less than I expected")},
    LEVEL: {str(n): words[0] for n, words in LEVELS.items()},
    PARTLY: {"yes": _("Yes"), "partly": _("Partly"), "no": _("No")},
    YES: {"yes": _("Yes"), "no": _("No")},
}


@dataclass(frozen=True)
class Question:
    """One question. `good` are the answers that count towards its share; an empty `good` is shown as a spread only."""

    code: str
    text: _
    scale: str
    good: frozenset[str] = frozenset()
    good_words: _ | None = None
    hint: _ | None = None
    beside: str = ""  # another question it belongs to: "and how many hours?"


_SEVEN_UP = frozenset({"7", "8", "9", "10"})
_0_TO_10 = _("0 is “not at all”, 10 is “completely”")

QUESTIONS: dict[str, Question] = {
    q.code: q
    for q in (
        Question(
            "M-01a",
            _("Because of this work, do you trust the other side more, the same or less?"),
            MORE,
            frozenset({"more"}),
            _("trust more"),
        ),
        Question("M-01b", _("I trust the people on the other side to do what they say."), SCALE, _SEVEN_UP, _("said 7 or more"), _0_TO_10),
        Question(
            "M-02a",
            _("Do you understand how the others work more, the same or less than before?"),
            MORE,
            frozenset({"more"}),
            _("understand more"),
        ),
        Question("M-02b", _("I understand how the others work, and why."), SCALE, _SEVEN_UP, _("said 7 or more"), _0_TO_10),
        Question(
            "M-03a",
            _("Do you understand how decisions about this service are made more, the same or less?"),
            MORE,
            frozenset({"more"}),
            _("understand more"),
        ),
        Question("M-04", _("Was it what you expected?"), EXPECTED, frozenset({"exceeded"}), _("said it was better than they expected")),
        Question("M-05", _("Someone took what I said seriously."), SCALE, _SEVEN_UP, _("said 7 or more"), _0_TO_10),
        Question("M-06", _("What did it feel like?"), LEVEL),
        Question("M-07", _("I know what can still be changed."), PARTLY, frozenset({"yes"}), _("said yes")),
        Question("M-08", _("Was it worth your time?"), YES, frozenset({"yes"}), _("said yes")),
        Question("M-08h", _("How many hours did it take you, with travel and reading?"), HOURS, beside="M-08"),
        Question("M-20", _("We do something differently now because of this work."), YES, frozenset({"yes"}), _("said yes")),
        Question("M-20w", _("Can you give an example?"), WORDS, hint=_("It may be shown, without your name."), beside="M-20"),
    )
}

ASKED: dict[str, tuple[str, ...]] = {
    JOIN: ("M-01b", "M-02b", "M-07"),
    CLOSE: ("M-01b", "M-04", "M-05", "M-06", "M-08", "M-08h"),
    LATER: ("M-01a", "M-02a", "M-02b", "M-03a", "M-20", "M-20w"),
}
PAIRS = (("M-01b", JOIN, CLOSE), ("M-02b", JOIN, LATER))
POSTS: dict[str, _] = {"still": _("I am still in the same role"), "moved": _("I have moved on to something else")}


def moment_of(phase: str, closed_at: datetime | None, now: datetime) -> str:
    """Which moment a workshop is at."""
    if closed_at is not None and now >= six_months_after(closed_at):
        return LATER
    return CLOSE if closed_at is not None or phase in CLOSING_PHASES else JOIN


def six_months_after(then: datetime) -> datetime:
    """The same day six months on, or the last day of that month."""
    year, month = (then.year, then.month + 6) if then.month <= 6 else (then.year + 1, then.month - 6)
    for day in range(then.day, then.day - 4, -1):
        try:
            return then.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")


def cleaned(moment: str, given: Mapping[str, Any]) -> dict[str, str]:
    """The answers that are answers; whatever was skipped or is none is left out."""
    kept = {}
    for code in ASKED[moment]:
        value = str(given.get(code, "")).strip()
        question = QUESTIONS[code]
        if question.scale == WORDS:
            value = value[:300]
        elif question.scale == HOURS:
            value = value if _hours(value) is not None else ""
        elif value not in CHOICES[question.scale]:
            value = ""
        if value:
            kept[code] = value
    return kept


def _hours(value: str) -> Fraction | None:
    """Hours as said, from none to a hundred; None when that is no number of hours."""
    try:
        hours = Fraction(value.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        return None
    return hours if 0 <= hours <= 100 and "/" not in value and "e" not in value.lower() else None


# What may be said of the answers


@dataclass(frozen=True)
class Answer:
    """One person's answers at one moment. `who` only tells two answers of the same person apart from two people's."""

    who: str
    group: str
    moment: str
    values: Mapping[str, str]
    post: str = ""


@dataclass(frozen=True)
class Target:
    """What a programme aims at, with where the figure is from. Never a benchmark."""

    measure: str
    percent: int
    source: str
    since: date

    @property
    def words(self) -> _:
        """The target as it is printed."""
        return _("target {p}% from {source}", p=self.percent, source=self.source)


@dataclass(frozen=True)
class Share:
    """A share of those who answered: numerator, denominator, and everybody who was asked."""

    good: int
    answered: int
    invited: int

    @property
    def exact(self) -> Fraction:
        """The share, unrounded."""
        return Fraction(self.good, self.answered)

    @property
    def percent(self) -> str:
        """The share as printed, rounded to a whole percentage."""
        return f"{_rounded(100 * self.exact)}%"

    @property
    def words(self) -> _:
        """The numbers behind the percentage."""
        return _("{a} of {b} who answered, of {c} invited", a=self.good, b=self.answered, c=self.invited)

    @property
    def response(self) -> str:
        """The response rate as printed."""
        return f"{_rounded(Fraction(100 * self.answered, self.invited))}%" if self.invited else ""


def _rounded(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def compare(share: Share, target: Target) -> _:
    """A share against a target: compared unrounded, said in words."""
    goal = Fraction(target.percent, 100)
    shown = share.percent
    if share.exact < goal and _rounded(100 * share.exact) == target.percent:
        shown = f"{float(100 * share.exact):.2f}%"  # the rounded figure would look as if the target had been reached
    if share.exact < goal:
        return _("{p} is below the {target}", p=shown, target=target.words)
    return _("{p} reaches the {target}", p=shown, target=target.words)


def in_force(targets: Iterable[Target], measure: str, day: date) -> Target | None:
    """The target of a measure on a day: the newest that had begun."""
    return max((t for t in targets if t.measure == measure and t.since <= day), key=lambda t: t.since, default=None)


@dataclass
class GroupLine:
    """One group's answers to one question; hidden when fewer than five answered it."""

    group: str
    hidden: bool = False
    share: Share | None = None
    spread: list[tuple[str, int]] = field(default_factory=list)
    against_target: _ | None = None
    few: bool = False
    silent: int = 0
    nobody: bool = False  # hidden too, but there is nothing to hide


@dataclass
class Finding:
    """One question at one moment, group beside group. Groups are never pooled into one figure."""

    question: Question
    moment: str
    lines: list[GroupLine]
    target: Target | None = None


def findings(
    answers: Iterable[Answer], invited: Mapping[str, int], targets: Iterable[Target] = (), on: date | None = None
) -> list[Finding]:
    """What may be shown of every question with answers, in the order they are asked. `invited` is people by group."""
    spread: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for answer in answers:
        for code, value in answer.values.items():
            if QUESTIONS[code].scale in CHOICES:
                spread[answer.moment, code, answer.group][value] += 1
    listed, goals = [], list(targets)
    for moment, codes in ASKED.items():
        for code in codes:
            counted = {g: spread[moment, code, g] for g in GROUPS if (moment, code, g) in spread}
            if counted:
                target = in_force(goals, code, on) if on else None
                lines = [
                    _line(QUESTIONS[code], g, counted.get(g, {}), invited.get(g, 0), target)
                    for g in GROUPS
                    if invited.get(g) or g in counted
                ]
                listed.append(Finding(QUESTIONS[code], moment, lines, target))
    return listed


def _line(question: Question, group: str, counted: Mapping[str, int], invited: int, target: Target | None) -> GroupLine:
    answered = sum(counted.values())
    invited = max(invited, answered)
    if answered < SMALLEST:
        return GroupLine(group, hidden=True, nobody=answered == 0)
    share = Share(sum(n for value, n in counted.items() if value in question.good), answered, invited) if question.good else None
    return GroupLine(
        group,
        share=share,
        spread=[(value, counted.get(value, 0)) for value in CHOICES[question.scale]],
        against_target=compare(share, target) if share and target else None,
        few=answered < FEW,
        silent=invited - answered,
    )


@dataclass(frozen=True)
class Change:
    """Before and after of the same people, one group: how many went up, down, or stayed, and how many could not go up."""

    question: Question
    group: str
    before: str
    after: str
    pairs: int
    up: int
    same: int
    down: int
    already_top: int
    unpaired: int
    few: bool


def changes(answers: Iterable[Answer]) -> list[Change]:
    """Paired change for every question asked twice, only of people who answered both times, only of five or more."""
    kept: dict[tuple[str, str], dict[str, Answer]] = defaultdict(dict)
    for answer in answers:
        kept[answer.group, answer.moment][answer.who] = answer
    found = []
    for code, before, after in PAIRS:
        for group in GROUPS:
            first = {who: int(a.values[code]) for who, a in kept[group, before].items() if code in a.values}
            then = {who: int(a.values[code]) for who, a in kept[group, after].items() if code in a.values}
            both = first.keys() & then.keys()
            if len(both) < SMALLEST:
                continue
            up = sum(1 for who in both if then[who] > first[who])
            down = sum(1 for who in both if then[who] < first[who])
            top = sum(1 for who in both if first[who] == 10)
            apart = len(first.keys() ^ then.keys())
            found.append(
                Change(QUESTIONS[code], group, before, after, len(both), up, len(both) - up - down, down, top, apart, len(both) < FEW)
            )
    return found


@dataclass(frozen=True)
class Felt:
    """For one group: which level the work felt like, against the level that was promised (PS-04)."""

    group: str
    level: int
    people: int
    answered: int
    promised: int

    @property
    def words(self) -> _:
        """The most frequent feeling, as a plain sentence."""
        return _(
            "Promised: {promised}. It felt like: {felt}, said {a} of {b} who answered.",
            promised=str(LEVELS[self.promised][0]).lower(),
            felt=str(LEVELS[self.level][0]).lower(),
            a=self.people,
            b=self.answered,
        )


def felt(answers: Iterable[Answer], promised: int) -> list[Felt]:
    """The level most felt in each group of five or more; of two felt by as many, the lower: nobody is flattered."""
    counted: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for answer in answers:
        if answer.moment == CLOSE and "M-06" in answer.values:
            counted[answer.group][int(answer.values["M-06"])] += 1
    found = []
    for group in GROUPS:
        levels, answered = counted[group], sum(counted[group].values())
        if answered >= SMALLEST:
            level = min(levels, key=lambda n: (-levels[n], n))
            found.append(Felt(group, level, levels[level], answered, promised))
    return found


def hours_spent(answers: Iterable[Answer]) -> dict[str, tuple[str, int]]:
    """For each group of five or more: the middle number of hours people say it took, and how many said so."""
    said: dict[str, list[Fraction]] = defaultdict(list)
    for answer in answers:
        hours = _hours(answer.values.get("M-08h", "")) if answer.moment == CLOSE else None
        if hours is not None:
            said[answer.group].append(hours)
    return {g: (f"{float(median(said[g])):g}", len(said[g])) for g in GROUPS if len(said[g]) >= SMALLEST}


def examples(answers: Collection[Answer]) -> list[str]:
    """What people wrote six months later, with no name, group or order; only when five or more wrote something."""
    written = sorted(a.values["M-20w"] for a in answers if a.moment == LATER and a.values.get("M-20w"))
    return written if len(written) >= SMALLEST else []


def posts(answers: Iterable[Answer]) -> dict[str, int]:
    """Six months later: how many are still in their role and how many have moved on; nothing unless both may be shown."""
    counted: dict[str, int] = dict.fromkeys(POSTS, 0)
    for answer in answers:
        if answer.moment == LATER and answer.post in counted:
            counted[answer.post] += 1
    return counted if all(n == 0 or n >= SMALLEST for n in counted.values()) and any(counted.values()) else {}
