"""When a duty record can be kept, and when procurement may start. Values in, a sentence or None out."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from commissioning.legal_basis import Basis, Duty, Standing
from commissioning.sentences import Sentence as _

COPIED = 88.0  # of 100: texts this alike, in their order or in any other, were copied
FEW = 5  # words; shorter texts than this are alike by chance
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Said:
    """What somebody wants to record under a duty, as the rules see it."""

    answers: Mapping[str, str]
    decision: bool | None
    links: int
    decider: str
    decided_on: date | None
    covers: tuple[str, ...] = ()


def plain_words(text: str) -> list[str]:
    """The words of a text without capitals and marks: what counts, and what is compared."""
    return _WORD.findall(text.lower().replace("’", "").replace("'", ""))


def why_not_record(basis: Basis, duty: Duty, said: Said, *, today: date, short: bool = False) -> _ | None:
    """Whether a record says enough to be kept: every part in words, a link where one is asked, a decider and a day (LG-01, LG-08)."""
    if duty.choice is not None and said.decision is None:
        return _("{title}: choose yes or no.", title=duty.title)
    if why := _why_too_few_words(duty, said.answers, short):
        return why
    if duty.code == basis.waiver:
        if why := _why_not_waive(basis, said.covers):
            return why
    elif said.covers:
        return _("Only the record about urgent need can leave duties out.")
    if duty.evidence and not said.links:
        return _("Link at least one thing this rests on: a need, an outcome, something people said, or a document.")
    return _why_not_signed(said, today)


def _why_too_few_words(duty: Duty, answers: Mapping[str, str], short: bool) -> _ | None:
    for part in duty.asked(short):
        count = len(plain_words(answers.get(part.code, "")))
        if not count:
            return _("“{part}” is empty. A duty record needs words, not only a tick.", part=part.title)
        if count < part.least_words:
            return _("“{part}” has {n} words. Say it in {least} words or more.", part=part.title, n=count, least=part.least_words)
    return None


def _why_not_waive(basis: Basis, covers: Collection[str]) -> _ | None:
    if not covers:
        return _("Name the duties that are left out. None is left out without its name.")
    if not set(covers) <= set(basis.may_waive):
        return _("One of these cannot be left out.")
    return None


def _why_not_signed(said: Said, today: date) -> _ | None:
    if not said.decider.strip():
        return _("Say who decided this: their role, such as “Head of communities”.")
    if said.decided_on is None:
        return _("Say on which day this was decided.")
    if said.decided_on > today:
        return _("The day of the decision is still to come. Record it once it has been decided.")
    return None


def why_copied(answers: Mapping[str, str], others: Mapping[str, Collection[str]]) -> _ | None:
    """Whether one of these texts was copied from another record; the sentence names that record (LG-02)."""
    parts = [words for text in answers.values() if len(words := plain_words(text)) >= FEW]
    if any(_alike(a, b) for n, a in enumerate(parts) for b in parts[n + 1 :]):
        return _("Two parts of this record say the same. Each part answers its own question.")
    mine = [words for text in (*answers.values(), " ".join(answers.values())) if len(words := plain_words(text)) >= FEW]
    for title, texts in others.items():
        theirs = [words for text in (*texts, " ".join(texts)) if len(words := plain_words(text)) >= FEW]
        if any(_alike(a, b) for a in mine for b in theirs):
            return _(
                "This says the same as the record “{title}”. Each record answers its own question: write this one for itself.", title=title
            )
    return None


def _alike(a: Sequence[str], b: Sequence[str]) -> bool:
    one, other = " ".join(a), " ".join(b)
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) >= COPIED


def missing_before_start(
    basis: Basis, recorded: Mapping[str, date], waived: Collection[str], *, standing: Standing, starts_on: date
) -> list[Duty]:
    """The duties that must be on record before this day and are neither recorded nor left out by name (INV-08)."""
    if standing.voluntary:
        return []
    written = {code for code, day in recorded.items() if day <= starts_on}
    return [duty for duty in basis.musts if duty.code not in written and duty.code not in waived]


def why_not_start(*, missing: Sequence[Duty], standing: Standing, starts_on: date, today: date, started: bool) -> _ | None:
    """Whether the day procurement starts can be set (LG-05)."""
    if started:
        return _("Procurement has its day already. Move it, or end it, with a reason.")
    if starts_on < today:
        return _("That day is past. Procurement can start today at the earliest.")
    if standing.applies is None:
        return _("Say first what is bought and about what it is worth: that decides whether the duties apply.")
    if missing:
        names = "; ".join(duty.title for duty in missing)
        return _("Procurement cannot start yet. Not on record before it: {names}.", names=names)
    return None


def why_not_go_on(rooms: Sequence[str], despite: str) -> _ | None:
    """Whether open talk can end while people are in a room: only with a reason, and knowing which rooms are cut short."""
    if rooms and not despite.strip():
        names = "; ".join(rooms)
        return _("People are still talking in: {names}. Close these workshops first, or say why you do not wait.", names=names)
    return None


def why_not_ask(*, started: bool, until: date | None, today: date) -> _ | None:
    """Whether a question about the procurement is taken now."""
    if not started:
        return _("Procurement has not started here, so there is no need for this page yet. Say it openly in a workshop.")
    if until is not None and today > until:
        return _("The time for questions is over. The answers stay on this page.")
    return None


def why_names_asker(text: str, organisation: str) -> _ | None:
    """Whether a question would tell everybody who asks."""
    theirs, said = plain_words(organisation), plain_words(text)
    if theirs and any(said[n : n + len(theirs)] == theirs for n in range(len(said))):
        return _("Your question names {who}. Everybody reads it without knowing who asks: take the name out.", who=organisation)
    return None


def why_not_pause(*, paused: bool, happened_on: date, until: date, today: date) -> _ | None:
    """Whether a challenge can be logged and pause the cycle."""
    if paused:
        return _("This cycle is paused already. Change the new date there, with a reason.")
    if happened_on > today:
        return _("That day is still to come. Log the challenge once it has been made.")
    return _why_not_until(until, today)


def _why_not_until(until: date, today: date) -> _ | None:
    return _("The new date must be after today, so that people know when to come back.") if until <= today else None


def why_not_wait_longer(*, paused: bool, until: date, today: date, reason: str) -> _ | None:
    """Whether the new date of a pause can be changed."""
    if not paused:
        return _("This cycle is not paused.")
    if not reason.strip():
        return _("Say why the date changes. Everybody reads the reason.")
    return _why_not_until(until, today)
