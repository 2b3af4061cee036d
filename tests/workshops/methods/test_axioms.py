"""What each method must keep whatever the votes: whose names change nothing, and what support can never do."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshops.methods import approving, lots, ranking, sharing, transferring
from workshops.methods.results import in_order

pytestmark = pytest.mark.once

ITEMS = range(5)
ballot = st.tuples(st.permutations(ITEMS).map(lambda order: tuple((item,) for item in order)), st.integers(1, 6))
ballots = st.lists(ballot, min_size=1, max_size=9)
approvals = st.lists(st.frozensets(st.sampled_from(ITEMS)), min_size=1, max_size=10)

SINGLE = {"borda": ranking.borda, "irv": ranking.irv, "schulze": ranking.schulze}


def renamed(given_, names):
    return [(tuple(tuple(names[item] for item in tier) for tier in order), n) for order, n in given_]


@given(ballots, st.permutations(ITEMS), st.randoms())
def test_neither_the_order_of_ballots_nor_the_names_of_things_matter(given_, names, chance):
    shuffled = list(given_)
    chance.shuffle(shuffled)
    for count in SINGLE.values():
        before = set(count(given_, ITEMS).winners)
        assert set(count(shuffled, ITEMS).winners) == before
        assert set(count(renamed(given_, names), ITEMS).winners) == {names[item] for item in before}


@given(ballots, st.permutations(ITEMS), st.integers(1, 4))
def test_the_transferable_vote_knows_no_names_either(given_, names, places):
    before, after = transferring.stv(given_, ITEMS, places), transferring.stv(renamed(given_, names), ITEMS, places)
    assert set(after.winners) == {names[item] for item in before.winners}
    assert [set(tie) for tie in after.ties] == [{names[item] for item in tie} for tie in before.ties]


@given(ballots)
def test_several_people_are_the_same_as_one_line_with_their_number(given_):
    apart = [(order, 1) for order, n in given_ for _person in range(n)]
    for count in SINGLE.values():
        assert count(apart, ITEMS).winners == count(given_, ITEMS).winners
    assert transferring.stv(apart, ITEMS, 2).winners == transferring.stv(given_, ITEMS, 2).winners


@given(ballots)
def test_schulze_chooses_whoever_beats_everybody(given_):
    over = ranking.preferred(given_, ITEMS)
    beats_all = [a for a in ITEMS if all(over[a, b] > over[b, a] for b in ITEMS if b != a)]
    if beats_all:
        assert list(ranking.schulze(given_, ITEMS).winners) == beats_all


@given(ballots)
def test_more_than_half_of_the_first_choices_win_by_run_off_and_by_schulze(given_):
    everybody = sum(n for _order, n in given_)
    for item in ITEMS:
        if 2 * sum(n for order, n in given_ if order[0] == (item,)) > everybody:
            assert ranking.irv(given_, ITEMS).winners == ranking.schulze(given_, ITEMS).winners == (item,)


@given(ballots, st.sampled_from(["borda", "schulze"]), st.data())
def test_putting_a_winner_higher_never_makes_it_lose(given_, method, data):
    """Borda and Schulze keep this; instant run-off and the transferable vote are known not to."""
    winner = SINGLE[method](given_, ITEMS).winners[0]
    at = data.draw(st.integers(0, len(given_) - 1))
    order, n = given_[at]
    raised = ((winner,), *(tier for tier in order if tier != (winner,)))
    assert winner in SINGLE[method]([*given_[:at], (raised, n), *given_[at + 1 :]], ITEMS).winners


@given(approvals, st.integers(1, 4), st.data())
def test_one_more_approval_never_makes_a_winner_lose(sets, places, data):
    before = approving.approval([(named, 1) for named in sets], ITEMS, places).winners
    for winner in before:
        at = data.draw(st.integers(0, len(sets) - 1))
        after = [named | {winner} if n == at else named for n, named in enumerate(sets)]
        assert winner in approving.approval([(named, 1) for named in after], ITEMS, places).winners


@settings(max_examples=400, deadline=None)
@given(approvals, st.integers(1, 5), st.permutations(ITEMS))
def test_equal_shares_gives_every_fair_sized_group_its_part(sets, places, order):
    """Extended justified representation (Aziz and others 2017): of a group that deserves l places and agrees on l things,
    somebody is represented l times."""
    chosen = set(sharing.equal_shares([(named, 1) for named in sets], ITEMS, places, order).winners)
    for size in range(1, places + 1):
        for agreed in combinations(ITEMS, size):
            group = [named for named in sets if named.issuperset(agreed)]
            if len(group) * places >= size * len(sets):
                assert any(len(named & chosen) >= size for named in group)


@settings(max_examples=200, deadline=None)
@given(approvals, st.integers(0, 20), st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_nobody_pays_more_than_their_share_and_the_budget_holds(sets, budget, prices):
    costs = dict(zip(ITEMS, prices, strict=True))
    result = sharing.equal_shares_budget([(dict.fromkeys(named, 1), 1) for named in sets], costs, budget, ITEMS)
    assert sum(costs[item] for item in result.winners) <= budget


whole = st.lists(st.integers(1, 9), min_size=5, max_size=5)


@given(approvals, whole, whole, st.integers(0, 40), st.fractions(Fraction(1, 9), 9), st.fractions(Fraction(1, 9), 9))
def test_in_another_currency_and_on_another_scale_the_same_is_bought(sets, prices, points, budget, rate, scale):
    costs = dict(zip(ITEMS, prices, strict=True))
    dear = {item: cost * rate for item, cost in costs.items()}
    mine = [({item: points[item] for item in named}, 1) for named in sets]
    finer = [({item: points[item] * scale for item in named}, 1) for named in sets]
    one, other = sharing.equal_shares_budget(mine, costs, budget), sharing.equal_shares_budget(finer, dear, budget * rate)
    assert (one.winners, one.ties, one.scores) == (other.winners, other.ties, other.scores)
    for before, after in zip(one.steps, other.steps, strict=True):
        assert Fraction(after.details["cost"]) == Fraction(before.details["cost"]) * rate
        assert [Fraction(paid) for _n, paid in after.details["paid"]] == [Fraction(paid) * rate for _n, paid in before.details["paid"]]
        assert sum(n * Fraction(paid) for n, paid in before.details["paid"]) == costs[before.chosen[0]]


@given(ballots, st.integers(1, 5), st.permutations(ITEMS))
def test_with_an_order_every_place_is_filled_and_it_is_one_of_the_ways_without(given_, places, order):
    free = transferring.stv(given_, ITEMS, places)
    fixed = transferring.stv(given_, ITEMS, places, order)
    assert len(fixed.winners) == places
    assert set(free.winners) <= set(fixed.winners) <= set(free.winners) | {item for tie in free.ties for item in tie}
    assert not fixed.ties


@given(st.text(max_size=20), st.lists(st.integers(), unique=True, max_size=8))
def test_a_draw_can_be_repeated_and_leaves_nothing_out(word, items):
    drawn = lots.drawn(word, items)
    assert sorted(drawn) == sorted(items)
    assert drawn == lots.drawn(word, reversed(items))
    assert in_order(items, drawn) == drawn


@given(ballots, st.text(max_size=8))
def test_without_votes_everything_is_level(given_, word):
    for count in SINGLE.values():
        assert set(count([], ITEMS).winners) == set(ITEMS), "without votes everything is level"
        assert count([], [], None).winners == ()
        order = lots.drawn(word, ITEMS)
        assert count([], ITEMS, order=order).winners == (order[0],)
