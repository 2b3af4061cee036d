"""Dates: who can come, who would be missing, one press to choose; calendar files that update; letters sent once."""

import smtplib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from commissioning import people
from commissioning.models import Minute, User
from commissioning.sentences import Refused
from workshops import availability, calendar_file, inviting, letters, reminding, scheduling, tasks
from workshops.models import DateAnswer, Letter, ProposedDate

SUMMER = datetime(2027, 7, 6, 9, 0, tzinfo=UTC)  # ten in the morning in London
WINTER = datetime(2027, 1, 12, 10, 0, tzinfo=UTC)  # ten in the morning in London


@pytest.fixture
def written_to(room):
    """Val of Harbour and Cat, with addresses to write to."""
    for person in (room.vsos[0], room.citizens[0]):
        person.user = User.objects.create_user(f"{person.display_name.lower()}{person.pk}@example.org", person.display_name)
        person.save()
    return [room.vsos[0], room.citizens[0]]


def propose(room, *moments):
    return scheduling.propose_dates(room.workshop, moments or (SUMMER, WINTER), by=room.town.facilitator, now=room.town.now)


def answer(room, date, said, *who):
    for person in who:
        scheduling.answer_dates(room.workshop, {date.pk: said}, by=person, now=room.town.now)


def test_the_facilitator_sees_who_would_be_missing_and_the_best_date_first(room):
    winter, summer = propose(room)
    answer(room, winter, "yes", *room.everybody)
    answer(room, summer, "yes", *room.citizens, *room.officers)
    answer(room, summer, "no", *room.vsos)
    page = room.town.client(room.town.facilitator).get(f"/w/{room.workshop.slug}/dates/").content.decode()
    assert page.count("Nobody from the voluntary sector can come.") == 1
    assert page.index("12 January 2027, 10am") < page.index("6 July 2027, 10am")
    citizens_page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/dates/").content.decode()
    assert "Nobody from" not in citizens_page
    assert "Choose this date" not in citizens_page


def test_if_need_be_is_somebody_who_can_come_and_an_answer_can_change(room):
    winter, __ = propose(room)
    answer(room, winter, "no", room.vsos[0])
    answer(room, winter, "maybe", room.vsos[0])
    look = next(look for look in scheduling.looks_at(room.workshop, [winter]))
    assert [str(line) for line in look.on.missing] == [
        "Nobody from the commissioner side has said yet that they can come.",
        "No citizen has said yet that they can come.",
    ]
    assert DateAnswer.objects.count() == 1


def test_those_who_run_the_room_fill_no_group(room):
    winter, __ = propose(room)
    answer(room, winter, "yes", room.town.facilitator)
    look = next(look for look in scheduling.looks_at(room.workshop, [winter]))
    assert "commissioner side" in str(look.on.missing[0])


def test_choosing_sets_the_date_tells_everybody_and_can_be_done_again(room, written_to, posted):
    winter, summer = propose(room)
    first = posted(lambda: scheduling.choose_date(winter, by=room.town.lead, now=room.town.now))
    # The lead has an account too.
    assert {m.to[0] for m in first} == {p.user.email for p in written_to} | {room.town.lead.user.email}
    assert "Tuesday 12 January 2027, 10am" in first[0].subject
    again = posted(lambda: scheduling.choose_date(summer, by=room.town.facilitator, now=room.town.now))
    assert len(again) == 3
    room.workshop.refresh_from_db()
    assert (room.workshop.starts_at, room.workshop.calendar_sequence) == (SUMMER, 2)
    line = Minute.objects.filter(act="choose date").last()
    assert "now Tuesday 6 July 2027, 10am. It was Tuesday 12 January 2027, 10am" in line.what
    assert "Nobody from the voluntary sector has said yet" in line.why, "who was missing is kept"
    with pytest.raises(Refused, match="already"):
        scheduling.choose_date(summer, by=room.town.facilitator, now=room.town.now)


def test_the_calendar_file_comes_with_the_letter_and_updates_the_entry(room, written_to, posted):
    winter, summer = propose(room)
    seen = []
    for work in (
        lambda: scheduling.choose_date(winter, by=room.town.lead, now=room.town.now),
        lambda: scheduling.choose_date(summer, by=room.town.lead, now=room.town.now),
        lambda: scheduling.call_off(room.workshop, reason="The hall is flooded", by=room.town.lead, now=room.town.now),
    ):
        letter = posted(work)[0]
        part = next(p for p in letter.message().walk() if p.get_content_type() == "text/calendar")
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        event = calendar.walk("VEVENT")[0]
        assert part.get_param("method") == calendar["METHOD"]
        seen.append((str(event["UID"]), int(event["SEQUENCE"]), str(calendar["METHOD"]), str(event["STATUS"])))
    assert len({uid for uid, *__ in seen}) == 1
    assert [row[1:] for row in seen] == [(1, "PUBLISH", "CONFIRMED"), (2, "PUBLISH", "CONFIRMED"), (3, "CANCEL", "CANCELLED")]


