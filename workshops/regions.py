"""What can be redrawn in a room: each region by its name, loaded in a fixed number of queries, rendered for an audience.

Region name = element id = template file: `ballot-12` is drawn by `templates/workshops/regions/ballot.html` with root
`id="ballot-12"`. The page, the reply to an act and the broadcast all draw the same file. Regions hold nothing personal
and no form field: what is half typed can never be overwritten.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from commissioning import minutes
from commissioning.models import Contribution, InterestDeclaration
from commissioning.sentences import Sentence
from workshops import channels, discussing, mattering, promised, room_looks, rooms, rules, running, tally, unsealing
from workshops.announcing import revision_of
from workshops.attending import present_by_group, still_arriving
from workshops.leaning import leanings
from workshops.models import Agreement, Ballot, Comment, Idea, Merge, Proposal, Suggestion, Willing, Workshop
from workshops.origins import MadeFrom, made_from
from workshops.sensitivity import Sensitivity

PARTICIPANT, FACILITATOR, SCREEN = "participant", "facilitator", "screen"
AUDIENCES = (PARTICIPANT, FACILITATOR, SCREEN)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
COMMENTS_SHOWN = 3  # the newest on a card; the proposal's own page has them all


@dataclass
class BallotLook:
    """A ballot as anybody may see it: turnout while it is open, counts and what the rule says once closed."""

    ballot: Ballot
    turnout: list[tuple[str, int, int]]
    result: rules.Result | None
    rule: rules.Rule
    channels: Sentence | None = None
    leans: Sensitivity | None = None
    brokered: Sentence | None = None
    against: list[unsealing.Against] = field(default_factory=list)


@dataclass
class Card:
    """A proposal with everything its card shows."""

    proposal: Proposal
    interest: str = ""
    indicators: list[Proposal] = field(default_factory=list)
    comments: list[Contribution] = field(default_factory=list)
    comment_count: int = 0
    rounds: list[BallotLook] = field(default_factory=list)
    agreement: Agreement | None = None
    reopened: bool = False
    made: MadeFrom | None = None
    marks: list[tuple[str, str, int]] = field(default_factory=list)
    matters: dict[str, int] = field(default_factory=dict)
    suggested: int = 0

    @property
    def matters_to(self) -> int:
        """To how many people it matters."""
        return sum(self.matters.values())

    @property
    def ballot(self) -> BallotLook | None:
        """The latest round."""
        return self.rounds[-1] if self.rounds else None


def cards(workshop: Workshop, ids: Collection[int] | None = None, *, everywhere: bool = False) -> list[Card]:
    """The cards of a workshop's board, or some of them; `everywhere` finds also what was merged or set aside.

    Twelve queries for one or a thousand, and eight more when some of them were made from others.
    """
    shown = Proposal.objects.filter(workshop=workshop, for_outcome=None, contribution__in=Contribution.objects.shown())
    board = shown if everywhere else shown.on_board()
    proposals = board.select_related("contribution__participant__organisation", "came_from")
    if ids is not None:
        proposals = proposals.filter(pk__in=ids)
    found = {p.pk: Card(p) for p in proposals}
    for sign in Proposal.objects.filter(for_outcome__in=found, contribution__in=Contribution.objects.shown()).select_related(
        "contribution__participant__organisation"
    ):
        found[sign.for_outcome_id].indicators.append(sign)  # type: ignore[index]
    _add_talk(found)
    _add_rounds(found)
    for agreement in Agreement.objects.filter(proposal__in=found).select_related("version"):
        card = found[agreement.proposal_id]
        if agreement.superseded_at is None:
            card.agreement, card.reopened = agreement, False
        elif card.agreement is None:
            card.reopened = True
    _add_interests(found)
    for pk, made in made_from(found).items():
        found[pk].made = made
    return list(found.values())


def _add_talk(found: dict[int, Card]) -> None:
    shown = Contribution.objects.shown()
    said = (
        Comment.objects.filter(proposal__in=found, contribution__in=shown)
        .select_related("contribution__participant__organisation")
        .order_by("-pk")
    )
    for one in said:
        card = found[one.proposal_id]
        card.comment_count += 1
        if len(card.comments) < COMMENTS_SHOWN:
            card.comments.append(one.contribution)
    marks, matters = discussing.marks_on(list(found)), mattering.counts([c.proposal.contribution_id for c in found.values()])
    for pk, card in found.items():
        card.marks, card.matters = marks.get(pk, []), matters.get(card.proposal.contribution_id, {})
    waiting = Suggestion.objects.filter(proposal__in=found, state=Suggestion.State.OPEN, contribution__in=shown)
    for suggestion in waiting:
        found[suggestion.proposal_id].suggested += 1


def _add_rounds(found: dict[int, Card]) -> None:
    for look in looks_at(Ballot.objects.filter(proposal__in=found).order_by("round")):
        found[look.ballot.proposal_id].rounds.append(look)


def _add_interests(found: dict[int, Card]) -> None:
    people = {card.proposal.contribution.participant_id for card in found.values()}
    declared = dict(InterestDeclaration.objects.filter(participant__in=people).order_by("at", "pk").values_list("participant", "kind"))
    for card in found.values():
        kind = declared.get(card.proposal.contribution.participant_id, "none")
        card.interest = "" if kind == "none" else str(InterestDeclaration.Kind(kind).label)


def looks_at(ballots: Iterable[Ballot]) -> list[BallotLook]:
    """Ballots as anybody may see them; six queries however many."""
    listed = list(ballots)
    ids = [b.pk for b in listed]
    turned_out, counted = unsealing.turnout(ids), unsealing.counted([b.pk for b in listed if not b.is_open])
    reasons, leans = unsealing.reasons(ids), leanings(listed)
    groups = {pk: one.groups for pk, one in counted.items()}
    against = unsealing.reasons_against([b for b in listed if b.pk in reasons], groups)
    looks = []
    for ballot in listed:
        rule = rules.Rule.of(ballot.rule)
        uncounted = ballot.is_open or ballot.method == Ballot.Method.POLIS
        found = counted.get(ballot.pk, unsealing.Counted())
        result = None if uncounted else unsealing.applied(ballot, found.groups, reasons.get(ballot.pk, rules.Reasons()))
        came = None if uncounted else channels.by_channel(found.channels)
        looks.append(
            BallotLook(
                ballot, turned_out.get(ballot.pk, []), result, rule, came, leans.get(ballot.pk), found.brokered, against.get(ballot.pk, [])
            )
        )
    return looks


@dataclass
class Said:
    """An idea with everything its place on the board shows."""

    idea: Idea
    matters: dict[str, int] = field(default_factory=dict)

    @property
    def matters_to(self) -> int:
        """To how many people it matters."""
        return sum(self.matters.values())


def gathered(workshop: Workshop, ids: Collection[int] | None = None) -> list[Idea]:
    """What has been gathered and people can read, oldest first."""
    found = Idea.objects.on_board().filter(workshop=workshop, contribution__in=Contribution.objects.shown())
    if ids is not None:
        found = found.filter(pk__in=ids)
    return list(found.select_related("contribution__participant__organisation", "photo", "came_from"))


def ideas(workshop: Workshop, ids: Collection[int] | None = None) -> list[Said]:
    """The same with what their places on the board show; two queries."""
    listed = gathered(workshop, ids)
    matters = mattering.counts([idea.contribution_id for idea in listed])
    return [Said(idea, matters.get(idea.contribution_id, {})) for idea in listed]


def ideas_or_gone(workshop: Workshop, ids: list[int]) -> list[tuple[int, dict[str, Any]]]:
    """Ideas by number; of those nobody may read any more an empty place, which takes them off every screen."""
    found: list[tuple[int, dict[str, Any]]] = [(said.idea.pk, {"said": said}) for said in ideas(workshop, ids)]
    gone = set(ids) - {pk for pk, __ in found}
    there = Idea.objects.filter(workshop=workshop, pk__in=gone).values_list("pk", flat=True) if gone else ()
    return found + [(pk, {"gone": pk}) for pk in there]


def cards_or_gone(workshop: Workshop, ids: list[int]) -> list[tuple[int, dict[str, Any]]]:
    """The same for proposals."""
    found: list[tuple[int, dict[str, Any]]] = [(card.proposal.pk, {"card": card}) for card in cards(workshop, ids)]
    gone = set(ids) - {pk for pk, __ in found}
    there = Proposal.objects.filter(workshop=workshop, for_outcome=None, pk__in=gone).values_list("pk", flat=True) if gone else ()
    return found + [(pk, {"gone": pk}) for pk in there]


def desk_token(workshop: Workshop) -> str:
    """Changes whenever the forms on people's desks are out of date; the browser then fetches its own desk again."""
    ballots = Ballot.objects.filter(workshop=workshop)
    activity = running.current(workshop)
    numbers = (
        activity.pk if activity else 0,
        int(bool(activity and activity.shared_at)),
        int(workshop.apart),
        ballots.count(),
        ballots.filter(closed_at=None).count(),
        Agreement.objects.filter(proposal__workshop=workshop).count(),
        Proposal.objects.filter(workshop=workshop).count(),
        *_asked(workshop),
        *_merging(workshop),
    )
    return "-".join([workshop.phase, *map(str, numbers), str(workshop.desk_turn)])


