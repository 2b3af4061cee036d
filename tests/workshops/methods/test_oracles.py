"""Every method against an independent program, on thousands of random profiles: level votes too, as sets of winners."""

import random

import pytest
from abcvoting import abcrules
from abcvoting.preferences import Profile as Approvals
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pabutools.election import ApprovalBallot, ApprovalProfile, Cardinality_Sat, Cost_Sat, Instance, Project
from pabutools.rules import method_of_equal_shares
from pref_voting import iterative_methods, margin_based_methods, proportional_methods, scoring_methods
from pref_voting.profiles import Profile
from pref_voting.profiles_with_ties import ProfileWithTies

from workshops.methods import approving, ranking, scoring, sharing, transferring

pytestmark = pytest.mark.once

many = settings(max_examples=1000, deadline=None)


@st.composite
def rankings(draw, fewest=1, most=6):
    """Complete strict rankings with how many gave each: from one person to crowds, from one thing to six."""
    m = draw(st.integers(fewest, most))
    orders = draw(st.lists(st.permutations(range(m)), min_size=1, max_size=12))
    return m, orders, draw(st.lists(st.integers(1, 9), min_size=len(orders), max_size=len(orders)))


@st.composite
def weak_orders(draw):
    """Rankings with level things, some of them left unnamed."""
    m = draw(st.integers(1, 5))
    order = st.lists(st.integers(0, m), min_size=m, max_size=m)
    orders = draw(st.lists(order, min_size=1, max_size=8))
    return m, [[[c for c in range(m) if row[c] == tier] for tier in sorted(set(row)) if tier < m] for row in orders]


@st.composite
def approvals(draw):
    """Approvals, empty ones and unloved things among them."""
    m = draw(st.integers(1, 6))
    return m, draw(st.lists(st.frozensets(st.integers(0, m - 1)), min_size=1, max_size=10)), draw(st.integers(1, m))


def ours(orders, people):
    return [([[item] for item in order], n) for order, n in zip(orders, people, strict=True)]


def every_winner(result):
    return set(result.winners) | {item for tie in result.ties for item in tie}


@many
@given(rankings())
def test_borda(given_):
    m, orders, people = given_
    result = ranking.borda(ours(orders, people), range(m))
    assert sorted(result.winners) == sorted(scoring_methods.borda(Profile(orders, people)))
    assert bool(result.ties) == (len(result.winners) > 1)


@many
@given(rankings())
def test_schulze(given_):
    m, orders, people = given_
    assert sorted(ranking.schulze(ours(orders, people), range(m)).winners) == sorted(
        margin_based_methods.beat_path(Profile(orders, people))
    )


@many
@given(weak_orders())
def test_schulze_with_level_and_unnamed_things(given_):
    m, orders = given_
    theirs = ProfileWithTies([{c: at for at, tier in enumerate(order) for c in tier} for order in orders], candidates=list(range(m)))
    theirs.use_extended_strict_preference()
    mine = [(order, 1) for order in orders]
    assert sorted(ranking.schulze(mine, range(m)).winners) == sorted(margin_based_methods.beat_path(theirs))


@many
@given(rankings())
def test_instant_run_off_in_every_way_that_level_votes_can_fall(given_):
    m, orders, people = given_
    result = ranking.irv(ours(orders, people), range(m))
    assert sorted(result.winners) == sorted(iterative_methods.instant_runoff_put(Profile(orders, people)))


@settings(max_examples=400, deadline=None)
@given(rankings(2, 6), st.integers(1, 5))
def test_the_transferable_vote(given_, places):
    """Where the rules end in a lot, the other program is asked with many lots: each end must be one that ours knows."""
    m, orders, people = given_
    assume(places <= m)
    result = transferring.stv(ours(orders, people), range(m), places)
    lots = 12 if result.ties else 1
    ends = [set(proportional_methods.stv_scottish(Profile(orders, people), num_seats=places, rng=random.Random(n))) for n in range(lots)]
    for end in ends:
        assert set(result.winners) <= end <= every_winner(result)
    if not result.ties:
        assert ends[0] == set(result.winners)


@settings(max_examples=600, deadline=None)
@given(approvals())
def test_equal_shares_for_places(given_):
    m, sets, places = given_
    assume(len(frozenset().union(*sets)) >= places)  # what nobody supports is filled in at random there, and never here
    profile = Approvals(m)
    profile.add_voters([set(named) for named in sets])
    found = abcrules.compute(
        "equal-shares", profile, committeesize=places, resolute=False, max_num_of_committees=None, algorithm="standard-fractions"
    )
    result = sharing.equal_shares([(named, 1) for named in sets], range(m), places)
    committees = [frozenset(one) for one in found]
    assert set(result.winners) == frozenset.intersection(*committees)
    assert every_winner(result) == frozenset().union(*committees)


@pytest.mark.parametrize("by_cost", [True, False])
@settings(max_examples=500, deadline=None)
@given(st.data())
def test_equal_shares_within_a_budget(by_cost, data):
    m, sets, _places = data.draw(approvals())
    costs = dict(enumerate(data.draw(st.lists(st.integers(1, 9), min_size=m, max_size=m))))
    budget = data.draw(st.integers(1, 30))
    projects = {item: Project(str(item), cost) for item, cost in costs.items()}
    instance = Instance(projects.values(), budget_limit=budget)
    profile = ApprovalProfile([ApprovalBallot({projects[item] for item in named}) for named in sets], instance=instance)
    found = method_of_equal_shares(instance, profile, sat_class=Cost_Sat if by_cost else Cardinality_Sat, resoluteness=False)
    worth = [({item: costs[item] if by_cost else 1 for item in named}, 1) for named in sets]
    result = sharing.equal_shares_budget(worth, costs, budget)
    allocations = [frozenset(int(project.name) for project in one) for one in found]
    assert set(result.winners) == frozenset.intersection(*allocations)
    assert every_winner(result) == frozenset().union(*allocations)
    assert sum(costs[item] for item in result.winners) <= budget


@many
@given(approvals())
def test_approval(given_):
    m, sets, places = given_
    profile = Approvals(m)
    profile.add_voters([set(named) for named in sets])
    committees = [
        frozenset(one) for one in abcrules.compute("av", profile, committeesize=places, resolute=False, max_num_of_committees=None)
    ]
    result = approving.approval([(named, 1) for named in sets], range(m), places)
    assert set(result.winners) == frozenset.intersection(*committees)
    assert every_winner(result) == frozenset().union(*committees)


@many
@given(approvals())
def test_a_score_of_one_is_an_approval(given_):
    m, sets, places = given_
    scored = scoring.score([(dict.fromkeys(named, 1), 1) for named in sets], range(m), places)
    approved = approving.approval([(named, 1) for named in sets], range(m), places)
    assert (scored.winners, scored.ties, scored.scores) == (approved.winners, approved.ties, approved.scores)
