"""When a measure is due and what a figure says about it: properties of the pure rules."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes import progress_chart, ratings_law, return_rules, standings

TERMS = st.builds(
    lambda start, days: standings.Term(start, start + timedelta(days=days)),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(30, 2500),
)
EVERY = st.sampled_from([0, 1, 2, 4])
FIGURES = st.fractions(0, 1000, max_denominator=500)


@given(TERMS, EVERY, st.integers(1, 8))
def test_a_measure_is_due_from_its_first_quarter_in_its_rhythm_and_never_outside_the_contract(term, every, first):
    due = [q for q in range(-2, term.quarters + 6) if standings.is_due(standings.Due(first, every), q, term)]
    assert all(first <= q <= term.quarters for q in due)
    assert due[:1] == ([first] if first <= term.quarters else [])
    assert {b - a for a, b in itertools.pairwise(due)} <= ({every} if every else set())


@given(TERMS, st.integers(0, 2500))
def test_a_retired_measure_is_due_only_for_quarters_that_were_over_before(term, days):
    retired = term.starts + timedelta(days=days)
    for quarter in range(1, term.quarters + 1):
        assert standings.is_due(standings.Due(1, 1, retired_on=retired), quarter, term) is (term.ends_on(quarter) < retired)


@given(TERMS, st.integers(1, 12), st.integers(-20, 60))
def test_no_return_is_a_state_from_the_day_after_its_last_day_on(term, quarter, days):
    quarter = min(quarter, term.quarters)
    day = term.due_on(quarter) + timedelta(days=days)
    state = standings.state_of(term, quarter, day, measures=1, sent=False, reviewed=False)
    assert (state == standings.OVERDUE) is (days > 0)
    assert standings.state_of(term, quarter, day, measures=1, sent=True, reviewed=False) == standings.SENT
    assert standings.state_of(term, quarter, day, measures=0, sent=False, reviewed=False) == standings.NOTHING
    assert (standings.to_remind(term, quarter, day) == "overdue") is (days > 0)


@given(FIGURES, FIGURES, FIGURES, st.sampled_from(["", "up", "down"]), st.integers(1, 12), st.sampled_from(["short", "medium", "long"]))
def test_a_better_figure_never_stands_worse(baseline, target, figure, way, quarter, horizon):
    sign = standings.Sign("count", baseline, target, way, horizon)
    order = {"not": 0, "too_early": 0, "partly": 1, "met": 2}
    step = 1 if sign.way == "up" else -1
    here, further = (standings.suggest(sign, one, told=False, quarter=quarter) for one in (figure, figure + step))
    if horizon == "long" and quarter < 5:
        assert "not" not in (here, further)
        assert "partly" not in (here, further)
    assert order[here] <= order[further]
    assert standings.suggest(sign, target, told=False, quarter=quarter) == "met"


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_share_is_worked_out_unrounded_and_printed_with_how_many_of_how_many(part, whole):
    part = min(part, whole)
    figure = standings.share(part, whole)
    assert figure * whole == 100 * part
    shown = standings.printed(None, part, whole)
    assert shown.startswith(f"{part:,} of {whole:,}, ")
    assert abs(Fraction(shown.rsplit(" ", 1)[1].rstrip("%")) - figure) <= Fraction(1, 2)


def test_what_is_just_short_of_the_target_is_not_met_though_it_prints_the_same():
    sign = standings.Sign("share", Fraction(50), Fraction(71))
    assert standings.printed(None, 48, 68) == "48 of 68, 71%"
    assert standings.suggest(sign, standings.share(48, 68), told=False, quarter=1) == "partly"


@pytest.mark.parametrize(
    ("sign", "figure", "stands"),
    [
        (standings.Sign("count"), Fraction(3), ""),
        (standings.Sign("count"), None, "no_data"),
        (standings.Sign("count", direction="up", baseline=Fraction(3)), Fraction(4), "met"),
        (standings.Sign("count", direction="up", baseline=Fraction(3)), Fraction(3), "not"),
        (standings.Sign("count", direction="steady", baseline=Fraction(3)), Fraction(3), "met"),
        (standings.Sign("count", direction="steady", baseline=Fraction(3)), Fraction(4), ""),
        (standings.Sign("count", target=Fraction(4)), Fraction(3), "not"),
        (standings.Sign("count", baseline=Fraction(9), target=Fraction(4)), Fraction(7), "partly"),
        (standings.Sign("story"), None, "no_data"),
    ],
)
def test_what_stands_without_a_target_only_a_person_says(sign, figure, stands):
    assert standings.suggest(sign, figure, told=False, quarter=1) == stands


@given(
    st.sampled_from(["count", "share", "scale", "star", "story", "observation"]),
    st.dictionaries(st.sampled_from(return_rules.FIELDS), st.text(max_size=40)),
)
def test_whatever_is_typed_is_read_or_named_as_wrong_and_never_breaks(form, said):
    found = return_rules.read(form, said)
    for number in (found.answer.value, found.answer.start):
        assert number is None or (number.is_finite() and 0 <= number <= return_rules.MOST)
    if found.answer.part is not None and found.answer.whole is not None:
        assert found.answer.part <= found.answer.whole
    for name in ("value", "part", "whole", "start"):
        if (said.get(name) or "").strip() and getattr(found.answer, name) is None:
            assert found.wrong, name


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-1", "1e400", "12,34", "٣", "0.00001", "99999999999", "=1+1", "½"])
def test_what_is_no_figure_is_refused_in_words(text):
    found = return_rules.read("count", {"value": text})
    assert found.answer.value is None
    assert str(found.wrong["value"])


def test_a_thousand_may_have_its_comma():
    assert return_rules.read("count", {"value": "3,100"}).answer.value == Decimal(3100)


@given(
    st.lists(st.tuples(st.integers(1, 12), st.one_of(st.none(), FIGURES)), unique_by=lambda one: one[0]),
    st.one_of(st.none(), FIGURES),
    st.one_of(st.none(), FIGURES),
)
def test_a_drawing_stays_within_its_box_and_draws_no_line_across_a_gap(figures, baseline, target):
    found = progress_chart.draw([(q, f, "") for q, f in figures], 12, baseline, target)
    assert len(found.points) == sum(1 for __, f in figures if f is not None)
    for level in [*(p.y for p in found.points), *(x for x in (found.baseline, found.target) if x is not None)]:
        assert progress_chart.TOP - 0.01 <= level <= progress_chart.BOTTOM + 0.01
    gaps = sum(1 for tick in found.ticks if tick.gap)
    assert len(found.runs) <= gaps + 1


def test_the_law_on_ratings_is_dated_data():
    assert ratings_law.law_on(date(2025, 2, 23)) is None
    assert ratings_law.law_on(date(2025, 2, 24)).least_indicators == 3
    assert set(standings.RATING_OF.values()) <= {"good", "approaching", "improve", "inadequate", "other"}
    assert standings.rating_for("met", applies=False) == ""
