"""Gathering ideas, proposing, commenting and amending; every wording is kept."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from commissioning import minutes, roles, wording
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute, kept_before
from commissioning.models import Attribution, Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, on_record, require
from commissioning.sentences import Sentence as _
from workshops import agreeing, ground_rules, phases, policy
from workshops.agreeing import on_the_board
from workshops.announcing import announce, turn_desks, turn_queue
from workshops.attending import held_for_talk, here, is_here
from workshops.models import Activity, Comment, Idea, Proposal, ProposalVersion, Workshop


class SomebodyElseChanged(Refused):
    """The words changed while somebody was writing: both texts are shown, neither is lost."""

    def __init__(self, why: Sentence, current: str, yours: str) -> None:
        super().__init__(why)
        self.current = current
        self.yours = yours
        self.changes = wording.compare(current, yours)


@dataclass(frozen=True)
class Sending:
    """What a form brings: the kind of contribution it makes, its words, and its own key."""

    kind: str
    text: str
    key: str


def _ready(
    workshop: Workshop, by: Participant, doing: str, now: datetime, sent: Sending
) -> tuple[Workshop, Activity | None, Contribution | None]:
    """The workshop, locked, what is happening in it, and what this form made when it was sent before.

    When it is new, raises `Refused` unless `by` may do this in the present phase. What is kept already is kept, whatever the
    phase: its sender only never heard of it.
    """
    locked = held_for_talk(workshop, by)
    before = kept_before(by=by, kind=sent.kind, text=sent.text, key=sent.key)
    if before is not None:
        return locked, None, before
    require(policy.why_not_do(here(locked, by, now), doing))
    activity = Activity.objects.filter(workshop=locked, state=Activity.State.NOW).first()
    require(policy.why_not_wait(by.group, activity.group if activity else ""))
    return locked, activity, None


def _inside(workshop: Workshop, manner: Manner) -> Manner:
    """What is said in a room of its own stays within it until everybody meets again."""
    return replace(manner, within=True) if workshop.parent_id else manner


def _note(workshop: Workshop, act: str, what: Sentence, said: Contribution, now: datetime) -> None:
    """The minute of something said: by nobody, and without its words, when they are not shown under a name."""
    open_words = said.attribution == Attribution.NAMED and not said.held and not said.within
    plain = what if open_words else _("{kind} added", kind=Contribution.Kind(said.kind).label)
    minutes.record(workshop.cycle, act, plain, by=said.participant if open_words else None, now=now, place=workshop.slug)


Made = TypeVar("Made")


def already(made: Made | None) -> Made:
    """What a form made the first time it was sent. Raises `Refused` when its key was used for something else."""
    if made is None:
        raise Refused(_("This form was sent already. Load the page again."))
    return made


def add_idea(workshop: Workshop, *, kind: str, text: str, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY) -> Idea:
    """Put a need, an idea or something we already have on the board. The same form sent twice is kept once."""
    if kind not in ("need", "idea", "asset", "concern"):
        raise Refused(_("Choose what kind of thing this is."))
    with transaction.atomic():
        workshop, activity, before = _ready(workshop, by, phases.CONTRIBUTE, now, Sending(kind, text, key))
        if before is not None:
            return already(Idea.objects.filter(contribution=before).first())
        said, __ = contribute(
            cycle=workshop.cycle, by=by, kind=kind, text=text, key=key, now=now, place=workshop.slug, manner=_inside(workshop, manner)
        )
        idea = Idea.objects.create(workshop=workshop, contribution=said, activity=activity)
        _note(workshop, "idea", _("Put on the board: {kind}, number {n}", kind=Contribution.Kind(said.kind).label, n=idea.pk), said, now)
        _tell_of(workshop, said, f"idea-{idea.pk}")
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
        workshop, activity, before = _ready(workshop, by, phases.PROPOSE, now, Sending("proposal", draft.text, key))
        if before is not None:
            return already(Proposal.objects.filter(contribution=before).first())
        parent = _outcome_of(workshop, draft)
        benefits = clean_words(draft.who_benefits, 500) if draft.who_benefits.strip() else ""
        said, __ = contribute(
            cycle=workshop.cycle,
            by=by,
            kind="proposal",
            text=draft.text,
            key=key,
            now=now,
            place=workshop.slug,
            manner=_inside(workshop, manner),
        )
        proposal = Proposal.objects.create(
            workshop=workshop,
            kind=draft.kind,
            contribution=said,
            for_outcome=parent,
            text=said.text,
            who_benefits=benefits,
            language=said.language,
            at=said.at,
            activity=activity,
        )
        on_board = Idea.objects.filter(workshop=workshop).values("contribution")
        proposal.sources.set(Contribution.objects.filter(pk__in=draft.sources).filter(pk__in=on_board))
        ProposalVersion.objects.create(
            proposal=proposal, number=1, text=said.text, who_benefits=benefits, by=said.participant, contribution=said, at=said.at
        )
        _note(workshop, "propose", _("{kind} {n} was proposed", kind=Proposal.Kind(proposal.kind).label, n=proposal.pk), said, now)
        _tell_of(workshop, said, f"proposal-{proposal.card_id}", f"desk-{workshop.pk}")
    return proposal


def _outcome_of(workshop: Workshop, draft: Draft) -> Proposal | None:
    if draft.for_outcome is None:
        if draft.kind == Proposal.Kind.INDICATOR:
            raise Refused(_("Choose the outcome this is a sign of."))
        return None
    if draft.kind != Proposal.Kind.INDICATOR:
        raise Refused(_("Only an indicator belongs to an outcome."))
    parent = Proposal.objects.on_board().filter(pk=draft.for_outcome, workshop=workshop, kind=Proposal.Kind.OUTCOME).first()
    if parent is None:
        raise Refused(_("That outcome is not in this workshop."))
    return parent


FRAMEWORK_LINES = 200  # lines of a ready-made framework: more is a document, not a start


def propose_framework(workshop: Workshop, text: str, *, by: Participant, now: datetime) -> list[Proposal]:
    """Bring a ready-made framework in: a line is an outcome, a line that begins with a dash an indicator of the one before.

    Every line becomes a proposal of whoever brings it, open to change and to the vote like any other: never fixed text (PS-05).
    Raises `Refused` when an indicator comes first, or there is nothing in it.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][:FRAMEWORK_LINES]
    if not lines:
        raise Refused(_("Write one outcome on each line, and its indicators below it, each with a dash in front."))
    made: list[Proposal] = []
    outcome: Proposal | None = None
    with transaction.atomic():
        for line in lines:
            words = line.lstrip("-–•* ").strip()
            sign = line[0] in "-–•*"
            if sign and outcome is None:
                raise Refused(_("The first line must be an outcome, without a dash."))
            draft = Draft("indicator" if sign else "outcome", words, for_outcome=outcome.pk if sign and outcome else None)
            made.append(propose(workshop, draft, by=by, key=uuid.uuid4().hex, now=now))
            outcome = outcome if sign else made[-1]
    return made


