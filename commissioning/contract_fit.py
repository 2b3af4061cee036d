"""Whether a contract of this shape can be met by the organisations it is meant for (PL-17, PL-18). Pure: figures in, sentences out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from commissioning import small_groups
from commissioning.sentences import Sentence as _

SIZES: dict[str, _] = {"small": _("Small"), "medium": _("Medium"), "large": _("Large"), "unknown": _("Size not said")}


@dataclass(frozen=True)
class LocalRules:
    """What the authority asks of itself: days a tender stays open at least, share of the value as cash up front, months of a short contract."""

    least_days: int
    upfront_share_high: float
    short_months: int


@dataclass(frozen=True)
class Shape:
    """A contract as it is thought of: pounds, months, lots, days to bid; `cash` is what a provider needs before it is first paid."""

    value: int
    months: int
    lots: int
    cash: int
    days: int
    consortia: bool = False
    subcontracting: bool = False
    full_costs: bool = False


@dataclass(frozen=True)
class Means:
    """What one organisation says it can manage: pounds of cash, pounds of contract a year, days to write a bid."""

    size: str
    cash: int
    yearly: int
    days: int


@dataclass(frozen=True)
class Fit:
    """Of the organisations of one size that answered, how many could not meet the shape, and for which reasons."""

    size: str
    answered: int
    mapped: int
    cannot: int
    cash: int
    yearly: int
    days: int
    hidden: bool = False

    @property
    def label(self) -> _:
        """The size in words."""
        return SIZES[self.size]

    @property
    def percent(self) -> int:
        """The share that could not, for the drawing; the words carry the numbers."""
        return round(100 * self.cannot / self.answered) if self.answered else 0


def yearly_of_a_lot(shape: Shape) -> float:
    """Pounds a year of one lot: what one provider would have to handle."""
    return shape.value / max(shape.lots, 1) / max(shape.months / 12, 1)


def _reasons(shape: Shape, means: Means) -> frozenset[str]:
    short = set()
    if means.cash < shape.cash / max(shape.lots, 1):
        short.add("cash")
    # Together with others an organisation need not carry a whole lot.
    if means.yearly < yearly_of_a_lot(shape) and not (shape.consortia or shape.subcontracting):
        short.add("yearly")
    if means.days > shape.days:
        short.add("days")
    return frozenset(short)


def fits(shape: Shape, answers: Sequence[Means], mapped: Collection[str]) -> list[Fit]:
    """By size: how many answered of those mapped, how many could not, and why. `mapped` holds the size of each organisation on the map."""
    rows = []
    sizes = list(mapped)
    for size in SIZES:
        listed = [_reasons(shape, means) for means in answers if means.size == size]
        of_all = sum(1 for s in sizes if s == size)
        if not listed and not of_all:
            continue
        counts = {why: sum(why in reasons for reasons in listed) for why in ("cash", "yearly", "days")}
        rows.append(
            Fit(size, len(listed), max(of_all, len(listed)), sum(bool(r) for r in listed), counts["cash"], counts["yearly"], counts["days"])
        )
    return rows


def beyond_officers(rows: Sequence[Fit]) -> tuple[list[Fit], int | None]:
    """The same rows for suppliers and everybody else, and how many answered in all, None where that would give a row away.

    Which organisations there are, and how large, is public knowledge, so `mapped` stays. What one can manage is told in
    confidence: where fewer than five of a size answered, "1 of 1 could not" is one organisation's bank account.
    """
    counts = {row.size: row.answered for row in rows}
    seen = small_groups.shown(counts)
    hidden = [Fit(row.size, 0, row.mapped, 0, 0, 0, 0, hidden=True) for row in rows if row.size not in seen]
    by_size = {row.size: row for row in (*(row for row in rows if row.size in seen), *hidden)}
    return [by_size[row.size] for row in rows], small_groups.total(counts)


def notes(shape: Shape, rows: Sequence[Fit], rules: LocalRules) -> list[_]:
    """What a careful colleague would say about this shape; nothing of it stops anybody."""
    said = []
    for row in rows:
        if row.answered and row.cannot == row.answered and row.size in ("small", "medium"):
            text = _(
                "This shape would leave out every organisation of this size that answered: {size}, {n} of {n}.",
                size=row.label,
                n=row.answered,
            )
            said.append(text)
    if shape.value and shape.cash / shape.value > rules.upfront_share_high:
        share = round(100 * shape.cash / shape.value)
        said.append(
            _("A provider needs {share}% of the value in cash before it is first paid. Payment in advance would lower that.", share=share)
        )
    if shape.months < rules.short_months:
        said.append(_("The contract is short: {n} months. Small organisations can hardly hire for it.", n=shape.months))
    if not shape.consortia:
        said.append(_("Organisations cannot bid together. Is that wanted?"))
    if not shape.full_costs:
        said.append(_("It is not said yet whether the price covers full costs, such as rent and management."))
    return said


def why_not_window(days: int, reason: str, rules: LocalRules) -> _ | None:
    """A tender that is open for less than the local least needs a reason that everybody reads (PL-18)."""
    if days >= rules.least_days or reason.strip():
        return None
    return _(
        "{days} days are fewer than the {least} that small organisations need here. Give more time, or a reason that everybody can read.",
        days=days,
        least=rules.least_days,
    )
