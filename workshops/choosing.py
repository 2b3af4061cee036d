"""Choosing a short list in a room: taking what each voice marks, sealed until the facilitator goes on, and what it came to."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes, small_groups
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import channels, phases, policy, rating, shortlist, tally, voting
from workshops.announcing import announce
from workshops.attending import here, present_people
from workshops.leaning import interested_in
from workshops.methods.results import Item, Result
from workshops.models import Activity, Choice, Proposal, Workshop
from workshops.sensitivity import BIDDERS, DECLARED, PROVIDER, WITHOUT
from workshops.shortlist import Terms


def terms_of(activity: Activity) -> Terms:
    """How the short list of an activity is chosen. Costs are planned by the numbers that cards show, and come back by card."""
    terms = Terms.of(activity.settings)
    if terms.way != "budget":
        return terms
    kept = activity.settings.get("costs")
    said = {shortlist.whole(number): shortlist.whole(cost) for number, cost in (kept.items() if isinstance(kept, dict) else ())}
    planned = {number: cost for number, cost in said.items() if number and cost}
    cards = dict(Proposal.objects.filter(workshop=activity.workshop_id, pk__in=planned).values_list("pk", "contribution"))
    return replace(terms, costs={card: planned[number] for number, card in cards.items()})


def cards_in(activity: Activity, terms: Terms) -> dict[int, str]:
    """The cards that can be chosen: those on the board, and where money is shared those whose cost was stated."""
    cards = rating.cards_of(activity.workshop)
    return {card: text for card, text in cards.items() if card in terms.costs} if terms.way == "budget" else cards


def choose(activity: Activity, marks: Mapping[int, int], *, by: Participant, now: datetime, channel: str = channels.ONLINE) -> Choice:
    """Keep what somebody marks; sent again it replaces what they sent before, until the facilitator goes on.

    What somebody sends themselves stands over what a scribe writes down for them (`channels.py`). Raises `Refused` when the part
    is over or its result was shown, somebody has no voice, or the marks do not fit the way.
    """
    owner = voting.voice_of(by)
    with transaction.atomic():
        Workshop.objects.select_for_update(no_key=True).get(pk=activity.workshop_id)  # first, as going on does
        activity = Activity.objects.select_for_update(of=("self",), no_key=True).select_related("workshop").get(pk=activity.pk)
        _require_open(activity, by, now)
        kept = {card: n for card, n in marks.items() if n}
        terms = terms_of(activity)
        require(shortlist.why_not_marks(terms, kept, cards_in(activity, terms)))
        before = Choice.objects.filter(activity=activity, **owner).values_list("channel", flat=True).first()
        require(channels.why_not(channel, before or ""))
        said: dict[str, Any] = {"channel": channel, "group": by.group, "marks": {str(card): n for card, n in kept.items()}, "at": now}
        choice, __ = Choice.objects.update_or_create(defaults=said, activity=activity, **owner)
        announce(activity.workshop_id, f"scores-{activity.workshop_id}")
    return choice


def _require_open(activity: Activity, by: Participant, now: datetime) -> None:
    running, place = activity.state == Activity.State.NOW, here(activity.workshop, by, now)
    require(policy.why_not_give(place, phases.CHOOSE, running=running, shown=activity.shared_at is not None, only=activity.group))


def mine(activity: Activity, by: Participant) -> dict[int, int] | None:
    """What one's own voice marked so far; None when it has sent nothing. Raises `Refused` when one has no voice."""
    found = Choice.objects.filter(activity=activity, **voting.voice_of(by)).values_list("marks", flat=True).first()
    return None if found is None else _numbers(found)


def _numbers(marks: Mapping[str, int]) -> dict[int, int]:
    return {int(card): n for card, n in marks.items()}


def note_turnout(activity: Activity, now: datetime) -> None:
    """Note who could choose and who was here, by group, as choosing ends; the caller saves the activity."""
    here_now = set(present_people(activity.workshop, now))
    their_organisations = set(Participant.objects.filter(pk__in=here_now).exclude(organisation=None).values_list("organisation", flat=True))
    voices = [v for v in voting.voices_in(activity.workshop) if not activity.group or v["group"] == activity.group]
    there = [v for v in voices if v.get("participant_id") in here_now or v.get("organisation_id") in their_organisations]
    activity.turnout = {"entitled": Counter(v["group"] for v in voices), "present": Counter(v["group"] for v in there)}


def taken_part(activity: Activity) -> int:
    """How many have chosen so far: all that may be known while it is sealed."""
    return Choice.objects.filter(activity=activity).count()


