"""The notice of preliminary market engagement, drafted from the record: what each item says, and what is missing. Pure.

Nothing is made up: an item without facts says which facts it waits for. What a notice must contain is dated data in `law/`.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from commissioning.sentences import Sentence as _
from outcomes.public_facts import AuthorityFacts, CycleFacts, EventFacts
from workshops.window import plain_moment


@dataclass(frozen=True)
class Item:
    """One thing a notice must contain."""

    code: str
    words: str


@dataclass(frozen=True)
class NoticeLaw:
    """What a notice must contain from a day on, and where that is said."""

    since: date
    code: str
    title: str
    source: str
    address: str
    items: tuple[Item, ...]


def laws(text: str) -> list[NoticeLaw]:
    """The dated rules, oldest first."""
    rows = tomllib.loads(text)["notice"]
    made = [NoticeLaw(**row | {"items": tuple(Item(**item) for item in row["items"])}) for row in rows]
    return sorted(made, key=lambda law: law.since)


LAWS = laws((Path(__file__).parent / "law" / "uk2.toml").read_text())


def law_on(day: date) -> NoticeLaw:
    """The rule that holds on a day; the first one for days before it."""
    return next((law for law in reversed(LAWS) if law.since <= day), LAWS[0])


@dataclass(frozen=True)
class ItemLook:
    """One item of the notice: what the record says for it, line by line, and what it still waits for."""

    item: Item
    said: tuple[str, ...]
    missing: tuple[_, ...]


def draft(facts: CycleFacts, law: NoticeLaw) -> list[ItemLook]:
    """The notice as far as the record goes."""
    return [ItemLook(item, *_ITEMS[item.code](facts)) for item in law.items]


def missing(facts: CycleFacts, law: NoticeLaw) -> list[_]:
    """Everything the notice still waits for."""
    return [sentence for look in draft(facts, law) for sentence in look.missing]


Said = tuple[tuple[str, ...], tuple[_, ...]]


def _authority(facts: CycleFacts) -> Said:
    of: AuthorityFacts = facts.authority
    said = [of.name, ", ".join(part for part in (of.street, of.town, of.postcode) if part), of.contact, of.email, of.phone, of.website]
    if of.identifier:
        said.append(f"{of.scheme} {of.identifier}")
    gaps = [
        (of.street and of.town and of.postcode, _("The authority’s address: street, town and postcode.")),
        (of.contact, _("The team or role to contact.")),
        (of.email, _("An e-mail address for questions.")),
        (of.identifier, _("The authority’s number in a register.")),
    ]
    return tuple(line for line in said if line), tuple(gap for known, gap in gaps if not known)


def _title(facts: CycleFacts) -> Said:
    return (facts.title,), ()


def _identifier(facts: CycleFacts) -> Said:
    known = facts.notice.unique_identifier
    return (
        ((known,), ())
        if known
        else ((), (_("The unique identifier. The central digital platform gives it when the notice is started there."),))
    )


def _subject(facts: CycleFacts) -> Said:
    notice = facts.notice
    areas = ", ".join(facts.areas)
    said = [notice.subject or f"{facts.service} ({areas}). {facts.purpose}"]
    if notice.cpv:
        said.append(f"CPV {notice.cpv}")
    gaps = [
        (notice.cpv, _("The CPV code of what the contract is for.")),
        (notice.category, _("Whether it is services, goods or works.")),
    ]
    return tuple(said), tuple(gap for known, gap in gaps if not known)


def plain_day(day: date) -> str:
    """A day as people say it: 3 June 2026."""
    return f"{day.day} {day:%B %Y}"


def _closes(facts: CycleFacts) -> Said:
    day = facts.notice.closes_on
    return ((plain_day(day),), ()) if day else ((), (_("The day on which engagement closes or closed."),))


def _process(facts: CycleFacts) -> Said:
    notice, coming = facts.notice, [event for event in facts.events if not event.called_off_because]
    said = [notice.process, str(_("Promised level of engagement: {level}.", level=facts.level)), *map(event_line, facts.events)]
    if notice.interest_by:
        said.append(str(_("Say that you are interested by {day}.", day=plain_day(notice.interest_by))))
    if notice.information_by:
        said.append(str(_("Send or ask for information by {day}.", day=plain_day(notice.information_by))))
    gaps = [] if coming else [_("An event: no workshop is planned yet.")]
    gaps += [_("A date and time for “{event}”.", event=e.title) for e in coming if not (e.starts_at or e.opens_at)]
    gaps += [_("A place for “{event}”. If it is only on line, say so.", event=e.title) for e in coming if not e.venue]
    gaps += [] if notice.interest_by else [_("Until when people can say that they are interested.")]
    gaps += [] if notice.information_by else [_("Until when people can send or ask for information.")]
    return tuple(line for line in said if line), tuple(gaps)


def event_line(event: EventFacts) -> str:
    """One event in a line: its title, when and where."""
    parts = [event.title]
    if event.called_off_because:
        return str(_("{event}: called off, because: {why}", event=event.title, why=event.called_off_because))
    if event.starts_at:
        parts.append(plain_moment(event.starts_at))
    if event.opens_at and event.closes_at:
        times = {"opens": plain_moment(event.opens_at), "closes": plain_moment(event.closes_at)}
        parts.append(str(_("on line from {opens} until {closes}", **times)))
    if event.venue:
        parts.append(event.venue)
    return ". ".join(parts) + "."


_ITEMS = {
    "authority": _authority,
    "title": _title,
    "identifier": _identifier,
    "subject": _subject,
    "closes": _closes,
    "process": _process,
}
