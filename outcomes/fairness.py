"""Whether suppliers were treated alike: plain facts in, flags with names and hours out. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commissioning.sentences import Sentence as _

GRACE = timedelta(hours=1)  # an e-mail or a letter that goes this soon after a release went with it
STILL, OVER = "still", "over"  # whether what a flag tells is so at this moment

KINDS: dict[str, _] = {
    "early": _("One supplier had something first"),
    "room": _("Shown in a room"),
    "waiting": _("A release that reached somebody later"),
    "rule": _("The rule on bidding changed"),
    "single": _("Only one source, and it may bid"),
    "late": _("A contact logged late"),
    "promise": _("A contact that was not logged"),
    "unnamed": _("People who may bid and name no organisation"),
}


@dataclass(frozen=True)
class Supplier:
    """One registered supplier."""

    pk: int
    name: str
    since: datetime


@dataclass(frozen=True)
class Given:
    """A file some suppliers were given outside a release: who had it from when, and when all got it."""

    key: str
    name: str
    had: Mapping[int, datetime]
    released_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """What was shown in one room: who was there from when, what it was, and when it was released; None while any of it is not."""

    key: str
    room: str
    at: datetime
    had: Mapping[int, datetime]
    released_at: datetime | None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reached:
    """One release on its way to one supplier who is reached by e-mail, post or phone."""

    key: str
    name: str
    supplier: int
    at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class RuleChange:
    """A change of the rule on bidding: which suppliers had joined before, and which of them were told when."""

    key: str
    at: datetime
    before: Collection[int]
    told: Mapping[int, datetime]


@dataclass(frozen=True)
class Origin:
    """A clause and everybody its words go back to; `bidder` says that the only one may bid."""

    key: str
    clause: str
    parties: tuple[str, ...]
    bidder: bool
    suppliers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Contact:
    """A visit, call or letter that was logged."""

    key: str
    supplier: int
    name: str
    what: str
    day: str
    happened_at: datetime
    logged_at: datetime


@dataclass(frozen=True)
class Promised:
    """An action about a supplier that is marked as done, with the time from which a contact would belong to it."""

    key: str
    text: str
    supplier: int
    name: str
    made_at: datetime
    done_at: datetime


@dataclass(frozen=True)
class Facts:
    """Everything the flags are judged by."""

    suppliers: tuple[Supplier, ...]
    now: datetime
    contact_days: int
    given: tuple[Given, ...] = ()
    shown: tuple[Shown, ...] = ()
    reached: tuple[Reached, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    origins: tuple[Origin, ...] = ()
    contacts: tuple[Contact, ...] = ()
    promised: tuple[Promised, ...] = ()
    unnamed: int = 0


@dataclass(frozen=True)
class Flag:
    """One thing to look at. It stays in the record when it is over and when it is answered."""

    key: str
    kind: str
    said: _
    suppliers: tuple[int, ...]
    at: datetime
    state: str
    hours: int | None = None
    until: datetime | None = None
    details: tuple[str, ...] = field(default=())


def flags(facts: Facts) -> list[Flag]:
    """Every flag, those that are still so first, then by time."""
    judged = (_early, _rooms, _waiting, _rules, _single, _late, _unlogged, _unnamed)
    found = [flag for judge in judged for flag in judge(facts)]
    return sorted(found, key=lambda flag: (flag.state != STILL, flag.at, flag.key))


def hours_between(first: datetime, then: datetime) -> int:
    """Whole hours from one moment to another."""
    return max(int((then - first).total_seconds() // 3600), 0)


def hours_in_words(n: int) -> _:
    """Hours as people say them."""
    if n == 0:
        return _("less than an hour")
    if n == 1:
        return _("1 hour")
    return _("{n} hours ({days} days)", n=n, days=n // 24) if n >= 72 else _("{n} hours", n=n)


def _names(facts: Facts, wanted: Iterable[int]) -> str:
    kept = set(wanted)
    return ", ".join(one.name for one in facts.suppliers if one.pk in kept)


def _early(facts: Facts) -> Iterable[Flag]:
    """A file one supplier had before the others: which, who, and for how many hours."""
    for one in facts.given:
        for pk, at in sorted(one.had.items()):
            if one.released_at is not None and one.released_at <= at:
                continue
            hours = hours_between(at, one.released_at or facts.now)
            values = {"who": _names(facts, [pk]), "file": one.name, "hours": hours_in_words(hours)}
            said = (
                _("{who} had “{file}” {hours} before it was released to everybody.", **values)
                if one.released_at
                else _("{who} has had “{file}” for {hours}. It is not released to everybody yet.", **values)
            )
            state = OVER if one.released_at else STILL
            yield Flag(f"early:{one.key}:{pk}", "early", said, (pk,), at, state, hours, one.released_at or facts.now)


def _rooms(facts: Facts) -> Iterable[Flag]:
    """What was shown in a room where some suppliers were, until it is released to all."""
    for one in facts.shown:
        if not one.had:
            continue
        absent = [s.pk for s in facts.suppliers if s.pk not in one.had]
        hours = hours_between(one.at, one.released_at or facts.now)
        there, others = _names(facts, one.had), _names(facts, absent)
        values = {"room": one.room, "hours": hours_in_words(hours), "there": there, "others": others}
        if one.released_at is None and absent:
            said = _("What was shown in “{room}” is not released yet, {hours} so far. There: {there}. Not there: {others}.", **values)
        elif one.released_at is None:
            said = _("What was shown in “{room}” is not released yet, {hours} so far. There: {there}.", **values)
        elif absent:
            said = _("{there} saw what was shown in “{room}” {hours} before it was released to everybody. Not there: {others}.", **values)
        else:
            said = _("What was shown in “{room}” was released after {hours}. Every registered supplier had been there.", **values)
        state = OVER if one.released_at else STILL
        pks = tuple(sorted(one.had))
        yield Flag(f"room:{one.key}", "room", said, pks, one.at, state, hours, one.released_at or facts.now, one.items)


def _waiting(facts: Facts) -> Iterable[Flag]:
    """A release that took its time to one supplier."""
    for one in facts.reached:
        if (one.done_at or facts.now) - one.at < GRACE:
            continue
        hours = hours_between(one.at, one.done_at or facts.now)
        values = {"who": _names(facts, [one.supplier]), "release": one.name, "hours": hours_in_words(hours)}
        said = (
            _("{who} got “{release}” {hours} after it was out.", **values)
            if one.done_at
            else _("“{release}” has been out for {hours} and has not reached {who} in the way they chose.", **values)
        )
        state = OVER if one.done_at else STILL
        yield Flag(f"waiting:{one.key}", "waiting", said, (one.supplier,), one.at, state, hours, one.done_at or facts.now)


def _rules(facts: Facts) -> Iterable[Flag]:
    """A rule on bidding that changed after somebody had joined under the old one (FS-04)."""
    for one in facts.rules:
        if not one.before:
            continue
        missing = [pk for pk in one.before if pk not in one.told]
        who = _names(facts, one.before)
        if missing:
            said = _(
                "The rule on bidding changed after {who} had joined. No letter about it went to: {missing}.",
                who=who,
                missing=_names(facts, missing),
            )
            yield Flag(f"rule:{one.key}", "rule", said, tuple(sorted(one.before)), one.at, STILL)
            continue
        hours = hours_between(one.at, max(one.told[pk] for pk in one.before))
        said = _("The rule on bidding changed after {who} had joined. All of them were told within {hours}.", who=who, hours=_hour(hours))
        yield Flag(f"rule:{one.key}", "rule", said, tuple(sorted(one.before)), one.at, OVER, hours)


def _hour(hours: int) -> _:
    return hours_in_words(max(hours, 1))


def _single(facts: Facts) -> Iterable[Flag]:
    """A clause that goes back to one possible bidder alone (FS-07)."""
    for one in facts.origins:
        if is_single_source(one):
            said = _(
                "Single source: clause {clause} goes back only to {who}, who may bid. Test it with others before you ask for it.",
                clause=one.clause,
                who=one.parties[0],
            )
            yield Flag(f"single:{one.key}", "single", said, one.suppliers, facts.now, STILL)


def is_single_source(origin: Origin) -> bool:
    """Whether everything behind a clause was said by one party, and that one declared that it provides or may bid."""
    return len(origin.parties) == 1 and origin.bidder


def _late(facts: Facts) -> Iterable[Flag]:
    for one in facts.contacts:
        days = (one.logged_at - one.happened_at).days
        if days > facts.contact_days:
            said = _(
                "{what} with {who} on {day} was logged {n} days later. It should be logged within {most} days.",
                what=one.what,
                who=one.name,
                day=one.day,
                n=days,
                most=facts.contact_days,
            )
            hours = hours_between(one.happened_at, one.logged_at)
            yield Flag(f"late:{one.key}", "late", said, (one.supplier,), one.happened_at, OVER, hours, one.logged_at)


_MEETS = re.compile(r"\b(visit|call|phone|ring|meet|talk|speak|write to|letter|e-?mail|show .+ round)", re.IGNORECASE)


def speaks_of_contact(text: str) -> bool:
    """Whether the words of an action tell of a visit, a call or a letter."""
    return _MEETS.search(text) is not None


def _unlogged(facts: Facts) -> Iterable[Flag]:
    """A promise to visit, call or write that is marked as done while nothing of it is logged (FS-08)."""
    allowed = timedelta(days=facts.contact_days)
    for one in facts.promised:
        if not speaks_of_contact(one.text):
            continue
        logged = [
            c for c in facts.contacts if c.supplier == one.supplier and one.made_at - allowed <= c.happened_at <= one.done_at + allowed
        ]
        if not logged:
            said = _(
                "“{text}” is marked as done, but no visit, call or letter with {who} is logged for that time.", text=one.text, who=one.name
            )
            yield Flag(f"promise:{one.key}", "promise", said, (one.supplier,), one.done_at, STILL)


def _unnamed(facts: Facts) -> Iterable[Flag]:
    if facts.unnamed:
        said = _(
            "{n} people say that they may bid and name no organisation. Ask for which one they come: releases go to organisations.",
            n=facts.unnamed,
        )
        if facts.unnamed == 1:
            said = _(
                "1 person says that they may bid and names no organisation. Ask for which one they come: releases go to organisations."
            )
        yield Flag("unnamed", "unnamed", said, (), facts.now, STILL)


def all_had_the_same(found: Iterable[Flag]) -> bool:
    """Whether at this moment nobody has anything that others lack."""
    return not any(flag.state == STILL and flag.kind in ("early", "room", "waiting") for flag in found)
