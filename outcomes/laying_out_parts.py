"""The parts of a specification document: each section with its words, what it draws from the frozen content, and its clauses."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from outcomes import laying_out_scoring
from outcomes.laying_out import Block, Heading, Line, Paragraph, Table, Words, code_of, line, outcomes_of, said
from outcomes.models import Indicator, Measure, Outcome
from workshops import rules, tally

SOFT = ("story", "observation")  # signs that need no figure
Drawer = Callable[[dict[str, Any]], Iterator[Block]]


def parts_of(content: dict[str, Any]) -> Iterator[Block]:
    """Every section that has something in it, in the order of the specification."""
    by_id = {clause["id"]: clause for clause in content["clauses"]}
    codes = code_of(content)
    fresh = True
    for section in content.get("sections") or default_sections(content):
        drawn = [*_words_of(section), *_drawn(section["key"], content)]
        clauses = [by_id[pk] for pk in section.get("clauses", []) if pk in by_id]
        if drawn or clauses:
            yield Heading(1, line(section["title"]), f"part-{section['key']}", fresh=fresh)
            fresh = False
            yield from drawn
            yield from _clauses(clauses, codes)


def default_sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections of versions from before sections were written: what must be done, and how good it must be."""
    standards = [clause["id"] for clause in content["clauses"] if clause["kind"] == "standard"]
    others = [clause["id"] for clause in content["clauses"] if clause["kind"] != "standard"]
    titles = {
        "background": _("Background"),
        "outcomes": _("Outcomes framework"),
        "requirements": _("Service requirements"),
        "standards": _("Standards"),
        "social-value": _("Social value"),
        "monitoring": _("Monitoring"),
        "contract": _("Contract shape"),
    }
    inside = {"requirements": others, "standards": standards}
    return [{"key": key, "title": title, "text": "", "clauses": inside.get(key, [])} for key, title in titles.items()]


def _words_of(section: dict[str, Any]) -> Iterator[Block]:
    for text in (section.get("text") or "").split("\n"):
        if text.strip():
            yield Paragraph(line(text.strip()))
    for fact in section.get("facts") or []:
        items = [item for item in fact.get("items", []) if item]
        if len(items) == 1:
            yield Paragraph(line(Words(f"{fact['label']}: ", strong=True), items[0]))
        elif items:
            yield Paragraph(line(Words(fact["label"], strong=True)), "label")
            yield from (Paragraph(line(item), "bullet") for item in items)


def _drawn(key: str, content: dict[str, Any]) -> Iterator[Block]:
    drawers: dict[str, Drawer] = {
        "background": _background,
        "outcomes": _framework,
        "social-value": laying_out_scoring.social_value,
        "monitoring": _monitoring,
        "contract": _lots,
    }
    drawer = drawers.get(key.replace("_", "-"))
    return drawer(content) if drawer else iter(())


def _background(content: dict[str, Any]) -> Iterator[Block]:
    if not content.get("sections"):
        yield Paragraph(line(content["cycle"].get("purpose", "")), "lede")


# Outcomes


def _framework(content: dict[str, Any]) -> Iterator[Block]:
    yield Paragraph(
        line(
            _("What must change in people’s lives, and the signs that show it. People agreed on each of these."),
            " ",
            Words(_("Annex: how each outcome was agreed"), to="agreed"),
        )
    )
    for theme in content["framework"].get("themes", []):
        yield Heading(2, line(theme["title"]), f"theme-{theme['id']}")
        for outcome in theme.get("outcomes", []):
            yield from _outcome(outcome)
    for gap in content["framework"].get("coverage") or []:
        words = _("No outcome is %(kind)s, because: %(why)s") % {"kind": _dimension(gap["dimension"]), "why": gap["reason"]}
        yield Paragraph(line(words), "note")


def _outcome(outcome: dict[str, Any]) -> Iterator[Block]:
    yield Heading(3, line(f"{outcome['code']}: ", said(outcome["statement"], outcome.get("language", "en"))), f"outcome-{outcome['id']}")
    horizon = dict(Outcome.Horizon.choices).get(outcome["horizon"], "")
    kinds = ", ".join(_dimension(name) for name in outcome.get("dimensions", [])).capitalize()
    yield Paragraph(
        line(Words(f"{_('For')}: ", strong=True), ". ".join(str(part) for part in (outcome["for_whom"], kinds, horizon) if part) + ".")
    )
    if outcome.get("benefits_beyond"):
        yield Paragraph(line(Words(f"{_('Good for others too')}: ", strong=True), outcome["benefits_beyond"]))
    if outcome.get("prevents"):
        yield Paragraph(line(Words(f"{_('Prevents')}: ", strong=True), outcome.get("prevents_what") or _("later harm")))
    yield Paragraph(_agreed(outcome))
    if outcome["indicators"]:
        yield _signs(outcome)
    for one in outcome.get("consequences") or []:
        label = _("Hoped for") if one["positive"] else _("To watch")
        meant = _("meant") if one["intended"] else _("not meant")
        yield Paragraph(line(Words(f"{label} ({meant}): ", strong=True), said(one["text"], one.get("language", "en"))), "bullet")
    for one in outcome.get("co_delivered") or []:
        yield Paragraph(line(Words(f"{_('Also done by')} {one['who']}: ", strong=True), one["what"]), "bullet")