# What it came to


@dataclass(frozen=True)
class Line:
    """One card of the result: what it got, and by group where groups are large enough to be shown."""

    card: int
    text: str
    score: float
    width: int
    chosen: bool
    level: bool
    kept_by_all: bool | None
    by_group: list[tuple[str, int]]


@dataclass(frozen=True)
class Turnout:
    """How one group took part: how many could, were here, and chose."""

    group: str
    entitled: int
    present: int
    chose: int


@dataclass(frozen=True)
class Report:
    """What a short list came to, as anybody may see it."""

    terms: Terms
    result: Result
    lines: list[Line]
    said: list[_]
    turnout: list[Turnout]
    came_by: _ | None
    beside: list[_] = field(default_factory=list)
    steps: list[_] = field(default_factory=list)
    why: str = ""  # why the facilitator settled level cards so
    leans: list[_] = field(default_factory=list)

    @property
    def nobody(self) -> bool:
        """Whether nobody took part."""
        return not any(row.chose for row in self.turnout)

    @property
    def chosen(self) -> list[Line]:
        """The cards that were chosen, in their order."""
        place = {card: at for at, card in enumerate(self.result.winners)}
        return sorted((line for line in self.lines if line.chosen), key=lambda line: place[line.card])


def report(activity: Activity) -> Report | None:
    """What an activity came to; None while it is sealed. Four queries."""
    if activity.shared_at is None:
        return None
    terms = terms_of(activity)
    interested = interested_in([activity.workshop.cycle_id])
    rows = Choice.objects.filter(activity=activity).annotate(bidder=interested[BIDDERS], provider=interested[PROVIDER])
    found = list(rows.values_list("group", "channel", "marks", "bidder", "provider"))
    sent, interests = [row[:3] for row in found], [{BIDDERS: row[3], PROVIDER: row[4]} for row in found]
    named = {int(card) for __, __, marks in sent for card in marks}
    cards = cards_in(activity, terms)
    cards |= dict(Contribution.objects.shown().filter(pk__in=named - set(cards)).values_list("pk", "text"))
    choices = [(group, {card: n for card, n in _numbers(marks).items() if card in cards}) for group, __, marks in sent]
    marks = [one for __, one in choices]
    result = shortlist.count(terms, marks, cards)
    settled = activity.settings.get("settled")
    settled = settled if settled and shortlist.can_settle(result, settled["first"]) else None  # cards may have gone since
    if settled:
        result = shortlist.settled_by(result, settled["first"])
    names: dict[Item, str] = {card: text for card, text in cards.items()}  # noqa: C416 (a dict of another type)
    other = shortlist.beside(terms, marks, cards)
    return Report(
        terms,
        result,
        _lines(terms, result, cards, choices),
        _said(result),
        _turnout(activity, Counter(group for group, __, __ in sent)),
        channels.by_channel(Counter(channel for __, channel, __ in sent)),
        _beside(other, result, names),
        _steps(result, names),
        settled["why"] if settled else "",
        [] if settled else _leans(terms, result, marks, interests, cards),
    )


def _lines(terms: Terms, result: Result, cards: Mapping[int, str], choices: list[tuple[str, dict[int, int]]]) -> list[Line]:
    size = Counter(group for group, __ in choices)
    seen = set(small_groups.shown(size)) if len(small_groups.shown(size)) == len(size) else set()  # all or none: nobody subtracts
    named: dict[int, Counter[str]] = {card: Counter() for card in cards}
    for group, marks in choices:
        for card in marks:
            named[card][group] += 1
    kept = set(shortlist.kept_by_all(choices, cards)) if terms.way == "rating" else None
    most = max((float(n) for n in result.scores.values()), default=0) or 1
    level = {card for tie in result.ties for card in tie}
    lines = [
        Line(
            card,
            text,
            round(float(result.scores.get(card, 0)), 1),
            round(100 * max(0.0, float(result.scores.get(card, 0))) / most),
            card in result.winners,
            card in level,
            None if kept is None else card in kept,
            [(group, named[card][group]) for group in tally.GROUPS if group in seen],
        )
        for card, text in cards.items()
    ]
    return sorted(lines, key=lambda line: (not line.chosen, not line.level, -line.score, line.card))


def _turnout(activity: Activity, chose: Counter[str]) -> list[Turnout]:
    noted = activity.turnout or {}
    entitled, present = noted.get("entitled", {}), noted.get("present", {})
    groups = [group for group in tally.GROUPS if entitled.get(group) or chose[group]]
    return [Turnout(g, max(entitled.get(g, 0), chose[g]), present.get(g, 0), chose[g]) for g in groups]


