"""The line of one measure over the quarters, with where it started and where it should get to, as numbers to draw. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT = 320, 140
LEFT, RIGHT, TOP, BOTTOM = 12, 308, 22, 108


@dataclass(frozen=True)
class Point:
    """One quarter's figure, where it is drawn."""

    quarter: int
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Tick:
    """A quarter on the axis; `gap` says that there is no figure for it although there should be."""

    quarter: int
    x: float
    gap: bool


@dataclass(frozen=True)
class Drawing:
    """A line with its marks; empty `points` has nothing to draw."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    runs: tuple[str, ...]  # the line, broken where a quarter has no figure
    baseline: float | None = None
    target: float | None = None


def draw(
    figures: Sequence[tuple[int, Fraction | None, str]], quarters: int, baseline: Fraction | None = None, target: Fraction | None = None
) -> Drawing:
    """Place the figures of the quarters; those without one are gaps, and no line is drawn across them."""
    known = [one[1] for one in figures if one[1] is not None]
    levels = [*known, *(level for level in (baseline, target) if level is not None)]
    least, most = (min(levels), max(levels)) if levels else (Fraction(0), Fraction(1))
    least = min(least, Fraction(0)) if least < most / 2 else least
    if least == most:
        least, most = least - 1, most + 1

    def x_of(quarter: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * (quarter - Fraction(1, 2)) / max(quarters, 1), 2).__float__()

    def y_of(figure: Fraction) -> float:
        return float(round(BOTTOM - (BOTTOM - TOP) * (figure - least) / (most - least), 2))

    points: list[Point] = []
    runs: list[list[Point]] = []
    run: list[Point] = []
    said = {quarter: (figure, words) for quarter, figure, words in figures}
    for quarter in sorted(said):
        figure, words = said[quarter]
        if figure is None:
            runs, run = [*runs, run], []
            continue
        point = Point(quarter, x_of(quarter), y_of(figure), words)
        points.append(point)
        run.append(point)
    runs.append(run)
    ticks = tuple(Tick(q, x_of(q), q in said and said[q][0] is None) for q in range(1, quarters + 1))
    lines = tuple(" ".join(f"{p.x},{p.y}" for p in run) for run in runs if len(run) > 1)
    marks = [y_of(level) if level is not None and points else None for level in (baseline, target)]
    return Drawing(tuple(points), ticks, lines, *marks)


@dataclass(frozen=True)
class Bar:
    """One quarter's hours: what it took beside what the plan gives to it."""

    quarter: int
    spent: float | None
    planned: float
    x_spent: float
    x_planned: float
    over: bool


def bars(hours: Sequence[tuple[int, Fraction | None, Fraction]]) -> list[Bar]:
    """The hours of each quarter as widths of a hundred."""
    most = max([one[2] for one in hours] + [one[1] for one in hours if one[1] is not None], default=Fraction(0)) or 1
    return [
        Bar(
            quarter,
            float(spent) if spent is not None else None,
            float(planned),
            float(100 * (spent or 0) / most),
            float(100 * planned / most),
            spent is not None and spent > planned,
        )
        for quarter, spent, planned in hours
    ]
