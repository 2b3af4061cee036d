"""What one person can do in a room right now: the forms on their desk. Personal, so always fetched, never pushed."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from commissioning.doorway import Request
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.roles import FACILITATE, KEEP_NOTES
from commissioning.sentences import Sentence
from workshops import agreeing, phases, policy, regions, tally, voting
from workshops.attending import here, still_arriving
from workshops.forms import ActionForm, RuleForm
from workshops.models import Agreement, Ballot, Cast, Proposal, Seat, Workshop


def visible_workshop(request: Request, slug: str) -> Workshop | None:
    """The workshop at this address if the viewer may see it."""
    return Workshop.objects.visible_to(request.viewer).select_related("cycle__authority", "cycle__service").filter(slug=slug).first()


@dataclass
class MyBallot:
    """An open ballot and what this person's voice says in it so far."""

    look: regions.BallotLook
    seat: Seat | None
    last_by: Participant | None = None

    @property
    def for_organisation(self) -> bool:
        """Whether the vote is the one of an organisation, shared by its people."""
        return bool(self.seat and self.seat.organisation_id)


def my_ballots(workshop: Workshop, me: Participant | None) -> list[MyBallot]:
    """The open ballots with this person's own seat in each; a fixed number of queries."""
    ballots = Ballot.objects.filter(workshop=workshop, closed_at=None).select_related("proposal", "version__contribution")
    looks = regions.looks_at(ballots)
    if me is None:
        return [MyBallot(look, None) for look in looks]
    ids = [look.ballot.pk for look in looks]
    seats = {seat.ballot_id: seat for seat in Seat.objects.filter(voting.seat_of(me), ballot__in=ids).select_related("organisation")}
    last = {c.ballot_id: c.by for c in Cast.objects.filter(seat__in=seats.values()).select_related("by").order_by("pk")}
    return [MyBallot(look, seats.get(look.ballot.pk), last.get(look.ballot.pk)) for look in looks]


def desk_for(workshop: Workshop, me: Participant | None) -> dict[str, Any]:
    """Everything the desk of one person shows in the present phase."""
    held = held_by(me)
    place = here(workshop, me) if me else None
    facilitates, keeps_notes = FACILITATE in held, bool(held & {FACILITATE, KEEP_NOTES})
    listed = list(Proposal.objects.filter(workshop=workshop).select_related("contribution")) if place else []
    context: dict[str, Any] = {
        "workshop": workshop,
        "me": me,
        "phase": phases.PHASES[workshop.phase],
        "may_contribute": can(place, phases.CONTRIBUTE),
        "may_propose": can(place, phases.PROPOSE),
        "outcomes": [p for p in listed if p.kind == Proposal.Kind.OUTCOME],
        "key": uuid.uuid4().hex,
        "facilitates": facilitates,
        "keeps_notes": keeps_notes and phases.opens(workshop.phase, phases.ACT),
        "my_ballots": my_ballots(workshop, me) if phases.opens(workshop.phase, phases.VOTE) else [],
        "choices": tally.CHOICES,
        "my_sources": my_sources(workshop, me),
    }
    if facilitates:
        context |= facilitators_desk(workshop, listed)
    if context["keeps_notes"]:
        context["action_form"] = ActionForm(auto_id="action_%s", initial={"key": f"{context['key']}x"})
    return context


def can(place: policy.Here | None, doing: str) -> bool:
    """Whether somebody may do this here and now."""
    return place is not None and policy.why_not_do(place, doing) is None


def my_sources(workshop: Workshop, me: Participant | None) -> list[Contribution]:
    """What has been gathered, for a proposer to say what their proposal builds on."""
    if me is None or not phases.opens(workshop.phase, phases.PROPOSE):
        return []
    return [idea.contribution for idea in regions.ideas(workshop)]


@dataclass
class ToVote:
    """A proposal the facilitator could put to the vote, with the reason why not yet."""

    proposal: Proposal
    why_not: Sentence | None
    rounds: int


def facilitators_desk(workshop: Workshop, listed: list[Proposal]) -> dict[str, Any]:
    """What the facilitator's desk shows besides: where to move, what to put to the vote, what to record."""
    ballots = list(Ballot.objects.filter(workshop=workshop).order_by("round"))
    settled = set(
        Agreement.objects.filter(proposal__workshop=workshop, superseded_at=None, state__in=(tally.AGREED, tally.RESERVED)).values_list(
            "proposal", flat=True
        )
    )
    return {
        "moves": [phases.PHASES[code] for code in phases.PHASES[workshop.phase].leads_to if code != phases.LAST],
        "open_count": sum(1 for b in ballots if b.is_open),
        "arriving": still_arriving(workshop, timezone.now()) if any(b.is_open for b in ballots) else 0,
        "to_vote": [_to_vote(workshop, p, ballots, settled) for p in listed if p.for_outcome_id is None]
        if workshop.phase == "vote"
        else [],
        "rule_form": RuleForm(rule=tally.Rule.of(workshop.rule), auto_id="rule_%s"),
        "to_record": to_record(workshop) if workshop.phase == "agree" else [],
        "states": tally.STATES,
        "can_close": "close" in phases.PHASES[workshop.phase].leads_to,
        "action_count": workshop.actions.count(),
    }


def _to_vote(workshop: Workshop, proposal: Proposal, ballots: list[Ballot], settled: set[int]) -> ToVote:
    rounds = [b for b in ballots if b.proposal_id == proposal.pk]
    why_not = policy.why_not_open(
        phase=workshop.phase,
        kind=proposal.kind,
        group=proposal.contribution.group,
        who_benefits=proposal.who_benefits,
        in_vote=any(b.is_open for b in rounds),
        settled=proposal.pk in settled,
    )
    return ToVote(proposal, why_not, len(rounds))


def to_record(workshop: Workshop) -> list[regions.Card]:
    """The proposals whose latest round is closed and has nothing recorded from it yet."""
    waiting = list(agreeing.unrecorded_in(workshop).values_list("proposal", flat=True))
    return regions.cards(workshop, waiting) if waiting else []