def _merging(workshop: Workshop) -> tuple[int, ...]:
    """What has been merged, undone, taken out, objected to, taken back and answered, as numbers; one query."""
    numbers = Merge.objects.filter(workshop=workshop).aggregate(
        undone=Count("undone_at"),
        out=Count("parts", filter=Q(parts__taken_out_at__isnull=False), distinct=True),
        said=Count("objections", distinct=True),
        back=Count("objections", filter=Q(objections__withdrawn_at__isnull=False), distinct=True),
        answered=Max("objections__answered_at"),
    )
    answered = numbers.pop("answered")
    return (*numbers.values(), int(answered.timestamp()) if answered else 0)


def _asked(workshop: Workshop) -> tuple[int, ...]:
    """How many actions there are, and how many wait for a yes or for another owner: whoever is asked sees it at once."""
    counted = promised.actions_of(workshop).aggregate(
        all=Count("pk"), proposed=Count("pk", filter=Q(acceptance="proposed")), declined=Count("pk", filter=Q(acceptance="declined"))
    )
    return counted["all"], counted["proposed"], counted["declined"]


def presence(workshop: Workshop) -> dict[str, Any]:
    """Who is here by group, with a plain warning when a side is missing (T-30)."""
    counted = present_by_group(workshop, timezone.now())
    sides = [workshop.side] if workshop.side else list(tally.GROUPS)  # in a room of one group nobody else is missing
    return {
        "groups": [(code, tally.GROUPS[code], counted.get(code, 0)) for code in sides],
        "total": sum(counted.values()),
    }


