"""Looking up what people told the authority already, before asking them again (AN-17)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from rapidfuzz import fuzz

from commissioning import minutes, policy, quoting, roles
from commissioning.contributing import clean_words
from commissioning.models import Asset, Bringing, Contribution, Cycle, Group, LookedUp, Need, Participant, Response, Theme
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

Listed = TypeVar("Listed", Need, Asset)
MOST_WORDS = 8
CANDIDATES = 300  # of each kind, the newest: looking up must not be slow
SHOWN = 12  # of each kind
_SMALL = """
about after again also and any are because been before better but can could did does down each for from get had has
have help here how into its just like make many more most much need needs not now off one only other our out over
people really service services should some such than that the their them then there these they this those through too
under until very want was way were what when where which while who why will with would you your change new
"""
_LITTLE = frozenset(_SMALL.split())  # words that say nothing of what a text is about


@dataclass(frozen=True)
class Earlier:
    """One thing somebody told the authority before: in their words, never with a name."""

    kind: object
    text: str
    where: str
    at: datetime
    slug: str
    score: float
    same_area: bool
    language: str = "en"


@dataclass(frozen=True)
class Asking:
    """What is looked for: words, in an authority, in some areas."""

    cycle: Cycle
    words: tuple[str, ...]
    areas: frozenset[int]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that say what it is about."""
    found = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return tuple(dict.fromkeys(word for word in found if word not in _LITTLE))[:MOST_WORDS]


def earlier(cycle: Cycle, about: str) -> list[Earlier]:
    """What people of this authority's cycles said about these words, nearest first, from the same area before others.

    A bounded number of candidates of each kind is looked at, found by their words in any database.
    """
    asking = Asking(cycle, words_of(about), frozenset(cycle.areas.values_list("pk", flat=True)))
    if not asking.words:
        return []
    found: list[Earlier] = []
    for source in SOURCES:
        near = sorted(source(asking), key=lambda one: (-one.same_area, -one.score, -one.at.timestamp()))
        told = {(one.slug, one.text.casefold()) for one in found}  # a need in the very words of what somebody said is one thing
        found += [one for one in near if (one.slug, one.text.casefold()) not in told][:SHOWN]
    return sorted(found, key=lambda one: (-one.same_area, -one.score, -one.at.timestamp()))


def _about(asking: Asking, column: str) -> Q:
    said = Q()
    for word in asking.words:
        stem = word[: max(4, len(word) - 2)]  # "parking" and "parked", "crossings" and "crossing": near enough to look at
        said |= Q(**{f"{column}__icontains": stem})
    return said


def _score(asking: Asking, text: str) -> float:
    words = set(re.findall(r"[^\W\d_]{3,}", text.casefold()))
    hits = sum(1 for word in asking.words if any(w.startswith(word[: max(4, len(word) - 2)]) for w in words))
    return 100 * hits / len(asking.words) + 0.3 * fuzz.token_set_ratio(" ".join(asking.words), text.casefold()[:400])


def _said(asking: Asking) -> Iterable[Earlier]:
    """Contributions of other cycles, and of earlier rooms of this one; quoted only where their author agreed to it."""
    rows = Contribution.objects.open_to_all().filter(_about(asking, "text"), cycle__authority=asking.cycle.authority_id, redacted_at=None)
    rows = (
        rows.exclude(kind__in=("comment", "amendment", "reservation"))
        .select_related("cycle", "participant")
        .prefetch_related("cycle__areas")
    )
    listed = list(rows.order_by("-pk")[:CANDIDATES])
    agreed = quoting.who_agreed({c.participant_id for c in listed})
    for one in listed:
        if one.participant_id in agreed or one.participant.source_ref:
            yield replace(_earlier(asking, Contribution.Kind(one.kind).label, one.text, one.cycle, one.at), language=one.language)


def _answered(asking: Asking) -> Iterable[Earlier]:
    """Answers to earlier consultations."""
    files = Bringing.objects.filter(consultation__cycle__authority=asking.cycle.authority_id, state=Bringing.State.DONE).values("pk")
    rows = Response.objects.filter(_about(asking, "text"), bringing__in=files, aside=False)
    rows = rows.select_related("consultation__cycle").prefetch_related("consultation__cycle__areas")
    for one in rows.order_by("-pk")[:CANDIDATES]:
        asked = one.consultation
        yield _earlier(asking, _("Answer in a consultation"), one.text[:600], asked.cycle, asked.opened_at, asked.title)


