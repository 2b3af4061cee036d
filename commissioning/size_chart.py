"""Bars by size of organisation: how many reach each group, how many came how far. Pure; the template draws them.

Ones and twos stand here for everybody: organisations are not people, and which there are, how large, and which took part
is on public registers and on the pages that name them. What they said in confidence is never drawn with this.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from commissioning.sentences import Sentence as _

WIDTH = 100  # of the drawing, in its own units
SIZES: dict[str, _] = {"small": _("Small"), "medium": _("Medium"), "large": _("Large"), "unknown": _("Size not said")}


@dataclass(frozen=True)
class Part:
    """One piece of a bar: which size it stands for, where it starts, how wide it is."""

    fill: str
    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """One bar, the same in words, and the same as cells of a table."""

    label: str
    words: str
    parts: tuple[Part, ...]
    cells: tuple[str, ...]
    gap: bool = False


@dataclass
class Chart:
    """A chart whose title states the finding; `heads` and the rows' cells are the same as a table."""

    code: str
    title: _
    heads: list[_]
    rows: list[Row] = field(default_factory=list)
    legend: list[tuple[str, _]] = field(default_factory=list)


def bars(
    code: str, title: _, head: _, lines: Iterable[tuple[str, Mapping[str, int], bool]], whole: Mapping[str, int] | None = None
) -> Chart:
    """One bar for each line, its pieces the sizes. With `whole` every cell says of how many; a gap is a line nobody is on."""
    listed = list(lines)
    most = max([sum(whole.values()) if whole else 0, *(sum(counts.values()) for _label, counts, _gap in listed)], default=0)
    used = [size for size in SIZES if any(counts.get(size) for _label, counts, _gap in listed) or (whole or {}).get(size)]
    chart = Chart(code, title, [head, *(SIZES[size] for size in used), _("All")], legend=[(size, SIZES[size]) for size in used])
    chart.rows = [_row(label, counts, used, most, whole, gap) for label, counts, gap in listed]
    return chart


def _row(label: str, counts: Mapping[str, int], used: Sequence[str], most: int, whole: Mapping[str, int] | None, gap: bool) -> Row:
    parts, x, said = [], 0.0, []
    for size in used:
        n = counts.get(size, 0)
        width = WIDTH * n / most if most else 0.0
        if n:
            parts.append(Part(size, round(x, 2), round(width, 2)))
            said.append(f"{n} {str(SIZES[size]).lower()}")
        x += width
    total = sum(counts.get(size, 0) for size in used)
    if whole is None:
        cells = [*(str(counts.get(size, 0)) for size in used), str(total)]
        words = ", ".join(said)
    else:
        cells = [str(_share(counts.get(size, 0), whole.get(size, 0))) for size in used] + [str(_share(total, sum(whole.values())))]
        words = str(_("{share} ({parts})", share=cells[-1], parts=", ".join(said))) if said else cells[-1]
    return Row(label, words, tuple(parts), tuple(cells), gap)


def _share(n: int, of: int) -> _ | str:
    """A number with what it is out of, always both (VS-03)."""
    return _("{n} of {of}", n=n, of=of) if of else "–"
