"""Recipes: whole agendas that have proved themselves, as data files in our own words; one file a recipe."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workshops.agenda import ActivityPlan

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Recipe:
    """An agenda to start from: what it is good for, and its parts in order."""

    code: str
    title: str
    good_for: str
    people: str
    plans: tuple[ActivityPlan, ...]

    @property
    def minutes(self) -> int:
        """How long it takes in all."""
        return sum(int(plan.columns()["minutes"]) for plan in self.plans)


@cache
def all_recipes() -> dict[str, Recipe]:
    """Every recipe by its code. Raises `Refused` or `KeyError` for a file that is not one."""
    return {path.stem: _read(path) for path in sorted(HERE.glob("*.toml"))}


def _read(path: Path) -> Recipe:
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    plans = tuple(ActivityPlan.of(part) for part in kept["parts"])
    return Recipe(path.stem, kept["title"], kept["good_for"], kept["people"], plans)
