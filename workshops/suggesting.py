"""Suggesting better words for somebody else's proposal, and answering: accept, decline with a reason, or keep both."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.db.models import Q, QuerySet

from commissioning import minutes, roles, wording
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import ground_rules, phases, policy, proposing
from workshops.announcing import announce, turn_desks
from workshops.attending import held_for_talk, here, is_here
from workshops.models import Proposal, ProposalVersion, Suggestion, Workshop


def suggest(
    proposal: Proposal, *, text: str, why: str, seen_version: int, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY
) -> Suggestion:
    """Suggest new words for somebody else's proposal, with a reason. The same form sent twice is kept once.

    Raises `Refused` in the wrong phase, for one's own proposal, without a reason, or when nothing would change.
    """
    words, reason = clean_words(text), clean_words(why, 500)
    with transaction.atomic():
        workshop = _ready(proposal.workshop, by)
        proposal = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
        require(
            ground_rules.why_not_suggest(
                mine=proposal.contribution.participant_id == by.pk,
                in_vote=proposal.ballots.filter(closed_at=None).exists(),
                same_words=words == proposal.text,
            )
        )
        said, new = contribute(
            cycle=workshop.cycle, by=by, kind="amendment", text=words, key=key, now=now, place=workshop.slug, manner=manner
        )
        if not new:
            return proposing.already(Suggestion.objects.filter(contribution=said).first())
        against = proposal.versions.filter(number=min(max(seen_version, 1), proposal.version)).first()
        made = Suggestion.objects.create(
            proposal=proposal,
            contribution=said,
            against=against or proposal.versions.get(number=proposal.version),
            why=reason,
            at=now,
        )
        _note(made, _("New words were suggested for proposal {n}", n=proposal.pk), by, now)
    return made


def _ready(workshop: Workshop, by: Participant) -> Workshop:
    locked = held_for_talk(workshop, by)
    require(policy.why_not_do(here(locked, by), phases.AMEND))
    return locked


def _note(suggestion: Suggestion, what: _, by: Participant, now: datetime, why: str = "") -> None:
    workshop, proposal = suggestion.proposal.workshop, suggestion.proposal
    minutes.record(workshop.cycle, "suggestion", what, by=by, now=now, why=why, place=workshop.slug)
    turn_desks(workshop.pk)
    announce(workshop.pk, f"proposal-{proposal.card_id}", f"desk-{workshop.pk}")


def _answerable(suggestion: Suggestion, by: Participant, now: datetime) -> Suggestion:
    """The suggestion, locked, when `by` may answer it now; else raises `Refused`."""
    workshop = _ready(suggestion.proposal.workshop, by)
    locked = Suggestion.objects.select_for_update(no_key=True).get(pk=suggestion.pk)
    author = locked.proposal.contribution.participant
    require(
        ground_rules.why_not_answer(
            mine=author.pk == by.pk,
            facilitates=roles.FACILITATE in held_by(by),
            author_here=is_here(workshop, author, now),
            is_open=locked.state == Suggestion.State.OPEN,
        )
    )
    if not locked.contribution.is_shown:
        raise Refused(_("This suggestion is not shown any more."))
    return locked


def _settle(suggestion: Suggestion, state: str, by: Participant, now: datetime, reason: str = "") -> None:
    suggestion.state, suggestion.reason = state, reason
    suggestion.answered_by, suggestion.answered_at = by, now
    suggestion.save(update_fields=["state", "reason", "answered_by", "answered_at", "became"])
    what = _(
        "Suggestion {n} on proposal {p}: {state}", n=suggestion.pk, p=suggestion.proposal_id, state=suggestion.get_state_display().lower()
    )
    _note(suggestion, what, by, now)


def accept(suggestion: Suggestion, *, seen_version: int, by: Participant, now: datetime) -> ProposalVersion:
    """Make the suggested words the new version, credited to whoever suggested them.

    Raises `SomebodyElseChanged` when the words are no longer those the answerer saw beside the suggestion.
    """
    with transaction.atomic():
        suggestion = _answerable(suggestion, by, now)
        said = suggestion.contribution
        version = proposing.amend(
            suggestion.proposal,
            text=said.text,
            why=suggestion.why,
            seen_version=seen_version,
            by=by,
            key=said.key,
            now=now,
            suggested=said,
        )
        _settle(suggestion, Suggestion.State.ACCEPTED, by, now)
    return version


def decline(suggestion: Suggestion, *, reason: str, by: Participant, now: datetime) -> None:
    """Keep the words as they are, with a reason that whoever suggested others will read."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        _settle(_answerable(suggestion, by, now), Suggestion.State.DECLINED, by, now, words)


