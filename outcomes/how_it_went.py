"""How the work together went: what each side is asked, and what may be said of the answers (RV-06, RV-14; M-20 to M-22, M-36 to M-38). Pure.

Counted by side, side beside side, never pooled into one figure that a large side would fill. Fewer than five answers of a
side are not shown; fewer than fifty are marked as too few to draw conclusions from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from commissioning import small_groups
from commissioning.cycle import LEVELS, STAGES
from commissioning.sentences import Sentence as _
from workshops import pulse
from workshops.pulse import Share, Target, compare, in_force

CLOSE, LATER = "close", "later"
MOMENTS: dict[str, _] = {CLOSE: _("At the close of the cycle"), LATER: _("Six months later")}
USERS, COMMUNITY, PROVIDERS, OFFICERS = "user", "community", "provider", "officer"
SIDES: dict[str, _] = {
    USERS: _("People who use the service, and carers"),
    COMMUNITY: _("People who live here"),
    PROVIDERS: _("Voluntary organisations and providers"),
    OFFICERS: _("Officers and members"),
}
HOW_MUCH: dict[str, _] = {"full": _("A great deal"), "much": _("Quite a lot"), "little": _("A little"), "not": _("Not at all")}
BETTER: dict[str, _] = {"better": _("Better"), "same": _("The same"), "worse": _("Worse")}
LEARNING: dict[str, _] = {"done": _("Yes, we use it already"), "intend": _("We intend to"), "not": _("No")}
SCALE, LEVEL, MUCH, BETTER_WORSE, LEARN, MORE, YES, WORDS = "scale", "level", "much", "better", "learn", "more", "yes", "words"
CHOICES: dict[str, Mapping[str, _]] = {
    SCALE: pulse.CHOICES[pulse.SCALE],
    LEVEL: pulse.CHOICES[pulse.LEVEL],
    MUCH: HOW_MUCH,
    BETTER_WORSE: BETTER,
    LEARN: LEARNING,
    MORE: pulse.CHOICES[pulse.MORE],
    YES: pulse.CHOICES[pulse.YES],
}


@dataclass(frozen=True)
class Asked:
    """One question. `good` are the answers that count towards its share; an empty one is shown as a spread only."""

    code: str
    text: _
    scale: str
    good: frozenset[str] = frozenset()
    good_words: _ | None = None
    hint: _ | None = None
    part: str = ""  # questions of one part stand under one heading
    stage: str = ""
    only: frozenset[str] = frozenset(SIDES)
    target: str = ""  # the measure whose target it is held against


_SEVEN_UP, _0_TO_10 = frozenset({"7", "8", "9", "10"}), _("0 is “not at all”, 10 is “completely”")
_ENOUGH = frozenset({"full", "much"})


def _by_stage() -> Iterable[Asked]:
    for code, stage in STAGES.items():
        text = _("{stage}: how much were voluntary organisations part of it?", stage=stage.title)
        yield Asked(f"M-22-{code}", text, MUCH, _ENOUGH, _("said quite a lot or more"), part="involved", stage=code)
    for code, stage in STAGES.items():
        mine = _("{stage}: is your organisation better at this now?", stage=stage.title)
        good = frozenset({"better"})
        yield Asked(
            f"M-21-{code}", mine, BETTER_WORSE, good, _("said better"), part="better", stage=code, only=frozenset({PROVIDERS, OFFICERS})
        )


QUESTIONS: dict[str, Asked] = {
    q.code: q
    for q in (
        Asked("M-36", _("How well did the way we worked together meet your needs?"), SCALE, _SEVEN_UP, _("said 7 or more"), _0_TO_10),
        Asked("M-06", _("What did it feel like?"), LEVEL),
        Asked("M-38", _("I understand what social value means here."), SCALE, _SEVEN_UP, _("said 7 or more"), _0_TO_10),
        Asked("M-37", _("Do you use what you learned from this work?"), LEARN, frozenset({"done"}), _("use it already")),
        Asked("M-37w", _("What do you do with it, or what is in the way?"), WORDS, hint=_("It may be shown, without your name.")),
        *_by_stage(),
        Asked("M-20", _("We do something differently now because of this work."), YES, frozenset({"yes"}), _("said yes"), target="M-20"),
        Asked("M-20w", _("Can you give an example?"), WORDS, hint=_("It may be shown, without your name.")),
        Asked(
            "M-01a",
            _("Because of this work, do you trust the other side more, the same or less?"),
            MORE,
            frozenset({"more"}),
            _("trust more"),
            target="M-01a",
        ),
    )
}
ASKED: dict[str, tuple[str, ...]] = {
    CLOSE: tuple(code for code in QUESTIONS if code not in ("M-20", "M-20w", "M-01a")),
    LATER: ("M-20", "M-20w", "M-01a", "M-37", "M-37w"),
}
PARTS: dict[str, _] = {
    "": _("All in all"),
    "involved": _("Who was part of each stage"),
    "better": _("What your organisation takes with it"),
}


def side_of(group: str, standing: str, *, provides: bool) -> str:
    """The side somebody answers for."""
    if group == "commissioner":
        return OFFICERS
    if group == "vso" or provides:
        return PROVIDERS
    return USERS if standing in ("service_user", "carer") else COMMUNITY


def questions_for(side: str, moment: str) -> list[Asked]:
    """What somebody of a side is asked at a moment."""
    return [QUESTIONS[code] for code in ASKED[moment] if side in QUESTIONS[code].only]


def cleaned(side: str, moment: str, given: Mapping[str, Any]) -> dict[str, str]:
    """The answers that are answers; whatever was skipped or is none is left out."""
    kept = {}
    for question in questions_for(side, moment):
        value = str(given.get(question.code, "")).strip()
        if question.scale == WORDS:
            value = value[:300]
        elif value not in CHOICES[question.scale]:
            value = ""
        if value:
            kept[question.code] = value
    return kept


@dataclass(frozen=True)
class Answer:
    """One person's answers at one moment."""

    side: str
    moment: str
    values: Mapping[str, str]
    post: str = ""


