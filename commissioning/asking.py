"""The one channel for questions while procurement runs: asked without a name, answered to everybody at once (DO-01, INV-12)."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commissioning import duty_rules, minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Participant, ProcurementGate, ProcurementQuestion, QuestionAnswer
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

LONGEST = 2000  # characters of a question
LONGEST_ANSWER = 4000
MOST_WAITING = 200  # questions from outside that nobody has looked at: beyond this the door is shut, so that a flood ends


def ask(cycle: Cycle, *, text: str, key: str, by: Participant | None, now: datetime) -> ProcurementQuestion:
    """Ask about the procurement. Nobody is told who asks; what somebody from outside asks is shown once an officer has seen it.

    The same form sent twice is one question. Raises `Refused` before procurement has its day, after the last day for questions, and
    when the words name the organisation that asks.
    """
    words = clean_words(text, LONGEST)
    if by is not None and by.organisation is not None:
        require(duty_rules.why_names_asker(words, by.organisation.name))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        before = ProcurementQuestion.objects.filter(cycle=cycle, key=key[:40]).first() if key else None
        if before is not None and before.text == words:
            return before
        gone = by is not None and by.withdrawn_at is not None
        require(policy.why_not_take_part(withdrawn=gone, cycle_closed=cycle.state == Cycle.State.CLOSED))
        gate = ProcurementGate.objects.filter(cycle=cycle, ended_at=None).first()
        until = gate.questions_until if gate else None
        require(duty_rules.why_not_ask(started=gate is not None, until=until, today=timezone.localdate(now)))
        asked = ProcurementQuestion.objects.filter(cycle=cycle)
        if by is None and asked.filter(waits=True, set_aside_because="").count() >= MOST_WAITING:
            raise Refused(_("Many questions wait to be read. Try again tomorrow."))
        number = (asked.aggregate(last=Max("number"))["last"] or 0) + 1
        kept_key = secrets.token_hex(20) if before is not None or not key else key[:40]
        made = ProcurementQuestion.objects.create(cycle=cycle, number=number, text=words, by=by, key=kept_key, waits=by is None, at=now)
        # Without the person: who asks must not be found out from the minutes either.
        minutes.record(cycle, "question", _("Question {n} about the procurement was asked", n=number), by=None, now=now)
    return made


def answer(question: ProcurementQuestion, *, text: str, by: Participant, now: datetime) -> QuestionAnswer:
    """Answer a question: everybody can read the answer, and the question, from this moment. A later answer stands; earlier ones stay."""
    require(policy.why_not(roles.ANSWER, held_by(by)))
    words = clean_words(text, LONGEST_ANSWER)
    with transaction.atomic():
        held = _held(question, by)
        if held.set_aside_because:
            raise Refused(_("This question was set aside, so it is not answered."))
        last = held.answers.last()
        if last is not None and last.text == words:
            return last
        made = QuestionAnswer.objects.create(question=held, text=words, by=by, at=now)
        if held.waits:
            held.waits = False
            held.save(update_fields=["waits"])
        minutes.record(
            held.cycle, "question answered", _("Question {n} was answered to everybody", n=held.number), by=by, now=now, why=words
        )
    return made


def set_aside(question: ProcurementQuestion, *, reason: str, by: Participant, now: datetime) -> None:
    """Set a question aside that is none, such as an advertisement; the reason is shown in its place."""
    require(policy.why_not(roles.ANSWER, held_by(by)))
    words = clean_words(reason, 300)
    with transaction.atomic():
        held = _held(question, by)
        if held.answers.exists():
            raise Refused(_("This question has been answered, so it stays."))
        held.set_aside_because, held.waits = words, False
        held.save(update_fields=["set_aside_because", "waits"])
        minutes.record(held.cycle, "question", _("Question {n} was set aside", n=held.number), by=by, now=now, why=words)


def _held(question: ProcurementQuestion, by: Participant) -> ProcurementQuestion:
    held = ProcurementQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=question.pk)
    if held.cycle_id != by.cycle_id:
        raise Refused(_("You are not a participant of this cycle, so you can look but not act."))
    return held


# Looks


@dataclass(frozen=True)
class QuestionLook:
    """A question as everybody reads it: its number, its words, and its answers; whose it is nobody reads."""

    pk: int
    number: int
    text: str
    at: datetime
    set_aside_because: str
    waits: bool
    answers: tuple[QuestionAnswer, ...]

    @property
    def answer(self) -> QuestionAnswer | None:
        """The answer that stands."""
        return self.answers[-1] if self.answers else None

    @property
    def earlier(self) -> tuple[QuestionAnswer, ...]:
        """Answers that a later one took the place of."""
        return self.answers[:-1]


def questions_of(cycle: Cycle, *, waiting: bool = False) -> list[QuestionLook]:
    """The questions everybody may read, in their order; with `waiting`, also those from outside that an officer has not seen."""
    asked = ProcurementQuestion.objects.filter(cycle=cycle).prefetch_related("answers")
    return [_look(question) for question in asked if waiting or not question.waits]


def _look(q: ProcurementQuestion) -> QuestionLook:
    words = "" if q.set_aside_because else q.text
    return QuestionLook(q.pk, q.number, words, q.at, q.set_aside_because, q.waits, tuple(q.answers.all()))


def answered_in(cycles: Collection[Cycle]) -> dict[int, list[QuestionLook]]:
    """The questions of each cycle that have an answer, with it, in as many queries as for one: for the public page and the feed."""
    found: dict[int, list[QuestionLook]] = {cycle.pk: [] for cycle in cycles}
    for question in ProcurementQuestion.objects.filter(cycle__in=cycles).prefetch_related("answers"):
        if not question.waits and question.answers.all():
            found[question.cycle_id].append(_look(question))
    return found


def how_many_wait(cycle: Cycle) -> int:
    """How many questions from outside nobody has looked at yet."""
    return ProcurementQuestion.objects.filter(cycle=cycle, waits=True).count()
