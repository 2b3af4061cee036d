"""What an authority asks of itself before a tender, as dated data: a cycle keeps the rules of the day it was opened."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from commissioning.contract_fit import LocalRules

HERE = Path(__file__).parent


@cache
def _all() -> tuple[tuple[date, LocalRules], ...]:
    """Every set of rules with the day it is in force from, oldest first."""
    listed = []
    for path in HERE.glob("*.toml"):
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = LocalRules(kept["tender"]["least_days"], kept["contract"]["upfront_share_high"], kept["contract"]["short_months"])
        listed.append((kept["in_force_from"], rules))
    return tuple(sorted(listed, key=lambda row: row[0]))


def in_force(on: date) -> LocalRules:
    """The rules of a day; a day before the first set gets the first."""
    listed = _all()
    return next((rules for start, rules in reversed(listed) if start <= on), listed[0][1])