def _tell_of(workshop: Workshop, said: Contribution, *regions: str) -> None:
    """Tell the room of something said; and the facilitator's desk when it waits to be looked at."""
    if said.held:
        turn_queue(workshop.pk)
        regions = (*regions, f"desk-{workshop.pk}")
    announce(workshop.pk, *regions)


def comment(
    proposal: Proposal,
    *,
    text: str,
    by: Participant,
    key: str,
    now: datetime,
    kind: str = "comment",
    manner: Manner = PLAINLY,
    mark: str = "",
    answers: Comment | None = None,
) -> Comment:
    """Say something about a proposal, marked for, against, question or feasibility, or in answer to a comment on it.

    The same form sent twice is kept once. An answer to an answer stands in the same thread. Feasibility is the commissioner
    side's professional view: it asks the proposer for an answer and stops nothing (PS-06).
    """
    require(ground_rules.why_not_mark(mark, by.group))
    thread = thread_of(proposal, answers)
    with transaction.atomic():
        workshop, _activity, before = _ready(proposal.workshop, by, phases.COMMENT, now, Sending(kind, text, key))
        if before is not None:
            return already(Comment.objects.filter(contribution=before).first())
        on_the_board(proposal)
        said, __ = contribute(
            cycle=workshop.cycle, by=by, kind=kind, text=text, key=key, now=now, place=workshop.slug, manner=_inside(workshop, manner)
        )
        made = Comment.objects.create(proposal=proposal, contribution=said, mark="" if thread else mark, answers=thread)
        asks = made.mark == Comment.Mark.FEASIBILITY
        settles = thread is not None and _answers_view(workshop, thread, by, now)
        what = _("A professional view on proposal {n}") if asks else _("A comment on proposal {n}")
        _note(workshop, "comment", _(what.text, n=proposal.pk), said, now)
        if asks or settles:
            turn_desks(workshop.pk)
        also = [f"desk-{workshop.pk}"] if asks or settles else []
        _tell_of(workshop, said, f"proposal-{proposal.card_id}", *also)
    return made


