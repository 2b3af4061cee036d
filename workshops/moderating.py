"""Looking after what people say: the queue, showing and hiding with a reason, reports, and the private channel."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from commissioning import minutes
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Participant
from commissioning.people import held_by, role_codes
from commissioning.sentences import Refused, Sentence, require
from commissioning.sentences import Sentence as _
from workshops import ground_rules, rooms
from workshops.announcing import announce, turn_desks, turn_queue
from workshops.attending import held_for_talk
from workshops.mattering import region_of
from workshops.models import Comment, PrivateWord, Proposal, ProposalVersion, Report, Step, Suggestion, Workshop

Shown = Contribution.Moderation
WAITS = Q(held=True, moderation=Shown.WAITING, withdrawn_at=None)
LINES: dict[str, Sentence] = {
    Step.Act.APPROVE: _("Shown after it was looked at: {kind} {n}"),
    Step.Act.HIDE: _("Not shown: {kind} {n}"),
    Step.Act.SHOW: _("Shown again: {kind} {n}"),
    Step.Act.PRIVATE: _("Moved to the private channel: {kind} {n}"),
    Step.Act.LEAVE: _("Looked at and left as it is: {kind} {n}"),
    Step.Act.REDACT: _("Some words were taken out: {kind} {n}"),
}


def looks_first(workshop: Workshop) -> bool:
    """Whether what people write in this workshop is looked at before it is shown, whatever the part of the agenda asks."""
    return workshop.moderation == Workshop.Moderation.BEFORE


def choose(workshop: Workshop, *, when: str, by: Participant, now: datetime) -> None:
    """Choose whether what people write is looked at before or after it is shown."""
    require(ground_rules.why_not_look_after(held_by(by)))
    if when not in Workshop.Moderation.values:
        raise Refused(_("Choose when what people write is looked at."))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        workshop.moderation = when
        workshop.save(update_fields=["moderation"])
        what = _("What people write is looked at: {when}", when=workshop.get_moderation_display().lower())
        minutes.record(workshop.cycle, "moderation", what, by=by, now=now, place=workshop.slug)
        turn_queue(workshop.pk)
        announce(workshop.pk, f"desk-{workshop.pk}")


def take_step(workshop: Workshop, said: Contribution, *, act: str, reason: str = "", by: Participant, now: datetime) -> Step:
    """Approve, hide, show again, move to the private channel, or leave as it is; the author reads the reason.

    Reports about it are settled by the same step. Raises `Refused` without the permission, a reason, or when it makes no sense.
    """
    require(ground_rules.why_not_look_after(held_by(by)))
    if act not in LINES or act == Step.Act.REDACT:
        raise Refused(_("Choose what should happen with it."))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        said = Contribution.objects.select_for_update(of=("self",), no_key=True).get(
            rooms.said_on(workshop), pk=said.pk, cycle=workshop.cycle
        )
        require(ground_rules.why_not_step(act, standing(said), reason))
        if act in (Step.Act.APPROVE, Step.Act.SHOW):
            said.held, said.moderation = False, Shown.APPROVED
        elif act in (Step.Act.HIDE, Step.Act.PRIVATE):
            said.held, said.moderation = False, Shown.REJECTED if act == Step.Act.HIDE else Shown.PRIVATE
        said.save(update_fields=["held", "moderation"])
        return note_step(workshop, said, act, clean_words(reason, 300) if reason.strip() else "", by, now)


def note_step(workshop: Workshop, said: Contribution, act: str, reason: str, by: Participant, now: datetime) -> Step:
    """Keep a step that was taken, settle the reports it answers, write the minutes without the words, and tell the room."""
    step = Step.objects.create(contribution=said, act=act, reason=reason, by=by, at=now)
    if act != Step.Act.APPROVE:
        Report.objects.filter(contribution=said, settled=None).update(settled=step)
    what = _(LINES[act].text, kind=said.get_kind_display().lower(), n=said.pk)
    minutes.record(workshop.cycle, "moderation", what, by=by, now=now, why=reason, place=workshop.slug)
    turn_desks(workshop.pk)
    turn_queue(workshop.pk)
    announce(workshop.pk, *regions_of(workshop, said), f"desk-{workshop.pk}")
    return step


def is_waiting(said: Contribution) -> bool:
    """Whether it waits to be looked at before it is shown."""
    return said.held and said.moderation == Shown.WAITING and said.withdrawn_at is None


def standing(said: Contribution) -> ground_rules.Standing:
    """How it stands now, for the rules."""
    worded = Q(versions__contribution=said, versions__number=F("version"))
    return ground_rules.Standing(
        shown=said.is_shown,
        waiting=is_waiting(said),
        private=said.moderation == Shown.PRIVATE,
        in_vote=in_vote(said),
        present_words=Proposal.objects.filter(worded).exclude(contribution=said).exists(),
    )


def proposals_of(said: Contribution) -> QuerySet[Proposal]:
    """The proposals whose words these are, first or later, or that it is said about."""
    versions = ProposalVersion.objects.filter(contribution=said).values("proposal")
    comments = Comment.objects.filter(contribution=said).values("proposal")
    suggested = Suggestion.objects.filter(contribution=said).values("proposal")
    return Proposal.objects.filter(Q(contribution=said) | Q(pk__in=versions) | Q(pk__in=comments) | Q(pk__in=suggested)).distinct()


def in_vote(said: Contribution) -> bool:
    """Whether it is the words of something that is being voted on."""
    worded = Q(contribution=said) | Q(versions__contribution=said)
    return Proposal.objects.filter(worded, ballots__closed_at=None, ballots__isnull=False).exists()


def regions_of(workshop: Workshop, said: Contribution) -> list[str]:
    """Every region in which it stands."""
    own = region_of(workshop, said)
    return sorted({*([own] if own else []), *(f"proposal-{p.card_id}" for p in proposals_of(said))})


# Reports


def report(workshop: Workshop, said: Contribution, *, words: str, by: Participant, now: datetime) -> Report:
    """Ask the facilitator to look at something, with a few words. Its author never learns who asked; asked twice is once."""
    why = clean_words(words, 300)
    if by.cycle_id != workshop.cycle_id:
        raise Refused(_("You are not part of this workshop."))
    if by.withdrawn_at is not None:
        raise Refused(_("You have left this workshop."))
    with transaction.atomic():
        said = Contribution.objects.select_for_update(no_key=True).get(pk=said.pk)
        if not said.is_shown:
            raise Refused(_("This is not on the board any more."))
        made, new = Report.objects.get_or_create(contribution=said, by=by, settled=None, defaults={"words": why, "at": now})
        if new:
            # Without the person: who reports must not be found out from the minutes.
            what = _("Somebody asked for {kind} {n} to be looked at", kind=said.get_kind_display().lower(), n=said.pk)
            minutes.record(workshop.cycle, "report", what, by=None, now=now, place=workshop.slug)
            turn_queue(workshop.pk)
            announce(workshop.pk, f"desk-{workshop.pk}")
    return made


# The private channel


def may_read_private(said: Contribution, me: Participant | None) -> bool:
    """Whether somebody may read a remark that was moved to the private channel."""
    if me is None or me.cycle_id != said.cycle_id or said.moderation != Shown.PRIVATE:
        return False
    return ground_rules.may_read_private(mine=said.participant_id == me.pk, permissions=held_by(me), role_codes=role_codes(me))


def say_privately(workshop: Workshop, said: Contribution, *, text: str, by: Participant, key: str, now: datetime) -> PrivateWord:
    """Answer in the private channel. The same form sent twice is kept once. Raises `Refused` for anybody else."""
    words = clean_words(text)
    with transaction.atomic():
        require(held_for_talk(workshop, by).cycle.quiet)  # from here a message would have one reader only
        said = Contribution.objects.select_for_update(no_key=True).get(pk=said.pk)
        if not may_read_private(said, by) or by.withdrawn_at is not None:
            raise Refused(_("This is not for you to read."))
        made, new = PrivateWord.objects.get_or_create(by=by, key=key[:40], defaults={"contribution": said, "text": words, "at": now})
        if new:
            what = _("A line in the private channel about {kind} {n}", kind=said.get_kind_display().lower(), n=said.pk)
            minutes.record(workshop.cycle, "private", what, by=by, now=now, place=workshop.slug)
            turn_desks(workshop.pk)
            announce(workshop.pk, f"desk-{workshop.pk}")
    return made


# Looks


@dataclass
class Row:
    """Something in the queue: what was said, where, and what people wrote when they reported it."""

    said: Contribution
    about: str = ""
    reports: list[Report] = field(default_factory=list)


@dataclass
class Queue:
    """What the facilitator has to look at, and what they decided."""

    waiting: list[Row]
    reported: list[Row]
    private: list[Contribution]
    hidden: list[Contribution]


MOST = 50  # rows of each list on the queue page


def queue_of(workshop: Workshop) -> Queue:
    """The queue of a workshop; a fixed number of queries."""
    said = Contribution.objects.filter(rooms.said_on(workshop), cycle=workshop.cycle).select_related("participant__organisation")
    waiting = [Row(c) for c in said.filter(WAITS)[:MOST]]
    reported: dict[int, Row] = {}
    about = Report.objects.filter(settled=None, contribution__in=said).select_related("contribution__participant__organisation")
    for one in about[: MOST * 2]:
        reported.setdefault(one.contribution_id, Row(one.contribution)).reports.append(one)
    on = {
        c.contribution_id: c.proposal
        for c in Comment.objects.filter(contribution__in=[r.said.pk for r in waiting]).select_related("proposal")
    }
    for row in waiting:
        row.about = str(on.get(row.said.pk, ""))
    private = said.filter(moderation=Shown.PRIVATE).order_by("-pk")[:MOST]
    hidden = said.filter(moderation=Shown.REJECTED, source_ref="").order_by("-pk")[:MOST]
    return Queue(waiting, list(reported.values()), list(private), list(hidden))


def queue_length(workshop: Workshop) -> int:
    """How many things wait for the facilitator; two queries."""
    said = Contribution.objects.filter(rooms.said_on(workshop), cycle=workshop.cycle)
    reported = Report.objects.filter(settled=None, contribution__in=said)
    return said.filter(WAITS).count() + reported.values("contribution").distinct().count()


def last_steps(contributions: list[int]) -> dict[int, Step]:
    """The last thing the facilitator did about each of these; one query. Reports left as they were are not the author's to know."""
    steps = Step.objects.filter(contribution__in=contributions).exclude(act=Step.Act.LEAVE).order_by("pk")
    return {step.contribution_id: step for step in steps}


