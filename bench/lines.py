"""One line of the report: a figure, its yardstick from the same run, their ratio, and whether it meets its target."""

import json
import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

TESTS: dict[str, Callable[[float, float], bool]] = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


@dataclass
class Line:
    """What was measured. `ratio` is what the target is about, and is the figure itself where there is no yardstick."""

    name: str
    figure: str
    yardstick: str = ""
    ratio: float | None = None
    target: tuple[str, float] | None = None
    detail: dict[str, object] = field(default_factory=dict)
    broken: bool = False

    @property
    def verdict(self) -> str:
        """ok, MISS, BROKEN where measuring failed, or nothing where no target was set."""
        if self.broken:
            return "BROKEN"
        if self.target is None or self.ratio is None:
            return ""
        return "ok" if TESTS[self.target[0]](self.ratio, self.target[1]) else "MISS"

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:,.2f}" if self.ratio % 1 else f"{self.ratio:,.0f}"
        target = f"{self.target[0]} {self.target[1]:g}" if self.target else ""
        return f"{self.name:<52} {self.figure:<40} {self.yardstick:<40} {ratio:>9} {target:>9}  {self.verdict}".rstrip()


HEADING = f"{'line':<52} {'figure':<40} {'yardstick, same run':<40} {'ratio':>9} {'target':>9}"


class Report:
    """Prints each line as it is measured and keeps them all."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        print(HEADING, flush=True)

    def add(self, line: Line) -> None:
        """One more line."""
        self.lines.append(line)
        print(line, flush=True)

    def missing(self, name: str, reason: str, *, broken: bool = False) -> None:
        """A line that could not be measured, and why; `broken` when it should have been."""
        self.add(Line(name, f"not measured: {reason}", broken=broken))

    def write(self, path: Path, seconds: float) -> None:
        """Keep it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [{**asdict(line), "verdict": line.verdict} for line in self.lines]
        path.write_text(json.dumps({"seconds": round(seconds, 1), "lines": kept}, indent=1))


def at_share(values: list[float], share: float) -> float:
    """The value below which that share of them lies; not a number when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