def _themes(asking: Asking) -> Iterable[Earlier]:
    """Themes people made of many answers."""
    rows = Theme.objects.filter(_about(asking, "name") | _about(asking, "line"), merged_into=None, suggested=False)
    rows = rows.filter(consultation__cycle__authority=asking.cycle.authority_id)
    for one in rows.select_related("consultation__cycle").prefetch_related("consultation__cycle__areas").order_by("-pk")[:CANDIDATES]:
        text = f"{one.name}. {one.line}".strip(" .")
        yield _earlier(asking, _("Theme of many answers"), text, one.consultation.cycle, one.made_at, one.consultation.title)


def _earlier(asking: Asking, kind: object, text: str, cycle: Cycle, at: datetime, title: str = "") -> Earlier:
    same = bool(asking.areas & {area.pk for area in cycle.areas.all()})
    where = f"{cycle.title}: {title}" if title else cycle.title
    return Earlier(kind, text, where, at, cycle.slug, _score(asking, text), same)


def _needs(asking: Asking) -> Iterable[Earlier]:
    """Needs on the lists of other cycles."""
    about = _about(asking, "statement") | _about(asking, "who") | _about(asking, "where") | _about(asking, "themes__name")
    rows = Need.objects.filter(about).exclude(state=Need.State.MERGED).distinct()
    for one in _of_other_cycles(asking, rows):
        yield _earlier(asking, Contribution.Kind.NEED.label, one.statement, one.cycle, one.at)


def _assets(asking: Asking) -> Iterable[Earlier]:
    """What was already there, by the lists of other cycles."""
    about = _about(asking, "what") | _about(asking, "owner") | _about(asking, "how")
    for one in _of_other_cycles(asking, Asset.objects.filter(about)):
        yield _earlier(asking, Contribution.Kind.ASSET.label, one.what, one.cycle, one.at)


def _of_other_cycles(asking: Asking, rows: QuerySet[Listed]) -> Iterable[Listed]:
    """Those of this authority's other cycles, the newest; quoted only where everybody whose words they are agreed to it."""
    rows = rows.filter(cycle__authority=asking.cycle.authority_id).exclude(cycle=asking.cycle)
    rows = rows.select_related("cycle", "by", "contributor")
    listed = list(rows.prefetch_related("cycle__areas", "origins__contribution__participant").order_by("-pk")[:CANDIDATES])
    agreed = quoting.who_agreed({person.pk for one in listed for person in _authors(one)})
    for one in listed:
        shown = all(o.contribution.is_shown and not o.contribution.within for o in one.origins.all())
        if shown and all(person.pk in agreed or person.source_ref for person in _authors(one)):
            yield one


def _authors(one: Need | Asset) -> set[Participant]:
    """Whose words something on a list may be: who raised it, unless that was an officer, and whoever's words it was made of."""
    people = {origin.contribution.participant for origin in one.origins.all()}
    if one.by.group != Group.COMMISSIONER:
        people.add(one.by)
    return people | ({one.contributor} if one.contributor is not None else set())


# Whoever keeps another kind of thing people told the authority adds a look of it here.
SOURCES: list[Callable[[Asking], Iterable[Earlier]]] = [_themes, _needs, _assets, _said, _answered]


def decide(cycle: Cycle, *, words: str, for_what: str, answer: str, why: str, by: Participant, now: datetime, place: str = "") -> LookedUp:
    """Say whether what people told before is used or they are asked again, and why; everybody in the cycle can read it."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if answer not in LookedUp.Answer.values:
        raise Refused(_("Choose: use what people told us already, or ask again."))
    if not why.strip():
        raise Refused(_("Say why. People who told us before will read it."))
    reason, about = clean_words(why, 500), clean_words(words, 300)
    with transaction.atomic():
        again = LookedUp.objects.filter(cycle=cycle, words=about, for_what=for_what[:200], answer=answer, why=reason, by=by).first()
        if again is not None:
            return again
        made = LookedUp.objects.create(
            cycle=cycle, words=about, for_what=for_what[:200], found=len(earlier(cycle, about)), answer=answer, why=reason, by=by, at=now
        )
        what = _("Before asking about {words}: {answer}", words=about, answer=LookedUp.Answer(answer).label)
        minutes.record(cycle, "looked up", what, by=by, now=now, why=reason, place=place)
    return made
