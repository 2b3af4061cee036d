"""Whether two people say the same thing, judged by their words alone. It only ever suggests: a person decides.

What was tried, on three public conversations with 520 statements of real people (the measuring is repeated by
`tests/workshops/test_likeness.py` where the data is at hand): two texts are alike when what is left of them without little words
has at least half of the shorter one's words in common, at least three words (or all of a shorter one's two), and either
reads the same to 72 of 100 in any order, or holds nearly all of the shorter one. Of the 28 pairs found, 27 say the
same, read by a person one by one; at 65 every second pair further was only about the same subject, and a hint that is wrong half of the
time is not read. Words that differ in a number, or in "not", are never alike however close: "aged 20 to 24" and "aged 25 to 29",
"affordable" and "unaffordable".
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from rapidfuzz import fuzz

SAME = 72.0  # of 100, in any order: see above
WITHIN = 85.0  # of 100, when five words (or four, nearly all there are) of the shorter one are inside the longer one
SHORTEST = 12  # characters somebody has typed before anything is suggested
LONGEST = 2000  # characters of one contribution; nothing longer is looked at

_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a am an and any are as at be been but by can could do does for from had has have he how i if in into is it its just made make"
        " me more must my need needs of on or our people s shall should so some that the their them then there these they this those to too"
        " up us was we were what very when where which who will with would you your",
    )
)
_NOT = frozenset(re.findall(r"\w+", "cannot cant dont isnt neither never no nobody none nor not nothing without wont"))
_ENDINGS = ("ing", "ies", "es", "ed", "s")
_WORD = re.compile(r"[^\W_]+")

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Bare:
    """A text without its little words, endings and order: what is compared."""

    words: frozenset[str]
    line: str
    numbers: frozenset[str]
    refuses: bool


def bare(text: str) -> Bare:
    """What is left of a text for comparing. Only its first 2,000 characters count."""
    found = _WORD.findall(text[:LONGEST].lower().replace("’", "").replace("'", ""))
    kept = [_stem(word) for word in found if word not in _LITTLE and word not in _NOT] or found
    numbers = frozenset(word for word in found if word.isdigit())
    return Bare(frozenset(kept), " ".join(sorted(kept)), numbers, sum(word in _NOT for word in found) % 2 == 1)


def _stem(word: str) -> str:
    """A word without its endings, as far as they go: evenings and evening, running and run."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            rest = word[: -len(ending)]
            return _stem(rest[:-1] if rest[-1] == rest[-2] != "s" else rest)
    return word


def _opposed(a: Bare, b: Bare) -> bool:
    """Whether two texts differ in a number, in "not", or in one word and its opposite with "un"."""
    if a.numbers != b.numbers or a.refuses != b.refuses:
        return True
    only_a, only_b = a.words - b.words, b.words - a.words
    return any(f"un{word}" in only_b for word in only_a) or any(f"un{word}" in only_a for word in only_b)


def likeness(a: Bare, b: Bare) -> float:
    """How alike two texts are, from 0 (not at all, or opposed) to 100; 0 for everything below the threshold."""
    common, shorter = len(a.words & b.words), min(len(a.words), len(b.words))
    if common < 2 or (common < 3 and common < shorter) or 2 * common < shorter or _opposed(a, b):
        return 0.0
    same = fuzz.ratio(a.line, b.line, score_cutoff=SAME)
    if same or common < 4 or (common < 5 and 5 * common < 4 * shorter):
        return same
    within = fuzz.token_set_ratio(a.line, b.line, score_cutoff=WITHIN)
    return SAME if within else 0.0


def most_like(text: str, others: Mapping[Name, str], most: int = 3) -> list[Name]:
    """Those of the others that say the same as a text, most alike first; none when the text is short or too long."""
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        return []
    mine = bare(text)
    scored = [(likeness(mine, bare(words)), name) for name, words in others.items()]
    return [name for score, name in sorted(scored, key=lambda pair: -pair[0]) if score][:most]


def groups(texts: Mapping[Name, str]) -> list[list[Name]]:
    """Texts that say the same, in groups of two and more, largest first. Each is in one group at most.

    Everything in a group is alike to its first member: no chain of small differences leads from one thing to another.
    """
    cut = {name: bare(text) for name, text in texts.items()}
    near: dict[Name, dict[Name, float]] = {name: {} for name in cut}
    for one, other in _worth_comparing(cut):
        if score := likeness(cut[one], cut[other]):
            near[one][other] = near[other][one] = score
    found: list[list[Name]] = []
    taken: set[Name] = set()
    for name in sorted(near, key=lambda n: (-len(near[n]), -max(near[n].values(), default=0.0))):
        fellows = [other for other in sorted(near[name], key=lambda n: -near[name][n]) if other not in taken]
        if name not in taken and fellows:
            found.append([name, *fellows])
            taken.update(found[-1])
    return found


def _worth_comparing(cut: Mapping[Name, Bare]) -> Iterable[tuple[Name, Name]]:
    """The pairs that share two words at least: a small part of all pairs, so that 300 cards are compared at once."""
    holders: dict[str, list[int]] = defaultdict(list)
    names = list(cut)
    for place, name in enumerate(names):
        shared = Counter(chain.from_iterable(holders[word] for word in cut[name].words))
        yield from ((names[other], name) for other, n in shared.items() if n >= 2)
        for word in cut[name].words:
            holders[word].append(place)
