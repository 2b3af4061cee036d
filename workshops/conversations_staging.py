"""Setting up a workshop in which a conversation is played again, and checking afterwards that no vote was lost."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commissioning import convening, people
from commissioning.models import Participant, User
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import facilitating, proposing, rules, running, voting
from workshops.attending import workshop_for_code
from workshops.conversations import AUTHORITY
from workshops.conversations_reading import Conversation
from workshops.models import Cast, Workshop

RULE = rules.Rule({"citizen": rules.GroupRule(67, 2)})


@dataclass(frozen=True)
class Stage:
    """A workshop waiting for its people: who runs it, and the proposal of each comment."""

    workshop: Workshop
    facilitator: Participant
    proposals: dict[str, int]


def set_stage(conversation: Conversation, comments: Collection[str], *, code: str, by: User, now: datetime) -> Stage:
    """Put the comments forward in the workshop with this join code, or in a fresh one.

    Raises `Refused` when the code opens none, or the workshop is past proposing.
    """
    with transaction.atomic():
        workshop = workshop_for_code(code, now) if code else _fresh(conversation, by, now)
        if workshop is None:
            raise Refused(_("The code {code} opens no workshop.", code=code))
        lead = Participant.objects.filter(cycle=workshop.cycle_id, roles__code="lead").first()
        if lead is None:
            raise Refused(_("The cycle of {workshop} has no lead commissioner.", workshop=workshop.slug))
        officer = people.Introduction("Replay", "commissioner", "officer")
        facilitator, __ = people.take_part(workshop.cycle, officer, now=now, place=workshop.slug)
        people.give_role(facilitator, "facilitator", by=lead, now=now)
        if workshop.phase == "welcome":
            running.go_to_kind(workshop, kind="gather", by=facilitator, now=now)
        resident = people.Introduction("Replay", "citizen", "resident")
        proposer, __ = people.take_part(workshop.cycle, resident, now=now, place=workshop.slug)
        proposals = {}
        for row in conversation.comments.cells():
            if (comment := row["comment-id"]) in comments:
                draft = proposing.Draft("need", row["comment-body"])
                proposals[comment] = proposing.propose(workshop, draft, by=proposer, key=f"replay:{comment}", now=now).pk
    return Stage(workshop, facilitator, proposals)


def _fresh(conversation: Conversation, by: User, now: datetime) -> Workshop:
    plan = convening.CyclePlan(
        title=f"Replay: {conversation.topic}"[:160],
        service=AUTHORITY,
        areas=("Not stated",),
        purpose=conversation.topic,
        level=2,
        payment_line="None, because nobody takes part: a conversation is played again",
    )
    membership = by.memberships.select_related("authority").get(authority__name=AUTHORITY)
    cycle = convening.open_cycle(plan, authority=membership.authority, by=by, now=now)
    lead = cycle.participants.get(user=by)
    wanted = facilitating.WorkshopPlan(plan.title, conversation.topic[:300], rule=RULE, kind=Workshop.Kind.SEPARATE)
    return facilitating.convene(cycle, wanted, by=lead, now=now)


def open_voting(stage: Stage, *, now: datetime) -> dict[str, int]:
    """Move to the vote once everybody has joined, so that they are entitled; returns the ballot of each comment."""
    facilitator = Participant.objects.get(pk=stage.facilitator.pk)
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=stage.workshop.pk)
        running.go_to_kind(workshop, kind="vote", by=facilitator, now=now)
        opened = voting.open_ballots(workshop, list(stage.proposals.values()), RULE, by=facilitator, now=now)
    ballot_of = {ballot.proposal_id: ballot.pk for ballot in opened}
    return {comment: ballot_of[proposal] for comment, proposal in stage.proposals.items()}


def lost_and_duplicated(ballots: Collection[int], acknowledged: Iterable[str], sent: Iterable[str]) -> tuple[int, int]:
    """How many acknowledged votes are not kept, and how many are kept more than once or were never sent."""
    kept = Counter(Cast.objects.filter(ballot__in=ballots).values_list("key", flat=True))
    lost = sum(1 for key in acknowledged if not kept[key])
    known = set(sent)
    return lost, sum(n - 1 if key in known else n for key, n in kept.items())
