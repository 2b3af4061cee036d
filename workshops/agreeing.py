"""Recording what a room agreed, with its dissent; marking a reservation; reopening, never silently."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning import minutes, roles
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute, kept_before, printable
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from workshops import letters, phases, policy, rules, unsealing
from workshops.announcing import announce
from workshops.attending import held_for_talk, here
from workshops.models import Agreement, Attendance, Ballot, Comment, Letter, Proposal, Seat, Workshop


def on_the_board(proposal: Proposal) -> None:
    """Stop an act on a proposal that has left the board, as it is in the database now. Raises `Refused` with where it went."""
    merged_into, set_aside_at = Proposal.objects.values_list("merged_into", "set_aside_at").get(pk=proposal.pk)
    require(policy.why_not_touch(merged=merged_into is not None, set_aside=set_aside_at is not None))


def last_ballot(proposal: Proposal) -> Ballot | None:
    """The latest round on the present words of a proposal, open or closed."""
    return proposal.ballots.filter(version__number=proposal.version).order_by("-round").first()


def unrecorded_in(workshop: Workshop) -> QuerySet[Ballot]:
    """The latest closed round of each proposal that nothing has been recorded from."""
    later = Ballot.objects.filter(proposal=OuterRef("proposal"), round__gt=OuterRef("round"))
    recorded = Agreement.objects.filter(ballot=OuterRef("pk"))
    on_board = Proposal.objects.on_board().filter(workshop=workshop, contribution__in=Contribution.objects.shown())
    signals = Ballot.objects.filter(workshop=workshop, proposal__in=on_board, method=Ballot.Method.SIGNAL).exclude(closed_at=None)
    return signals.filter(~Exists(later), ~Exists(recorded))  # nothing is recorded of what was hidden


def record_agreement(proposal: Proposal, *, state: str, reason: str = "", by: Participant, now: datetime) -> Agreement:
    """Record what the room agreed about the present words of a proposal, with counts by group and every dissenting reason.

    Raises `Refused` when the rule was not met, an outcome has no indicator, or a departure from the rule has no reason.
    """
    require(policy.why_not_facilitate(held_by(by)))
    reason = printable(reason)
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=proposal.workshop_id)
        require(phases.why_not_now(workshop.phase, phases.AGREE))
        proposal = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
        on_the_board(proposal)
        ballot = last_ballot(proposal)
        if ballot is not None and ballot.is_open:
            raise Refused(_("Close the voting on this first."))
        result = unsealing.result_of(ballot) if ballot else None
        require(rules.why_not_record(state, result, reason, proposal.indicators.count(), proposal.kind))
        reopen(proposal, by=by, now=now, why=reason or on_record(lambda: str(_("Recorded again"))))
        agreement = Agreement.objects.create(
            proposal=proposal,
            version=proposal.versions.get(number=proposal.version),
            ballot=ballot,
            state=state,
            counts=[vars(f.count) for f in result.findings] if result else [],
            explanation=on_record(lambda: [str(line) for line in result.explain()] if result else []),
            dissent=dissent_in(ballot),
            reason=reason.strip()[:500],
            by=by,
            at=now,
        )
        what = _("Proposal {n}: {state}", n=proposal.pk, state=rules.STATES[state])
        minutes.record(
            workshop.cycle,
            "agreement",
            what,
            by=by,
            now=now,
            why=reason or " ".join(agreement.explanation),
            place=workshop.slug,
        )
        announce(workshop.pk, f"proposal-{proposal.for_outcome_id or proposal.pk}", f"desk-{workshop.pk}")
    return agreement


def dissent_in(ballot: Ballot | None) -> list[dict[str, Any]]:
    """The reasons given against a closed ballot, by group and never by name."""
    if ballot is None:
        return []
    against = unsealing.reasons_against([ballot], unsealing.counts([ballot.pk])).get(ballot.pk, [])
    return [kept_beside(said.group, said.choice, said.reason, said.language) for said in against]


def kept_beside(group: str, choice: str, reason: str, language: str) -> dict[str, Any]:
    """One reason as an agreement keeps it; its language is named when it is not English."""
    return {"group": group, "choice": choice, "reason": reason} | ({} if language == "en" else {"language": language})


def reserve(proposal: Proposal, *, text: str, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY) -> Agreement:
    """Mark a reservation on something agreed: it stays agreed, now with the reservation kept and printed (PL-05)."""
    words = clean_words(text, 500)
    with transaction.atomic():
        workshop = held_for_talk(proposal.workshop, by)
        if kept_before(by=by, kind="reservation", text=words, key=key) is not None:
            return Agreement.objects.filter(proposal=proposal).latest("pk")
        place = here(workshop, by, now)
        if not place.has_voice:
            raise Refused(_("Your role has no voice in agreements."))
        require(policy.why_not_do(place, phases.AGREE))
        on_the_board(proposal)
        current = Agreement.objects.select_for_update(no_key=True).filter(proposal=proposal, superseded_at=None).first()
        if current is None or not current.holds:
            raise Refused(_("A reservation belongs to something agreed. This is not agreed."))
        said, __ = contribute(
            cycle=workshop.cycle, by=by, kind="reservation", text=words, key=key, now=now, place=workshop.slug, manner=manner
        )
        Comment.objects.create(proposal=proposal, contribution=said)
        Agreement.objects.filter(pk=current.pk).update(superseded_at=now)
        copied = {name: getattr(current, name) for name in ("version", "ballot", "counts", "explanation", "reason")}
        agreement = Agreement.objects.create(
            proposal=proposal,
            state=rules.RESERVED,
            dissent=[*current.dissent, kept_beside(by.group, "reservation", words, manner.language)],
            by=by,
            at=now,
            **copied,
        )
        minutes.record(
            workshop.cycle,
            "reservation",
            _("A reservation on proposal {n}", n=proposal.pk),
            by=by,
            now=now,
            place=workshop.slug,
        )
        announce(workshop.pk, f"proposal-{proposal.pk}", f"desk-{workshop.pk}")
    return agreement


def reopen(proposal: Proposal, *, by: Participant, now: datetime, why: str, told: str | None = None) -> None:
    """End the present agreement on a proposal, in the open: the minutes say who, what and why, and those who agreed are told (PS-07).

    `told` is the reason for their letter, where it is not that of the minutes: the letter finds the one of new words itself.
    """
    current = Agreement.objects.filter(proposal=proposal, superseded_at=None).first()
    if current is None:
        return
    Agreement.objects.filter(pk=current.pk).update(superseded_at=now)
    workshop = proposal.workshop
    what = _("Reopened: proposal {n} was {state}", n=proposal.pk, state=on_record(lambda: str(rules.STATES[current.state]).lower()))
    minutes.record(workshop.cycle, "reopen", what, by=by, now=now, why=why, place=workshop.slug)
    if current.holds:
        _tell_entitled(current, why if told is None else told, by, now)


def _tell_entitled(ended: Agreement, reason: str, by: Participant, now: datetime) -> None:
    """A letter to everybody who could vote on it and not to those who did, or said yes: having it tells nothing of a vote."""
    workshop = ended.proposal.workshop
    entitled = Q(pk__in=Attendance.objects.filter(workshop=workshop).values("participant"))
    if ended.ballot_id is not None:
        seats = Seat.objects.filter(ballot=ended.ballot_id)
        entitled = Q(pk__in=seats.values("participant")) | Q(group="vso", organisation__in=seats.values("organisation"))
    who = roles.ROLES["facilitator"].title if roles.FACILITATE in held_by(by) else _("whoever proposed it")
    what = _("Opened again by: {who}. The reason: {reason}", who=who, reason=reason) if reason else _("Opened again by: {who}", who=who)
    people = workshop.cycle.participants.filter(entitled)
    letters.tell(people, Letter.Kind.REOPENED, f"reopened:{ended.pk}", cycle=workshop.cycle, workshop=workshop, now=now, words=what)