def thread_of(proposal: Proposal, answered: Comment | None) -> Comment | None:
    """The comment that begins the thread of the one answered. Raises `Refused` when it belongs to another proposal."""
    if answered is None:
        return None
    if answered.proposal_id != proposal.pk or not answered.contribution.is_shown:
        raise Refused(_("That comment is not here any more."))
    return answered.answers or answered


def _answers_view(workshop: Workshop, thread: Comment, by: Participant, now: datetime) -> bool:
    """Note that the proposer has answered a professional view; the facilitator may for a proposer who is not here."""
    author = thread.proposal.contribution.participant
    speaks = author.pk == by.pk or (roles.FACILITATE in held_by(by) and not is_here(workshop, author, now))
    if thread.mark != Comment.Mark.FEASIBILITY or thread.answered_at is not None or not speaks:
        return False
    Comment.objects.filter(pk=thread.pk).update(answered_at=now)
    return True


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
    suggested: Contribution | None = None,
    manner: Manner = PLAINLY,
) -> ProposalVersion:
    """Give a proposal new words; the old ones stay as history. What was agreed about it is reopened, never silently (PS-07).

    Only its proposer, or the facilitator for the room, may; `suggested` credits whoever suggested the words. Raises
    `SomebodyElseChanged` when the words are no longer those the writer saw, and `Refused` while it is being voted on.
    """
    with transaction.atomic():
        workshop, _activity, before = _ready(proposal.workshop, by, phases.AMEND, now, Sending("amendment", text, key))
        before = before or suggested
        kept = ProposalVersion.objects.filter(proposal=proposal, contribution=before).first() if before else None
        if kept is not None:
            return kept
        proposal = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
        on_the_board(proposal)
        words = clean_words(text)
        _require_new_words(proposal, words, seen_version, by)
        said = suggested or _said_as(workshop, "amendment", words, by=by, key=key, now=now, manner=manner)
        version = ProposalVersion.objects.create(
            proposal=proposal,
            number=proposal.version + 1,
            text=words,
            who_benefits=proposal.who_benefits if who_benefits is None else who_benefits.strip()[:500],
            why=why.strip()[:500],
            by=said.participant,
            contribution=said,
            at=now,
        )
        _take_words_of(proposal, version)
        _reopen_for(workshop, proposal, version, by, now)
    return version


def _said_as(workshop: Workshop, kind: str, words: str, *, by: Participant, key: str, now: datetime, manner: Manner) -> Contribution:
    return contribute(cycle=workshop.cycle, by=by, kind=kind, text=words, key=key, now=now, place=workshop.slug, manner=manner)[0]


def _take_words_of(proposal: Proposal, version: ProposalVersion) -> None:
    names = ("text", "who_benefits", "language")
    proposal.version = version.number
    for name in names:
        setattr(proposal, name, getattr(version, name))
    proposal.save(update_fields=["version", *names])


def _reopen_for(workshop: Workshop, proposal: Proposal, version: ProposalVersion, by: Participant, now: datetime) -> None:
    kept = on_record(lambda: str(_("The reason is kept with version {n}", n=version.number))) if version.why else ""
    agreeing.reopen(proposal, by=by, now=now, why=kept or on_record(lambda: str(_("New words"))), told="")
    if proposal.for_outcome is not None:  # a sign is agreed with its outcome, so the outcome is open again too
        why = on_record(lambda: str(_("New words for one of its signs, proposal {n}", n=proposal.pk)))
        agreeing.reopen(proposal.for_outcome, by=by, now=now, why=why)
    what = _("New words for proposal {n}: version {version}", n=proposal.pk, version=version.number)
    minutes.record(workshop.cycle, "amend", what, by=by, now=now, why=kept, place=workshop.slug)
    announce(workshop.pk, f"proposal-{proposal.card_id}", f"desk-{workshop.pk}")


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
