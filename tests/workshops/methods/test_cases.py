"""Counts that were worked out by hand, or printed in the literature."""

from fractions import Fraction

import pytest

from workshops.methods import ranking, scoring, sharing, transferring
from workshops.methods.scoring import Rated, kept_by_every_group

pytestmark = pytest.mark.once


def orders(text):
    """Rankings written as “5 ACBED”."""
    return [([[item] for item in order], int(n)) for n, order in (line.split() for line in text.split(","))]


def test_borda_chose_another_than_the_one_with_most_first_choices():
    """De Borda's own example: "Mémoire sur les élections au scrutin" (1781), as in Black 1958, page 157."""
    result = ranking.borda(orders("1 ABC,7 ACB,7 BCA,6 CBA"), "ABC")
    assert result.scores == {"A": 16, "B": 21, "C": 26}
    assert result.winners == ("C",)


def test_schulze_first_example():
    """Schulze 2011, section 3.1: 45 people, five things; E wins, and the order is E A C B D."""
    result = ranking.schulze(orders("5 ACBED,5 ADECB,8 BEDAC,3 CABED,7 CAEBD,2 CBADE,7 DCEBA,8 EBADC"), "ABCDE")
    assert result.winners == ("E",)
    assert sorted(result.scores, key=result.scores.get, reverse=True) == list("EACBD")


def test_run_off_round_by_round():
    """Four towns choose a capital: 15 drop out first, then 26, and the smallest town but one wins."""
    result = ranking.irv(orders("42 MNCK,26 NCKM,15 CKNM,17 KCNM"), "MNCK")
    assert [step.dropped for step in result.steps] == [("C",), ("N",), ()]
    assert result.winners == ("K",)
    assert result.steps[-1].scores == {"K": 58, "M": 42}


def test_a_surplus_moves_at_a_value_cut_off_after_five_decimals():
    """By hand. 20 papers, two places: the quota is 20 / 3 + 1 = 7. A has 11, a surplus of 4: each paper moves at 4 / 11 =
    0.36363. Of its papers 9 name B next (3.27267) and 2 name C (0.72726)."""
    result = transferring.stv(orders("9 AB,2 AC,4 C,5 D"), "ABCD", 2)
    first, moved = result.steps[0], result.steps[1]
    assert first.scores == {"A": 11, "B": 0, "C": 4, "D": 5}
    assert moved.scores == {"A": 7, "B": Fraction("3.27267"), "C": Fraction("4.72726"), "D": 5}
    assert result.steps[2].dropped == ("B",)
    assert result.steps[3].dropped == ("C",), "4.72726 against 5"
    assert result.winners == ("A", "D")


def test_who_was_behind_earlier_drops_out_first():
    """Rule 51: B and C are level at 3 in the end, and B had fewer at the stage before."""
    result = transferring.stv(orders("6 A,3 C,2 B,1 DB"), "ABCD", 1)
    assert [step.dropped for step in result.steps[1:3]] == [("D",), ("B",)]
    assert not result.ties


def test_level_to_the_end_is_said_and_not_decided():
    result = transferring.stv(orders("2 AB,2 BA"), "AB", 1)
    assert (result.winners, result.ties, result.places) == ((), (("A", "B"),), 1)
    assert transferring.stv(orders("2 AB,2 BA"), "AB", 1, order="BA").winners == ("B",)


def test_a_paper_that_puts_two_level_is_used_up_there():
    result = transferring.stv([((("A",), ("B", "C")), 3), ((("B",),), 2), ((("C",),), 1)], "ABC", 1)
    assert result.winners == ("A",)


def test_a_minority_of_a_third_gets_a_third():
    """Six want A, B and C, three want D: of three places the three pay for one."""
    result = sharing.equal_shares([("ABC", 6), ("D", 3)], "ABCD", 3, order="ABCD")
    assert sorted(result.winners) == ["A", "B", "D"]
    assert [step.details["paid"] for step in result.steps] == [[[6, "1/6"]], [[6, "1/6"]], [[3, "1/3"]]]


def test_what_is_cheap_for_what_it_is_worth_comes_first():
    """A costs 6 for three people, B costs 4 for two: each of the five has 2. All pay 2, and both can be had."""
    result = sharing.equal_shares_budget([({"A": 1}, 3), ({"B": 1}, 2)], {"A": 6, "B": 4}, 10)
    assert set(result.winners) == {"A", "B"}
    short = sharing.equal_shares_budget([({"A": 1}, 3), ({"B": 1}, 2)], {"A": 6, "B": 5}, 10)
    assert short.winners == ("A",), "two people with 2 each cannot pay 5, though 4 is left over"


@pytest.mark.parametrize(
    ("ratings", "keeps"),
    [
        ([9] * 7 + [5] * 3, True),
        ([9] * 69 + [5] * 31, False),
        ([9] * 85 + [1] * 15, False),
        ([9] * 86 + [1] * 14, True),
        ([], False),
    ],
)
def test_seventy_and_fifteen(ratings, keeps):
    assert Rated("citizen", tuple(ratings)).keeps is keeps


def test_a_group_that_does_not_keep_it_is_enough():
    kept, not_kept = Rated("citizen", (9,) * 100), Rated("vso", (1, 1, 1))
    assert kept_by_every_group([kept])
    assert not kept_by_every_group([kept, not_kept])
    assert not kept_by_every_group([])


def test_scores_add_up():
    assert scoring.score([({"A": 3, "B": 1}, 2), ({"B": 5}, 1)], "AB").winners == ("B",)