@pytest.mark.parametrize(("moment", "offset"), [(SUMMER, 1), (WINTER, 0)])
def test_the_calendar_file_is_right_in_summer_and_in_winter(room, moment, offset):
    (date,) = propose(room, moment)
    workshop = scheduling.choose_date(date, by=room.town.lead, now=room.town.now)
    answered = room.town.client(room.citizens[0]).get(f"/w/{workshop.slug}/calendar.ics")
    assert answered.status_code == 200
    assert answered["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answered.content)
    event = calendar.walk("VEVENT")[0]
    start, end = event["DTSTART"], event["DTEND"]
    assert start.params["TZID"] == "Europe/London"
    assert (start.dt.hour, start.dt.utcoffset()) == (10, timedelta(hours=offset))
    assert start.dt.astimezone(UTC) == moment
    assert end.dt - start.dt == timedelta(hours=float(workshop.hours))
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert f"/join/{workshop.spoken_code}/" in str(event["DESCRIPTION"])
    text = answered.content.decode()
    assert "DTSTAMP" in text
    assert not any(person.display_name in text for person in [*room.everybody, room.town.lead, room.town.facilitator])
    assert "ATTENDEE" not in text


def test_the_night_the_clocks_change_a_meeting_lasts_as_long_as_it_says(room):
    night = datetime(2027, 10, 30, 23, 30, tzinfo=UTC)  # half past midnight, an hour and a half before the clocks go back
    (date,) = propose(room, night)
    workshop = scheduling.choose_date(date, by=room.town.lead, now=room.town.now)
    event = Calendar.from_ical(calendar_file.as_ics(workshop, now=room.town.now)).walk("VEVENT")[0]
    assert event["DTEND"].dt.astimezone(UTC) - event["DTSTART"].dt.astimezone(UTC) == timedelta(hours=2)


def test_a_workshop_with_no_date_has_no_calendar_file(room):
    assert room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/calendar.ics").status_code == 404


def test_new_hours_or_a_new_place_raise_the_sequence_too(room):
    (date,) = propose(room, SUMMER)
    scheduling.choose_date(date, by=room.town.lead, now=room.town.now)
    for venue, expected in (("Town hall", 2), ("Town hall", 2), ("Library", 3)):
        plan = scheduling.Arrangement(Decimal(2), venue=venue)
        scheduling.arrange(room.workshop, plan, by=room.town.lead, now=room.town.now)
        room.workshop.refresh_from_db()
        assert room.workshop.calendar_sequence == expected


@pytest.mark.parametrize(
    ("moments", "why"),
    [
        ([], "at least one"),
        ([datetime(2020, 1, 1, tzinfo=UTC)], "still to come"),
        ([SUMMER, SUMMER], "already"),
        ([SUMMER + timedelta(days=n) for n in range(13)], "12 dates are enough"),
    ],
)
def test_dates_that_make_no_sense_are_refused_and_none_is_kept(room, moments, why):
    with pytest.raises(Refused, match=why):
        scheduling.propose_dates(room.workshop, moments, by=room.town.facilitator, now=room.town.now)
    assert not ProposedDate.objects.exists()


def test_only_those_who_arrange_propose_choose_and_call_off(room):
    (date,) = propose(room, SUMMER)
    citizen = room.citizens[0]
    for work in (
        lambda: scheduling.propose_dates(room.workshop, [WINTER], by=citizen, now=room.town.now),
        lambda: scheduling.choose_date(date, by=citizen, now=room.town.now),
        lambda: scheduling.take_back_date(date, by=citizen, now=room.town.now),
        lambda: scheduling.call_off(room.workshop, reason="No", by=citizen, now=room.town.now),
        lambda: scheduling.arrange(room.workshop, scheduling.Arrangement(Decimal(2)), by=citizen, now=room.town.now),
    ):
        with pytest.raises(Refused, match="Only"):
            work()
    assert room.town.client(citizen).get(f"/w/{room.workshop.slug}/arrangements/").status_code == 404


def test_a_date_taken_back_takes_no_answer_and_can_be_proposed_again(room):
    (date,) = propose(room, SUMMER)
    scheduling.take_back_date(date, by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="no longer offered"):
        answer(room, date, "yes", room.citizens[0])
    with pytest.raises(Refused, match="already"):
        scheduling.take_back_date(date, by=room.town.facilitator, now=room.town.now)
    propose(room, SUMMER)


@pytest.mark.parametrize("said", ["YES", "perhaps", "1", "x" * 50])
def test_a_forged_answer_is_refused(room, said):
    (date,) = propose(room, SUMMER)
    data = {f"date-{date.pk}": said, "act": "dates"}
    assert room.town.client(room.citizens[0]).post(f"/w/{room.workshop.slug}/dates/", data).status_code == 409
    assert not DateAnswer.objects.exists()


def test_somebody_elses_workshop_takes_no_answer(room, other_town):
    (date,) = propose(room, SUMMER)
    stranger = other_town.join("Stranger")
    with pytest.raises(Refused, match="not part"):
        answer(room, date, "yes", stranger)
    elsewhere = other_town.workshop(stranger)
    with pytest.raises(Refused, match="no longer offered"):
        scheduling.answer_dates(elsewhere, {date.pk: "yes"}, by=stranger, now=room.town.now)


def test_answering_from_a_letter_needs_no_account_and_no_cookie(room, written_to, posted, client):
    sent = posted(lambda: propose(room, SUMMER))
    letter = next(m for m in sent if m.to == [written_to[1].user.email])
    link = next(line for line in letter.body.splitlines() if "/invited/" in line)
    address = "/" + link.split("/", 3)[3]
    assert client.get(address).status_code == 200
    assert not [name for name in client.cookies if name.startswith("seat-")], "looking changes nothing"
    date = ProposedDate.objects.get()
    assert client.post(address, {"act": "dates", f"date-{date.pk}": "yes"}).status_code == 302
    assert DateAnswer.objects.get().participant == written_to[1]
    assert client.get(f"/w/{room.workshop.slug}/invitation/").status_code == 200, "this device is kept"
    key = address.split("/")[2]
    people.new_personal_key(written_to[1])
    assert client.get(f"/invited/{key}/{room.workshop.slug}/").status_code == 404, "a renewed link ends the old ones"


@pytest.mark.parametrize("forged", ["{pk}.{zeros}", "{other}.{signed}", "{pk}", ".{signed}", "{pk}.{signed}0", "0{pk}.{signed}"])
def test_a_forged_link_opens_nothing(room, client, forged):
    person = room.citizens[0]
    pk, signed = people.link_key(person).split(".")
    key = forged.format(pk=pk, other=room.citizens[1].pk, signed=signed, zeros="0" * 64)
    assert client.get(f"/invited/{key}/{room.workshop.slug}/").status_code == 404
    assert people.holders_of([key]) == ()
    assert people.holders_of([f"{pk}.{signed}"]) == (person,)


def test_no_key_is_kept_with_a_letter(room, written_to, posted):
    posted(lambda: propose(room, SUMMER))
    kept = " ".join(str(value) for row in Letter.objects.values() for value in row.values())
    assert people.link_key(written_to[0]).split(".")[1] not in kept


# Reminders


def invited(room, posted, *who):
    return posted(lambda: inviting.invite(room.workshop, who, by=room.town.lead, now=room.town.now))


def remind(posted, at):
    return [m.subject for m in posted(lambda: reminding.remind(now=at))]


def test_each_reminder_goes_once_at_its_moment_and_not_to_those_who_cannot(room, written_to, posted):
    meeting = room.town.now + timedelta(days=10)
    invited(room, posted, *written_to)
    scheduling.choose_date(propose(room, meeting)[0], by=room.town.lead, now=room.town.now)
    inviting.answer(room.workshop.invitations.get(participant=written_to[0]), said="cannot", by=written_to[0], now=room.town.now)
    assert remind(posted, meeting - timedelta(days=2, minutes=1)) == []
    for at, expected in ((timedelta(days=2), 1), (timedelta(days=1), 0), (timedelta(hours=2), 1), (timedelta(minutes=5), 0)):
        assert len(remind(posted, meeting - at)) == expected, at
        assert remind(posted, meeting - at) == [], "run twice, sent once"
    assert remind(posted, meeting) == []
    assert set(Letter.objects.filter(kind="reminder").values_list("participant", flat=True)) == {written_to[1].pk}


def test_inv_23_nobody_is_reminded_of_a_meeting_while_a_challenge_pauses_the_cycle(room, written_to, posted):
    meeting, cycles = room.town.now + timedelta(days=10), type(room.town.cycle).objects
    invited(room, posted, *written_to)
    scheduling.choose_date(propose(room, meeting)[0], by=room.town.lead, now=room.town.now)
    cycles.update(paused_until=meeting.date())
    assert remind(posted, meeting - timedelta(days=2)) == []
    cycles.update(paused_until=None)
    assert remind(posted, meeting - timedelta(days=2)), "once it goes on, they are"


def test_a_date_moved_brings_its_own_reminders(room, written_to, posted):
    meeting, later = room.town.now + timedelta(days=10), room.town.now + timedelta(days=20)
    invited(room, posted, written_to[0])
    dates = propose(room, meeting, later)
    scheduling.choose_date(dates[0], by=room.town.lead, now=room.town.now)
    assert len(remind(posted, meeting - timedelta(days=2))) == 1
    scheduling.choose_date(dates[1], by=room.town.lead, now=room.town.now)
    assert remind(posted, meeting - timedelta(hours=1)) == []
    assert len(remind(posted, later - timedelta(days=2))) == 1


def test_dates_not_answered_are_asked_for_once_after_three_days(room, written_to, posted):
    invited(room, posted, *written_to)
    (date,) = propose(room, room.town.now + timedelta(days=30))
    answer(room, date, "no", written_to[0])
    assert remind(posted, room.town.now + timedelta(days=2)) == []
    assert len(remind(posted, room.town.now + timedelta(days=3))) == 1
    assert remind(posted, room.town.now + timedelta(days=4)) == []


def test_a_mail_server_that_is_down_is_tried_again_and_nothing_goes_twice(room, written_to, posted, settings, monkeypatch):
    monkeypatch.setattr(tasks.send_letter, "max_retries", 5)  # as with a worker
    settings.EMAIL_BACKEND = "tests.workshops.test_dates.FailsTwice"
    FailsTwice.left, FailsTwice.sent = 2, []
    posted(lambda: inviting.invite(room.workshop, [written_to[0]], by=room.town.lead, now=room.town.now))
    letter = Letter.objects.get(kind="invitation")
    assert letter.sent_at is not None
    assert letter.tries == 3
    for _ in range(3):
        tasks.send_letter(letter.pk)
    tasks.sweep_letters()
    assert len(FailsTwice.sent) == 1
    assert letters.hold(letter.pk, now=timezone.now()) is None


def test_a_mail_server_that_stays_down_breaks_no_act_and_the_command_sends_later(room, written_to, posted, settings):
    settings.EMAIL_BACKEND = "tests.workshops.test_dates.FailsTwice"
    FailsTwice.left, FailsTwice.sent = 99, []
    posted(lambda: inviting.invite(room.workshop, [written_to[0]], by=room.town.lead, now=room.town.now))
    assert room.workshop.invitations.count() == 1
    assert Letter.objects.get().sent_at is None
    FailsTwice.left = 0
    Letter.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    for _ in range(2):
        posted(lambda: call_command("send_letters"))
    assert len(FailsTwice.sent) == 1


def test_a_letter_somebody_is_sending_is_left_alone_and_a_lost_one_is_swept_up(room, written_to, posted):
    inviting.invite(room.workshop, [written_to[0]], by=room.town.lead, now=room.town.now - timedelta(hours=1))
    letter, now = Letter.objects.get(), timezone.now()
    assert letters.hold(letter.pk, now=now) is not None
    assert letters.hold(letter.pk, now=now) is None
    assert posted(tasks.sweep_letters) == []
    Letter.objects.update(held_at=now - timedelta(hours=1))
    assert len(posted(tasks.sweep_letters)) == 1
    assert posted(tasks.sweep_letters) == []


def test_somebody_who_has_left_gets_no_letter(room, written_to, posted):
    written_to[0].withdrawn_at = room.town.now
    written_to[0].save()
    sent = posted(lambda: propose(room, SUMMER))
    assert written_to[0].user.email not in [m.to[0] for m in sent]


class FailsTwice:
    """A mail server that is down for the first tries."""

    left, sent = 0, []

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        if FailsTwice.left:
            FailsTwice.left -= 1
            raise smtplib.SMTPServerDisconnected("down")
        FailsTwice.sent += messages
        return len(messages)


# The rule by itself


@given(
    st.dictionaries(st.integers(1, 60), st.sampled_from(["commissioner", "vso", "citizen"])),
    st.dictionaries(st.integers(1, 60), st.sampled_from(["yes", "maybe", "no"])),
)
def test_nobody_is_counted_twice_and_a_missing_group_is_one_nobody_said_yes_for(members, said):
    look = availability.on_date(members, said)
    assert sum(row.yes + row.if_needed + row.no + row.waiting for row in look.groups) == len(members)
    for row in look.groups:
        can = any(side == row.group and said.get(pk) in ("yes", "maybe") for pk, side in members.items())
        named = {availability.MISSING[row.group], availability.UNSAID[row.group]} & set(look.missing)
        assert bool(named) is not can
