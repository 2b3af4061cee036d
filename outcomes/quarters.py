"""Quarters of a contract: when each begins, ends and is due. Pure. Quarter 1 begins on the day the contract starts."""

from datetime import date, timedelta

MONTHS = 3  # in a quarter
DUE_AFTER = timedelta(days=7)  # a return is late once this has passed since its quarter ended (RV-05)


def months_after(day: date, months: int) -> date:
    """The same day of the month this many months later, or the last day of that month where it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def begins(starts: date, quarter: int) -> date:
    """The first day of a quarter, counted from 1."""
    return months_after(starts, MONTHS * (quarter - 1))


def ends(starts: date, quarter: int, contract_ends: date) -> date:
    """The last day of a quarter; the last quarter ends with the contract."""
    return min(begins(starts, quarter + 1) - timedelta(days=1), contract_ends)


def due(starts: date, quarter: int, contract_ends: date) -> date:
    """The last day on which the return of a quarter is in time."""
    return ends(starts, quarter, contract_ends) + DUE_AFTER


def how_many(starts: date, contract_ends: date) -> int:
    """How many quarters the contract has; a rest that is shorter counts as one."""
    count = 1
    while begins(starts, count + 1) <= contract_ends:
        count += 1
    return count


def at(starts: date, day: date) -> int:
    """The quarter a day falls in; 0 before the contract starts. It may be past the last one."""
    if day < starts:
        return 0
    quarter = max(1, ((day.year - starts.year) * 12 + day.month - starts.month) // MONTHS)
    while begins(starts, quarter + 1) <= day:
        quarter += 1
    return quarter