@dataclass
class SideLine:
    """One side's answers to one question; hidden when fewer than five answered it."""

    side: str
    answered: int = 0
    invited: int = 0
    hidden: bool = False
    share: Share | None = None
    spread: list[tuple[_, int]] = field(default_factory=list)
    against_target: _ | None = None
    few: bool = False

    @property
    def title(self) -> _:
        """Which side it is, in words."""
        return SIDES[self.side]


@dataclass
class Result:
    """One question at one moment, side beside side, and all together only where that gives no small side away."""

    question: Asked
    moment: str
    lines: list[SideLine]
    together: Share | None = None
    target: Target | None = None
    against_target: _ | None = None
    few: bool = False


def results(answers: Iterable[Answer], invited: Mapping[str, Mapping[str, int]], targets: Iterable[Target], on: date) -> list[Result]:
    """What may be shown of every question with answers, in the order they are asked. `invited` is people by moment and side."""
    counted: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    for answer in answers:
        for code, value in answer.values.items():
            if code in QUESTIONS and QUESTIONS[code].scale in CHOICES:
                counted.setdefault((answer.moment, code), {}).setdefault(answer.side, Counter())[value] += 1
    goals = list(targets)
    there = [(moment, code) for moment, codes in ASKED.items() for code in codes if (moment, code) in counted]
    return [_result(QUESTIONS[code], moment, counted[moment, code], invited.get(moment, {}), goals, on) for moment, code in there]


def _result(
    question: Asked, moment: str, counted: Mapping[str, Counter[str]], invited: Mapping[str, int], goals: list[Target], on: date
) -> Result:
    target = in_force(goals, question.target, on) if question.target else None
    lines = [
        _line(question, side, counted.get(side, Counter()), invited.get(side, 0), target)
        for side in SIDES
        if side in question.only and (invited.get(side) or side in counted)
    ]
    result = Result(question, moment, lines, target=target)
    answered = {side: sum(c.values()) for side, c in counted.items()}
    total = small_groups.total(answered)
    if question.target and total is not None and total >= small_groups.SMALLEST:  # a programme's figure; else sides stand by themselves
        good = sum(c[value] for c in counted.values() for value in question.good)
        result.together = Share(good, total, max(total, sum(invited.get(s, 0) for s in question.only)))
        result.against_target = compare(result.together, target) if target else None
        result.few = total < pulse.FEW
    return result


