"""What a close sends: one letter to each person who asked, in the format they asked for; the rest become requests with a date."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from commissioning import hearing_back, minutes, policy, roles
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import letters, pulse
from workshops.models import Action, Attendance, Closing, Letter, Workshop

BY_HAND_WITHIN = timedelta(days=28)  # what the authority promises for audio, Braille, easy read and Welsh


def wishes_for(workshop: Workshop) -> list[hearing_back.Wish]:
    """What everybody who came asked for."""
    came = Attendance.objects.filter(workshop=workshop).values("participant")
    return hearing_back.wishes_of(Participant.objects.filter(pk__in=came, withdrawn_at=None))


def send_summaries(closing: Closing, *, now: datetime) -> list[Letter]:
    """Everybody who asked gets the summary of this closing once (FB-04); formats a person makes get a date (PN-04)."""
    waiting = [w for w in wishes_for(closing.workshop) if w.asked and (w.email or w.by_hand)]
    return _once(closing, Letter.Kind.SUMMARY, waiting, now)


def _once(closing: Closing, kind: str, wishes: list[hearing_back.Wish], now: datetime) -> list[Letter]:
    workshop, day = closing.workshop, timezone.localdate(now) + BY_HAND_WITHIN
    rows = [
        Letter(
            cycle=workshop.cycle,
            workshop=workshop,
            closing=closing,
            kind=kind,
            participant=wish.participant,
            address=wish.email,
            form=wish.form,
            by_post=wish.by_post,
            due=day if kind == Letter.Kind.SUMMARY and wish.by_hand else None,
            asked_at=now,
        )
        for wish in wishes
    ]
    return letters.write_down(rows, f"{kind}:{closing.pk}")


def ask_owner(action: Action, *, now: datetime) -> None:
    """Ask an owner who is not here by e-mail, once for each address."""
    if not action.owner_email or action.acceptance != Action.Acceptance.PROPOSED:
        return
    letter, new = Letter.objects.get_or_create(
        action=action,
        address=action.owner_email,
        kind=Letter.Kind.PROMISE,
        defaults={
            "cycle": action.workshop.cycle,
            "workshop": action.workshop,
            "occasion": f"{Letter.Kind.PROMISE}:{action.pk}",
            "asked_at": now,
        },
    )
    if new:
        letters.send_after([letter])


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
    listed = list(Letter.objects.filter(closing=closing, kind=Letter.Kind.SUMMARY, participant__withdrawn_at=None))
    states = [letter.state for letter in listed]
    late = sum(1 for letter in listed if letter.state == "by_hand" and letter.due and letter.due < today)
    return Progress(states.count("sent"), len(listed), states.count("failed"), states.count("by_hand"), late)


def mark_sent(letter: Letter, *, by: Participant, now: datetime) -> Letter:
    """A person made the format and sent it. By whoever answers people for the authority, or runs the workshop."""
    held = held_by(by)
    require(policy.why_not(roles.ANSWER, held) if roles.FACILITATE not in held else None)
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",), no_key=True).select_related("workshop", "cycle").get(pk=letter.pk)
        if letter.cycle_id != by.cycle_id or letter.state != "by_hand":
            raise Refused(_("This was sent already, or is sent by itself."))
        letter.sent_at, letter.sent_by = now, by
        letter.save(update_fields=["sent_at", "sent_by"])
        what = _("A summary was sent: {form}", form=letter.get_form_display())
        minutes.record(letter.cycle, "send", what, by=by, now=now, place=letter.workshop.slug if letter.workshop else "")
    return letter
