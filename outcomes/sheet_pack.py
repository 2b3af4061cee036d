"""The framework as a spreadsheet: a sheet for each thing, with a frozen header row and filters. Words are words, never formulas."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from commissioning.contributing import printable
from outcomes.data_pack import Pack
from outcomes.laying_out import code_of, outcomes_of
from outcomes.laying_out_annexes import behind
from outcomes.laying_out_parts import counted_in, direction, every, indicators_of
from outcomes.models import Clause, Indicator, Outcome
from outcomes.packing import packed, unpacked
from workshops import rules, tally

LONGEST = 32_000  # letters in one cell; a spreadsheet holds 32,767
HEAD = (Font(name="Arial", bold=True, size=11), PatternFill("solid", fgColor="E2EFEC"), Alignment(wrap_text=True, vertical="top"))
BODY = (Font(name="Arial", size=11), Alignment(wrap_text=True, vertical="top"))


@dataclass(frozen=True)
class Sheet:
    """One sheet: what its columns are called and how wide they are, and its rows."""

    title: str
    heads: tuple[tuple[str, int], ...]
    rows: Iterable[tuple[Any, ...]]


def as_xlsx(pack: Pack, tell: Callable[[], None] = lambda: None) -> bytes:
    """The pack as a workbook, written row by row, so that memory stays bounded."""
    book = Workbook(write_only=True)
    about = book.properties
    about.title, about.creator, about.language = (
        printable(pack.title)[:255],
        printable(pack.content["cycle"].get("authority", ""))[:255],
        "en-GB",
    )
    about.identifier, about.created = pack.content_hash, pack.at.replace(tzinfo=None, microsecond=0)
    for sheet in sheets_of(pack):
        _write(book, sheet)
        tell()
    out = io.BytesIO()
    book.save(out)
    return _without_today(out.getvalue(), about.created)


def _without_today(data: bytes, signed_off: Any) -> bytes:
    """openpyxl writes the moment of saving into the properties; the moment of sign-off is what belongs there."""
    moment = f"{signed_off:%Y-%m-%dT%H:%M:%SZ}".encode()
    return packed((name, _stamped(name, body, moment)) for name, body in unpacked(data))


def _stamped(name: str, body: bytes, moment: bytes) -> bytes:
    if name != "docProps/core.xml":
        return body
    before, rest = body.split(b"<dcterms:modified", 1)
    opening, rest = rest.split(b">", 1)
    return before + b"<dcterms:modified" + opening + b">" + moment + rest[rest.index(b"</dcterms:modified>") :]


def _write(book: Any, sheet: Sheet) -> None:
    made = book.create_sheet(sheet.title)
    made.freeze_panes = "B2"
    made.print_title_rows = "1:1"
    made.page_setup.orientation, made.page_setup.fitToWidth, made.page_setup.fitToHeight = "landscape", 1, 0
    made.sheet_properties.pageSetUpPr.fitToPage = True
    for n, (_label, width) in enumerate(sheet.heads, 1):
        made.column_dimensions[get_column_letter(n)].width = width
    made.append([_cell(made, label, head=True) for label, _width in sheet.heads])
    last = 1
    for row in sheet.rows:
        made.append([_cell(made, value) for value in row])
        last += 1
    made.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{last}"


def _cell(sheet: Any, value: Any, *, head: bool = False) -> Any:
    """A cell of the right kind. Words that begin like a formula are kept as words: nothing in a pack is ever worked out."""
    words = ILLEGAL_CHARACTERS_RE.sub("", printable(value))[:LONGEST] if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, words)
    if isinstance(words, str):
        cell.data_type = "s"
        cell.quotePrefix = words[:1] in ("=", "+", "-", "@", "\t")
    if isinstance(words, date):
        cell.number_format = "d mmmm yyyy"
    if head:
        cell.font, cell.fill, cell.alignment = HEAD
    else:
        cell.font, cell.alignment = BODY
    return cell


def figure(text: Any) -> Any:
    """A figure that was frozen as text, as a number; words stay words."""
    if text is None or text == "":
        return None
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return str(text)
    return (int(number) if number == number.to_integral_value() else number) if number.is_finite() else str(text)


def _day(text: Any) -> Any:
    return date.fromisoformat(text) if text else None


# The sheets


def sheets_of(pack: Pack) -> Iterator[Sheet]:
    """Every sheet, in order. A sheet with nothing in it still says what would be there."""
    content = pack.content
    yield Sheet(_("About"), ((_("What"), 34), (_("This pack"), 90)), _about(pack))
    yield Sheet(_("Framework"), _heads("framework"), _framework(content))
    yield Sheet(_("Around the outcomes"), _heads("around"), _around(content))
    yield Sheet(_("Indicators"), _heads("indicators"), _indicators(content))
    yield Sheet(_("Sections"), _heads("sections"), _sections(content))
    yield Sheet(_("Clauses"), _heads("clauses"), _clauses(content))
    yield Sheet(_("Criteria"), _heads("criteria"), _criteria(content))
    yield Sheet(_("Weighting"), _heads("weighting"), _weighting(content.get("weighting") or {}))
    yield Sheet(_("Monitoring plan"), _heads("monitoring"), _monitoring(content))
    yield Sheet(_("Traceability"), _heads("trace"), _trace(pack))


def _heads(sheet: str) -> tuple[tuple[str, int], ...]:
    outcome = (_("Outcome"), 11)
    return {
        "framework": ((_("Code"), 9), (_("Theme"), 24), (_("Outcome"), 60), (_("For whom"), 26), (_("Kinds"), 22), (_("When"), 20),
                      (_("Standard"), 11), (_("Prevents"), 24), (_("How it was agreed"), 24), (_("The authority’s answer"), 50)),
        "around": (outcome, (_("What it is"), 34), (_("In words"), 90), (_("Who"), 34)),
        "sections": ((_("Section"), 28), (_("What it is"), 34), (_("In words"), 100)),
        "indicators": ((_("Code"), 9), outcome, (_("What would show it"), 56), (_("Kind"), 14), (_("Where it comes from"), 24),
                       (_("Who collects it"), 22), (_("How often"), 16), (_("Hours each time"), 12), (_("Start"), 12), (_("Start on"), 18),
                       (_("Aim"), 12), (_("Aim by"), 18), (_("Which way is better"), 20), (_("Counted in"), 16), (_("As agreed"), 24),
                       (_("When"), 20), (_("Lowest"), 10), (_("Highest"), 10), (_("Shown by"), 28)),
        "clauses": ((_("Number"), 10), (_("Kind"), 30), (_("Text"), 90), outcome, (_("Professional or legal source"), 36), (_("Wording"), 10)),
        "criteria": ((_("Code"), 9), (_("What is asked"), 56), (_("How will you do it?"), 56), (_("What good looks like"), 56), outcome,
                     (_("Need"), 44), (_("Share of the evaluation score (%)"), 18), (_("Quarter of the first return"), 16)),
        "weighting": ((_("Step"), 24), (_("Price (%)"), 12), (_("Quality (%)"), 12), (_("Social value (%)"), 12), (_("Why"), 70)),
        "monitoring": ((_("Code"), 9), (_("What is looked at"), 60), (_("Who does it"), 24), (_("Who pays"), 24), (_("How often"), 20),
                       (_("First quarter"), 12), (_("Start"), 12), (_("Aim"), 12), (_("Which way is better"), 20), (_("Counted in"), 16),
                       (_("Hours each time"), 12)),
        "trace": ((_("Clause"), 10), outcome, (_("Professional or legal source"), 36), (_("Agreement"), 12), (_("How it was agreed"), 26),
                  (_("Proposal"), 12), (_("Contributions"), 14), (_("Who said it"), 60)),
    }[sheet]  # fmt: skip


def _about(pack: Pack) -> Iterator[tuple[Any, ...]]:
    about = pack.content["cycle"]
    yield (_("Title"), about["title"])
    yield (_("Authority"), about.get("authority", ""))
    yield (_("Service"), about.get("service", ""))
    yield (_("Version"), pack.number)
    yield (_("Signed off"), timezone.localdate(pack.at))
    yield (_("Content hash (SHA-256)"), pack.content_hash)
    if about.get("invented"):
        yield (_("Note"), _("Demonstration data. Every person, place and figure here is invented."))


def _framework(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    horizons = dict(Outcome.Horizon.choices)
    for theme in content["framework"].get("themes", []):
        for one in theme.get("outcomes", []):
            decision = one["decision"]
            yield (
                one["code"],
                theme["title"],
                one["statement"],
                one["for_whom"],
                ", ".join(_dimension(name) for name in one.get("dimensions", [])),
                str(horizons.get(one["horizon"], "")),
                _("yes") if one.get("standard") else _("no"),
                one.get("prevents_what") or (_("yes") if one.get("prevents") else ""),
                str(rules.STATES.get(one["agreement"]["state"], "")),
                f"{decision['decider_role']}: {decision['reason']}",
            )


def _dimension(name: str) -> str:
    return {"social": _("social"), "economic": _("economic"), "environmental": _("environmental")}.get(name, name)


def _indicators(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    forms, horizons = dict(Indicator.Form.choices), dict(Outcome.Horizon.choices)
    for _theme, outcome, sign in indicators_of(content):
        plain = (sign.get("source"), sign.get("collector"), sign.get("frequency"))
        yield (
            *(sign["code"], outcome["code"], sign["text"], str(forms.get(sign["form"], sign["form"]))),
            *(text or "" for text in plain),
            figure(sign.get("hours")),
            *(figure(sign.get("baseline")), _day(sign.get("baseline_on")), figure(sign.get("aim")), _day(sign.get("aim_on"))),
            *(direction(sign.get("direction")), counted_in(sign), sign.get("target") or ""),
            *(str(horizons.get(sign.get("horizon") or outcome["horizon"], "")), *_ends_of(sign), sign.get("shown_by") or ""),
        )


def _ends_of(sign: dict[str, Any]) -> tuple[Any, Any]:
    low, high = sign.get("scale") or (None, None)
    return figure(low), figure(high)


def _around(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What was said around each outcome, and why a kind of outcome is missing."""
    for one in outcomes_of(content):
        if one.get("benefits_beyond"):
            yield (one["code"], _("Good for others too"), one["benefits_beyond"], "")
        for item in one.get("consequences") or []:
            label = _("Hoped for") if item["positive"] else _("To watch")
            meant = _("meant") if item["intended"] else _("not meant")
            yield (one["code"], f"{label} ({meant})", item["text"], "")
        for item in one.get("co_delivered") or []:
            yield (one["code"], _("Also done by others"), item["what"], item["who"])
    for gap in content["framework"].get("coverage") or []:
        yield ("", _("No outcome is %(kind)s") % {"kind": _dimension(gap["dimension"])}, gap["reason"], "")