def _leans(terms: Terms, result: Result, marks: list[dict[int, int]], interests: list[dict[str, bool]], cards: Collection[int]) -> list[_]:
    """Whether it would be the same list without those who may bid, and without the current provider; nothing where nobody is one."""
    said = []
    for code in DECLARED:
        others = [one for one, has in zip(marks, interests, strict=True) if not has[code]]
        if len(others) < len(marks):
            again = shortlist.count(terms, others, cards)
            same = set(again.winners) == set(result.winners) and again.ties == result.ties
            who = WITHOUT[code]
            said.append(
                _("Without {who} it would be the same list.", who=who) if same else _("Without {who} it would be another list.", who=who)
            )
    return said


def _said(result: Result) -> list[_]:
    """The result in a sentence or two; the cards themselves stand below it with their marks."""
    said = []
    if result.winners:
        said.append(_("1 card is chosen.") if len(result.winners) == 1 else _("{n} cards are chosen.", n=len(result.winners)))
    said += [_("{n} cards are level, and {m} of them can be chosen.", n=len(tie), m=result.places or 1) for tie in result.ties]
    if any(len(tie) > MANY_LEVEL for tie in result.ties):
        said.append(_("That is too many for counting to tell apart. Talk them over, or choose once more with fewer cards."))
    if result.broken:
        said.append(_("Some cards were level, and the draw fixed beforehand put them in order."))
    return said or [_("Nothing is chosen.")]


MANY_LEVEL = 12  # level cards: beyond, a list of them says nothing


def _beside(other: tuple[shortlist.Way, Result] | None, result: Result, cards: Mapping[Item, str]) -> list[_]:
    if other is None:
        return []
    way, found = other
    if set(found.winners) == set(result.winners) and not found.ties:
        return [_("Counted the other way it is the same list ({way}).", way=way.title)]
    return [_("Counted the other way ({way}) it would be:", way=way.title), *found.explain(cards)]


def _steps(result: Result, cards: Mapping[Item, str]) -> list[_]:
    said = []
    for step in result.steps:
        names = [cards.get(card, "") for card in (*step.chosen, *step.dropped)]
        paid = sum(people for people, __ in step.details.get("paid", ()))
        if names and paid:
            said.append(_("“{names}” – {what} They are {n}.", names="; ".join(names), what=step.what, n=paid))
        elif names:
            said.append(_("“{names}” – {what}", names="; ".join(names), what=step.what))
    return said


def settle(activity: Activity, first: Collection[int], *, why: str, by: Participant, now: datetime) -> None:
    """The facilitator chooses among level cards, once, with a reason that everybody sees; only where this was fixed beforehand.

    Raises `Refused` when nothing is level, the terms leave it to the room or to a draw, or it was settled already.
    """
    require(policy.why_not_facilitate(held_by(by)))
    words = clean_words(why, 500)
    with transaction.atomic():
        Workshop.objects.select_for_update(no_key=True).get(pk=activity.workshop_id)  # first, as going on does
        activity = Activity.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle").get(pk=activity.pk)
        found = report(activity)
        if found is None or not found.result.ties or found.terms.ties != shortlist.FACILITATOR or by.cycle_id != activity.workshop.cycle_id:
            raise Refused(_("There is nothing level here that you can settle."))
        try:
            shortlist.settled_by(found.result, first)
        except ValueError as wrong:
            raise Refused(_("Tick {n} of the level cards.", n=found.result.places)) from wrong
        activity.settings = {**activity.settings, "settled": {"first": sorted(set(first)), "why": words}}
        activity.save(update_fields=["settings"])
        what = _("Level cards were settled in “{part}”", part=str(activity))
        minutes.record(activity.workshop.cycle, "settle", what, by=by, now=now, why=words, place=activity.workshop.slug)
        announce(activity.workshop_id, f"scores-{activity.workshop_id}", f"desk-{activity.workshop_id}")


def to_settle(workshop: Workshop) -> tuple[Activity, Report] | None:
    """The latest short list whose level cards wait for the facilitator's choice. One query, and three when there is one."""
    latest = workshop.activities.filter(kind="choose").exclude(shared_at=None).order_by("-started_at").first()
    if latest is None or latest.settings.get("ties") != shortlist.FACILITATOR:
        return None
    found = report(latest)
    return (latest, found) if found and found.result.ties else None
