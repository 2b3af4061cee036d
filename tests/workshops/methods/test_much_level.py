"""Counting in proportion when much is level: as it was, and soon enough for a page."""

from time import perf_counter

import pytest

from workshops.methods import transferring


@pytest.mark.parametrize("people", [0, 11])
def test_cards_nobody_put_anywhere_do_not_keep_a_room_waiting(people):
    began = perf_counter()
    found = transferring.stv([([(1,), (2,)], people)] if people else [], range(1, 61), 3)
    assert perf_counter() - began < 5
    assert found.winners == ((1, 2) if people else ())
    assert found.ties == (tuple(range(3 if people else 1, 61)),)
    assert found.places == (1 if people else 3)


def test_many_level_cards_with_votes_do_not_keep_a_room_waiting():
    began = perf_counter()
    ballots = [([(card,), (card % 40 + 1,), ((card + 1) % 40 + 1,)], 2) for card in range(1, 41)]
    found = transferring.stv(ballots, range(1, 41), 5)
    assert perf_counter() - began < 5
    assert found.ties
    assert not found.winners
