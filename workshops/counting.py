"""Counting ballots by a method named in words: which methods there are, and what each needs. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from workshops.ballot_files import Ballots, Unreadable
from workshops.bundle_files import Bundle
from workshops.methods import approving, lots, ranking, scoring, sharing, transferring
from workshops.methods.results import Item, Order, Result, Score


@dataclass(frozen=True)
class Asked:
    """What a count is asked for: places to fill, a budget, and the word of a public draw; each may be left out."""

    places: int | None = None
    budget: Score | None = None
    draw: str | None = None

    def order(self, items: Collection[Item]) -> Order | None:
        """The order that level things come in, when a draw was fixed."""
        return lots.drawn(self.draw, items) if self.draw is not None else None


def _approval(ballots: Ballots, asked: Asked) -> Result:
    return approving.approval(ballots.approvals(), ballots.names, asked.places, asked.order(ballots.names))


def _score(ballots: Ballots, asked: Asked) -> Result:
    return scoring.score(ballots.scores(), ballots.names, asked.places, asked.order(ballots.names))


def _borda(ballots: Ballots, asked: Asked) -> Result:
    return ranking.borda(ballots.rankings(), ballots.names, asked.places, asked.order(ballots.names))


def _irv(ballots: Ballots, asked: Asked) -> Result:
    _one_place("irv", asked)
    return ranking.irv(ballots.rankings(), ballots.names, asked.order(ballots.names))


def _schulze(ballots: Ballots, asked: Asked) -> Result:
    _one_place("schulze", asked)
    return ranking.schulze(ballots.rankings(), ballots.names, asked.order(ballots.names))


def _one_place(method: str, asked: Asked) -> None:
    if asked.places not in (None, 1):
        raise Unreadable(0, f"{method} fills one place; use stv, borda or equal-shares for several")


def _stv(ballots: Ballots, asked: Asked) -> Result:
    return transferring.stv(ballots.rankings(), ballots.names, asked.places or 1, asked.order(ballots.names))


def _equal_shares(ballots: Ballots, asked: Asked) -> Result:
    return sharing.equal_shares(ballots.approvals(), ballots.names, asked.places or 1, asked.order(ballots.names))


def _equal_shares_budget(ballots: Ballots, asked: Asked) -> Result:
    costs: Mapping[Item, Score] = ballots.costs or dict.fromkeys(ballots.names, 1)
    budget = asked.budget if asked.budget is not None else ballots.budget
    if budget is None:
        raise Unreadable(0, "there is no budget in it; give one with --budget")
    if ballots.worth and ballots.vote_type != "approval":
        given = list(ballots.worth)
    else:  # somebody who approves of a thing gets from it what it costs, so that money and not the number of things is shared
        given = [({item: costs[item] for item in named}, people) for named, people in ballots.approvals()]
    return sharing.equal_shares_budget(given, costs, budget, asked.order(ballots.names))


METHODS: dict[str, Callable[[Ballots, Asked], Result]] = {
    "approval": _approval,
    "score": _score,
    "borda": _borda,
    "irv": _irv,
    "stv": _stv,
    "schulze": _schulze,
    "equal-shares": _equal_shares,
    "equal-shares-budget": _equal_shares_budget,
}


OF_VOTES_APART = ("approval", "score")  # what can be counted without knowing which votes are the same person's


def count(method: str, ballots: Ballots, asked: Asked) -> Result:
    """Count by a method of `METHODS`. Raises `Unreadable` when the ballots are not of the kind the method counts."""
    if ballots.apart and method not in OF_VOTES_APART:
        raise Unreadable(
            0,
            "a bundle has a vote for each statement and never says which votes are the same person's: "
            f"nobody's votes together rank anything or are a share; use {' or '.join(OF_VOTES_APART)}",
        )
    return METHODS[method](ballots, asked)


def as_number(value: Score) -> int | float:
    """A score as JSON can hold it."""
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else float(exact)


def as_json(result: Result) -> dict[str, object]:
    """A result with its steps, as figures and short texts."""
    return {
        "method": result.method,
        "winners": list(result.winners),
        "ties": [list(tie) for tie in result.ties or result.broken],
        "scores": {str(item): as_number(value) for item, value in result.scores.items()},
        "rounds": [
            {
                "what": str(step.what),
                "scores": {str(item): as_number(value) for item, value in step.scores.items()},
                "chosen": list(step.chosen),
                "dropped": list(step.dropped),
                "level": list(step.level),
                **step.details,
            }
            for step in result.steps
        ],
    }


def bundle_as_json(method: str, bundle: Bundle, asked: Asked) -> dict[str, object]:
    """The votes of a bundle counted together and of each group apart, with the words, and with what the count does not know.

    Raises `Unreadable` when the method needs more than single votes.
    """
    groups = {group: as_json(count(method, bundle.ballots(group), asked)) for group in bundle.groups}
    kept_back = {"seats": sum(bundle.kept_back.values()), "statements": dict(bundle.kept_back)}
    if bundle.kept_back:
        kept_back["why"] = "The votes of a group of fewer than five are not in the bundle, so this is not everybody's count."
    return {**as_json(count(method, bundle.ballots(), asked)), "statements": dict(bundle.words), "kept_back": kept_back, "groups": groups}
