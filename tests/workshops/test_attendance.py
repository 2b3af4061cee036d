"""Attendance: people and organisations apart, in the meeting or beside it, and what everybody may see of it (WS-15, T-30)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

from commissioning.models import Participant
from workshops import attendance, attending, proposing, scheduling
from workshops.models import Attendance, Workshop


def report(room):
    return attendance.report_on(room.town.cycle)


def test_ws_15_people_and_organisations_are_counted_apart_and_those_at_every_workshop_named(room):
    colleague = room.town.join("Viv", "vso", "Harbour")
    attending.attend(room.workshop, colleague, now=room.town.now)
    room.town.workshop(room.vsos[0], room.citizens[0])
    found = report(room)
    first, second = found.workshops
    assert (first.in_meeting, first.organisations) == (7, ["Doorstep", "Harbour"]), "the facilitator is on no side"
    assert (second.in_meeting, second.organisations) == (2, ["Harbour"])
    assert (found.people, found.organisations) == (7, 2)
    assert found.at_every_workshop == ["Harbour"]
    page = room.town.client(room.town.lead).get(f"/cycles/{room.town.cycle.slug}/attendance/").content.decode()
    assert "At every workshop:</strong> Harbour" in page
    assert "Val, Harbour" in page


def test_the_missing_commissioner_side_is_said_to_all(room):
    room.town.workshop(*room.citizens)
    assert [look.commissioners_missing for look in report(room).workshops] == [False, True]
    page = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/attendance/").content.decode()
    assert page.count("Nobody from the commissioner side came.") == 1


def test_everybody_sees_groups_and_never_a_small_number_or_a_name(room):
    for n in range(4):
        attending.attend(room.workshop, room.town.join(f"Citizen-{n}"), now=room.town.now)
    (look,) = report(room).workshops
    assert look.shown_groups == [("commissioner", None), ("vso", None), ("citizen", 6)]
    page = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/attendance/").content.decode()
    assert page.count("fewer than five") == 3  # two groups, and the sentence that says so
    assert not any(word in page for word in ("Val", "Harbour", "Citizen-1", "Hours:"))
    assert room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/attendance.csv").status_code == 404


def test_vs_01_planned_and_actual_hours_are_compared(room):
    Attendance.objects.filter(workshop=room.workshop).update(last_at=room.town.now + timedelta(minutes=70))
    (look,) = report(room).workshops
    assert (look.planned_hours, look.actual_hours) == (Decimal(12), Decimal("7.5"))
    Attendance.objects.filter(workshop=room.workshop).update(last_at=room.town.now + timedelta(days=9))
    (look,) = report(room).workshops
    assert look.actual_hours == 6 * 3, "a page opened again days later is not days of work"


def test_who_sent_something_in_beside_the_meeting_is_counted_as_that(room):
    now, day = room.town.now, timedelta(days=1)
    Workshop.objects.filter(pk=room.workshop.pk).update(starts_at=now)
    plan = scheduling.Arrangement(Decimal(2), opens_at=now - day, closes_at=now + 2 * day)
    scheduling.arrange(room.workshop, plan, by=room.town.lead, now=now)
    late, looker = room.town.join("Late"), room.town.join("Looker")
    for who in (late, looker):
        attending.attend(room.workshop, who, now=now + day)
    proposing.add_idea(room.workshop, kind="need", text="A word", by=late, key="k", now=now + day)
    (look,) = report(room).workshops
    assert (look.in_meeting, look.beside) == (6, 1)
    assert [one.person for one in look.came if not one.in_meeting] == [late], "who only looked has not come"


def test_the_table_is_no_formula_whoever_chose_the_words(room):
    for n, name in enumerate(['=HYPERLINK("x")', "+1", "@SUM(A1)", "-2", "\t=1", "＝1"]):
        who = room.town.join(f"P{n}")
        Participant.objects.filter(pk=who.pk).update(shown_name=name)
        attending.attend(room.workshop, who, now=room.town.now)
    answered = room.town.client(room.town.lead).get(f"/cycles/{room.town.cycle.slug}/attendance.csv")
    assert answered["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answered.content.decode("utf-8-sig"))))
    assert len(rows) == 12
    for row in rows:
        assert not any((cell or "").lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row.values())
    assert sum(1 for row in rows if row["Name"].startswith("'")) == 6