def _agreed(outcome: dict[str, Any]) -> Line:
    """How it was agreed, with every reservation beside it, and where the figures are."""
    agreement = outcome["agreement"]
    parts: list[Words | str] = [
        Words(f"{_('How it was agreed')}: ", strong=True),
        Words(str(rules.STATES.get(agreement["state"], "")), to=f"agreed-{outcome['id']}"),
        ".",
    ]
    for item in agreement.get("dissent", []):
        parts += [" ", kept_with_it(item), said(item["reason"], item.get("language", "en"))]
    return line(*parts)


def kept_with_it(item: dict[str, Any]) -> str:
    """The label of a reason that is kept with an agreement."""
    group = f" ({tally.GROUPS[item['group']]})" if item.get("group") in tally.GROUPS else ""
    return f"{_('Kept with it')}{group}: "


def _signs(outcome: dict[str, Any]) -> Table:
    forms = dict(Indicator.Form.choices)
    rows = tuple(
        (
            line(sign["code"]),
            line(said(sign["text"], sign.get("language", "en"))),
            line(_kind(sign, forms)),
            line(_collected(sign)),
            line(_from_where(sign)),
            line(_to_where(sign)),
        )
        for sign in outcome["indicators"]
    )
    heads = (_("Sign"), _("What would show it"), _("Kind"), _("Who looks, how often"), _("Now"), _("Aim"))
    return Table(_("Signs that show %(code)s") % {"code": outcome["code"]}, heads, rows, (9, 29, 12, 20, 13, 17))


def _kind(sign: dict[str, Any], forms: Mapping[str, Any]) -> str:
    """What kind of sign it is, with the ends of its scale and the instrument that shows it."""
    ends = _("from %(low)s to %(high)s") % dict(zip(("low", "high"), sign["scale"], strict=True)) if sign.get("scale") else ""
    return ", ".join(part for part in (str(forms.get(sign["form"], sign["form"])), ends, sign.get("shown_by") or "") if part)


def _collected(sign: dict[str, Any]) -> str:
    return ", ".join(part for part in (sign.get("collector"), sign.get("frequency")) if part) or _("Not decided yet")


def _from_where(sign: dict[str, Any]) -> str:
    if sign.get("baseline") is None and sign["form"] in SOFT:
        return _("In words")
    if sign.get("baseline") is None:
        return _("Not known yet")
    return " ".join(part for part in (_counted(sign["baseline"], sign), _on(sign.get("baseline_on"))) if part)


def counted_in(row: Mapping[str, Any]) -> str:
    """What the figures of a sign or a measure are counted in; those of a share are per cent unless somebody wrote otherwise."""
    return str(row.get("unit") or ("%" if row.get("form") == Indicator.Form.SHARE else ""))


def _counted(figure: Any, row: Mapping[str, Any]) -> str:
    """A figure with what it is counted in: 45%, 2 evenings, 1 (evenings)."""
    figure, unit = laying_out_scoring.plain(figure), counted_in(row)
    if unit in ("%", "per cent"):
        return f"{figure}%"
    return f"{figure} ({unit})" if unit and figure == "1" else f"{figure} {unit}".strip()


def _to_where(sign: dict[str, Any]) -> str:
    """The figure aimed at, or what was written when it was agreed, and which way is better."""
    aim = sign.get("target") or ""
    if sign.get("aim") is not None:
        aim = " ".join(part for part in (_counted(sign["aim"], sign), _on(sign.get("aim_on"))) if part)
    said_so = ". ".join(part for part in (aim, direction(sign.get("direction"))) if part)
    return said_so or (_("In words") if sign["form"] in SOFT else _("Not decided yet"))


def direction(code: Any) -> str:
    """Which way is better, in words."""
    found = dict(Measure.Direction.choices).get(code or "")
    return str(found) if found else ""


def _on(day: Any) -> str:
    return f"({date.fromisoformat(day):%B %Y})" if day else ""


