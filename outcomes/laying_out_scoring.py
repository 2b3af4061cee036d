"""Social value in a specification document: what is asked, how it is scored, and how the shares of the score came about."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from commissioning.small_groups import SMALLEST
from outcomes.laying_out import Block, Heading, Line, Paragraph, Table, Words, code_of, line
from workshops import tally


def social_value(content: dict[str, Any]) -> Iterator[Block]:
    """The criteria, then the weighting."""
    yield from _criteria(content)
    yield from _weighting(content.get("weighting") or {})


def _criteria(content: dict[str, Any]) -> Iterator[Block]:
    codes = code_of(content)
    for one in content.get("criteria") or []:
        yield Heading(2, line(f"{one['code']}: {one['question']}"), f"criterion-{one['id']}")
        rows = [
            (_("How will you do it?"), line(one.get("how_question") or "")),
            (_("What good looks like"), line(one.get("good") or "")),
            (_("Where it comes from"), _source(one, codes)),
            (_("Share of the evaluation score"), line(f"{plain(one.get('share'))}%" if one.get("share") else "")),
            (_("First return"), line(_("Quarter %(n)s") % {"n": one["first_return"]} if one.get("first_return") else "")),
        ]
        shown = tuple((line(label), words) for label, words in rows if any(part.text for part in words))
        yield Table(_("How %(code)s is asked and scored") % {"code": one["code"]}, (_("Part"), _("What it says")), shown, (34, 66))


def _source(one: dict[str, Any], codes: dict[int, str]) -> Line:
    parts: list[Words | str] = []
    if one.get("outcome") in codes:
        parts.append(Words(codes[one["outcome"]], to=f"outcome-{one['outcome']}"))
    if one.get("need_words"):
        parts.append(("; " if parts else "") + one["need_words"])
    return line(*parts)


def plain(share: Any) -> str:
    """A share as people write it: 10, not 10.00."""
    text = str(share)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _weighting(weighting: dict[str, Any]) -> Iterator[Block]:
    if not weighting or (weighting.get("social_value") is None and not weighting.get("proposed")):
        return
    yield Heading(2, line(_("Share of the evaluation score")), "weighting")
    rows = [
        (line(_("Proposed %(n)s") % {"n": one.get("number", n)}), *_shares(one)) for n, one in enumerate(weighting.get("proposed") or [], 1)
    ]
    if weighting.get("social_value") is not None:
        rows.append((line(Words(_("Adopted"), strong=True)), *_shares(weighting)))
    heads = (_("Step"), _("Price"), _("Quality"), _("Social value"))
    yield Table(_("Share of the evaluation score, in per cent; the three make 100"), heads, tuple(rows), (34, 22, 22, 22))
    if weighting.get("reason"):
        role = f" ({weighting['decider_role']})" if weighting.get("decider_role") else ""
        yield Paragraph(line(Words(f"{_('Why')}{role}: ", strong=True), weighting["reason"]))
    yield from _advised(weighting.get("advised") or [])
    exception = weighting.get("exception")
    if exception:
        yield Paragraph(line(Words(f"{_('Below the authority’s own minimum, because')}: ", strong=True), _words_of(exception)))


def _words_of(exception: Any) -> str:
    if not isinstance(exception, dict):
        return str(exception)
    return ", ".join(str(part) for part in (exception.get("reason"), exception.get("allowed_by")) if part)


def _shares(one: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(line(f"{plain(one[name])}%") for name in ("price", "quality", "social_value"))


def _advised(advised: list[dict[str, Any]]) -> Iterator[Block]:
    """What each group advised; a small group keeps its name alone."""
    if not advised:
        return
    rows = []
    for one in advised:
        small = not isinstance(one.get("n"), int) or one["n"] < SMALLEST
        words = (_("fewer than five"), "") if small else (str(one["n"]), f"{plain(one['share'])}%")
        rows.append((line(str(tally.GROUPS.get(one["group"], one["group"]))), *map(line, words)))
    yield Table(
        _("Share for social value that each group advised"),
        (_("Group"), _("People"), _("Middle of what they said")),
        tuple(rows),
        (40, 25, 35),
    )
