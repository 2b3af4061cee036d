"""Reviews of what a contract brought: planned by hand or each year by themselves, held as workshops, closed when all is decided."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commissioning import gate, minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Participant, ProcurementGate
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import quarters, review_agenda, review_looks, review_rules
from outcomes.models import Award, Finding, Level, LevelLeftOut, Lot, Review
from workshops import agenda, facilitating, letters
from workshops.models import Letter, Workshop

SOON = timedelta(days=28)  # before the day of a review its lead is told


@dataclass(frozen=True)
class ReviewPlan:
    """A review as somebody plans it."""

    title: str
    quarter: int
    planned_for: date


def held_for(cycle: Cycle, by: Participant, *permissions: str) -> Cycle:
    """The cycle, locked, for somebody of it with one of these permissions, or for anybody of it where none is named.

    Raises `Refused` for anybody else, and when the cycle is closed.
    """
    held = held_by(by)
    require(policy.why_not(permissions[0], held) if permissions and not held & set(permissions) else None)
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not a participant of this cycle, so you can look but not act."))
    require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return cycle


def locked(review: Review, by: Participant, *permissions: str) -> Review:
    """The review, held with its cycle, while it is not closed."""
    cycle = held_for(review.cycle, by, *permissions)
    kept = Review.objects.select_for_update(of=("self",), no_key=True).select_related("workshop").get(pk=review.pk)
    kept.cycle = cycle
    if kept.state == Review.State.CLOSED:
        raise Refused(_("This review is closed. What comes up now belongs in the next one."))
    return kept


def plan(cycle: Cycle, wanted: ReviewPlan, *, by: Participant, now: datetime) -> Review:
    """Plan a review up to a quarter, for a day. The same again is kept once. Raises `Refused` before anything is awarded."""
    with transaction.atomic():
        cycle = held_for(cycle, by, roles.CONVENE)
        awards = review_looks.standing_awards(cycle)
        require(_why_not_plan(awards, wanted))
        title = clean_words(" ".join(wanted.title.split()), 160)
        same = {"cycle": cycle, "title": title, "quarter": wanted.quarter, "planned_for": wanted.planned_for}
        already = Review.objects.filter(**same).first()
        if already is not None:
            return already
        made = Review.objects.create(number=_next(cycle), by=by, at=now, **same)
        minutes.record(cycle, "review", _("A review was planned: {title}", title=title), by=by, now=now)
    return made


def _why_not_plan(awards: list[Award], wanted: ReviewPlan) -> Sentence | None:
    if not awards:
        return _("Nothing is awarded yet, so there is nothing to look back on.")
    last = max(quarters.how_many(award.starts, award.ends) for award in awards)
    if not 1 <= wanted.quarter <= last:
        return _("The contract has {n} quarters. Choose one of them.", n=last)
    if wanted.planned_for < min(award.starts for award in awards):
        return _("The contract has not begun on that day.")
    return None


def _next(cycle: Cycle) -> int:
    return 1 + (Review.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0)


def plan_yearly(cycle: Cycle, *, now: datetime) -> list[Review]:
    """Plan the yearly reviews of a contract of more than one year (RV-08); run again it adds only what is missing.

    A review somebody planned for the same quarter counts. Nothing is planned in a closed cycle, or one nobody leads.
    """
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        lead, awards = review_looks.lead_of(cycle), review_looks.standing_awards(cycle)
        if lead is None or not awards or cycle.state == Cycle.State.CLOSED:
            return []
        starts, ends = min(a.starts for a in awards), max(a.ends for a in awards)
        there = set(Review.objects.filter(cycle=cycle).values_list("quarter", flat=True))
        made = []
        for quarter, day in review_rules.yearly(starts, ends):
            if quarter in there:
                continue
            title = _title(quarter)
            row = {"quarter": quarter, "planned_for": day, "title": title, "by_schedule": True, "by": lead, "at": now}
            made.append(Review.objects.create(cycle=cycle, number=_next(cycle), **row))
            minutes.record(cycle, "review", _("A yearly review was planned by itself: {title}", title=title), by=None, now=now)
    return made


def _title(quarter: int) -> str:
    return on_record(lambda: str(_("Review up to quarter {n}", n=quarter)))


def tell_leads(*, now: datetime) -> int:
    """Tell each lead once of a review whose day is near, so that a citizen and a voluntary organisation are asked in time."""
    today, asked = timezone.localdate(now), 0
    near = Review.objects.filter(state=Review.State.PLANNED, planned_for__lte=today + SOON, cycle__state=Cycle.State.OPEN)
    for review in near.select_related("cycle"):
        lead = review_looks.lead_of(review.cycle)
        if lead is not None and review.cycle.paused_until is None:
            said = _("The review “{title}” is due. Find a day, and ask a citizen and a voluntary organisation to come.", title=review.title)
            with transaction.atomic():
                people, occasion = [lead], f"review:{review.pk}"
                asked += letters.ask_for(people, Letter.Kind.REVIEW, occasion, cycle=review.cycle, now=now, words=str(said))
    return asked


def convene_meeting(review: Review, *, starts_at: datetime | None = None, by: Participant, now: datetime) -> Workshop:
    """Convene the meeting of a review as a workshop, with its agenda made from the record (RV-02). Twice gives the first back.

    Raises `Refused` while a challenge pauses the cycle (INV-23), and while a lot is still being procured.
    """
    with transaction.atomic():
        review = locked(review, by, roles.CONVENE)
        if review.workshop is not None:
            return review.workshop
        _end_procurement(review.cycle, by, now)
        question = on_record(lambda: str(_("What came of what was promised, and what follows from it?")))
        facts = review_looks.facts_of(review.cycle, review.quarter)
        parts = review_agenda.parts(facts)
        plan = facilitating.WorkshopPlan(review.title, question, starts_at=starts_at or _morning(review.planned_for))
        made = facilitating.convene(review.cycle, plan, by=by, now=now)
        plans = on_record(lambda: [_activity(part) for part in parts])
        agenda.lay_out(made, plans, name=review.title, by=by, now=now)
        review.workshop = made
        review.save(update_fields=["workshop"])
    return made


def _activity(part: review_agenda.Part) -> agenda.ActivityPlan:
    return agenda.ActivityPlan(part.kind, part.minutes, str(part.title), part.prompt, settings={agenda.TOPIC: part.topic})


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


def _end_procurement(cycle: Cycle, by: Participant, now: datetime) -> None:
    """Once every lot is awarded, procurement is over: looking at how the work goes is no talk about a procurement (DO-01)."""
    if cycle.procurement_from is None or cycle.paused_until is not None:
        return
    awarded = set(Award.objects.filter(lot__cycle=cycle, ended_at=None).values_list("lot", flat=True))
    waiting = Lot.objects.filter(cycle=cycle).exclude(pk__in=awarded)
    if awarded and not waiting:
        why = on_record(lambda: str(_("Every lot is awarded.")))
        gate.end(cycle, ending=ProcurementGate.Ending.DONE, reason=why, by=by, now=now)


def hold(review: Review, *, by: Participant, now: datetime) -> Review:
    """Say that the meeting was held, and keep the minutes it gave to social value. Raises `Refused` naming who did not come (RV-15)."""
    with transaction.atomic():
        review = locked(review, by, roles.CONVENE, roles.FACILITATE)
        if review.workshop is None:
            raise Refused(_("Convene the meeting first."))
        require(review_rules.why_not_hold(review_looks.came(review)))
        if review.state == Review.State.PLANNED:
            review.state, review.held_at = Review.State.HELD, now
            review.social_value_minutes = review_looks.clock_minutes(review.workshop)
            review.save(update_fields=["state", "held_at", "social_value_minutes"])
            minutes.record(review.cycle, "review", _("The review was held: {title}", title=review.title), by=by, now=now)
    return review


def correct_minutes(review: Review, *, spent: int, reason: str, by: Participant, now: datetime) -> Review:
    """Put down other minutes for social value than the clock counted, with the reason; both are shown (RV-02)."""
    words = clean_words(reason, 300)
    with transaction.atomic():
        review = locked(review, by, roles.CONVENE, roles.FACILITATE)
        if review.state == Review.State.PLANNED:
            raise Refused(_("The meeting has not been held yet."))
        if not 0 <= spent <= 600:
            raise Refused(_("Write the minutes as a number from 0 to 600."))
        review.social_value_minutes, review.minutes_because = spent, words
        review.save(update_fields=["social_value_minutes", "minutes_because"])
        minutes.record(review.cycle, "review", _("Minutes spent on social value: {n}", n=spent), by=by, now=now, why=words)
    return review


def leave_out(review: Review, *, level: str, because: str, by: Participant, now: datetime) -> LevelLeftOut:
    """Say why a level was not reviewed (RV-11). A finding written for it later stands beside the reason."""
    words = clean_words(because, 500)
    if level not in Level.values:
        raise Refused(_("Choose what the review looks at."))
    with transaction.atomic():
        review = locked(review, by, roles.CONVENE, roles.FACILITATE)
        made, __ = LevelLeftOut.objects.update_or_create(review=review, level=level, defaults={"because": words, "by": by, "at": now})
        what = _("Not reviewed: {level}", level=Level(level).label)
        minutes.record(review.cycle, "review", what, by=by, now=now, why=words)
    return made


def close(review: Review, *, by: Participant, now: datetime) -> Review:
    """Close a review: every level has a finding or a reason, every finding is agreed, and the right people were there.

    Raises `Refused` naming what is missing (RV-11, RV-15).
    """
    with transaction.atomic():
        review = locked(review, by, roles.CONVENE)
        if review.state != Review.State.HELD:
            raise Refused(_("The meeting has not been held yet."))
        require(review_rules.why_not_hold(review_looks.came(review)))
        still = review.findings.exclude(state__in=(Finding.State.AGREED, Finding.State.CARRIED))
        require(review_rules.why_not_close(review_looks.levels_done(review), [finding.code for finding in still]))
        review.state, review.closed_at = Review.State.CLOSED, now
        review.save(update_fields=["state", "closed_at"])
        minutes.record(review.cycle, "review", _("The review was closed: {title}", title=review.title), by=by, now=now)
    return review
