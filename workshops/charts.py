"""Small charts as numbers: rows of bars with their words, titled by what they show. Pure; the template draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commissioning.sentences import Sentence as _
from workshops.tally import CHOICES, GROUPS

WIDTH = 100  # of the drawing, in its own units


@dataclass(frozen=True)
class Part:
    """One piece of a bar: where it starts, how wide it is, and which pattern fills it."""

    fill: str
    x: float
    width: float


@dataclass
class Row:
    """One group: its bar, and the same in words."""

    group: str
    words: str
    parts: list[Part] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def label(self) -> _:
        """What the group is called."""
        return GROUPS[self.group]


@dataclass
class Chart:
    """A chart whose title states the finding; `heads` and the rows' cells are the same as a table."""

    code: str
    title: _
    heads: list[_]
    rows: list[Row]
    hidden: bool = False
    legend: list[tuple[str, _]] = field(default_factory=list)


def voices(said: Mapping[str, int], came: Mapping[str, int], hidden: bool) -> Chart | None:
    """How much each group said beside how many of it came; None when there is nothing that may be shown."""
    listed = [g for g in GROUPS if g in said]
    most = max(said.values(), default=0)
    if not most:
        return None
    rows = []
    for group in listed:
        words = str(_("{n} things said, by {people} people", n=said[group], people=came.get(group, 0)))
        rows.append(Row(group, words, [Part(group, 0, round(WIDTH * said[group] / most, 2))], [str(said[group]), str(came.get(group, 0))]))
    first = [g for g in listed if said[g] == most]
    total = sum(said.values())
    if len(listed) == 1:
        title = _("{group} said {n} things", group=GROUPS[first[0]], n=most)
    elif len(first) > 1:
        title = _("{groups} said as much as each other", groups=str(_(" and ")).join(str(GROUPS[g]) for g in first))
    else:
        title = _("{group} said most: {n} of the {all} things shown here", group=GROUPS[first[0]], n=most, all=total)
    return Chart("voices", title, [_("Group"), _("Things said"), _("People who came")], rows, hidden)


def result(code: str, counts: Sequence[Mapping[str, int | str]], hidden: bool) -> Chart | None:
    """How each group voted on one thing, from the published counts."""
    rows, least = [], None
    for row in counts:
        numbers = {choice: int(row[choice]) for choice in CHOICES}
        entitled, x, parts = int(row["entitled"]), 0.0, []
        for choice, n in numbers.items():
            width = WIDTH * n / entitled if entitled else 0
            if n:
                parts.append(Part(choice, round(x, 2), round(width, 2)))
            x += width
        words = ", ".join(f"{n} {str(CHOICES[choice]).lower()}" for choice, n in numbers.items() if n)
        rows.append(Row(str(row["group"]), words, parts, [*(str(n) for n in numbers.values()), str(entitled)]))
        views = sum(numbers[choice] for choice in ("support", "change", "cannot"))
        if views and (least is None or numbers["support"] / views < least[0]):
            least = (numbers["support"] / views, str(row["group"]), numbers["support"], views)
    if not rows or least is None:
        return None
    if least[0] == 1:
        title = _("Everybody in the groups shown who gave a view supports it")
    elif len(rows) == 1:
        title = _("{group}: {a} of {b} support it", group=GROUPS[least[1]], a=least[2], b=least[3])
    else:
        title = _("Support is lowest here: {group}, {a} of {b}", group=str(GROUPS[least[1]]).lower(), a=least[2], b=least[3])
    heads = [_("Group"), *CHOICES.values(), _("Could vote")]
    return Chart(code, title, heads, rows, hidden, list(CHOICES.items()))
