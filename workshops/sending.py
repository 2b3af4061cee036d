"""Sending: one letter to each person who asked, once, in the format they asked for; the rest become requests with a date."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from commissioning import hearing_back, minutes, policy, roles
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import handing_out, pulse, writing
from workshops.models import Action, Attendance, Closing, Letter, Workshop

logger = logging.getLogger(__name__)

BY_HAND_WITHIN = timedelta(days=28)  # what the authority promises for audio, Braille, easy read and Welsh
STUCK_AFTER = timedelta(minutes=10)
MOST_TRIES = 8
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _start(letters: Iterable[Letter]) -> None:
    """Ask for these to be sent after this transaction."""
    from workshops import tasks  # noqa: PLC0415 (the tasks call this module: the import would go round)

    for letter in letters:
        if letter.state == Letter.State.WAITING:
            tasks.send_letter.delay_on_commit(letter.pk)


def wishes_for(workshop: Workshop) -> list[hearing_back.Wish]:
    """What everybody who came asked for."""
    came = Attendance.objects.filter(workshop=workshop).values("participant")
    return hearing_back.wishes_of(Participant.objects.filter(pk__in=came, withdrawn_at=None))


def send_summaries(closing: Closing, *, now: datetime) -> list[Letter]:
    """Everybody who asked gets the summary of this closing once (FB-04); formats a person makes get a date (PN-04)."""
    waiting = [w for w in wishes_for(closing.workshop) if w.asked and (w.email or w.by_hand)]
    return _once(closing, Letter.Kind.SUMMARY, waiting, now)


def _once(closing: Closing, kind: str, wishes: list[hearing_back.Wish], now: datetime) -> list[Letter]:
    already = set(Letter.objects.filter(closing=closing, kind=kind).values_list("participant", flat=True))
    by_hand, due = kind == Letter.Kind.SUMMARY, now.date() + BY_HAND_WITHIN
    rows = [
        Letter(
            workshop=closing.workshop,
            closing=closing,
            kind=kind,
            participant=wish.participant,
            address=wish.email,
            form=wish.form,
            by_post=wish.by_post,
            state=Letter.State.BY_HAND if by_hand and wish.by_hand else Letter.State.WAITING,
            due=due if by_hand and wish.by_hand else None,
            asked_at=now,
        )
        for wish in wishes
        if wish.participant.pk not in already
    ]
    # Two at once both find nobody written down; the database keeps one row for each person.
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    made = list(Letter.objects.filter(closing=closing, kind=kind).exclude(participant__in=already))
    _start(made)
    return made


def ask_owner(action: Action, *, now: datetime) -> None:
    """Ask an owner who is not here by e-mail, once for each address."""
    if not action.owner_email or action.acceptance != Action.Acceptance.PROPOSED:
        return
    letter, new = Letter.objects.get_or_create(
        action=action,
        address=action.owner_email,
        kind=Letter.Kind.PROMISE,
        defaults={"workshop": action.workshop, "asked_at": now},
    )
    if new:
        _start([letter])


def ask_later(now: datetime) -> int:
    """Write the six-month letters that are due: those who came and left an address; returns how many are new (RV-14)."""
    written = 0
    closed = Workshop.objects.exclude(closed_at=None).filter(closed_at__lte=now - timedelta(days=181))
    for workshop in closed.select_related("cycle"):
        closing = workshop.closings.order_by("-number").first()
        if closing is None or now < pulse.six_months_after(workshop.closed_at or now):
            continue
        with transaction.atomic():
            wishes = [w for w in wishes_for(workshop) if w.asked and w.email]
            written += len(_once(closing, Letter.Kind.LATER, wishes, now))
    return written


def send(letter_id: int, *, now: datetime) -> bool:
    """Send one letter; whether it went now. Taking it is one statement, so that of two workers one sends.

    A worker that dies between the post office and the last line sends it again later, under the same message number, by
    which mail programs know it for the same.
    """
    free = Q(state__in=(Letter.State.WAITING, Letter.State.FAILED)) | Q(state=Letter.State.SENDING, claimed_at__lt=now - STUCK_AFTER)
    taken = Letter.objects.filter(free, pk=letter_id, tries__lt=MOST_TRIES)
    if not taken.update(state=Letter.State.SENDING, claimed_at=now, tries=F("tries") + 1):
        return False
    letter = Letter.objects.select_related("workshop__cycle__authority", "closing", "action__workshop__cycle", "participant").get(
        pk=letter_id
    )
    try:
        message_for(letter).send()
    except Exception as wrong:  # noqa: BLE001 (whatever the post office says, the row must tell that it did not go)
        logger.warning("letter %s did not go: %s", letter.pk, type(wrong).__name__)
        Letter.objects.filter(pk=letter_id).update(state=Letter.State.FAILED)
        return False
    Letter.objects.filter(pk=letter_id).update(state=Letter.State.SENT, sent_at=timezone.now())
    return True


def to_try_again(now: datetime) -> list[int]:
    """Letters that should have gone and did not."""
    late = Q(state=Letter.State.FAILED) | Q(state=Letter.State.WAITING, asked_at__lt=now - STUCK_AFTER)
    stuck = Q(state=Letter.State.SENDING, claimed_at__lt=now - STUCK_AFTER)
    return list(Letter.objects.filter(late | stuck, tries__lt=MOST_TRIES).values_list("pk", flat=True))


def message_for(letter: Letter) -> EmailMessage:
    """A letter as e-mail: plain text, and for a summary the Word document in the size that was asked for."""
    subject, body = writing.of_letter(letter)
    host = settings.SITE_ADDRESS.partition("//")[2].partition("/")[0].partition(":")[0] or "localhost"
    headers = {"Message-ID": f"<letter-{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject, body, to=[letter.address], headers=headers)
    if letter.kind == Letter.Kind.SUMMARY and letter.closing is not None:
        large = letter.form == "large"
        name = f"{letter.workshop.slug}-large-print.docx" if large else f"{letter.workshop.slug}.docx"
        message.attach(name, handing_out.document(letter.closing, large=large), DOCX)
    return message


@dataclass(frozen=True)
class Progress:
    """How far the sending of a summary is."""

    sent: int
    asked: int
    failed: int
    by_hand: int
    overdue: int

    @property
    def waiting(self) -> int:
        """How many have not gone yet, those a person makes included."""
        return self.asked - self.sent

    @property
    def words(self) -> _:
        """The same in one sentence."""
        if not self.asked:
            return _("Nobody asked for the summary by e-mail. Everybody can read it here.")
        return _("Sent to {a} of {b}; {c} wait.", a=self.sent, b=self.asked, c=self.waiting)


def progress(closing: Closing, today: date) -> Progress:
    """How far the sending of one closing's summary is; one query."""
    rows = list(Letter.objects.filter(closing=closing, kind=Letter.Kind.SUMMARY).values_list("state", "due"))
    states = [state for state, __ in rows]
    late = sum(1 for state, due in rows if state == Letter.State.BY_HAND and due and due < today)
    return Progress(states.count("sent"), len(rows), states.count("failed"), states.count("by_hand"), late)


def mark_sent(letter: Letter, *, by: Participant, now: datetime) -> Letter:
    """A person made the format and sent it. By whoever answers people for the authority, or runs the workshop."""
    held = held_by(by)
    require(policy.why_not(roles.ANSWER, held) if roles.FACILITATE not in held else None)
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).select_related("workshop__cycle").get(pk=letter.pk)
        if letter.workshop.cycle_id != by.cycle_id or letter.state != Letter.State.BY_HAND:
            raise Refused(_("This was sent already, or is sent by itself."))
        letter.state, letter.sent_at, letter.sent_by = Letter.State.SENT, now, by
        letter.save(update_fields=["state", "sent_at", "sent_by"])
        what = _("A summary was sent: {form}", form=letter.get_form_display())
        minutes.record(letter.workshop.cycle, "send", what, by=by, now=now, place=letter.workshop.slug)
    return letter
