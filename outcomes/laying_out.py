"""What stands in a specification document, in which order: blocks that the Word document and the PDF both draw.

Everything is read from the pack, never from the rows of today. Keys that older versions lack are left out without a gap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from outcomes.data_pack import Pack


@dataclass(frozen=True)
class Words:
    """A few words of one kind: plain, strong, quiet, in another language, or leading to a place in the document."""

    text: str
    strong: bool = False
    quiet: bool = False
    language: str = ""
    to: str = ""


Line = tuple[Words, ...]
FEW = 6  # rows of a table that is kept on one page
MANY = 90  # lines of a table of contents; more is no help to find anything


@dataclass(frozen=True)
class Heading:
    """A heading; its number is the document's own (A, A.1, A.1.1), given by `numbered`."""

    level: int
    line: Line
    place: str
    fresh: bool = False  # begins a new sheet
    number: str = ""

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(part.text for part in self.line)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `style` is body, lede, label, clause, origin, note or bullet."""

    line: Line
    style: str = "body"
    place: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a header row; `row_heads` when the first cell of each row is a header too."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]  # shares of the width, in any unit
    row_heads: bool = True

    @property
    def short(self) -> bool:
        """Whether it stays on one page: a few rows cut in two are harder to read than a gap before them."""
        return len(self.rows) <= FEW


Block = Heading | Paragraph | Table


@dataclass
class Front:
    """The title page."""

    title: str
    kind: str
    authority: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""


def line(*parts: Words | str) -> Line:
    """Words in a row."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts)


def said(text: str, language: str = "en") -> Words:
    """What somebody wrote, in the language they wrote it in."""
    return Words(text, language="" if language == "en" else language)


def numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks, each heading with the number its level has reached: A, A.1, A.1.1."""
    counts = [0, 0, 0]
    for block in blocks:
        if not isinstance(block, Heading):
            yield block
            continue
        counts[block.level - 1] += 1
        counts[block.level :] = [0] * (3 - block.level)
        number = ".".join([letter(counts[0]), *map(str, counts[1 : block.level])])
        yield replace(block, number=number)


def contents_of(blocks: Iterable[Block]) -> list[Heading]:
    """The headings that stand in the table of contents: two levels, or the first alone where there are very many."""
    headings = [block for block in blocks if isinstance(block, Heading) and block.level < 3]
    return headings if len(headings) <= MANY else [heading for heading in headings if heading.level == 1]


def letter(n: int) -> str:
    """A, B … Z, AA, BB: as Word numbers in letters."""
    return chr(ord("A") + (n - 1) % 26) * ((n - 1) // 26 + 1)


def front_of(pack: Pack) -> Front:
    """The title page of a pack."""
    about = pack.content["cycle"]
    facts = [
        (_("Service"), about.get("service", "")),
        (_("Area"), ", ".join(about.get("areas", []))),
        (_("Promised level of engagement"), about.get("engagement_level", "")),
        (_("Version"), f"{pack.number}"),
        (_("Signed off"), f"{pack.at:%-d %B %Y}"),
        (_("Content hash (SHA-256)"), pack.content_hash),
    ]
    note = _("Demonstration data. Every person, place and figure here is invented.") if about.get("invented") else ""
    return Front(about["title"], _("Service specification"), about.get("authority", ""), [fact for fact in facts if fact[1]], note)


def footer_of(pack: Pack) -> str:
    """What stands at the foot of every page, beside the page number."""
    return _("Version %(n)s · content hash %(hash)s") % {"n": pack.number, "hash": f"{pack.content_hash[:16]}…"}


def blocks_of(pack: Pack) -> list[Block]:
    """The whole document after the title page and the contents."""
    from outcomes import laying_out_annexes, laying_out_parts  # noqa: PLC0415 (they are made of these blocks)

    content = pack.content
    blocks = [*laying_out_parts.parts_of(content), *laying_out_annexes.annexes_of(pack)]
    return list(numbered(blocks))


def places_of(content: dict[str, Any], blocks: Iterable[Block]) -> dict[str, str]:
    """What stands at each place that a link can lead to, in words: for somebody who hears where a link goes."""
    clauses = {f"clause-{clause['id']}": _("Clause %(first)s") % {"first": clause["number"]} for clause in content["clauses"]}
    return clauses | {block.place: f"{block.number} {block.text}" for block in blocks if isinstance(block, Heading)}


def outcomes_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Every outcome of the frozen framework."""
    return [outcome for theme in content["framework"].get("themes", []) for outcome in theme.get("outcomes", [])]


def code_of(content: dict[str, Any]) -> dict[int, str]:
    """How each outcome is called in talk, by its id."""
    return {outcome["id"]: outcome["code"] for outcome in outcomes_of(content)}