def actions(workshop: Workshop) -> dict[str, Any]:
    """Who does what, what was carried on from the workshop before, and how many would meet again."""
    return {
        "actions": list(promised.actions_of(workshop)),
        "would_meet": Willing.objects.filter(workshop=workshop, yes=True).count(),
    }


def promise(workshop: Workshop) -> dict[str, Any]:
    """What people are promised, with the last change of it and why: it may fall while they are in the room (INV-20)."""
    return {"level_note": minutes.of(workshop.cycle).filter(act="level").first()}


Loader = Callable[[Workshop, list[int]], list[tuple[int, dict[str, Any]]]]


def _one(load: Callable[[Workshop], dict[str, Any]]) -> Loader:
    """A region of which each workshop has one, numbered like the workshop."""
    return lambda workshop, ids: [(workshop.pk, load(workshop))]


KINDS: dict[str, Loader] = {
    "phase": _one(room_looks.phase_bar),
    "presence": _one(presence),
    "arriving": _one(lambda workshop: {"arriving": still_arriving(workshop, timezone.now())}),
    "window": _one(lambda workshop: {}),
    "desk": _one(lambda workshop: {"token": desk_token(workshop), "more": room_looks.facilitator_token(workshop)}),
    "ready": _one(room_looks.readiness),
    "rooms": _one(lambda workshop: {"rooms": rooms.rooms_of(workshop)}),
    "turns": _one(room_looks.speakers),
    "scores": _one(room_looks.latest_scores),
    "actions": _one(actions),
    "level": _one(promise),
    "idea": ideas_or_gone,
    "proposal": cards_or_gone,
    "ballot": lambda workshop, ids: [
        (look.ballot.pk, {"look": look}) for look in looks_at(Ballot.objects.filter(workshop=workshop, pk__in=ids))
    ],
}


