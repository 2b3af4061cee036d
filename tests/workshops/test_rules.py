"""What a rule can ask besides shares: of whom, of how many groups, and what one reasoned objection does."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops import rules, sensitivity, tally
from workshops.rules import PRESETS, Reasons, Rule, apply
from workshops.sensitivity import Voice
from workshops.tally import Count


def counts(*rows, present=0, entitled=0):
    """Counts by group; `present` and `entitled` where they are more than those who voted."""
    return [Count(g, max(entitled, sum(row)), *row, present=max(present, sum(row))) for g, row in zip(tally.GROUPS, rows, strict=True)]


ALL = ((3, 0, 0, 0), (3, 0, 0, 0), (3, 0, 0, 0))


def test_a_share_can_be_of_everybody_present_or_entitled():
    assert apply(Rule.same_for_all(67, 1), counts(*ALL, present=5, entitled=9)).met
    assert not apply(Rule.same_for_all(67, 1, base="present"), counts(*ALL, present=5, entitled=9)).met
    assert apply(Rule.same_for_all(50, 1, base="present"), counts(*ALL, present=5, entitled=9)).met
    assert not apply(Rule.same_for_all(50, 1, base="entitled"), counts(*ALL, present=5, entitled=9)).met
    line = str(apply(Rule.same_for_all(50, 1, base="entitled"), counts(*ALL, entitled=9)).findings[0].line)
    assert line == "Commissioner side: 3 of 9 support it."


def test_some_of_the_groups_can_be_enough_and_every_one_must_still_speak():
    rule = Rule.same_for_all(67, 1, needed=2)
    split = apply(rule, counts((3, 0, 0, 0), (3, 0, 0, 0), (1, 2, 0, 0)))
    assert split.met
    assert split.suggested == rules.RESERVED, "who did not reach it is not passed over in silence"
    silent = [*counts(*ALL)[:2], Count("citizen", 4)]
    assert apply(rule, silent).missing == ("citizen",)


def test_consent_stops_at_one_reasoned_objection_and_not_at_a_silent_one():
    rule = PRESETS["consent"].rule
    votes = counts((3, 0, 0, 0), (4, 0, 1, 0), (9, 0, 0, 0))
    stopped = apply(rule, votes, Reasons(cannot=1))
    assert not stopped.met
    assert stopped.suggested == rules.CONTESTED
    assert "1 cannot support it and said why" in str(stopped.explain()[0])
    assert apply(rule, votes).suggested == rules.RESERVED


def test_without_reservations_a_wanted_change_stops_it():
    rule = Rule.same_for_all(50, 1, reservations=False)
    assert apply(rule, counts(*ALL), Reasons(change=1)).suggested == rules.CONTESTED
    assert apply(rule, counts(*ALL)).suggested == rules.AGREED


any_rule = st.builds(
    Rule,
    st.fixed_dictionaries(dict.fromkeys(tally.GROUPS, st.builds(rules.GroupRule, st.integers(1, 100), st.integers(0, 9)))),
    st.sampled_from(list(rules.BASES)),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("least", "words"),
    [
        (0, "at least 0 people in each group give"),
        (1, "at least one person in each group gives"),
        (2, "at least 2 people in each group give"),
    ],
)
def test_the_rule_counts_people_in_plain_english(least, words):
    assert words in str(Rule.same_for_all(least=least).explain()[0])


@given(any_rule)
def test_what_is_kept_is_what_was_set_and_what_is_shown(rule):
    assert Rule.of(rule.kept) == rule
    said = " ".join(map(str, rule.explain()))
    assert ("everybody present" in said) == (rule.base == rules.PRESENT)
    assert ("says why, it is not agreed" in said) == rule.veto
    assert ("wants a change first" in said) == (not rule.reservations)


@pytest.mark.parametrize("more", [{"base": "moon"}, {"needed": 4}, {"needed": "x"}, {"veto": 1}, {"reservations": "no"}, {"needed": -1}])
def test_what_is_not_a_rule_is_refused(more):
    with pytest.raises(ValueError, match="not a rule"):
        Rule.of(Rule.same_for_all().kept | more)


voice = st.builds(
    Voice,
    st.sampled_from(list(tally.GROUPS)),
    st.sampled_from([*tally.CHOICES, ""]),
    st.booleans(),
    st.frozensets(st.sampled_from(list(sensitivity.WITHOUT))),
)


@given(any_rule, st.lists(voice, max_size=14))
def test_an_agreement_always_has_a_signal_from_every_group_that_is_here(rule, voices):
    result = sensitivity.counted(rule, Counter(voices))
    if result.met:
        for group in {voice.group for voice in voices}:
            assert any(v.group == group and v.choice in ("support", "change", "cannot") for v in voices)


@given(any_rule, st.lists(voice, max_size=12))
def test_it_hangs_on_one_voice_exactly_when_leaving_one_out_changes_it(rule, voices):
    found = sensitivity.of(rule, Counter(voices))
    turned = {
        v.group
        for at, v in enumerate(voices)
        if sensitivity.counted(rule, Counter(voices[:at] + voices[at + 1 :])).suggested != found.result.suggested
    }
    assert set(found.one_voice) == turned


@given(st.lists(voice, min_size=1, max_size=12), st.integers(1, 100))
def test_the_margin_is_how_many_must_turn_and_no_fewer(voices, percent):
    rule = Rule.same_for_all(percent, 1)
    for finding in sensitivity.counted(rule, Counter(voices)).findings:
        n, count = finding.from_turning, finding.count
        if not (n and finding.enough):
            continue

        def reached(turned, count=count, way=-1 if finding.reached else 1):
            support = count.support + way * turned
            rest = count.views - support
            return (
                rest >= 0
                and support >= 0
                and apply(rule, [Count(count.group, count.views, support, rest)]).findings[list(tally.GROUPS).index(count.group)].reached
            )

        assert reached(n) != finding.reached or n > (count.support if finding.reached else count.views - count.support)
        assert all(reached(fewer) == finding.reached for fewer in range(n))


def test_without_those_who_may_bid():
    voices = [
        *[Voice("commissioner", "support")] * 2,
        Voice("vso", "support", interests=frozenset({"potential_bidder"})),
        Voice("vso", "support", interests=frozenset({"potential_bidder"})),
        Voice("vso", "cannot"),
        *[Voice("citizen", "support")] * 3,
    ]
    found = sensitivity.of(Rule.same_for_all(67, 1), Counter(voices))
    assert found.result.met
    assert found.without == {"potential_bidder": False, "current_provider": None, "broker": None}
    said = [str(line) for line in found.lines]
    assert said[0] == "Without organisations that may bid it would come out differently."
    assert "hangs on one voice" in said[1]
    assert "Voluntary sector: 1 would have to change their mind to turn it." in said
