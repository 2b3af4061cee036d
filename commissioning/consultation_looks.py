"""What is seen of a consultation: its answers leaf by leaf, its themes with whose hand put them there, and what everybody may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from commissioning import small_groups
from commissioning.models import Bringing, Consultation, Response, Theme, Theming

LEAF = 50  # answers on one page
MOST_SEARCHED = 6  # words


@dataclass(frozen=True)
class Asked:
    """Which answers somebody wants to see."""

    question: int | None = None
    theme: int | None = None
    unthemed: bool = False
    hand: str = ""
    words: str = ""

    @property
    def rest(self) -> dict[str, Any]:
        """The same, for the address of the next page."""
        theme = "none" if self.unthemed else self.theme
        given = {"question": self.question, "theme": theme, "hand": self.hand, "words": self.words}
        return {name: value for name, value in given.items() if value}


def answers(consultation: Consultation, asked: Asked) -> QuerySet[Response]:
    """The answers somebody asked for, in no order yet."""
    files = consultation.bringings.filter(state=Bringing.State.DONE).values_list("pk", flat=True)
    found = Response.objects.filter(consultation=consultation, aside=False, bringing__in=list(files))
    if asked.question is not None:
        found = found.filter(question=asked.question)
    here = Theming.objects.filter(response=OuterRef("pk"), ended_at=None)
    if asked.theme is not None:
        of = {"themings__theme": asked.theme, "themings__ended_at": None}
        found = found.filter(**of | ({"themings__hand": asked.hand} if asked.hand else {}))
    elif asked.unthemed:
        found = found.filter(~Exists(here))
    elif asked.hand:
        found = found.filter(Exists(here.filter(hand=asked.hand)))
    for word in asked.words.split()[:MOST_SEARCHED]:
        found = found.filter(text__icontains=word)
    return found


@dataclass(frozen=True)
class Leaf:
    """One page of answers, found from where the last one ended: page 900 is as quick as the first."""

    rows: list[Response]
    before: int | None
    after: int | None


def leaf(found: QuerySet[Response], *, after: int | None = None, before: int | None = None, size: int = LEAF) -> Leaf:
    """The answers after, or before, one of them; each with its themes. Two queries."""
    backwards = after is None and before is not None
    if backwards:
        rows = list(found.filter(pk__lt=before).order_by("-pk")[: size + 1])
    else:
        rows = list((found if after is None else found.filter(pk__gt=after)).order_by("pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    _with_themes(rows)
    if not rows:
        return Leaf([], None, None)
    return Leaf(
        rows,
        rows[0].pk if (more if backwards else after is not None) else None,
        rows[-1].pk if (before is not None if backwards else more) else None,
    )


def _with_themes(rows: list[Response]) -> None:
    by_pk: dict[int, list[Theming]] = {row.pk: [] for row in rows}
    for one in Theming.objects.filter(response__in=by_pk, ended_at=None).select_related("theme").order_by("pk"):
        by_pk[one.response_id].append(one)
    for row in rows:
        row.themes_now = by_pk[row.pk]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ThemeLook:
    """A theme with how many answers stand under it, by whose hand."""

    theme: Theme
    people: int
    machine: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.people + self.machine


def themes_of(consultation: Consultation) -> list[ThemeLook]:
    """The themes that stand, those with most answers first; two queries."""
    standing = list(consultation.themes.filter(merged_into=None))
    rows = Theming.objects.filter(theme__in=[t.pk for t in standing], ended_at=None).values_list("theme", "hand").annotate(n=Count("pk"))
    counted = {(theme, hand): n for theme, hand, n in rows.order_by()}
    looks = [ThemeLook(t, counted.get((t.pk, Theming.Hand.PERSON), 0), counted.get((t.pk, Theming.Hand.MACHINE), 0)) for t in standing]
    return sorted(looks, key=lambda look: (-look.count, look.theme.name.casefold()))


@dataclass(frozen=True)
class PublicTheme:
    """A theme as everybody sees it; `count` is None where it is a small group."""

    name: str
    line: str
    count: int | None
    percent: int


def public_themes(consultation: Consultation) -> list[PublicTheme]:
    """The themes people have looked at, with numbers of five and more; a theme may not have fewer and still be shown in numbers."""
    looks = [look for look in themes_of(consultation) if not look.theme.suggested and look.count]
    shown = small_groups.shown({str(look.theme.pk): look.count for look in looks})
    most = max(shown.values(), default=1)
    found = []
    for look in looks:
        count = shown.get(str(look.theme.pk))
        found.append(PublicTheme(look.theme.name, look.theme.line, count, round(100 * count / most) if count else 0))
    return found


@dataclass(frozen=True)
class Size:
    """How much came in, kept with each file and never counted again."""

    people: int
    answers: int
    files: int

    @property
    def people_shown(self) -> int | None:
        """How many people answered, as everybody may read it: None where they are a small group."""
        return small_groups.shown({"people": self.people}).get("people")


def size_of(consultation: Consultation) -> Size:
    """How many people answered, and how often; one query."""
    done = list(consultation.bringings.filter(state=Bringing.State.DONE).values_list("good", "answers"))
    return Size(sum(good for good, __ in done), sum(n for __, n in done), len(done))