@dataclass
class Told:
    """What one person is told about what they said and what they reported."""

    waiting: list[Contribution] = field(default_factory=list)
    decided: list[tuple[Contribution, Step]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    private: list[Contribution] = field(default_factory=list)


TELL = 5  # rows of each kind on a desk


def told_to(workshop: Workshop, me: Participant) -> Told:
    """What this person's desk tells them; three queries, four for the lead commissioner."""
    mine = Contribution.objects.filter(rooms.said_on(workshop), cycle=workshop.cycle, participant=me, withdrawn_at=None)
    touched = mine.filter(WAITS | Q(moderation__lt=Shown.WAITING) | Q(redacted_at__isnull=False)).order_by("-pk")[: TELL * 3]
    listed = list(touched)
    steps = last_steps([c.pk for c in listed])
    told = Told(
        waiting=[c for c in listed if is_waiting(c)][:TELL],
        decided=[(c, steps[c.pk]) for c in listed if c.pk in steps and not is_waiting(c)][:TELL],
        reports=list(
            Report.objects.filter(by=me, contribution__in=Contribution.objects.filter(rooms.said_on(workshop)))
            .exclude(settled=None)
            .select_related("settled")
            .order_by("-pk")[:TELL]
        ),
    )
    if reads_private_channel(me):
        private = Contribution.objects.filter(rooms.said_on(workshop), cycle=workshop.cycle, moderation=Shown.PRIVATE)
        told.private = list(private.exclude(participant=me).order_by("-pk")[:TELL])
    return told


def reads_private_channel(me: Participant) -> bool:
    """Whether somebody reads the whole private channel: the facilitator and the lead commissioner."""
    return ground_rules.may_read_private(mine=False, permissions=held_by(me), role_codes=role_codes(me))
