"""What may be written into a return, and what is wrong with what was. Pure: the form, files and programs all ask here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from commissioning.sentences import Sentence as _
from outcomes import standings

FIELDS = ("value", "part", "whole", "start", "words", "standing")
LONGEST_WORDS = 2000
LONGEST_STORY = 4000
MOST = Decimal("9999999999")
MOST_PEOPLE = 2_000_000_000
MOST_HOURS = Decimal("9999")
UNIT, RESOURCE_WORDS = 60, 300  # characters of a line of added resources
CONSENTS = ("given", "asked", "refused", "withdrawn")
KINDS = ("volunteers", "gifts", "attendance", "other")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class Answer:
    """What somebody says about one measure in one quarter."""

    value: Decimal | None = None
    part: int | None = None
    whole: int | None = None
    start: Decimal | None = None
    words: str = ""
    standing: str = ""  # as the provider says; empty takes what the figure suggests

    @property
    def has_figure(self) -> bool:
        """Whether there is a number to look at."""
        return self.value is not None or (self.part is not None and self.whole is not None)


@dataclass
class Read:
    """An answer as far as it could be read, and what was wrong with the rest, by field."""

    answer: Answer = field(default_factory=Answer)
    wrong: dict[str, _] = field(default_factory=dict)


def fields_of(form: str) -> tuple[str, ...]:
    """Which boxes a measure of this form has, in order."""
    figures = {"count": ("value",), "share": ("part", "whole"), "scale": ("part", "whole", "value", "start"), "star": ("start", "value")}
    return (*figures.get(form, ()), "words", "standing")


def read(form: str, said: Mapping[str, str]) -> Read:
    """Read what was typed for a measure; boxes its form does not have must be empty."""
    found, kept = Read(), {name: (said.get(name) or "").strip() for name in FIELDS}
    has = fields_of(form)
    for name in ("value", "part", "whole", "start"):
        if kept[name] and name not in has:
            found.wrong[name] = _("This kind of sign has no number here. Leave it empty.")
            kept[name] = ""
    numbers = {name: _number(kept[name], name, found.wrong) for name in ("value", "start")}
    people = {name: _people(kept[name], name, found.wrong) for name in ("part", "whole")}
    words = kept["words"]
    if len(words) > LONGEST_WORDS:
        found.wrong["words"] = _("That is {n} characters. Shorten it to {most} or fewer.", n=len(words), most=LONGEST_WORDS)
        words = words[:LONGEST_WORDS]
    standing = kept["standing"]
    if standing and standing not in standings.STANDINGS:
        found.wrong["standing"] = _("“{word}” is no way to say how it stands.", word=standing[:40])
        standing = ""
    found.answer = _paired(Answer(numbers["value"], people["part"], people["whole"], numbers["start"], words, standing), found.wrong)
    return found


def _paired(answer: Answer, wrong: dict[str, _]) -> Answer:
    """How many of how many belong together: at most all of them, and never one without the other."""
    part, whole = answer.part, answer.whole
    if part is not None and whole is not None and part > whole:
        wrong["part"] = _("{part} is more than {whole}. A part cannot be more than the whole.", part=part, whole=whole)
        return replace(answer, part=None)
    if whole == 0:
        wrong["whole"] = _("If nobody was asked, choose “No data” and say why.")
        return replace(answer, part=None, whole=None)
    return answer


def _number(text: str, name: str, wrong: dict[str, _]) -> Decimal | None:
    if not text:
        return None
    plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    try:
        number = Decimal(plain) if plain.isascii() else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        wrong[name] = _("“{text}” is not a number. Write it in figures, like 12 or 3.5.", text=text[:40])
        return None
    if number < 0:
        wrong[name] = _("A figure cannot be below nought.")
        return None
    if number > MOST or number != round(number, 4):
        wrong[name] = _("That number is too long. Write at most ten figures before the point and four behind it.")
        return None
    return number


def _people(text: str, name: str, wrong: dict[str, _]) -> int | None:
    number = _number(text, name, wrong)
    if number is None:
        return None
    if number != int(number):
        wrong[name] = _("Write a whole number: people cannot be halved.")
        return None
    if number > MOST_PEOPLE:
        wrong[name] = _("That number is too long.")
        return None
    return int(number)


def why_incomplete(form: str, answer: Answer, *, suggested: str, stories: int) -> dict[str, _]:
    """What is missing before the return can be sent, by field: a figure or "no data" with why, and how it stands (RV-01)."""
    if answer.standing == standings.NO_DATA:
        return {} if answer.words else {"words": _("Say why there is no data.")}
    missing: dict[str, _] = {}
    first = fields_of(form)[0]
    if form in standings.IN_WORDS:
        if not answer.words and not stories:
            missing["words"] = _("Write what happened, or choose “No data” and say why.")
    elif not answer.has_figure:
        missing["whole" if answer.part is not None else first] = _("Give the figure, or choose “No data” and say why.")
    if not missing and not answer.standing and not suggested:
        missing["standing"] = _("Say how it stands: a number alone does not tell here.")
    if not missing and answer.standing and suggested and answer.standing != suggested and not answer.words:
        missing["words"] = _("You say it stands otherwise than the figure suggests. Say why.")
    return missing


@dataclass(frozen=True)
class Resource:
    """Something put in beside the money."""

    kind: str
    amount: Decimal
    unit: str
    words: str = ""


def read_resource(kind: str, amount: str, unit: str, words: str) -> tuple[Resource | None, _ | None]:
    """One line of added resources, or what is wrong with it."""
    wrong: dict[str, _] = {}
    number = _number(amount.strip(), "amount", wrong)
    if wrong:
        return None, wrong["amount"]
    if kind not in KINDS:
        return None, _("Choose what kind of resource it is.")
    if number is None or not unit.strip():
        return None, _("Say how much, and counted in what.")
    if number != round(number, 2):
        return None, _("Write at most two figures behind the point.")
    for said, most in ((unit.strip(), UNIT), (words.strip(), RESOURCE_WORDS)):
        if len(said) > most:
            return None, _("That is {n} characters. Shorten it to {most} or fewer.", n=len(said), most=most)
    return Resource(kind, number, unit.strip(), words.strip()), None


def read_hours(text: str) -> tuple[Decimal | None, _ | None]:
    """The hours a return took, or what is wrong with what was typed."""
    wrong: dict[str, _] = {}
    hours = _number(text.strip(), "hours", wrong)
    if wrong:
        return None, wrong["hours"]
    if hours is not None and (hours > MOST_HOURS or hours != round(hours, 1)):
        return None, _("Write hours with at most one figure behind the point, like 2.5.")
    return hours, None


def why_not_fill(*, ours: bool, quarter: int, quarters: int, due: int) -> _ | None:
    """Whether somebody may write into the return of a quarter."""
    if not ours:
        return _("Only people of the provider fill in its return.")
    if not 1 <= quarter <= quarters:
        return _("The contract has {n} quarters. Quarter {quarter} is outside it.", n=quarters, quarter=quarter)
    return None if due else _("Nothing is due in quarter {quarter}.", quarter=quarter)


def why_not_write(state: str | None) -> _ | None:
    """Whether a return that is there can still be written in."""
    if state in ("submitted", "reviewed"):
        return _("This return has been sent. It can only be changed as a new version, with a reason; the old one stays.")
    return None


def why_not_send(*, missing: Sequence[str], hours: Decimal | None, begun: bool) -> _ | None:
    """Whether a return can be sent: every measure that is due has its reading, and the hours are said (RV-13)."""
    if not begun:
        return _("The quarter has not begun. There is nothing to send yet.")
    if missing:
        return _("Not sent yet. These are not finished: {codes}. Everything you wrote is kept.", codes=", ".join(missing))
    if hours is None:
        return _("Not sent yet. Say how many hours this return took. Everything you wrote is kept.")
    return None


def why_not_publish(*, consent: str, words: str) -> _ | None:
    """Whether a story can be published: only with the consent of whoever it is about (RV-03)."""
    if consent == "withdrawn":
        return _("The person took their agreement back. The story cannot be published again.")
    if consent != "given":
        return _("This story cannot be published: the person it is about has not agreed.")
    return None if words else _("There are no words to publish.")


def why_not_confirm(*, standing: str, was: str, because: str) -> _ | None:
    """Whether an officer's view of a standing can be kept: another one needs a reason (RV-01)."""
    if standing not in standings.STANDINGS:
        return _("Choose how it stands.")
    if standing != was and not because:
        return _("Say why it stands otherwise than the provider said. Everybody can read the reason.")
    return None
