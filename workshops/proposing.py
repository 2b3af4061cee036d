"""Gathering ideas, proposing, commenting and amending; every wording is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from commissioning import minutes, roles
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute, kept_before
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, on_record, require
from commissioning.sentences import Sentence as _
from workshops import agreeing, phases, policy
from workshops.announcing import announce
from workshops.attending import here
from workshops.models import Comment, Idea, Proposal, ProposalVersion, Workshop


class SomebodyElseChanged(Refused):
    """The words changed while somebody was writing: both texts are shown, neither is lost."""

    def __init__(self, why: Sentence, current: str, yours: str) -> None:
        super().__init__(why)
        self.current = current
        self.yours = yours


def _ready(workshop: Workshop, by: Participant, doing: str, *, kind: str, text: str, key: str) -> tuple[Workshop, Contribution | None]:
    """The workshop, locked, and what this form made when it was sent before.

    When it is new, raises `Refused` unless `by` may do this in the present phase. What is kept already is kept, whatever the
    phase: its sender only never heard of it.
    """
    locked = Workshop.objects.select_for_update().select_related("cycle").get(pk=workshop.pk)
    if by.cycle_id != locked.cycle_id:
        raise Refused(_("You are not part of this workshop."))
    before = kept_before(by=by, kind=kind, text=text, key=key)
    if before is None:
        require(policy.why_not_do(here(locked, by), doing))
    return locked, before


Made = TypeVar("Made")


def _already(made: Made | None) -> Made:
    """What a form made the first time it was sent. Raises `Refused` when its key was used for something else."""
    if made is None:
        raise Refused(_("This form was sent already. Load the page again."))
    return made


def add_idea(workshop: Workshop, *, kind: str, text: str, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY) -> Idea:
    """Put a need, an idea or something we already have on the board. The same form sent twice is kept once."""
    if kind not in ("need", "idea", "asset", "concern"):
        raise Refused(_("Choose what kind of thing this is."))
    with transaction.atomic():
        workshop, before = _ready(workshop, by, phases.CONTRIBUTE, kind=kind, text=text, key=key)
        if before is not None:
            return _already(Idea.objects.filter(contribution=before).first())
        said, __ = contribute(cycle=workshop.cycle, by=by, kind=kind, text=text, key=key, now=now, place=workshop.slug, manner=manner)
        idea = Idea.objects.create(workshop=workshop, contribution=said)
        minutes.record(
            workshop.cycle,
            "idea",
            _("{kind}: {text}", kind=Contribution.Kind(said.kind).label, text=said.text[:200]),
            by=by,
            now=now,
            place=workshop.slug,
        )
        announce(workshop.pk, f"idea-{idea.pk}")
    return idea


@dataclass(frozen=True)
class Draft:
    """A proposal as somebody writes it."""

    kind: str
    text: str
    who_benefits: str = ""
    for_outcome: int | None = None
    sources: Collection[int] = ()


def propose(workshop: Workshop, draft: Draft, *, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY) -> Proposal:
    """Put something forward for the room to agree. The same form sent twice makes one proposal.

    Raises `Refused` in the wrong phase, or when an indicator belongs to something that is not an outcome here.
    """
    if draft.kind not in Proposal.Kind.values or draft.kind == Proposal.Kind.STATEMENT:
        raise Refused(_("Choose what you propose: an outcome, an indicator, a need, a standard or an activity measure."))
    with transaction.atomic():
        workshop, before = _ready(workshop, by, phases.PROPOSE, kind="proposal", text=draft.text, key=key)
        if before is not None:
            return _already(Proposal.objects.filter(contribution=before).first())
        parent = _outcome_of(workshop, draft)
        benefits = clean_words(draft.who_benefits, 500) if draft.who_benefits.strip() else ""
        said, __ = contribute(
            cycle=workshop.cycle, by=by, kind="proposal", text=draft.text, key=key, now=now, place=workshop.slug, manner=manner
        )
        proposal = Proposal.objects.create(
            workshop=workshop,
            kind=draft.kind,
            contribution=said,
            for_outcome=parent,
            text=said.text,
            who_benefits=benefits,
            language=said.language,
            at=now,
        )
        proposal.sources.set(Contribution.objects.filter(pk__in=draft.sources, cycle=workshop.cycle, place=workshop.slug))
        ProposalVersion.objects.create(
            proposal=proposal,
            number=1,
            text=said.text,
            who_benefits=benefits,
            by=by,
            contribution=said,
            at=now,
        )
        what = _("{kind} proposed: {text}", kind=Proposal.Kind(proposal.kind).label, text=said.text[:300])
        minutes.record(workshop.cycle, "propose", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"proposal-{parent.pk if parent else proposal.pk}", f"desk-{workshop.pk}")
    return proposal


def _outcome_of(workshop: Workshop, draft: Draft) -> Proposal | None:
    if draft.for_outcome is None:
        if draft.kind == Proposal.Kind.INDICATOR:
            raise Refused(_("Choose the outcome this is a sign of."))
        return None
    if draft.kind != Proposal.Kind.INDICATOR:
        raise Refused(_("Only an indicator belongs to an outcome."))
    parent = Proposal.objects.filter(pk=draft.for_outcome, workshop=workshop, kind=Proposal.Kind.OUTCOME).first()
    if parent is None:
        raise Refused(_("That outcome is not in this workshop."))
    return parent


def comment(
    proposal: Proposal, *, text: str, by: Participant, key: str, now: datetime, kind: str = "comment", manner: Manner = PLAINLY
) -> Comment:
    """Say something about a proposal. The same form sent twice is kept once."""
    with transaction.atomic():
        workshop, before = _ready(proposal.workshop, by, phases.COMMENT, kind=kind, text=text, key=key)
        if before is not None:
            return _already(Comment.objects.filter(contribution=before).first())
        said, __ = contribute(cycle=workshop.cycle, by=by, kind=kind, text=text, key=key, now=now, place=workshop.slug, manner=manner)
        made = Comment.objects.create(proposal=proposal, contribution=said)
        minutes.record(
            workshop.cycle,
            "comment",
            _("On “{about}”: {text}", about=proposal, text=said.text[:200]),
            by=by,
            now=now,
            place=workshop.slug,
        )
        announce(workshop.pk, f"proposal-{proposal.pk}")
    return made


def amend(
    proposal: Proposal,
    *,
    text: str,
    why: str,
    seen_version: int,
    by: Participant,
    key: str,
    now: datetime,
    who_benefits: str | None = None,
    manner: Manner = PLAINLY,
) -> ProposalVersion:
    """Give a proposal new words; the old ones stay as history. What was agreed about it is reopened, never silently (PS-07).

    Only its proposer, or the facilitator for the room, may. Raises `SomebodyElseChanged` when the words are no longer those the
    writer saw, and `Refused` while it is being voted on.
    """
    with transaction.atomic():
        workshop, before = _ready(proposal.workshop, by, phases.AMEND, kind="amendment", text=text, key=key)
        if before is not None:
            return _already(ProposalVersion.objects.filter(contribution=before).first())
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        words = clean_words(text)
        _require_new_words(proposal, words, seen_version, by)
        said, __ = contribute(
            cycle=workshop.cycle, by=by, kind="amendment", text=words, key=key, now=now, place=workshop.slug, manner=manner
        )
        version = ProposalVersion.objects.create(
            proposal=proposal,
            number=proposal.version + 1,
            text=words,
            who_benefits=proposal.who_benefits if who_benefits is None else who_benefits.strip()[:500],
            why=why.strip()[:500],
            by=by,
            contribution=said,
            at=now,
        )
        _take_words_of(proposal, version)
        agreeing.reopen(proposal, by=by, now=now, why=why or on_record(lambda: str(_("New words"))))
        what = _("New words for “{old}”: {new}", old=proposal.versions.get(number=version.number - 1), new=words[:300])
        minutes.record(workshop.cycle, "amend", what, by=by, now=now, why=why, place=workshop.slug)
        announce(workshop.pk, f"proposal-{proposal.for_outcome_id or proposal.pk}", f"desk-{workshop.pk}")
    return version


def _take_words_of(proposal: Proposal, version: ProposalVersion) -> None:
    names = ("text", "who_benefits", "language")
    proposal.version = version.number
    for name in names:
        setattr(proposal, name, getattr(version, name))
    proposal.save(update_fields=["version", *names])


def _require_new_words(proposal: Proposal, words: str, seen_version: int, by: Participant) -> None:
    mine = proposal.contribution.participant_id == by.pk
    if not mine and roles.FACILITATE not in held_by(by):
        raise Refused(_("Only its proposer or the facilitator can change these words. Say it as a comment."))
    if proposal.version != seen_version:
        raise SomebodyElseChanged(
            _("Somebody changed these words while you were writing. Both are shown; nothing is lost."),
            proposal.text,
            words,
        )
    if proposal.ballots.filter(closed_at=None).exists():
        raise Refused(_("This is being voted on, so its words cannot change now."))
