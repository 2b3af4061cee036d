"""What one person can do in a room right now: the forms on their desk. Personal, so always fetched, never pushed."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from commissioning import unattributed
from commissioning.doorway import Request
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.roles import FACILITATE, KEEP_NOTES, WRITE_FOR
from commissioning.sentences import Refused, Sentence
from workshops import (
    agreeing,
    channels,
    choosing,
    closing_desk,
    desk_mail,
    moderating,
    objecting,
    origins,
    phases,
    policy,
    rating,
    regions,
    rooms,
    rules,
    running,
    speaking,
    statements,
    tally,
    voting,
)
from workshops.attending import here, still_arriving
from workshops.forms import RuleForm
from workshops.merging import Card
from workshops.models import Activity, Agreement, Ballot, Cast, Merge, Objection, Opinion, Proposal, Readiness, Ready, Seat, Turn, Workshop


def visible_workshop(request: Request, slug: str) -> Workshop | None:
    """The workshop at this address if the viewer may see it."""
    return Workshop.objects.visible_to(request.viewer).select_related("cycle__authority", "cycle__service").filter(slug=slug).first()


@dataclass
class MyBallot:
    """An open ballot and what this person's voice says in it so far."""

    look: regions.BallotLook
    seat: Seat | None
    last_by: Participant | None = None

    by_hand: bool = False

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
    by_hand = {seat.ballot_id for seat in seats.values() if seat.channel == channels.HANDS}
    for ballot_id in by_hand:
        # Nobody knows whose hand it was: which choice fell to this seat says nothing of its owner, and is sealed like the others.
        seats[ballot_id].choice = ""
    last = {c.ballot_id: c.by for c in Cast.objects.filter(seat__in=seats.values()).select_related("by").order_by("pk")}
    return [MyBallot(look, seats.get(look.ballot.pk), last.get(look.ballot.pk), look.ballot.pk in by_hand) for look in looks]


def desk_for(workshop: Workshop, me: Participant | None, secrets: Collection[str] = ()) -> dict[str, Any]:
    """Everything the desk of one person shows in the present part of the agenda; `secrets` are those of their device."""
    held = held_by(me)
    place = here(workshop, me) if me else None
    facilitates, keeps_notes = FACILITATE in held, bool(held & {FACILITATE, KEEP_NOTES})
    readable = Proposal.objects.on_board().filter(workshop=workshop, contribution__in=Contribution.objects.shown())
    listed = list(readable.select_related("contribution")) if place else []
    context: dict[str, Any] = {
        "workshop": workshop,
        "me": me,
        "phase": phases.PHASES[workshop.phase],
        "shut": place.shut if place else None,
        "runs_on": workshop.window.runs_on(timezone.now()),
        "may_contribute": can(place, phases.CONTRIBUTE),
        "may_propose": can(place, phases.PROPOSE),
        "outcomes": [p for p in listed if p.kind == Proposal.Kind.OUTCOME],
        "key": uuid.uuid4().hex,
        "facilitates": facilitates,
        "writes_for": WRITE_FOR in held and workshop.closed_at is None,
        "keeps_notes": keeps_notes and phases.opens(workshop.phase, phases.ACT),
        "my_ballots": my_ballots(workshop, me) if phases.opens(workshop.phase, phases.VOTE) else [],
        "choices": tally.CHOICES,
        "my_sources": my_sources(workshop, me),
        "may_merge": place is not None and policy.why_not_merge(place) is None,
        **about_merges(workshop, me, facilitates),
    }
    context |= activity_desk(workshop, place, me, secrets)
    if me is not None:
        context |= desk_mail.for_desk(workshop, me, facilitates=facilitates, now=timezone.now())
    if facilitates:
        context |= facilitators_desk(workshop, listed) | {"queue_length": moderating.queue_length(workshop)}
    return context | closing_desk.panels(
        workshop, me, facilitates=facilitates, keeps_notes=context["keeps_notes"], to_record=len(context.get("to_record", ()))
    )


@dataclass
class MyMerge:
    """A merge of something this person said or supported, and what they say about it."""

    merge: Merge
    cards: list[Card]
    objection: Objection | None


def about_merges(workshop: Workshop, me: Participant | None, facilitates: bool) -> dict[str, Any]:
    """What was merged that this person stands behind, and for the facilitator what people say against it.

    One query when nothing is merged; eight more however much is.
    """
    standing = Merge.objects.filter(workshop=workshop, undone_at=None, merged__merged_into=None).select_related("merged")
    merges = list(standing) if me is not None and workshop.phase != phases.LAST else []
    if not merges or me is None:
        return {}
    objections = list(origins.standing_objections().filter(merge__in=merges).select_related("merge__merged"))
    mine = {o.merge_id: o for o in objections if o.by_id == me.pk}
    supported = objecting.supported_by(me, [merge for merge in merges if merge.by_id != me.pk or merge.pk in mine])
    return {
        "my_merges": [MyMerge(m, supported[m.pk], mine.get(m.pk)) for m in merges if m.pk in supported],
        "objections": objections if facilitates else [],
    }


def can(place: policy.Here | None, doing: str) -> bool:
    """Whether somebody may do this here and now."""
    return place is not None and policy.why_not_do(place, doing) is None


def my_sources(workshop: Workshop, me: Participant | None) -> list[Contribution]:
    """What has been gathered, for a proposer to say what their proposal builds on."""
    if me is None or not phases.opens(workshop.phase, phases.PROPOSE):
        return []
    return [idea.contribution for idea in regions.gathered(workshop)]


