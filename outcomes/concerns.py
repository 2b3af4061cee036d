"""A provider says that something asked for cannot be done or would harm people, and gets a reasoned answer in time (DO-05).

Everybody in the cycle sees the concern and the answer at once: nothing is settled with one provider alone (INV-12).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commissioning import minutes, people, policy
from commissioning.contributing import clean_words, printable
from commissioning.holding import held_open
from commissioning.models import Cycle, Group, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import award_rules, awarding, committing
from outcomes.models import Award, Clause, Commitment, ConcernFlag, Measure

A = ConcernFlag.Answer


@dataclass(frozen=True)
class Concern:
    """What it is about (one thing), what is wrong with it, and why."""

    kind: str
    words: str
    clause: Clause | None = None
    commitment: Commitment | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class FlagLook:
    """A concern as its page shows it."""

    flag: ConcernFlag
    overdue: bool
    days: int | None  # from the day it was raised to the answer

    @property
    def about(self) -> str:
        """What it is about, as it is called in talk."""
        if self.flag.clause is not None:
            return str(_("Clause {n}", n=self.flag.clause.label))
        return (self.flag.commitment or self.flag.measure).code  # type: ignore[union-attr]


def may_raise(award: Award, person: Participant | None) -> bool:
    """Only the provider's own people raise a concern: those who speak for an organisation that delivers."""
    if person is None or person.group != Group.VSO or person.organisation_id is None or person.withdrawn_at is not None:
        return False
    here = person.cycle_id == award.lot.cycle_id and person.organisation_id in awarding.organisations_of(award)
    return here and people.speaks_for_organisation(person)


def raise_flag(award: Award, concern: Concern, *, key: str, by: Participant, now: datetime) -> ConcernFlag:
    """Put a concern where everybody in the cycle reads it; the same `key` twice gives the first back."""
    words = clean_words(concern.words, 1000)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=award.lot.cycle_id)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        award = awarding.held(award)
        if not may_raise(award, by) or by.organisation is None:
            raise Refused(_("Only people of an organisation that delivers this can raise a concern about it."))
        already = ConcernFlag.objects.filter(award=award, key=key).first()
        if already is not None:
            return already
        if award.ended_at is not None:
            raise Refused(_("This award has ended."))
        was = _words_of(award, concern)
        made = ConcernFlag.objects.create(
            award=award,
            number=1 + (award.flags.aggregate(last=Max("number"))["last"] or 0),
            kind=concern.kind,
            clause=concern.clause,
            commitment=concern.commitment,
            measure=concern.measure,
            was=was,
            words=words,
            organisation=by.organisation,
            key=key[:64],
            by=by,
            at=now,
            due=award_rules.answer_due(timezone.localdate(now)),
        )
        what = _("A concern was raised about: {what}", what=was[:300])
        minutes.record(cycle, "concern", what, by=by, now=now, why=words)
    return made


def _words_of(award: Award, concern: Concern) -> str:
    """The words the concern is about. Raises `Refused` unless it is one thing of this contract."""
    about = [one for one in (concern.clause, concern.commitment, concern.measure) if one is not None]
    if len(about) != 1 or concern.kind not in ConcernFlag.Kind.values:
        raise Refused(_("Choose what your concern is about, and what is wrong with it."))
    cycle = award.lot.cycle_id
    if concern.commitment is not None and concern.commitment.award_id == award.pk:
        return concern.commitment.promise
    if concern.clause is not None and concern.clause.specification.cycle_id == cycle:
        return concern.clause.text
    if concern.measure is not None and concern.measure.cycle_id == cycle and concern.measure.lot_id in (None, award.lot_id):
        return concern.measure.text
    raise Refused(_("Choose what your concern is about, and what is wrong with it."))


def answer(flag: ConcernFlag, *, answer: str, because: str, became: str = "", by: Participant, now: datetime) -> ConcernFlag:
    """Accept a concern, change what it is about, or decline, with the reason everybody reads.

    Accepting ends a commitment or retires a measure; changing gives it new words. A clause is changed in the specification:
    here stands what was settled. Raises `Refused` without a reason, without new words for a change, and when it is answered.
    """
    reason = clean_words(because, 600)
    new = printable(became).strip()
    if answer not in A.values:
        raise Refused(_("Choose whether you accept it, change what is asked, or decline."))
    if answer == A.VARY:
        new = clean_words(new, 1000) if new else ""
        if not new:
            raise Refused(_("Write the new words: what is asked from now on."))
    with transaction.atomic():
        cycle = held_open(flag.award.lot.cycle, by)
        related = ("award__lot__cycle", "award__provider", "commitment__award__lot__cycle", "measure")
        flag = ConcernFlag.objects.select_for_update(of=("self",), no_key=True).select_related(*related).get(pk=flag.pk)
        if flag.answer:
            if (flag.answer, flag.because) == (answer, reason):
                return flag
            raise Refused(_("This concern has been answered already."))
        flag.answer, flag.because, flag.became = answer, reason, new if answer == A.VARY else ""
        flag.answered_by, flag.answered_at = by, now
        flag.save()
        _follow(flag, by, now)
        what = _("A concern was answered: {answer}", answer=flag.get_answer_display())
        minutes.record(cycle, "concern", what, by=by, now=now, why=reason)
    return flag


def _follow(flag: ConcernFlag, by: Participant, now: datetime) -> None:
    """What the answer does to a commitment or a measure."""
    if flag.answer == A.DECLINE:
        return
    if flag.commitment is not None and flag.answer == A.ACCEPT:
        committing.end(flag.commitment, because=flag.because, by=by, now=now)
    elif flag.commitment is not None:
        kept = flag.commitment
        said = committing.Promise(flag.became, kept.owner, kept.first_quarter, kept.last_quarter)
        committing.vary(kept, said, because=flag.because, by=by, now=now)
    elif flag.measure is not None and flag.measure.retired_at is None:
        if flag.answer == A.ACCEPT:
            Measure.objects.filter(pk=flag.measure.pk).update(retired_at=now, retired_because=flag.because[:500])
        else:
            Measure.objects.filter(pk=flag.measure.pk).update(text=clean_words(flag.became, 600))


# Looks


def flags_of(cycle: Cycle, *, today: date | None = None) -> list[FlagLook]:
    """Every concern of a cycle, with whether its answer is overdue: for its page and for the review."""
    day = today or timezone.localdate()
    found = ConcernFlag.objects.filter(award__lot__cycle=cycle)
    related = (
        "award__lot",
        "award__provider",
        "organisation",
        "clause",
        "commitment",
        "measure",
        "by__organisation",
        "answered_by__organisation",
    )
    return [look_at(flag, day) for flag in found.select_related(*related)]


def look_at(flag: ConcernFlag, today: date) -> FlagLook:
    """One concern as it is shown."""
    days = (timezone.localdate(flag.answered_at) - timezone.localdate(flag.at)).days if flag.answered_at else None
    return FlagLook(flag, overdue=not flag.answer and today > flag.due, days=days)
