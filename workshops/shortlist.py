"""The ways to choose a short list: what each asks of people, how it is counted, and counting it. Pure.

A choice is what one voice marks: a number for each card it names. What the number means depends on the way: 1 for a tick,
a place from 1, a rating from 1 to 9, or points. A short list says what to go on with; it is not an agreement.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from commissioning.sentences import Sentence as _
from workshops.methods import approving, lots, ranking, scoring, sharing, transferring
from workshops.methods.results import Item, Order, Result, Score

TICK, PLACE, RATING, POINTS = "tick", "place", "rating", "points"
MOST_RANKED = 30  # cards that anybody could put in order
TOP_RATING = 9


@dataclass(frozen=True)
class Way:
    """One way to choose. `ask` tells people what to do, `rule` how it is counted; `one` when it can choose only one card."""

    code: str
    title: _
    mark: str
    ask: _
    rule: _
    one: bool = False


_ORDER = _("Put them in order: 1 for the one you want most, then 2, 3 and so on. Leave empty what you do not want.")
_TICKS = _("Tick every card you could live with.")

WAYS: dict[str, Way] = {
    way.code: way
    for way in (
        Way(
            "fair-shares",
            _("Ticks, with a fair share for everybody"),
            TICK,
            _TICKS,
            _(
                "Everybody has the same share of the places. People who ticked the same card put their shares together to pay for it. "
                "So a group of a fair size gets its fair part of the list."
            ),
        ),
        Way("most-ticks", _("Ticks, the most ticked first"), TICK, _TICKS, _("Every tick counts one. The cards with the most are chosen.")),
        Way(
            "points",
            _("Points to share out"),
            POINTS,
            _("Share your points between the cards. You can put several on one."),
            _("The points on each card are added up. The cards with the most are chosen."),
        ),
        Way(
            "rating",
            _("Rating from 1 to 9"),
            RATING,
            _("Rate each card from 1, it matters little, to 9, it matters most. Leave out what you have no view on."),
            _(
                "The ratings of each card are added up, and those with the most are chosen. Beside it stands which cards every group "
                "keeps: at least 70 % of the group rate it 7 to 9, and fewer than 15 % rate it 1 to 3."
            ),
        ),
        Way(
            "run-off",
            _("In order, one is chosen by run-off"),
            PLACE,
            _ORDER,
            _("The card with the fewest first places drops out, and its votes go to their next card, until one has more than half."),
            one=True,
        ),
        Way(
            "in-proportion",
            _("In order, several are chosen in proportion"),
            PLACE,
            _ORDER,
            _(
                "Everybody has one vote. When a card has more than it needs, the rest moves on to people’s next card; the card with the "
                "fewest drops out, and its votes move on too. These are the rules of Scottish council elections."
            ),
        ),
        Way(
            "pairs",
            _("In order, one is chosen against each other one"),
            PLACE,
            _ORDER,
            _("Each two cards are compared: which do more people put first? The one that stands up best against all others is chosen."),
            one=True,
        ),
        Way(
            "places",
            _("In order, places give points"),
            PLACE,
            _ORDER,
            _("A card gets a point for each card somebody put it above. The cards with the most points are chosen."),
        ),
        Way(
            "budget",
            _("Ticks, with costs and a budget"),
            TICK,
            _("Tick every card you would spend the money on."),
            _(
                "Everybody has the same share of the money. People who ticked the same card put their shares together to pay what it costs. "
                "What nobody can pay for is not chosen."
            ),
        ),
    )
}
USUAL = "fair-shares"

OPEN, DRAW, FACILITATOR = "open", "draw", "facilitator"
TIES: dict[str, _] = {
    OPEN: _("they stay level, and the room talks about it"),
    DRAW: _("a draw from a word fixed now, which anybody can repeat"),
    FACILITATOR: _("the facilitator chooses and says why"),
}


MOST_MONEY = 10_000_000_000


def whole(kept: object) -> int:
    """A number from kept settings; 0 for anything that is not a whole number from 1 to as much money as there can be."""
    text = str(kept)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_MONEY)) and int(text) <= MOST_MONEY else 0


@dataclass(frozen=True)
class Terms:
    """How a short list is chosen, fixed before anybody chooses."""

    way: str = USUAL
    places: int = 3
    points: int = 10
    ties: str = OPEN
    draw: str = ""
    budget: int = 0
    costs: Mapping[Item, int] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Terms":
        """The terms from the settings of an activity; what they do not say, or say in a way that has no sense, is as usual."""
        usual = cls()
        numbers: dict[str, Any] = {name: whole(kept.get(name)) or getattr(usual, name) for name in ("places", "points", "budget")}
        way, ties = str(kept.get("way")), str(kept.get("ties"))
        return cls(way if way in WAYS else USUAL, ties=ties if ties in TIES else OPEN, draw=str(kept.get("draw") or ""), **numbers)

    @property
    def how(self) -> Way:
        """The way it is chosen."""
        return WAYS[self.way]

    @property
    def seats(self) -> int:
        """How many cards can be chosen."""
        return 1 if self.how.one else self.places

    def numbers(self, cards: int) -> range:
        """The numbers somebody can give a card, out of so many: places or ratings."""
        return range(1, (min(cards, MOST_RANKED) if self.how.mark == PLACE else TOP_RATING) + 1)

    def explain(self) -> list[_]:
        """The terms in sentences, made from the very object that is applied."""
        lines = [self.how.rule]
        if self.way == "budget":
            lines.append(_("There is {n} to spend.", n=f"£{self.budget:,}"))
        elif self.seats == 1:
            lines.append(_("One card is chosen."))
        else:
            lines.append(_("Up to {n} cards are chosen.", n=self.seats))
        lines.append(_("If cards are level: {what}.", what=TIES[self.ties]))
        if self.ties == DRAW:
            lines.append(_("The word for the draw: {word}", word=self.draw))
        return lines


Marks = Mapping[int, int]  # card to number


def why_not_marks(terms: Terms, marks: Marks, cards: Collection[int]) -> _ | None:
    """Why marks cannot be taken, in a sentence; None when they can."""
    kind = terms.how.mark
    if set(marks) - set(cards):
        return _("One of these cards is no longer on the board. Look again, and send your choice once more.")
    if kind == TICK and any(n != 1 for n in marks.values()):
        return _("Tick a card or leave it.")
    if kind == POINTS and (any(n < 0 for n in marks.values()) or sum(marks.values()) > terms.points):
        return _("You have {n} points. Share out that many or fewer.", n=terms.points)
    if kind == RATING and any(not 1 <= n <= TOP_RATING for n in marks.values()):
        return _("Rate each card from 1 to {n}, or leave it out.", n=TOP_RATING)
    if kind == PLACE and any(not 1 <= n <= len(cards) for n in marks.values()):
        return _("Give places from 1 to {n}.", n=len(cards))
    if kind == PLACE and len(set(marks.values())) != len(marks):
        return _("Two cards have the same place. Give each its own.")
    return None


def count(terms: Terms, choices: Iterable[Marks], cards: Collection[int], order: Order | None = None) -> Result:
    """Count choices by the way of the terms; what is level stays level, unless there is an order fixed beforehand."""
    alike = Counter(tuple(sorted((card, n) for card, n in marks.items() if n)) for marks in choices)
    return _counted(terms, tuple(sorted(alike.items())), tuple(sorted(cards)), None if order is None else tuple(order))


Alike = tuple[tuple[tuple[tuple[int, int], ...], int], ...]  # choices that are the same, with how many made them


@lru_cache(maxsize=64)
def _counted(terms: Terms, alike: Alike, cards: tuple[int, ...], order: Order | None) -> Result:
    """Count, once for everybody: each page of a room shows the result, and many level cards take a while to count."""
    given: list[tuple[dict[Item, int], int]] = [(dict(kind), people) for kind, people in alike]
    if order is None and terms.ties == DRAW:
        order = lots.drawn(terms.draw, cards)
    if terms.way == "fair-shares":
        return sharing.equal_shares(given, cards, terms.seats, order)
    if terms.way == "budget":
        costs: dict[Item, Score] = {card: Fraction(terms.costs[card]) for card in cards if card in terms.costs}
        worth: list[tuple[dict[Item, Score], int]] = [
            ({card: costs[card] for card in marks if card in costs}, people) for marks, people in given
        ]
        return sharing.equal_shares_budget(worth, costs, terms.budget, order)
    if terms.how.mark == PLACE:
        return _ranked(terms, given, cards, order)
    if terms.way == "rating":
        return scoring.score(given, cards, terms.seats, order)
    if terms.way == "points":
        return approving.dots((marks for marks, people in given for _one in range(people)), cards, terms.seats, order)
    return approving.approval(given, cards, terms.seats, order)


def _ranked(terms: Terms, given: list[tuple[dict[Item, int], int]], cards: Collection[int], order: Order | None) -> Result:
    rankings = [([(card,) for card in sorted(marks, key=marks.__getitem__)], people) for marks, people in given]
    if terms.way == "run-off":
        return ranking.irv(rankings, cards, order)
    if terms.way == "pairs":
        return ranking.schulze(rankings, cards, order)
    if terms.way == "places":
        return ranking.borda(rankings, cards, terms.seats, order)
    return transferring.stv(rankings, cards, terms.seats, order)


def beside(terms: Terms, choices: Collection[Marks], cards: Collection[int]) -> tuple[Way, Result] | None:
    """What the same ticks give when counted the other way, so that a room sees what a fair share changes; None for other ways."""
    other = {"fair-shares": "most-ticks", "most-ticks": "fair-shares"}.get(terms.way)
    if other is None:
        return None
    return WAYS[other], count(replace(terms, way=other, ties=OPEN), choices, cards)


def can_settle(result: Result, first: Collection[int]) -> bool:
    """Whether these are level cards, and as many as can still be chosen."""
    level = {card for tie in result.ties for card in tie}
    return bool(level) and not set(first) - level and len(set(first)) == result.places


def settled_by(result: Result, first: Collection[int]) -> Result:
    """The result with its level cards settled: those of `first` are chosen. Raises `ValueError` when they are not as many as can be."""
    if not can_settle(result, first):
        raise ValueError("choose as many of the level cards as there are places")
    return replace(result, winners=(*result.winners, *first), ties=(), places=0)


def kept_by_all(choices: Iterable[tuple[str, Marks]], cards: Collection[int]) -> list[int]:
    """The cards that every group keeps by the 70/15 rule, from ratings with the group of who gave them."""
    by_card: dict[int, dict[str, list[int]]] = {card: {} for card in cards}
    groups = set()
    for group, marks in choices:
        groups.add(group)
        for card, n in marks.items():
            if card in by_card:
                by_card[card].setdefault(group, []).append(n)
    rated = {card: [scoring.Rated(g, tuple(given.get(g, ()))) for g in groups] for card, given in by_card.items()}
    return [card for card, row in rated.items() if scoring.kept_by_every_group(row)]