def _sections(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The words of each section and what was known already when it was signed off."""
    for section in content.get("sections") or []:
        if section.get("text"):
            yield (section["title"], _("Text"), section["text"])
        for fact in section.get("facts") or []:
            yield from ((section["title"], fact["label"], item) for item in fact.get("items", []) if item)


def _clauses(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    kinds, codes = dict(Clause.Kind.choices), code_of(content)
    for one in content["clauses"]:
        kind = str(kinds.get(one["kind"], one["kind"]))
        yield (one["number"], kind, one["text"], codes.get(one.get("outcome"), ""), one.get("requirement") or "", one.get("version", 1))


def _criteria(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    codes = code_of(content)
    for one in content.get("criteria") or []:
        yield (
            *(one["code"], one["question"], one.get("how_question") or "", one.get("good") or ""),
            *(codes.get(one.get("outcome"), ""), one.get("need_words") or "", figure(one.get("share")), one.get("first_return")),
        )


def _weighting(weighting: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    shares = ("price", "quality", "social_value")
    for n, one in enumerate(weighting.get("proposed") or [], 1):
        yield (_("Proposed %(n)s") % {"n": one.get("number", n)}, *(figure(one[name]) for name in shares), one.get("reason") or "")
    for one in weighting.get("advised") or []:
        group = str(tally.GROUPS.get(one["group"], one["group"]))
        small = not isinstance(one.get("n"), int) or one["n"] < 5
        label = _("Advised: %(group)s") % {"group": group}
        yield (
            label,
            None,
            None,
            None if small else figure(one["share"]),
            _("fewer than five") if small else _("People: %(n)s") % {"n": one["n"]},
        )
    if weighting.get("social_value") is not None:
        yield (_("Adopted"), *(figure(weighting.get(name)) for name in shares), weighting.get("reason") or "")


def _monitoring(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for one in content.get("monitoring") or []:
        yield (
            *(
                one["code"],
                one["text"],
                one.get("owner") or "",
                one.get("paid_by") or "",
                every(one.get("every")),
                one.get("first_quarter"),
            ),
            *(figure(one.get("baseline")), figure(one.get("target")), direction(one.get("direction")), counted_in(one)),
            figure(one.get("hours")),
        )


def _trace(pack: Pack) -> Iterator[tuple[Any, ...]]:
    outcomes, said = {one["id"]: one for one in outcomes_of(pack.content)}, behind(pack.record)
    for clause in pack.content["clauses"]:
        one = outcomes.get(clause.get("outcome"))
        if one is None:
            yield (clause["number"], "", clause.get("requirement") or "", None, "", None, None, "")
            continue
        who, agreement = said.get(one["id"]), one["agreement"]
        state = str(rules.STATES.get(agreement["state"], ""))
        known = (len(who), ", ".join(dict.fromkeys(who))) if who is not None else (None, _("Not kept with this version"))
        yield (clause["number"], one["code"], clause.get("requirement") or "", agreement["id"], state, agreement["proposal"], *known)
