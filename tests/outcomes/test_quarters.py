"""Quarters of a contract."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outcomes import quarters

days = st.dates(date(2020, 1, 1), date(2090, 12, 31))


@given(starts=days, later=st.integers(0, 4000))
def test_a_day_falls_in_the_quarter_that_has_begun_and_not_ended(starts: date, later: int):
    day = starts + timedelta(days=later)
    quarter = quarters.at(starts, day)
    assert quarters.begins(starts, quarter) <= day < quarters.begins(starts, quarter + 1)


@given(starts=days, length=st.integers(1, 4000))
def test_the_quarters_of_a_contract_join_and_end_with_it(starts: date, length: int):
    last_day = starts + timedelta(days=length)
    count = quarters.how_many(starts, last_day)
    assert quarters.begins(starts, 1) == starts
    assert quarters.ends(starts, count, last_day) == last_day
    for quarter in range(1, count):
        assert quarters.ends(starts, quarter, last_day) + timedelta(days=1) == quarters.begins(starts, quarter + 1)


def test_a_month_that_is_shorter_ends_on_its_last_day():
    assert quarters.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert quarters.months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert quarters.begins(date(2026, 1, 31), 2) == date(2026, 4, 30)


def test_before_the_contract_there_is_no_quarter_and_a_return_has_a_week():
    starts, last_day = date(2026, 4, 1), date(2029, 3, 31)
    assert quarters.at(starts, date(2026, 3, 31)) == 0
    assert quarters.how_many(starts, last_day) == 12
    assert quarters.due(starts, 1, last_day) == date(2026, 7, 7)
