"""The rule of agreement: right, explainable, and never a pooled majority."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops import rules, tally
from workshops.rules import Reasons, Rule, apply
from workshops.tally import Count

# The table of the demonstration: votes by group (support, change, cannot, abstain), and what the rule says.
S1 = [
    ((3, 0, 0, 0), (5, 0, 0, 0), (10, 0, 0, 0), "agreed"),
    ((2, 1, 0, 0), (5, 0, 0, 0), (9, 1, 0, 0), "agreed"),
    ((3, 0, 0, 0), (4, 1, 0, 0), (8, 1, 0, 1), "agreed"),
    ((3, 0, 0, 0), (2, 3, 0, 0), (5, 4, 0, 1), "contested"),
    ((3, 0, 0, 0), (3, 1, 0, 1), (7, 2, 0, 1), "agreed"),
    ((2, 0, 1, 0), (1, 1, 3, 0), (2, 2, 6, 0), "contested"),
    ((1, 1, 1, 0), (0, 2, 3, 0), (3, 3, 2, 2), "declined"),
]


def counted(*rows):
    return [Count(group, sum(row), *row) for group, row in zip(tally.GROUPS, rows, strict=True)]


@pytest.mark.parametrize(("officers", "vsos", "citizens", "expected"), S1)
def test_the_demonstration_table(officers, vsos, citizens, expected):
    assert apply(Rule.same_for_all(67, 2), counted(officers, vsos, citizens)).suggested == expected


def test_two_thirds_means_two_thirds():
    result = apply(Rule.same_for_all(67, 1), counted((2, 1, 0, 0), (2, 0, 1, 0), (4, 2, 0, 0)))
    assert result.met, "2 of 3 is two thirds, and 67 is how people write it"


def test_a_large_group_never_carries_a_small_one():
    result = apply(Rule.same_for_all(67, 1), counted((1, 0, 2, 0), (0, 0, 5, 0), (1000, 0, 0, 0)))
    assert not result.met
    assert result.suggested == "contested"


def test_not_enough_voices_is_a_result_and_names_the_group():
    result = apply(Rule.same_for_all(67, 3), counted((3, 0, 0, 0), (5, 0, 0, 0), (2, 0, 0, 8)))
    assert result.suggested == "too_few"
    assert "citizens" in str(result.explain()[0])


def test_an_absent_group_is_missing_unless_the_rule_says_otherwise():
    present = counted((3, 0, 0, 0), (5, 0, 0, 0), (0, 0, 0, 0))[:2]
    assert apply(Rule.same_for_all(67, 1), present).missing == ("citizen",)
    without = Rule({**Rule.same_for_all(67, 1).groups, "citizen": rules.GroupRule(67, 0)})
    assert apply(without, present).met


def test_a_present_group_must_signal_even_when_its_minimum_is_none():
    rule = Rule({**Rule.same_for_all(67, 1).groups, "citizen": rules.GroupRule(67, 0)})
    silent = [*counted((3, 0, 0, 0), (5, 0, 0, 0), (0, 0, 0, 0))[:2], Count("citizen", 10)]
    assert apply(rule, silent).missing == ("citizen",)


def test_a_stated_reservation_or_a_refusal_makes_it_with_reservations():
    rows = (3, 0, 0, 0), (4, 1, 0, 0), (9, 0, 1, 0)
    assert apply(Rule.same_for_all(67, 1), counted(*rows)).suggested == "reserved"
    rows = (3, 0, 0, 0), (4, 1, 0, 0), (9, 1, 0, 0)
    assert apply(Rule.same_for_all(67, 1), counted(*rows), reasons=Reasons(change=1)).suggested == "reserved"


row = st.tuples(*[st.integers(0, 30)] * 4)


@given(row, row, row, st.integers(1, 100), st.integers(0, 5))
def test_agreement_needs_every_group(officers, vsos, citizens, percent, least):
    rule = Rule.same_for_all(percent, least)
    result = apply(rule, counted(officers, vsos, citizens))
    for support, change, cannot, abstain in (officers, vsos, citizens):
        views, entitled = support + change + cannot, support + change + cannot + abstain
        if result.met and entitled:
            assert views >= max(least, 1)
            assert Fraction(support, views) >= rule.groups["vso"].share
    assert result.met == (result.suggested in ("agreed", "reserved"))


@given(row, row, row)
def test_abstaining_never_helps(officers, vsos, citizens):
    rule = Rule.same_for_all(67, 1)
    more = (*citizens[:3], citizens[3] + 5)
    before, after = apply(rule, counted(officers, vsos, citizens)), apply(rule, counted(officers, vsos, more))
    assert after.met <= before.met or sum(citizens) == 0


@given(st.lists(st.tuples(st.sampled_from(list(tally.GROUPS)), st.sampled_from([*tally.CHOICES, ""]))))
def test_counting_loses_nobody(seats):
    counts = tally.count(seats)
    assert sum(c.entitled for c in counts) == len(seats)
    assert sum(c.voted for c in counts) == sum(1 for _, choice in seats if choice)


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"groups": []},
        {"groups": {"king": {"percent": 1, "least": 1}}},
        {"groups": {"vso": {"percent": 0, "least": 1}}},
        {"groups": {"vso": {"percent": 101, "least": 1}}},
        {"groups": {"vso": {"percent": "x", "least": 1}}},
        None,
    ],
)
def test_what_is_not_a_rule_is_refused(kept):
    with pytest.raises(ValueError):
        Rule.of(kept)


def test_the_rule_shown_is_the_rule_kept():
    rule = Rule({"commissioner": rules.GroupRule(50, 1), "vso": rules.GroupRule(75, 2), "citizen": rules.GroupRule(100, 3)})
    assert Rule.of(rule.kept) == rule
    said = " ".join(map(str, rule.explain()))
    assert "half" in said
    assert "three quarters" in said
    assert "everybody" in said


RECORD = [
    ("agreed", None, "", 1, "outcome", "has not been voted on"),
    ("agreed", "declined", "", 1, "outcome", "rule was not met"),
    ("agreed", "met", "", 0, "outcome", "no indicator"),
    ("agreed", "met", "", 0, "standard", None),
    ("agreed", "met", "", 1, "outcome", None),
    ("contested", "met", "", 1, "outcome", "Say why"),
    ("contested", "met", "Two people left the room", 1, "outcome", None),
    ("deferred", None, "", 0, "outcome", None),
    ("splendid", "met", "", 1, "outcome", "Choose"),
]


@pytest.mark.parametrize(("state", "result", "reason", "indicators", "kind", "expected"), RECORD)
def test_what_may_be_recorded(state, result, reason, indicators, kind, expected):
    results = {
        None: None,
        "met": apply(Rule.same_for_all(67, 1), counted((3, 0, 0, 0), (5, 0, 0, 0), (9, 0, 0, 0))),
        "declined": apply(Rule.same_for_all(67, 1), counted((0, 0, 3, 0), (0, 0, 5, 0), (0, 0, 9, 0))),
    }
    why_not = rules.why_not_record(state, results[result], reason, indicators, kind)
    assert (why_not is None) == (expected is None)
    assert expected is None or expected in str(why_not)
