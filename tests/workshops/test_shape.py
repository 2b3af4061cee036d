"""What the shape of opinion says of groups, from counts alone; small groups and few answers are not spoken of."""

import random
from math import hypot

import pytest

from workshops import shape

A, B = (18, 1, 1), (2, 17, 1)


def test_what_every_group_agrees_with_unites_and_what_one_rejects_divides():
    found = shape.findings({1: [(18, 1, 1), (17, 2, 1)], 2: [A, B], 3: [(1, 18, 1), (0, 19, 1)], 4: [(10, 5, 5), (9, 6, 5)]}, [20, 20])
    assert [one.statement for one in found.unites] == [1]
    assert [one.statement for one in found.rejected] == [3]
    assert [one.statement for one in found.divides] == [2]
    assert found.divides[0].shares == (90, 10)


def test_a_large_group_does_not_swamp_a_small_one():
    """Nine in ten of everybody agree, and the small group does not: that is no unity."""
    found = shape.findings({1: [(190, 5, 5), (2, 8, 0)]}, [200, 10])
    assert not found.unites
    assert [one.statement for one in found.divides] == [1]


def test_typical_is_what_a_group_says_more_than_the_others():
    found = shape.findings({1: [A, A], 2: [A, B]}, [20, 20])
    assert [(t.statement, t.agrees, t.percent, t.others) for t in found.typical[0]] == [(2, True, 90, 10)]
    assert [(t.statement, t.agrees, t.percent, t.others) for t in found.typical[1]] == [(2, False, 85, 5)]


def test_one_group_by_itself_is_typical_of_what_it_says():
    found = shape.findings({1: [A], 2: [(5, 5, 10)]}, [20])
    assert [t.statement for t in found.typical[0]] == [1]
    assert not found.divides


def test_fewer_than_five_are_not_spoken_of():
    found = shape.findings({1: [A, (4, 0, 0)]}, [20, 4])
    assert found.groups == (0,)
    assert 1 not in found.typical
    assert found.unites[0].shares == (90,)
    few = shape.findings({1: [(4, 0, 0), (9, 0, 0)]}, [20, 20])
    assert not few.unites, "only four of the first group answered"


def test_nobody_and_nothing():
    assert shape.findings({}, []) == shape.Findings((), {}, (), (), ())
    assert shape.findings({1: [(0, 0, 0)]}, [30]).unites == ()
    assert shape.needs_votes({}) == []


def test_what_few_have_answered_needs_votes():
    counts = {1: [(40, 0, 0)], 2: [(3, 0, 0)], 3: [(9, 0, 0)], 4: [(12, 0, 0)], 5: [(0, 0, 0)]}
    assert shape.needs_votes(counts) == [(5, 0), (2, 3), (3, 9)]


@pytest.mark.parametrize("groups", range(1, 6))
def test_circles_stay_on_the_map_and_cover_nobody(groups):
    chance = random.Random(groups)
    for _map in range(30):
        sizes = [chance.choice([5, 20, 300]) for _group in range(groups)]
        placed, places = {}, {}
        for group, size in enumerate(sizes):
            x, y = chance.uniform(-3, 3), chance.uniform(-3, 3)
            for _person in range(size):
                placed[len(placed)] = group
                places[len(places)] = (x + chance.gauss(0, 0.3), y + chance.gauss(0, 0.3))
        circles = shape.regions(places, placed, sizes)
        assert [c.people for c in circles] == sizes
        for one in circles:
            assert one.r <= one.x <= shape.WIDE - one.r
            assert one.r <= one.y <= shape.HIGH - one.r
            for other in circles:
                if groups <= 3 and one is not other:
                    assert hypot(one.x - other.x, one.y - other.y) >= 0.6 * (one.r + other.r), "letters stay readable"


def test_the_map_shows_no_small_group():
    placed = {person: int(person >= 10) for person in range(14)}
    places = {person: (float(placed[person]), 0.0) for person in placed}
    assert [c.people for c in shape.regions(places, placed, [10, 4])] == [10]