def _line(question: Asked, side: str, counted: Counter[str], invited: int, target: Target | None) -> SideLine:
    answered = sum(counted.values())
    invited = max(invited, answered)
    if answered < small_groups.SMALLEST:
        return SideLine(side, answered, invited, hidden=answered > 0)
    share = Share(sum(counted[v] for v in question.good), answered, invited) if question.good else None
    return SideLine(
        side,
        answered,
        invited,
        share=share,
        spread=[(words, counted[value]) for value, words in CHOICES[question.scale].items() if counted[value] and question.scale != SCALE],
        against_target=compare(share, target) if share and target else None,
        few=answered < pulse.FEW,
    )


@dataclass(frozen=True)
class Gap:
    """How differently the two sides see the part of voluntary organisations in one stage (M-22)."""

    stage: _
    providers: Share
    officers: Share

    @property
    def points(self) -> int:
        """The difference in percentage points, from the unrounded shares."""
        return int(abs(100 * (self.officers.exact - self.providers.exact)) + Fraction(1, 2))

    @property
    def words(self) -> _:
        """Which side sees more, in one sentence."""
        if self.officers.exact == self.providers.exact:
            return _("Both sides see it the same.")
        if self.officers.exact > self.providers.exact:
            return _("Officers see more of it than voluntary organisations do: {n} points apart.", n=self.points)
        return _("Voluntary organisations see more of it than officers do: {n} points apart.", n=self.points)


def gaps(found: Iterable[Result]) -> list[Gap]:
    """For each stage both sides' shares and how far apart they are; only where both may be shown."""
    listed = []
    for result in found:
        if result.question.part == "involved":
            shares = {line.side: line.share for line in result.lines if line.share is not None}
            if PROVIDERS in shares and OFFICERS in shares:
                listed.append(Gap(STAGES[result.question.stage].title, shares[PROVIDERS], shares[OFFICERS]))
    return listed


@dataclass(frozen=True)
class Felt:
    """How many of a side felt the level that was promised, or more (PS-04)."""

    side: str
    reached: int
    answered: int
    promised: int

    @property
    def words(self) -> _:
        """The same as one sentence: "Promised: co-design. 8 of 10 felt that, or more."."""
        level = str(LEVELS[self.promised][0]).lower()
        return _("Promised: {level}. {n} of {of} who answered felt that, or more.", level=level, n=self.reached, of=self.answered)

    @property
    def title(self) -> _:
        """Which side it is, in words."""
        return SIDES[self.side]


def felt(answers: Iterable[Answer], promised: int) -> list[Felt]:
    """For each side of five or more that answered: how many felt the promised level or more."""
    levels: dict[str, list[int]] = {}
    for answer in answers:
        if answer.moment == CLOSE and "M-06" in answer.values:
            levels.setdefault(answer.side, []).append(int(answer.values["M-06"]))
    shown = small_groups.shown({side: len(listed) for side, listed in levels.items()})
    return [Felt(side, sum(n >= promised for n in levels[side]), len(levels[side]), promised) for side in SIDES if shown.get(side)]


def quotes(answers: Iterable[Answer], code: str, moment: str) -> list[str]:
    """What people wrote, with no name, side or order; only when five or more wrote something."""
    written = sorted(a.values[code] for a in answers if a.moment == moment and a.values.get(code))
    return written if len(written) >= small_groups.SMALLEST else []


def posts(answers: Iterable[Answer]) -> dict[str, int]:
    """Six months later: how many are still in their role and how many have moved; nothing unless both may be shown."""
    counted: Counter[str] = Counter(a.post for a in answers if a.moment == LATER and a.post in pulse.POSTS)
    return {c: counted[c] for c in pulse.POSTS} if counted and len(small_groups.shown(counted)) == len(counted) else {}