def keep_both(suggestion: Suggestion, *, by: Participant, now: datetime) -> Proposal:
    """Put the suggested words beside the first as a proposal of their own, linked to it and to what it builds on."""
    with transaction.atomic():
        suggestion = _answerable(suggestion, by, now)
        first, said = suggestion.proposal, suggestion.contribution
        made = Proposal.objects.create(
            workshop=first.workshop,
            kind=first.kind,
            contribution=said,
            for_outcome=first.for_outcome,
            text=said.text,
            who_benefits=first.who_benefits,
            at=now,
        )
        made.sources.set([first.contribution, *first.sources.all()])
        ProposalVersion.objects.create(
            proposal=made,
            number=1,
            text=said.text,
            who_benefits=made.who_benefits,
            why=suggestion.why,
            by=said.participant,
            contribution=said,
            at=now,
        )
        suggestion.became = made
        _settle(suggestion, Suggestion.State.BOTH, by, now)
        minutes.record(
            first.workshop.cycle,
            "propose",
            _("{kind} {n} was proposed beside proposal {first}", kind=made.get_kind_display(), n=made.pk, first=first.pk),
            by=by,
            now=now,
            place=first.workshop.slug,
        )
        announce(first.workshop_id, f"proposal-{made.card_id}", f"desk-{first.workshop_id}")
    return made


# Looks


@dataclass
class Offer:
    """A suggestion as its page and desk show it: what it would change in the words of today, and who may answer."""

    suggestion: Suggestion
    may_answer: bool = False
    mine: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.suggestion.state == Suggestion.State.OPEN

    @property
    def moved_on(self) -> bool:
        """Whether the words changed after it was made."""
        return self.is_open and self.suggestion.against.number != self.suggestion.proposal.version

    @cached_property
    def changes(self) -> list[wording.Piece]:
        """From the words it stands against, today's while it is open, to those suggested."""
        before = self.suggestion.proposal.text if self.is_open else self.suggestion.against.text
        return wording.compare(before, self.suggestion.contribution.text)


_WITH = ("proposal__contribution__participant", "contribution__participant__organisation", "against", "answered_by__organisation", "became")


def _shown(**where: object) -> QuerySet[Suggestion]:
    shown = Contribution.objects.shown()
    found = Suggestion.objects.filter(contribution__in=shown, proposal__contribution__in=shown, **where)
    return found.select_related(*_WITH).order_by("-pk")


def offers_on(proposal: Proposal, me: Participant | None, now: datetime) -> list[Offer]:
    """What has been suggested for one proposal, newest first."""
    place = here(proposal.workshop, me) if me else None
    listed = list(_shown(proposal=proposal))
    may = False
    if listed and me is not None and place is not None and policy.why_not_do(place, phases.AMEND) is None:
        author = proposal.contribution.participant
        may = author.pk == me.pk or (roles.FACILITATE in place.permissions and not is_here(proposal.workshop, author, now))
    return [
        Offer(one, may and one.state == Suggestion.State.OPEN, me is not None and one.contribution.participant_id == me.pk)
        for one in listed
    ]


MOST = 5  # suggestions on a desk: the rest are on the proposals' pages


@dataclass
class Mail:
    """What one person's desk says of suggestions: those they may answer, and what became of theirs."""

    to_answer: list[Offer] = field(default_factory=list)
    answered: list[Offer] = field(default_factory=list)


def mail_for(workshop: Workshop, me: Participant, here: set[int] | None) -> Mail:
    """The suggestions on one person's desk; one query. `here` is who is in the room, for the facilitator only."""
    is_open, own = Q(state=Suggestion.State.OPEN), Q(contribution__participant=me)
    to_me = is_open & Q(proposal__contribution__participant=me) if here is None else is_open
    mail = Mail()
    for one in _shown(proposal__workshop=workshop).filter(to_me | (own & ~is_open))[:50]:
        if one.state != Suggestion.State.OPEN:
            mail.answered.append(Offer(one, mine=True))
        elif here is None or one.proposal.contribution.participant_id not in here - {me.pk}:
            mail.to_answer.append(Offer(one, may_answer=True))
    return Mail(mail.to_answer[:MOST], mail.answered[:MOST])
