"""The acts of procurement as this floor sees them: which rooms people are in, and the same letter to everybody about each step."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format

from commissioning import asking, challenging, gate
from commissioning.models import Cycle, CycleChallenge, Participant, ProcurementGate, ProcurementQuestion, QuestionAnswer
from commissioning.sentences import Sentence, on_record
from commissioning.sentences import Sentence as _
from workshops import letters
from workshops.announcing import announce, turn_desks
from workshops.models import Attendance, Letter, Workshop


def open_rooms(cycle: Cycle) -> QuerySet[Workshop]:
    """The workshops people have come to and nobody has closed: these are cut short when open talk ends."""
    came = Exists(Attendance.objects.filter(workshop=OuterRef("pk")))
    return _not_over(cycle).filter(Q(started_at__isnull=False) | came)


def planned_rooms(cycle: Cycle) -> QuerySet[Workshop]:
    """The workshops nobody has come to yet: they cannot take place once open talk has ended."""
    return _not_over(cycle).exclude(pk__in=open_rooms(cycle).values("pk"))


def _not_over(cycle: Cycle) -> QuerySet[Workshop]:
    return Workshop.objects.filter(cycle=cycle, parent=None, closed_at=None, called_off_because="").order_by("pk")


def set_start(cycle: Cycle, days: gate.Days, *, despite: str = "", by: Participant, now: datetime) -> ProcurementGate:
    """Set the day procurement starts, knowing the rooms people are in; everybody is told at once. Raises `Refused` as the gate does."""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        rooms = [room.title for room in open_rooms(cycle)]
        made = gate.set_start(cycle, days, rooms=rooms, despite=despite, by=by, now=now)
        _tell(cycle, f"gate:{made.pk}", _gate_news(made), now)
        _turn_rooms(cycle)
    return made


def move_start(cycle: Cycle, days: gate.Days, *, reason: str, by: Participant, now: datetime) -> ProcurementGate:
    """Move the day, and tell everybody, with the reason."""
    with transaction.atomic():
        made = gate.move_start(cycle, days, reason=reason, by=by, now=now)
        what = _("Procurement now starts on {day}. The reason: {reason}", day=_day(made.starts_on), reason=reason.strip())
        _tell(cycle, f"gate:{made.pk}", what, now)
    return made


def end(cycle: Cycle, *, ending: str, reason: str, by: Participant, now: datetime) -> None:
    """Procurement is over, or was called off: everybody is told, and open talk can begin again."""
    with transaction.atomic():
        held = gate.gates_of(cycle).filter(ended_at=None).first()
        gate.end(cycle, ending=ending, reason=reason, by=by, now=now)
        what = _("Open talk begins again. What came of the procurement: {reason}", reason=reason.strip())
        _tell(cycle, f"gate:{held.pk if held else 0}:over", what, now)
        _turn_rooms(cycle)


def _gate_news(made: ProcurementGate) -> Sentence:
    if made.questions_until is None:
        return _(
            "Procurement starts on {day}. Questions are asked on one page and answered to everybody at once.", day=_day(made.starts_on)
        )
    return _(
        "Procurement starts on {day}. Questions are asked on one page until {until} and answered to everybody at once.",
        day=_day(made.starts_on),
        until=_day(made.questions_until),
    )


def answer_question(question: ProcurementQuestion, *, text: str, by: Participant, now: datetime) -> QuestionAnswer:
    """Answer a question to everybody: on the page, and with the same letter to all at the same moment (INV-12)."""
    with transaction.atomic():
        made = asking.answer(question, text=text, by=by, now=now)
        what = _(
            "Question {n} about the procurement was answered. Everybody gets this letter; the answer is on the page.", n=question.number
        )
        _tell(question.cycle, f"answer:{made.pk}", what, now)
    return made


def log_challenge(cycle: Cycle, contested: challenging.Contested, *, by: Participant, now: datetime) -> CycleChallenge:
    """Log a challenge, pause the cycle, and tell everybody the new date (DO-10)."""
    with transaction.atomic():
        made = challenging.log(cycle, contested, by=by, now=now)
        what = _(
            "This cycle was challenged, so it is paused. It should go on from {day}. {effect}", day=_day(made.until), effect=made.effect
        )
        _tell(cycle, f"challenge:{made.pk}", what, now)
        _turn_rooms(cycle)
    return made


def wait_longer(cycle: Cycle, *, until: date, reason: str, by: Participant, now: datetime) -> None:
    """Change the day the cycle should go on, and tell everybody."""
    with transaction.atomic():
        challenging.wait_longer(cycle, until=until, reason=reason, by=by, now=now)
        what = _("This cycle stays paused. It should go on from {day}. The reason: {reason}", day=_day(until), reason=reason.strip())
        _tell(cycle, f"challenge:{challenging.log_of(cycle)[0].pk}:{until:%Y%m%d}", what, now)


def resume(cycle: Cycle, *, reason: str, by: Participant, now: datetime) -> None:
    """Go on after a challenge, and tell everybody."""
    with transaction.atomic():
        challenging.resume(cycle, reason=reason, by=by, now=now)
        what = _("This cycle goes on after the challenge. What came of it: {reason}", reason=reason.strip())
        _tell(cycle, f"challenge:{challenging.log_of(cycle)[0].pk}:over", what, now)
        _turn_rooms(cycle)


def _tell(cycle: Cycle, occasion: str, what: Sentence, now: datetime) -> None:
    """The same words to everybody who takes part and can be written to; nobody alone is ever chosen."""
    people = cycle.participants.filter(withdrawn_at=None).select_related("user")
    letters.ask_for(people, Letter.Kind.PROCUREMENT, occasion, cycle=cycle, now=now, words=on_record(lambda: str(what)))


def _turn_rooms(cycle: Cycle) -> None:
    """Every open room is drawn again, so that nobody goes on writing into a box that is shut."""
    for pk in Workshop.objects.filter(cycle=cycle, closed_at=None).values_list("pk", flat=True):
        turn_desks(pk)
        announce(pk, f"desk-{pk}")


def _day(day: date) -> str:
    return on_record(lambda: date_format(day, "j F Y"))
