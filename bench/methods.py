"""Ways of counting: how long from raw ballots to a result, how that grows, and how long an independent program takes."""

# ruff: noqa: PLC0415 (the programs compared with are heavy, and only this part needs them)

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.lines import Line
from bench.stage import Stage

SIZES = (100, 1_000, 10_000, 100_000)  # ballots
ITEMS, PLACES = 8, 3
PATIENCE = 6.0  # seconds: a program that would take longer on the next size is not asked again

Rankings = list[list[int]]
Named = list[frozenset[int]]


def profiles(n: int) -> tuple[Rankings, Named]:
    """Ballots around three camps with different favourites: rankings, and approvals of the first few of another draw."""
    chance = random.Random(n)
    camps = [chance.sample(range(ITEMS), ITEMS) for _camp in range(3)]
    rankings, named = [], []
    for _ballot in range(n):
        order = list(chance.choice(camps))
        for _swap in range(chance.randrange(5)):
            at = chance.randrange(ITEMS - 1)
            order[at], order[at + 1] = order[at + 1], order[at]
        rankings.append(order)
        named.append(frozenset(chance.choice(camps)[: chance.randrange(1, 5)]) | {chance.randrange(ITEMS)})
    return rankings, named


def ours() -> dict[str, Callable[[Rankings, Named], Any]]:
    """Each method from raw ballots, in this product. They are handed on one by one: a second copy of all of them, which no
    method asks for, would be what is measured."""
    from workshops.methods import approving, ranking, scoring, sharing, transferring

    def ranked(rankings: Rankings) -> Iterator[tuple[list[list[int]], int]]:
        return (([[item] for item in order], 1) for order in rankings)

    order, items = range(ITEMS), range(ITEMS)
    costs = {item: 10 + item for item in items}
    return {
        "approval": lambda _r, named: approving.approval(((one, 1) for one in named), items, PLACES, order),
        "score": lambda _r, named: scoring.score(((dict.fromkeys(one, 1), 1) for one in named), items, PLACES, order),
        "borda": lambda rankings, _n: ranking.borda(ranked(rankings), items, None, order),
        "irv": lambda rankings, _n: ranking.irv(ranked(rankings), items, order),
        "stv": lambda rankings, _n: transferring.stv(ranked(rankings), items, PLACES, order),
        "schulze": lambda rankings, _n: ranking.schulze(ranked(rankings), items, order),
        "equal-shares": lambda _r, named: sharing.equal_shares(((one, 1) for one in named), items, PLACES, order),
        "equal-shares-budget": lambda _r, named: sharing.equal_shares_budget(
            (({item: costs[item] for item in one}, 1) for one in named), costs, 40, order
        ),
    }


def theirs() -> dict[str, Callable[[Rankings, Named], Any]]:
    """The same in the independent programs."""
    from abcvoting import abcrules
    from abcvoting.preferences import Profile as Approvals
    from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
    from pabutools.rules import method_of_equal_shares
    from pref_voting import iterative_methods, margin_based_methods, proportional_methods, scoring_methods
    from pref_voting.profiles import Profile

    def approvals(named: Named) -> Approvals:
        profile = Approvals(ITEMS)
        profile.add_voters([set(one) for one in named])
        return profile

    def budget(named: Named) -> Any:
        projects = [Project(str(item), 10 + item) for item in range(ITEMS)]
        instance = Instance(projects, budget_limit=40)
        profile = ApprovalProfile([ApprovalBallot({projects[item] for item in one}) for one in named], instance=instance)
        return method_of_equal_shares(instance, profile.as_multiprofile(), sat_class=Cost_Sat)

    def committee(rule: str, **more: Any) -> Callable[[Rankings, Named], Any]:
        return lambda _r, named: abcrules.compute(rule, approvals(named), committeesize=PLACES, resolute=True, **more)

    return {
        "approval": committee("av"),
        "score": committee("av"),
        "borda": lambda rankings, _n: scoring_methods.borda(Profile(rankings).anonymize()),
        "irv": lambda rankings, _n: iterative_methods.instant_runoff_put(Profile(rankings).anonymize()),
        "stv": lambda rankings, _n: proportional_methods.stv_scottish(Profile(rankings).anonymize(), num_seats=PLACES),
        "schulze": lambda rankings, _n: margin_based_methods.beat_path(Profile(rankings).anonymize()),
        "equal-shares": committee("equal-shares", algorithm="gmpy2-fractions"),
        "equal-shares-budget": lambda _r, named: budget(named),
    }


def measure(stage: Stage) -> None:
    """Every method at every size, each beside the other program on the same ballots."""
    mine, others, made = ours(), theirs(), {n: profiles(n) for n in (SIZES[:2] if stage.quick else SIZES)}
    for method in mine:
        took: dict[int, float] = {}
        patience = True
        for n, ballots in made.items():
            took[n] = _seconds(mine[method], ballots)
            beside = _seconds(others[method], ballots) if patience else None
            patience = beside is not None and beside * 12 < PATIENCE
            line = Line(f"count {method}, {n:,} ballots", f"{took[n] * 1e3:,.1f} ms, {n / took[n]:,.0f} ballots/s")
            if beside is not None:
                line.yardstick, line.ratio, line.target = f"the other program {beside * 1e3:,.1f} ms", took[n] / beside, ("<=", 1)
            stage.report.add(line)
        few, many = min(took), max(took)
        growth = (took[many] / many) / (took[few] / few)
        stage.report.add(Line(f"  {method}: cost a ballot, {many:,} against {few:,}", f"{growth:.2f}", ratio=growth, target=("<=", 1.5)))


def _seconds(count: Callable[[Rankings, Named], Any], ballots: tuple[Rankings, Named]) -> float:
    """The quickest of three, after one to warm up."""
    count(*ballots)
    found = []
    for _time in range(3):
        began = time.perf_counter()
        count(*ballots)
        found.append(time.perf_counter() - began)
        if found[-1] > 1:
            break
    return min(found)
