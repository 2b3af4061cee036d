"""How well people are answered (M-23): how many, how fast, what became of it, and who still waits too long."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Min, Q

from commissioning.models import Contribution, Cycle, Feedback
from commissioning.sentences import Sentence as _

IN_TIME = timedelta(days=28)  # the days in which somebody should have an answer


@dataclass(frozen=True)
class Row:
    """One thing said: when, and when it was answered first."""

    pk: int
    kind: str
    at: datetime
    first: datetime | None
    moderation: int


@dataclass(frozen=True)
class Loop:
    """The figures of one kind of words, or of all."""

    what: object
    said: int
    answered: int
    days: float | None
    statuses: tuple[tuple[str, object, int], ...]
    overdue: int

    @property
    def percent(self) -> int:
        """Answered of all that is answered, rounded for print only."""
        return round(100 * self.answered / self.said) if self.said else 0

    @property
    def days_words(self) -> str:
        """The median in days, with a half where it is one."""
        return "" if self.days is None else f"{self.days:g}"


def feedback_loop(cycle: Cycle, *, now: datetime) -> list[Loop]:
    """The figures of all words of a cycle, then of what was said about results and of the rest; two queries however many."""
    unread = Q(kind=Contribution.Kind.FEEDBACK, held=True)
    answerable = Contribution.objects.filter(Q(held=False) | unread, cycle=cycle, withdrawn_at=None, within=False)
    told = answerable.filter(moderation__gte=-1).annotate(first=Min("feedback__at"))
    rows = [Row(*row) for row in told.values_list("pk", "kind", "at", "first", "moderation")]
    rows = [row for row in rows if row.moderation >= 0 or row.first is not None]  # what is not shown was answered with its reason
    last = dict(Feedback.objects.filter(contribution__cycle=cycle).order_by("pk").values_list("contribution", "status"))
    about = [row for row in rows if row.kind == Contribution.Kind.FEEDBACK]
    rest = [row for row in rows if row.kind != Contribution.Kind.FEEDBACK]
    parts = [(_("Everything people said"), rows), (_("Said about results"), about), (_("Said before"), rest)]
    return [_loop(what, part, last, now) for what, part in parts]


def _loop(what: object, rows: list[Row], last: dict[int, str], now: datetime) -> Loop:
    waited = [max(0.0, (row.first - row.at).total_seconds() / 86400) for row in rows if row.first is not None]
    counted = Counter(last[row.pk] for row in rows if row.first is not None and row.pk in last)
    statuses = tuple((str(code), label, counted[str(code)]) for code, label in Feedback.Status.choices)
    overdue = sum(1 for row in rows if row.first is None and now - row.at > IN_TIME)
    return Loop(what, len(rows), len(waited), round(median(waited), 1) if waited else None, statuses, overdue)
