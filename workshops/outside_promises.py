"""Writing down a promise made outside a workshop; its owner says whether it was one, and how it goes (TR-02)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from commissioning import minutes
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import policy, promises
from workshops.models import Action, OutsidePromise
from workshops.promising import SIDE_OF


@dataclass(frozen=True)
class Said:
    """A promise as somebody remembers it. The owner is somebody of the cycle, or a name and their side."""

    text: str
    where: str
    made_on: date
    due: date
    person: Participant | None = None
    owner: str = ""
    side: str = ""
    promised_to: str = Action.To.EVERYBODY


def write_down(cycle: Cycle, said: Said, *, by: Participant, key: str, now: datetime) -> OutsidePromise:
    """Keep a promise made outside a workshop, once for one `key`. One's own is promised at once; anybody else's waits for their yes."""
    before = OutsidePromise.objects.filter(written_by=by, key=key).first()
    if before is not None:
        return before
    require(promises.why_not_outside(where=said.where, made_on=said.made_on, due=said.due, today=timezone.localdate(now)))
    if by.cycle_id != cycle.pk or (said.person is not None and said.person.cycle_id != cycle.pk):
        raise Refused(_("Choose somebody from this cycle."))
    side = SIDE_OF[said.person.group] if said.person else said.side
    if side not in Action.Side.values:
        raise Refused(_("Say whose promise it is: which side made it?"))
    try:
        with transaction.atomic():
            cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
            closed = cycle.state == Cycle.State.CLOSED
            require(ground_policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=closed))
            require(cycle.quiet)
            made = OutsidePromise.objects.create(
                cycle=cycle,
                text=clean_words(said.text, 300),
                where=clean_words(said.where, 200),
                made_on=said.made_on,
                due=said.due,
                side=side,
                owner=said.person.signature[:120] if said.person else clean_words(said.owner, 120),
                owner_participant=said.person,
                promised_to=said.promised_to,
                acceptance=promises.ACCEPTED if said.person == by else promises.PROPOSED,
                written_by=by,
                key=key,
                at=now,
            )
            what = _("{owner} is said to have promised, {where}: {text}", owner=made.owner, where=made.where, text=made.text)
            minutes.record(cycle, "outside promise", what, by=by, now=now)
    except IntegrityError:
        return OutsidePromise.objects.get(written_by=by, key=key)
    return made


def _held(promise: OutsidePromise) -> OutsidePromise:
    found = OutsidePromise.objects.select_for_update(of=("self",), no_key=True).select_related("cycle", "owner_participant")
    held = found.get(pk=promise.pk)
    require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=held.cycle.state == Cycle.State.CLOSED))
    return held


def may_answer(promise: OutsidePromise, by: Participant | None) -> bool:
    """Whether somebody may say for a promise whether it was one and how it goes.

    Its owner may; for an owner who is nobody of this cycle, whoever keeps the notes, because nobody else could.
    """
    if by is None or by.cycle_id != promise.cycle_id:
        return False
    if promise.owner_participant_id is not None:
        return by.pk == promise.owner_participant_id
    return policy.why_not_keep_notes(held_by(by)) is None


def answer(promise: OutsidePromise, *, yes: bool, reason: str = "", by: Participant, now: datetime) -> OutsidePromise:
    """The owner says whether they promised this; a no says what was meant, and stays in view."""
    with transaction.atomic():
        promise = _held(promise)
        if not may_answer(promise, by):
            raise Refused(_("Only the person who is said to have promised can answer this."))
        if promise.acceptance != promises.PROPOSED:
            raise Refused(_("This was answered already."))
        require(None if yes else promises.why_not_decline(reason))
        promise.acceptance = promises.ACCEPTED if yes else promises.DECLINED
        promise.decline_reason = "" if yes else printable(reason).strip()[:300]
        promise.save(update_fields=["acceptance", "decline_reason"])
        kept = _("{owner} stands by the promise: {text}", owner=promise.owner, text=promise.text)
        denied = _("{owner} did not promise: {text}", owner=promise.owner, text=promise.text)
        minutes.record(promise.cycle, "answer promise", kept if yes else denied, by=by, now=now, why=promise.decline_reason)
    return promise


def report_progress(promise: OutsidePromise, *, progress: str, reason: str = "", by: Participant, now: datetime) -> OutsidePromise:
    """Say that a promise is done, late or dropped."""
    with transaction.atomic():
        promise = _held(promise)
        if not may_answer(promise, by):
            raise Refused(_("Only its owner, the facilitator or the secretariat can do this."))
        require(promises.why_not_progress(promise.acceptance, progress, reason))
        promise.progress, promise.progress_reason = progress, printable(reason).strip()[:300]
        promise.save(update_fields=["progress", "progress_reason"])
        what = _("{text}: {standing}", text=promise.text, standing=Action.Progress(progress).label)
        minutes.record(promise.cycle, "promise progress", what, by=by, now=now, why=promise.progress_reason)
    return promise
