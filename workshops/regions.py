"""What can be redrawn in a room: each region by its name, loaded in a fixed number of queries, rendered for an audience.

Region name = element id = template file: `ballot-12` is drawn by `templates/workshops/regions/ballot.html` with root
`id="ballot-12"`. The page, the reply to an act and the broadcast all draw the same file. Regions hold nothing personal
and no form field: what is half typed can never be overwritten.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from commissioning.models import Contribution, InterestDeclaration
from workshops import phases, tally, voting
from workshops.announcing import revision_of
from workshops.attending import present_by_group, still_arriving
from workshops.models import Action, Agreement, Ballot, Comment, Idea, Proposal, Workshop

PARTICIPANT, FACILITATOR, SCREEN = "participant", "facilitator", "screen"
AUDIENCES = (PARTICIPANT, FACILITATOR, SCREEN)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
COMMENTS_SHOWN = 3  # the newest on a card; the proposal's own page has them all


@dataclass
class BallotLook:
    """A ballot as anybody may see it: turnout while it is open, counts and what the rule says once closed."""

    ballot: Ballot
    turnout: list[tuple[str, int, int]]
    result: tally.Result | None
    rule: tally.Rule


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

    @property
    def ballot(self) -> BallotLook | None:
        """The latest round."""
        return self.rounds[-1] if self.rounds else None


def cards(workshop: Workshop, ids: Collection[int] | None = None) -> list[Card]:
    """The cards of a workshop, or some of them; seven queries for one or a thousand."""
    shown = Proposal.objects.filter(workshop=workshop, for_outcome=None, contribution__in=Contribution.objects.shown())
    proposals = shown.select_related("contribution__participant__organisation")
    if ids is not None:
        proposals = proposals.filter(pk__in=ids)
    found = {p.pk: Card(p) for p in proposals}
    for sign in Proposal.objects.filter(for_outcome__in=found).select_related("contribution__participant__organisation"):
        found[sign.for_outcome_id].indicators.append(sign)  # type: ignore[index]
    _add_comments(found)
    _add_rounds(found)
    for agreement in Agreement.objects.filter(proposal__in=found).select_related("version"):
        card = found[agreement.proposal_id]
        if agreement.superseded_at is None:
            card.agreement, card.reopened = agreement, False
        elif card.agreement is None:
            card.reopened = True
    _add_interests(found)
    return list(found.values())


def _add_comments(found: dict[int, Card]) -> None:
    said = Comment.objects.filter(proposal__in=found).select_related("contribution__participant__organisation").order_by("-pk")
    for one in said:
        card = found[one.proposal_id]
        card.comment_count += 1
        if len(card.comments) < COMMENTS_SHOWN:
            card.comments.append(one.contribution)


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
    """Ballots as anybody may see them; three queries however many."""
    listed = list(ballots)
    ids = [b.pk for b in listed]
    turned_out, counted = voting.turnout(ids), voting.counts([b.pk for b in listed if not b.is_open])
    reasons = voting.reservations(ids)
    looks = []
    for ballot in listed:
        rule = tally.Rule.of(ballot.rule)
        uncounted = ballot.is_open or ballot.method == Ballot.Method.POLIS
        result = None if uncounted else tally.apply(rule, counted.get(ballot.pk, []), reasons.get(ballot.pk, 0))
        looks.append(BallotLook(ballot, turned_out.get(ballot.pk, []), result, rule))
    return looks


def ideas(workshop: Workshop, ids: Collection[int] | None = None) -> list[Idea]:
    """What has been gathered, oldest first."""
    gathered = Idea.objects.filter(workshop=workshop, contribution__in=Contribution.objects.shown())
    if ids is not None:
        gathered = gathered.filter(pk__in=ids)
    return list(gathered.select_related("contribution__participant__organisation"))


def desk_token(workshop: Workshop) -> str:
    """Changes whenever the forms on people's desks are out of date; the browser then fetches its own desk again."""
    ballots = Ballot.objects.filter(workshop=workshop)
    numbers = (
        ballots.count(),
        ballots.filter(closed_at=None).count(),
        Agreement.objects.filter(proposal__workshop=workshop).count(),
        Proposal.objects.filter(workshop=workshop).count(),
        Action.objects.filter(workshop=workshop).count(),
    )
    return "-".join([workshop.phase, *map(str, numbers)])


def phase_bar(workshop: Workshop) -> dict[str, Any]:
    """The phases with the one the room is in."""
    now = phases.PHASES[workshop.phase]
    codes = list(phases.PHASES)
    steps = [
        (p, "now" if p.code == now.code else "done" if codes.index(p.code) < codes.index(now.code) else "to come")
        for p in phases.PHASES.values()
    ]
    return {"now": now, "steps": steps}


def presence(workshop: Workshop) -> dict[str, Any]:
    """Who is here by group, with a plain warning when a side is missing (T-30)."""
    counted = present_by_group(workshop, timezone.now())
    return {
        "groups": [(code, label, counted.get(code, 0)) for code, label in tally.GROUPS.items()],
        "total": sum(counted.values()),
    }


Loader = Callable[[Workshop, list[int]], list[tuple[int, dict[str, Any]]]]


def _one(load: Callable[[Workshop], dict[str, Any]]) -> Loader:
    """A region of which each workshop has one, numbered like the workshop."""
    return lambda workshop, ids: [(workshop.pk, load(workshop))]


KINDS: dict[str, Loader] = {
    "phase": _one(phase_bar),
    "presence": _one(presence),
    "arriving": _one(lambda workshop: {"arriving": still_arriving(workshop, timezone.now())}),
    "desk": _one(lambda workshop: {"token": desk_token(workshop)}),
    "actions": _one(lambda workshop: {"actions": list(workshop.actions.all())}),
    "idea": lambda workshop, ids: [(i.pk, {"idea": i}) for i in ideas(workshop, ids)],
    "proposal": lambda workshop, ids: [(c.proposal.pk, {"card": c}) for c in cards(workshop, ids)],
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
    names = [f"{kind}-{workshop_id}" for kind in ("phase", "presence", "arriving", "desk", "actions")]
    names += [f"idea-{pk}" for pk in Idea.objects.filter(workshop=workshop_id).values_list("pk", flat=True)]
    return names + [f"proposal-{pk}" for pk in Proposal.objects.filter(workshop=workshop_id, for_outcome=None).values_list("pk", flat=True)]


def open_ballot_names(workshop_id: int) -> list[str]:
    """The regions of the open ballots: what votes change."""
    return [f"ballot-{pk}" for pk in Ballot.objects.filter(workshop=workshop_id, closed_at=None).values_list("pk", flat=True)]


def pulse(revision: int) -> str:
    """The sign of life at the end of every frame: which state of the workshop it shows."""
    return f'<span id="pulse" data-revision="{revision}" hidden></span>'
