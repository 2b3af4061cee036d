"""Where moments stand on one line through time: moments in, places between 0 and 100 out. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SHAPES = {  # what happened → the shape that shows it; each shape has a word beside it, colour carries nothing
    "joined": "came",
    "registered": "came",
    "came": "room",
    "said": "room",
    "invited": "asked",
    "contact": "talked",
    "given": "early",
    "opened": "opened",
    "downloaded": "opened",
}


@dataclass(frozen=True)
class Span:
    """From the first to the last moment that is drawn."""

    first: datetime
    last: datetime

    def place(self, at: datetime) -> float:
        """Where a moment stands, in hundredths of the width, never quite at the edge."""
        whole = (self.last - self.first).total_seconds() or 1.0
        return round(min(max((at - self.first).total_seconds() / whole * 96 + 2, 1.5), 98.5), 2)


@dataclass(frozen=True)
class Mark:
    """One shape on a line."""

    x: float
    shape: str


@dataclass(frozen=True)
class Bar:
    """A time in which one supplier had something the others had not."""

    x: float
    width: float


def span_of(moments: Iterable[datetime], now: datetime) -> Span:
    """The time to draw: from the first moment to now, and never less than an hour."""
    listed = [*moments, now]
    first, last = min(listed), max(listed)
    return Span(min(first, last - timedelta(hours=1)), last)


def marks_of(span: Span, moments: Iterable[tuple[datetime, str]]) -> list[Mark]:
    """The shapes of one supplier, each once where several would stand on one another."""
    found = {(span.place(at), SHAPES[kind]): None for at, kind in moments if kind in SHAPES}
    return [Mark(x, shape) for x, shape in sorted(found)]


def bar_of(span: Span, first: datetime, last: datetime) -> Bar:
    """A bar from one moment to another, wide enough to be seen."""
    x = span.place(first)
    return Bar(x, round(max(span.place(last) - x, 0.8), 2))