def audience_in(audience: str, language: str) -> str:
    """An audience that reads one language, as sockets and caches are sorted by: "participant/cy". Another language is the first."""
    return f"{audience.partition('/')[0]}/{language if language in LANGUAGES else settings.LANGUAGE_CODE}"


def is_audience(name: str) -> bool:
    """Whether there is such an audience: one of the three, alone or with a language of ours."""
    audience, _slash, language = name.partition("/")
    return audience in AUDIENCES and (language or settings.LANGUAGE_CODE) in LANGUAGES


def render(workshop_id: int, names: Collection[str], audience: str) -> tuple[int, str]:
    """Draw the named regions for an audience in its language; returns the revision they show and the HTML.

    Unknown names are skipped. The revision is read first: a change that lands while drawing is then announced again, never skipped.
    """
    reader, _slash, language = audience.partition("/")
    with translation.override(language or settings.LANGUAGE_CODE):
        return _render(workshop_id, names, reader)


def _render(workshop_id: int, names: Collection[str], audience: str) -> tuple[int, str]:
    revision = revision_of(workshop_id)
    workshop = Workshop.objects.select_related("cycle").get(pk=workshop_id)
    wanted: dict[str, list[int]] = defaultdict(list)
    for name in sorted(set(names)):
        kind, _dash, number = name.rpartition("-")
        if kind in KINDS and number.isdigit():
            wanted[kind].append(int(number))
    parts = []
    for kind in (k for k in KINDS if k in wanted):
        for _number, context in KINDS[kind](workshop, wanted[kind]):
            parts.append(render_to_string(f"workshops/regions/{kind}.html", {"workshop": workshop, "audience": audience, **context}))
    return revision, "\n".join(parts)


def all_names(workshop_id: int) -> list[str]:
    """Every region of a workshop's room."""
    names = [
        f"{kind}-{workshop_id}"
        for kind in ("phase", "window", "presence", "arriving", "desk", "ready", "rooms", "turns", "scores", "actions", "level")
    ]
    names += [f"idea-{pk}" for pk in Idea.objects.filter(workshop=workshop_id).values_list("pk", flat=True)]
    return names + [f"proposal-{pk}" for pk in Proposal.objects.filter(workshop=workshop_id, for_outcome=None).values_list("pk", flat=True)]


def open_ballot_names(workshop_id: int) -> list[str]:
    """The regions of the open ballots: what votes change."""
    return [f"ballot-{pk}" for pk in Ballot.objects.filter(workshop=workshop_id, closed_at=None).values_list("pk", flat=True)]


def pulse(revision: int) -> str:
    """The sign of life at the end of every frame: which state of the workshop it shows."""
    return f'<span id="pulse" data-revision="{revision}" hidden></span>'


def heartbeat(revision: int) -> str:
    """What every socket hears every few seconds: the newest revision, and the server's time for everybody's clock."""
    return f'<span id="heartbeat" data-revision="{revision}" data-now="{int(time.time() * 1000)}" hidden></span>'
