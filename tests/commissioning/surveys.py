"""Surveys made for tests: invented people, four things on their minds, dates written in three ways."""

import csv
import io
import random
from datetime import date, timedelta

import openpyxl
from django.utils import timezone

from commissioning import bringing_in, reading_in

WHAT = {
    "buses": (
        "The bus never comes in the evening",
        "Buses to the hospital are late",
        "No bus after eight on the estate",
        "bus stop far away",
    ),
    "parks": (
        "The park needs lights",
        "Broken swings in the playground park",
        "Dogs off the lead in the park",
        "benches missing in the park",
    ),
    "doctors": (
        "Nobody answers the phone at the surgery",
        "Waiting three weeks for a doctor",
        "The surgery has no doctor on Fridays",
        "doctor closed",
    ),
    "loneliness": (
        "Older neighbours are lonely",
        "A lunch club would help lonely people",
        "Lonely since my husband died",
        "lonely at weekends",
    ),
}
HEADINGS = ["Ref", "Submitted", "Ward", "Age", "E-mail", "What would make life here better?"]


def made_rows(people, left=0):
    """Rows as a survey gives them: invented people, four things on their minds, dates written in three ways."""
    chance = random.Random(11)
    rows = []
    for n in range(people):
        what = chance.choice(list(WHAT))
        day = date(2026, 3, 1) + timedelta(days=n % 28)
        written = (day.isoformat(), day.strftime("%d/%m/%Y"), f"{day.day} {day:%B %Y}")[n % 3]
        to = f"person{n}@example.org" if n < left else ""
        text = f"{chance.choice(WHAT[what])}, {chance.choice(('and', 'but'))} {chance.choice(('my street', 'our block', 'the close'))} {n} knows"
        rows.append([f"R{n:05}", written, chance.choice(("Quay", "Hill")), chance.choice(("16-24", "25-64", "65+")), to, text])
    return rows


def as_csv(rows, headings=HEADINGS, encoding="utf-8", separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(rows, headings=HEADINGS):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [headings, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def consultation_of(town, title="Living here"):
    plan = bringing_in.ConsultationPlan(title, "What would make life better?", "Sent to every home; few under 25s answered.")
    return bringing_in.open_consultation(town.cycle, plan, by=town.lead, now=town.now)


def arrive(town, consultation, content, name="answers.csv"):
    return bringing_in.arrive(consultation, name=name, chunks=[content], by=town.lead, now=timezone.now())


def checked(town, consultation, content, meanings=None, name="answers.csv"):
    bringing = arrive(town, consultation, content, name)
    bringing_in.name_columns(bringing, meanings or bringing.meanings, by=town.lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    bringing.refresh_from_db()
    return bringing


def brought(town, consultation, content, meanings=None):
    bringing = checked(town, consultation, content, meanings)
    bringing_in.bring_in(bringing, by=town.lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    bringing.refresh_from_db()
    assert bringing.state == "done", bringing.why
    return bringing