def activity_desk(workshop: Workshop, place: policy.Here | None, me: Participant | None, secrets: Collection[str]) -> dict[str, Any]:
    """What the present part of the agenda asks of one person: rating, dots, readiness; and their own cards that nobody sees yet."""
    activity = running.current(workshop)
    context: dict[str, Any] = {"activity": activity, "takes_part": place is not None and place.has_voice and not workshop.closed_at}
    if activity is None or me is None or place is None:
        return context
    activity.workshop = workshop
    secret = next(iter(secrets), "")
    context |= {
        "waits": policy.why_not_wait(me.group, activity.group),
        "is_ready": Ready.objects.filter(activity=activity, participant=me).exists(),
        "my_turn": Turn.objects.filter(workshop=workshop, participant=me, ended_at=None).first(),
        "unseen": unseen(workshop, me, secrets),
        "main": workshop.parent if workshop.in_use else None,
    }
    if can(place, phases.RATE) and place.has_voice:
        context |= {"hand": rating.hand_of(activity, me, secret), "scale": range(1, rating.scale_of(activity) + 1)}
    if can(place, phases.PRIORITISE) and place.has_voice:
        context |= dots_desk(activity, me)
    if can(place, phases.ANSWER) and place.has_voice and context["waits"] is None:
        context |= statements_desk(activity, me)
    if can(place, phases.CHOOSE) and place.has_voice and context["waits"] is None:
        context |= choice_desk(activity, me)
    if workshop.in_use:
        main = workshop.parent
        assert main is not None  # noqa: S101 (a room in use has the workshop it belongs to; this tells the type checker)
        context |= {
            "readiness": Readiness.objects.filter(workshop=main, participant=me).first(),
            "other_rooms": [room for room, __ in rooms.rooms_of(main) if room != workshop and not room.side],
        }
    return context


def dots_desk(activity: Activity, me: Participant) -> dict[str, Any]:
    """The cards with one's own dots; or why one has none to place."""
    try:
        mine = rating.my_dots(activity, me)
    except Refused as why:
        return {"no_dots": str(why)}
    cards = rating.cards_of(activity.workshop)
    most = int(activity.settings.get("dots", rating.USUAL_DOTS))
    return {"dot_cards": [(card, text, mine.get(card, 0)) for card, text in cards.items()], "most_dots": most, "placed": sum(mine.values())}


def statements_desk(activity: Activity, me: Participant) -> dict[str, Any]:
    """The statement somebody answers next; or why they have none to answer."""
    try:
        return {"turn": statements.next_for(activity, me), "answers": Opinion.Answer.choices}
    except Refused as why:
        return {"turn": statements.Turn(None, "", 0, 0), "no_answers": str(why)}


def choice_desk(activity: Activity, me: Participant) -> dict[str, Any]:
    """The cards to choose from with one's own marks; or why one has no choice to make."""
    terms = choosing.terms_of(activity)
    try:
        mine = choosing.mine(activity, me)
    except Refused as why:
        return {"terms": terms, "no_choice": str(why)}
    cards = choosing.cards_in(activity, terms)
    marked = [(card, text, (mine or {}).get(card, ""), terms.costs.get(card)) for card, text in cards.items()]
    more = {"chose": mine is not None, "numbers": terms.numbers(len(cards)), "chosen_shown": activity.shared_at}
    return {"terms": terms, "choice_cards": marked, **more}


def unseen(workshop: Workshop, me: Participant, secrets: Collection[str]) -> list[Contribution]:
    """One's own cards in this workshop that the others do not see yet."""
    held = Contribution.objects.filter(cycle=workshop.cycle_id, place=workshop.slug, held=True, withdrawn_at=None)
    return list(held.filter(unattributed.mine(workshop.cycle, me, secrets)))


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
        Agreement.objects.filter(proposal__workshop=workshop, superseded_at=None, state__in=(rules.AGREED, rules.RESERVED)).values_list(
            "proposal", flat=True
        )
    )
    return {
        **console(workshop),
        "open_count": sum(1 for b in ballots if b.is_open),
        "arriving": still_arriving(workshop, timezone.now()) if any(b.is_open for b in ballots) else 0,
        "to_vote": [_to_vote(workshop, p, ballots, settled) for p in listed if p.for_outcome_id is None]
        if workshop.phase == "vote"
        else [],
        "rule_form": RuleForm(rule=rules.Rule.of(workshop.rule), auto_id="rule_%s"),
        "to_record": to_record(workshop) if workshop.phase == "agree" else [],
        "states": rules.STATES,
        "to_settle": choosing.to_settle(workshop),
        "can_close": workshop.parent_id is None and not workshop.apart and workshop.phase in ("agree", "actions", "pulse"),
    }


def console(workshop: Workshop) -> dict[str, Any]:
    """What the facilitator presses: the next part, and everything else one press away."""
    parts = list(workshop.activities.all())
    # Only those with no counted voice, or who could give theirs up: whoever leads a room does not vote in it.
    able = Participant.objects.filter(cycle=workshop.cycle_id, withdrawn_at=None, voice=False)
    others = able.filter(Q(roles__code__in=("facilitator", "secretariat")) | Q(standing=Participant.Standing.INDEPENDENT))
    return {
        "parts": parts,
        "following": running.next_up(workshop),
        "been": any(a.state == Activity.State.DONE and a.ended_at for a in parts),
        "to_share": [a for a in parts if a.sight != Activity.Sight.LIVE and a.shared_at is None and a.started_at],
        "line": speaking.queue(workshop),
        "voices": speaking.balance(workshop),
        "co_facilitators": list(others.distinct().select_related("organisation")[:50]),
        "showings": running.SHOWINGS,
        "missing": policy.why_not_meet_jointly(**running.what_joint_needs(workshop))
        if workshop.started_at is None and workshop.kind == Workshop.Kind.JOINT and workshop.parent_id is None
        else None,
        "meeting_advice": rooms.readiness_of(workshop) if workshop.apart else None,
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
