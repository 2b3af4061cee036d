"""Finding a date all groups can make, choosing it, calling it off, and stating when people can take part without it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from commissioning import minutes, roles
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import availability, letters, policy, seating, window
from workshops.announcing import announce
from workshops.attending import held_for_talk
from workshops.models import DateAnswer, Letter, ProposedDate, Workshop


def _held(workshop: Workshop, by: Participant) -> Workshop:
    """The workshop, locked, when `by` may arrange it and its cycle is open; else raises `Refused`."""
    require(policy.why_not_arrange(held_by(by)))
    locked = held_for_talk(workshop, by)
    if locked.cycle.state == Cycle.State.CLOSED:
        raise Refused(_("This cycle is closed. Nothing more can be added."))
    return locked


def taking_part_in(workshop: Workshop) -> list[Participant]:
    """Everybody who may be asked for dates and told of them: whoever takes part in the cycle."""
    return list(workshop.cycle.participants.filter(withdrawn_at=None))


def propose_dates(workshop: Workshop, moments: Collection[datetime], *, by: Participant, now: datetime) -> list[ProposedDate]:
    """Propose one or several dates, and ask everybody in the cycle about them. All or none.

    Raises `Refused` for a date that is past or proposed already, and when there are more than enough.
    """
    with transaction.atomic():
        workshop = _held(workshop, by)
        require(workshop.cycle.quiet)
        if not moments:
            raise Refused(_("Write at least one date."))
        made: list[ProposedDate] = []
        for moment in sorted(moments):
            offered = workshop.proposed_dates.filter(taken_back_at=None)
            require(
                availability.why_not_propose(
                    past=moment <= now,
                    already=offered.filter(starts_at=moment).exists(),
                    count=offered.count(),
                    workshop_closed=workshop.closed_at is not None,
                )
            )
            made.append(ProposedDate.objects.create(workshop=workshop, starts_at=moment, at=now))
        said = "; ".join(window.plain_moment(date.starts_at) for date in made)
        minutes.record(workshop.cycle, "propose date", _("Dates proposed: {dates}", dates=said), by=by, now=now, place=workshop.slug)
        letters.ask_for(
            taking_part_in(workshop),
            Letter.Kind.DATES,
            f"dates:{workshop.pk}:{made[-1].pk}",
            cycle=workshop.cycle,
            workshop=workshop,
            now=now,
        )
    return made


def take_back_date(date: ProposedDate, *, by: Participant, now: datetime) -> None:
    """Take a proposed date back; the answers to it stay on record."""
    with transaction.atomic():
        workshop = _held(date.workshop, by)
        if not ProposedDate.objects.filter(pk=date.pk, taken_back_at=None).update(taken_back_at=now):
            raise Refused(_("This date was taken back already."))
        what = _("A date was taken back: {date}", date=window.plain_moment(date.starts_at))
        minutes.record(workshop.cycle, "take back date", what, by=by, now=now, place=workshop.slug)


def answer_dates(workshop: Workshop, given: Mapping[int, str], *, by: Participant, now: datetime) -> None:
    """Say for each date yes, if need be, or no; answering again takes the place of what was said.

    Raises `Refused` for somebody who is not in the cycle or has left it, and for a date or an answer that is not offered.
    """
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=workshop.pk)
        if by.cycle_id != workshop.cycle_id or by.withdrawn_at is not None:
            raise Refused(_("You are not part of this workshop."))
        offered = dict(workshop.proposed_dates.filter(taken_back_at=None, starts_at__gt=now).values_list("pk", "starts_at"))
        require(availability.why_not_answer(given, offered.keys()))
        for pk, answer in given.items():
            DateAnswer.objects.update_or_create(date_id=pk, participant=by, defaults={"answer": answer, "at": now})
        what = _("{who} answered {n} proposed dates", who=by.signature, n=len(given))
        minutes.record(workshop.cycle, "answer dates", what, by=by, now=now, place=workshop.slug)


def choose_date(date: ProposedDate, *, by: Participant, now: datetime) -> Workshop:
    """Make a proposed date the date of the workshop, and tell everybody with a calendar file; choosing another later works too.

    The minutes keep who could not come, by group. Raises `Refused` for a date that is past or taken back.
    """
    with transaction.atomic():
        workshop = _held(date.workshop, by)
        require(workshop.cycle.quiet)
        date = ProposedDate.objects.get(pk=date.pk)
        require(_why_not_choose(workshop, date, now))
        look = next(look for look in looks_at(workshop, [date]))
        was, because = workshop.starts_at, workshop.called_off_because
        workshop.starts_at, workshop.called_off_because = date.starts_at, ""
        workshop.calendar_sequence += 1
        workshop.save(update_fields=["starts_at", "called_off_because", "calendar_sequence"])
        new = window.plain_moment(date.starts_at)
        what = _("The date is {new}", new=new)
        if was is not None and not because:
            what = _("The date is now {new}. It was {old}", new=new, old=window.plain_moment(was))
        why = " ".join(str(line) for line in look.on.missing)
        minutes.record(workshop.cycle, "choose date", what, by=by, now=now, why=why, place=workshop.slug)
        _tell_everybody(workshop, Letter.Kind.CHOSEN, now)
    return workshop


def _why_not_choose(workshop: Workshop, date: ProposedDate, now: datetime) -> _ | None:
    if workshop.closed_at is not None:
        return _("This workshop is over, so there is no date to find.")
    if date.taken_back_at is not None:
        return _("This date was taken back already.")
    if date.starts_at <= now:
        return _("Choose a date that is still to come.")
    if workshop.starts_at == date.starts_at and not workshop.called_off_because:
        return _("This is the date of the workshop already.")
    return None


def _tell_everybody(workshop: Workshop, kind: str, now: datetime) -> None:
    people = taking_part_in(workshop)
    letters.ask_for(people, kind, f"{kind}:{workshop.pk}:{workshop.calendar_sequence}", cycle=workshop.cycle, workshop=workshop, now=now)
    announce(workshop.pk, f"window-{workshop.pk}", f"desk-{workshop.pk}")


def call_off(workshop: Workshop, *, reason: str, by: Participant, now: datetime) -> None:
    """Call the meeting off, with a reason that everybody is told; calendars take it out. Raises `Refused` without a date."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        workshop = _held(workshop, by)
        if workshop.starts_at is None or workshop.called_off_because:
            raise Refused(_("There is no date to call off."))
        if workshop.closed_at is not None:
            raise Refused(_("This workshop is over."))
        workshop.called_off_because = words
        workshop.calendar_sequence += 1
        workshop.save(update_fields=["called_off_because", "calendar_sequence"])
        what = _("The meeting on {date} was called off", date=window.plain_moment(workshop.starts_at))
        minutes.record(workshop.cycle, "call off", what, by=by, now=now, why=words, place=workshop.slug)
        _tell_everybody(workshop, Letter.Kind.CALLED_OFF, now)


