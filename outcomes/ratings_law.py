"""When the law asks for ratings of a contract's performance: dated data, read from `law/ratings.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class RatingsLaw:
    """What the law asks from a day on."""

    since: date
    source: str
    address: str
    least_value: int
    not_for: tuple[str, ...]
    least_indicators: int
    months_between: int


def laws(text: str) -> list[RatingsLaw]:
    """The rules in a file, the earliest first."""
    rows = tomllib.loads(text)["ratings"]
    return sorted((RatingsLaw(**row | {"not_for": tuple(row["not_for"])}) for row in rows), key=lambda law: law.since)


LAWS = laws((Path(__file__).parent / "law" / "ratings.toml").read_text())


def law_on(day: date) -> RatingsLaw | None:
    """The rule that holds on a day; None before there was one."""
    return next((law for law in reversed(LAWS) if law.since <= day), None)