def _dimension(name: str) -> str:
    return {"social": _("social"), "economic": _("economic"), "environmental": _("environmental")}.get(name, name)


# Clauses


def _clauses(clauses: list[dict[str, Any]], codes: dict[int, str]) -> Iterator[Block]:
    """Each clause with the number it was signed off with, and where it comes from. A long part has a heading for each group."""
    groups = [(number, list(group)) for number, group in groupby(clauses, lambda clause: clause["number"].rpartition(".")[0])]
    for number, group in groups:
        if len(groups) > 1:
            yield Heading(2, line(_group_title(number, group, codes)), f"clauses-{group[0]['id']}")
        for clause in group:
            yield Paragraph((Words(f"{clause['number']}\t", strong=True), Words(clause["text"])), "clause", f"clause-{clause['id']}")
            yield Paragraph(origin(clause, codes), "origin")


def _group_title(number: str, group: list[dict[str, Any]], codes: dict[int, str]) -> str:
    cited = list(dict.fromkeys(codes[c["outcome"]] for c in group if c.get("outcome") in codes))
    ends = {"first": group[0]["number"], "last": group[-1]["number"]}
    words = _("Clauses %(first)s to %(last)s") % ends if len(group) > 1 else _("Clause %(first)s") % ends
    return words + (f" ({', '.join(cited)})" if cited else "")


def origin(clause: dict[str, Any], codes: dict[int, str]) -> Line:
    """What a clause comes from: an outcome, to which it leads, or a professional or legal source."""
    parts: list[Words | str] = [Words(f"{_('From')} ", quiet=True)]
    if clause.get("outcome") in codes:
        parts.append(Words(codes[clause["outcome"]], to=f"outcome-{clause['outcome']}"))
    if clause.get("requirement"):
        parts += [", "] if len(parts) > 1 else []
        parts.append(Words(clause["requirement"], quiet=True))
    return line(*parts)


# Monitoring and lots


def _monitoring(content: dict[str, Any]) -> Iterator[Block]:
    plan = content.get("monitoring") or []
    if not plan:
        return
    # What is done once is no work in the long run, as the page of the plan counts it.
    total = sum(float(row["hours"] or 0) * 4 / row.get("every", 1) for row in plan if row.get("every", 1))
    yield Paragraph(
        line(
            _("What is looked at, how often, and how many hours it takes. All together: about %(n)s hours in a year.") % {"n": f"{total:g}"}
        )
    )
    yield Table(
        _("The monitoring plan"),
        (_("Measure"), _("What is looked at"), _("Who does it, who pays"), _("When"), _("Start and aim"), _("Hours each time")),
        tuple(_measure(row) for row in plan),
        (12, 27, 19, 16, 16, 10),
    )


def _measure(row: dict[str, Any]) -> tuple[Line, ...]:
    figures = [
        f"{label}: {_counted(row[key], row)}" for label, key in ((_("Start"), "baseline"), (_("Aim"), "target")) if row.get(key) is not None
    ]
    when = _("%(often)s, from quarter %(n)s") if row.get("every", 1) else _("%(often)s, in quarter %(n)s")
    return (
        line(row["code"]),
        line(row["text"]),
        line("; ".join(part for part in (row.get("owner"), row.get("paid_by")) if part) or _("Not decided yet")),
        line(when % {"often": every(row.get("every")), "n": row.get("first_quarter") or 1}),
        line(". ".join(part for part in (*figures, direction(row.get("direction"))) if part) or _("In words")),
        line(laying_out_scoring.plain(row["hours"])),
    )


def every(quarters: Any) -> str:
    """How often, in words."""
    quarters = 1 if quarters is None else quarters  # nought is once
    found = dict(Measure.Every.choices).get(quarters)
    return str(found) if found else _("every %(n)s quarters") % {"n": quarters}


def _lots(content: dict[str, Any]) -> Iterator[Block]:
    lots = content.get("lots") or []
    if lots:
        rows = tuple((line(str(lot["number"])), line(lot["title"]), line(lot.get("about") or "")) for lot in lots)
        yield Paragraph(line(_("The contract is let in parts, called lots. An organisation may bid for one or for several.")))
        yield Table(_("Lots"), (_("Lot"), _("What it is called"), _("What it is about")), rows, (10, 35, 55))


def indicators_of(content: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Every theme, outcome and indicator."""
    themes = {outcome["id"]: theme for theme in content["framework"].get("themes", []) for outcome in theme.get("outcomes", [])}
    for outcome in outcomes_of(content):
        for sign in outcome["indicators"]:
            yield themes[outcome["id"]], outcome, sign