@dataclass(frozen=True)
class Arrangement:
    """What people are told about time, place and pay before they accept. `rate` is pounds an hour, or nothing."""

    hours: Decimal
    parts: int = 1
    venue: str = ""
    rate: Decimal | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def arrange(workshop: Workshop, arrangement: Arrangement, *, reason: str = "", by: Participant, now: datetime) -> None:
    """State the time a workshop asks for, its place, its rate, and the window for taking part without the meeting.

    Raises `Refused` when people would get less time than they were promised and no reason is given.
    """
    with transaction.atomic():
        workshop = _held(workshop, by)
        new = window.Window(arrangement.opens_at, arrangement.closes_at, workshop.starts_at, arrangement.hours)
        require(window.why_not_state(workshop.window, new, now, reason))
        dated = workshop.starts_at is not None and not workshop.called_off_because
        if dated and (workshop.hours, workshop.venue) != (arrangement.hours, arrangement.venue):
            Workshop.objects.filter(pk=workshop.pk).update(calendar_sequence=F("calendar_sequence") + 1)
        Workshop.objects.filter(pk=workshop.pk).update(**vars(arrangement) | {"venue": printable(arrangement.venue).strip()[:200]})
        workshop.refresh_from_db()
        minutes.record(workshop.cycle, "arrange", _arranged(workshop), by=by, now=now, why=printable(reason).strip(), place=workshop.slug)
        announce(workshop.pk, f"window-{workshop.pk}", f"desk-{workshop.pk}")


def _arranged(workshop: Workshop) -> _:
    rate = f"£{workshop.rate}" if workshop.rate is not None else "–"
    if workshop.opens_at is None or workshop.closes_at is None:
        return _("Time asked: {time}. Pounds an hour: {rate}. People take part in the meeting", time=workshop.time_asked, rate=rate)
    return _(
        "Time asked: {time}. Pounds an hour: {rate}. People can take part from {opens} until {closes}",
        time=workshop.time_asked,
        rate=rate,
        opens=window.plain_moment(workshop.opens_at),
        closes=window.plain_moment(workshop.closes_at),
    )


# Looks


@dataclass(frozen=True)
class DateLook:
    """A proposed date as the facilitator sees it."""

    date: ProposedDate
    on: availability.OnDate
    chosen: bool


def offered_dates(workshop: Workshop) -> list[ProposedDate]:
    """The dates people are asked about, earliest first."""
    return list(workshop.proposed_dates.filter(taken_back_at=None))


def looks_at(workshop: Workshop, dates: list[ProposedDate]) -> list[DateLook]:
    """Each date with who could come and who would be missing, the best first; three queries however many.

    Those who run the room are on no side: their answers are not counted, as their votes are not.
    """
    no_side = [role.code for role in roles.ROLES.values() if not role.votes]
    named = workshop.cycle.participants.filter(withdrawn_at=None).exclude(pk__in=seating.at_tables(workshop.cycle_id))
    counted = named.exclude(roles__code__in=no_side)
    people = dict(counted.values_list("pk", "group"))
    answers: dict[int, dict[int, str]] = {}
    for date, person, answer in DateAnswer.objects.filter(date__in=dates).values_list("date", "participant", "answer"):
        answers.setdefault(date, {})[person] = answer
    chosen_at = None if workshop.called_off_because else workshop.starts_at
    looks = [DateLook(d, availability.on_date(people, answers.get(d.pk, {})), d.starts_at == chosen_at) for d in dates]
    return sorted(looks, key=lambda look: (*look.on.order, look.date.starts_at))


def answers_of(person: Participant, dates: list[ProposedDate]) -> dict[int, str]:
    """What one person has answered so far, by date."""
    return dict(DateAnswer.objects.filter(participant=person, date__in=dates).values_list("date", "answer"))
