"""The annexes: where each clause comes from, how each outcome was agreed, and who was asked. Pseudonyms, never names."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from outcomes.data_pack import Pack
from outcomes.laying_out import Block, Heading, Line, Paragraph, Table, Words, line, outcomes_of, said
from outcomes.laying_out_parts import kept_with_it
from workshops import rules, tally

NAMED = 30  # pseudonyms in one line; the rest is a number
TRACED = 30  # clauses in one table; one of a thousand rows takes a PDF too long to lay out


def annexes_of(pack: Pack) -> Iterator[Block]:
    """Every annex."""
    yield Heading(1, line(_("Annex: where each clause comes from")), "trace", fresh=True)
    yield from _trace(pack)
    yield Heading(1, line(_("Annex: how each outcome was agreed")), "agreed", fresh=True)
    yield from _agreements(pack)
    if pack.record is not None:
        yield Heading(1, line(_("Annex: who was asked")), "sessions", fresh=True)
        yield from _sessions(pack.record)


def behind(record: dict[str, Any] | None) -> dict[int, list[str]]:
    """Whose words are behind each outcome, by pseudonym; empty where the version has no record."""
    who = {row["id"]: row["who"] for row in (record or {}).get("contributions", [])}
    return {row["outcome"]: [who[pk] for pk in row["contributions"] if pk in who] for row in (record or {}).get("trace", [])}


def _trace(pack: Pack) -> Iterator[Block]:
    yield Paragraph(
        line(
            _(
                "Each clause goes back to an outcome, to the agreement it stands on, to the proposal that was agreed, and to what people said. "
                "People are shown by the name they were given here, never by their own."
            )
        )
    )
    outcomes = {outcome["id"]: outcome for outcome in outcomes_of(pack.content)}
    said_by = behind(pack.record)
    heads = (_("Clause"), _("Outcome or source"), _("Agreement"), _("Proposal"), _("What people said"))
    clauses = pack.content["clauses"]
    for first in range(0, len(clauses), TRACED):
        group = clauses[first : first + TRACED]
        rows = tuple(_trace_row(clause, outcomes.get(clause.get("outcome")), said_by) for clause in group)
        yield Table(_("Where clauses %(first)s to %(last)s come from") % _ends(group), heads, rows, (11, 27, 27, 15, 20))


def _ends(group: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {"first": group[0]["number"], "last": group[-1]["number"]}


def _trace_row(clause: dict[str, Any], outcome: dict[str, Any] | None, said_by: dict[int, list[str]]) -> tuple[Line, ...]:
    first = line(Words(clause["number"], to=f"clause-{clause['id']}"))
    if outcome is None:
        return (first, line(clause.get("requirement") or ""), line(_("None: it is law or professional practice")), line("–"), line("–"))
    agreement = outcome["agreement"]
    return (
        first,
        line(Words(outcome["code"], to=f"outcome-{outcome['id']}")),
        line(Words(f"{rules.STATES.get(agreement['state'], '')}", to=f"agreed-{outcome['id']}")),
        line(_("No. %(n)s") % {"n": agreement["proposal"]}),
        line(_how_many(said_by.get(outcome["id"]))),
    )


def _how_many(names: list[str] | None) -> str:
    return _("Not kept with this version") if names is None else str(len(names))


def _voices(names: list[str]) -> str:
    """Whose words they are: so many people, by pseudonym."""
    distinct = list(dict.fromkeys(names))
    more = _(" and %(n)s more") % {"n": len(distinct) - NAMED} if len(distinct) > NAMED else ""
    return f"{', '.join(distinct[:NAMED])}{more}"


def _agreements(pack: Pack) -> Iterator[Block]:
    yield Paragraph(line(_("Counts are by group. A group of fewer than five people is not shown in numbers.")))
    headers = (_("Group"), *(str(label) for label in tally.CHOICES.values()), _("Entitled"))
    said_by = behind(pack.record)
    for theme in pack.content["framework"].get("themes", []):
        yield Heading(2, line(theme["title"]), f"agreed-theme-{theme['id']}")
        for outcome in theme.get("outcomes", []):
            yield from _agreement(outcome, headers, said_by.get(outcome["id"]) or [])


def _agreement(outcome: dict[str, Any], headers: tuple[str, ...], names: list[str]) -> Iterator[Block]:
    agreement, shares = outcome["agreement"], 72 // (len(headers) - 1)
    title = line(Words(outcome["code"], to=f"outcome-{outcome['id']}"), f": {rules.STATES.get(agreement['state'], '')}")
    yield Heading(3, title, f"agreed-{outcome['id']}")
    if agreement.get("counts"):
        rows = tuple(_count_row(row) for row in agreement["counts"])
        widths = (28, *[shares] * (len(headers) - 1))
        yield Table(_("Votes on %(code)s by group") % {"code": outcome["code"]}, headers, rows, widths)
    for item in agreement.get("dissent", []):
        yield Paragraph(line(kept_with_it(item), said(item["reason"], item.get("language", "en"))), "bullet")
    if names:
        words = _("Things people said that it is made of: %(n)s. Said by: ") % {"n": len(names)}
        yield Paragraph(line(Words(words, strong=True), f"{_voices(names)}."))
    decision = outcome["decision"]
    yield Paragraph(line(Words(f"{_('The authority’s answer')} ({decision['decider_role']}): ", strong=True), decision["reason"]))


def _count_row(row: dict[str, Any]) -> tuple[Line, ...]:
    group = line(str(tally.GROUPS[row["group"]]))
    if "fewer_than" in row:
        return (group, *[line(_("fewer than five"))] * (len(tally.CHOICES) + 1))
    return (group, *(line(str(row[choice])) for choice in tally.CHOICES), line(str(row["entitled"])))


def _sessions(record: dict[str, Any]) -> Iterator[Block]:
    yield Paragraph(
        line(_("The workshops of this cycle, and who came to them. A group of fewer than five people is not shown in numbers."))
    )
    rows = tuple(_session_row(session) for session in record.get("sessions", []))
    if rows:
        heads = (_("Workshop"), _("What was asked"), _("Day"), _("Who came"))
        yield Table(_("Workshops"), heads, rows, (24, 34, 16, 26))
    released = record.get("released") or []
    if released:
        yield Paragraph(line(_("Every supplier that had registered was given each of these at the same moment.")))
        words = tuple((line(one["title"]), line(_day(one["on"]))) for one in released)
        yield Table(_("What was released to suppliers"), (_("What"), _("Day")), words, (76, 24))


def _session_row(session: dict[str, Any]) -> tuple[Line, ...]:
    day = _("Called off") if session.get("called_off") else _day(session.get("on"))
    came = [
        f"{tally.GROUPS.get(row['group'], row['group'])}: {row['n'] if 'n' in row else _('fewer than five')}" for row in session["people"]
    ]
    return (line(session["title"]), line(session["question"]), line(day), line("; ".join(came) or _("Nobody yet")))


def _day(text: Any) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else _("No day yet")
