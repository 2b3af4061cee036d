"""What may be said of a broker's mandate: for how many groups, and what those groups say to it (VS-04). Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from commissioning.sentences import Sentence as _

CONFIRMED, LIMITED, DISPUTED, WAITING = "confirmed", "limited", "disputed", ""
ANSWERS = (CONFIRMED, LIMITED, DISPUTED)
_SAID: dict[str, _] = {
    CONFIRMED: _("{n} confirmed"),
    LIMITED: _("{n} confirmed with limits"),
    DISPUTED: _("{n} disputed"),
}
MOST_GROUPS = 40
LONGEST = 366 * 3  # days a mandate may run


def counted(until: date, answers: Iterable[str]) -> dict[str, Any]:
    """One mandate as kept beside its broker's name."""
    listed = list(answers)
    return {"until": until.isoformat(), "answers": {code: listed.count(code) for code in (*ANSWERS, WAITING)}}


def on_behalf(mandates: Iterable[Mapping[str, Any]], today: date) -> _ | None:
    """ "On behalf of 6 groups (4 confirmed, 1 disputed, 1 has not answered)": an unanswered mandate is never left out."""
    running = [m["answers"] for m in mandates if date.fromisoformat(m["until"]) >= today]
    total = {code: sum(int(m.get(code, 0)) for m in running) for code in (*ANSWERS, WAITING)}
    n = sum(total.values())
    if not n:
        return None
    parts = [str(_(words.text, n=total[code])) for code, words in _SAID.items() if total[code]]
    if total[WAITING]:
        parts.append(str(_("1 has not answered") if total[WAITING] == 1 else _("{n} have not answered", n=total[WAITING])))
    rows = ", ".join(parts)
    return _("on behalf of 1 group ({rows})", rows=rows) if n == 1 else _("on behalf of {n} groups ({rows})", n=n, rows=rows)


def why_not_claim(names: Iterable[str], until: date, today: date) -> _ | None:
    """Whether a mandate may be stated like this."""
    listed = [name.strip() for name in names if name.strip()]
    if not listed:
        return _("Name the groups you speak for, one on each line. They will be asked.")
    if len(listed) > MOST_GROUPS:
        return _("That is {n} groups. Name up to {most} at once.", n=len(listed), most=MOST_GROUPS)
    if len({name.casefold() for name in listed}) < len(listed):
        return _("One group stands here twice. Name each group once.")
    if until < today:
        return _("Choose a date that is still to come.")
    if (until - today).days > LONGEST:
        return _("A mandate may run for three years at most. Then ask the groups again.")
    return None


def why_not_answer(answer: str, words: str) -> _ | None:
    """Whether a group's answer can be kept: a limit and a dispute say what they mean."""
    if answer not in ANSWERS:
        return _("Choose whether this is right.")
    if answer == LIMITED and not words.strip():
        return _("Say what they may speak about for you, and what not.")
    if answer == DISPUTED and not words.strip():
        return _("Say in a few words what is not right. Everybody in this cycle will read it.")
    return None
