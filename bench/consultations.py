"""Bringing in fifty thousand answers from a file, grouping them, and reading page 900, beside what plain code takes for the same."""

# ruff: noqa: PLC0415 (models, numpy and scikit-learn are loaded only by the process that is measured)

import argparse
import csv
import io
import json
import os
import random
import resource
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

from bench import processes
from bench.lines import Line
from bench.stage import Stage

ROWS, BAD = 50_000, 300
MOST_SECONDS = 60
MOST_MEMORY = 250  # megabytes more than before the file came
HEADINGS = ["Reference", "Submitted", "Ward", "Age", "E-mail", "What would make life here better?"]
_WORDS = """
buses evening hospital estate late park lights swings dogs benches surgery doctor phone waiting lonely club
lunch neighbours street litter bins parking school crossing cycle lane library hours youth centre jobs
training rent damp repairs noise shops market
"""
_OFTEN = """
there should be more of the and it is never enough for people who live here because my family would use it
every week
"""
WORDS, OFTEN = _WORDS.split(), _OFTEN.split()


def measure(stage: Stage) -> None:
    """Checking and bringing in beside `csv` with `bulk_create`; grouping; the last page beside the first."""
    rows = ROWS // 25 if stage.quick else ROWS
    made = stage.made(20, 20, 1)
    for form in ("csv", "xlsx"):
        command = processes.python("-m", "bench.consultations", str(made.cycle), form, str(rows))
        env = {**os.environ, **made.env, "LONG_WORK_IN_THREADS": "0"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=processes.ROOT, env=env)
        if done.returncode:
            raise RuntimeError(f"consultations: {done.stderr[-600:]}")
        _report(stage, form, rows, json.loads(done.stdout.strip().splitlines()[-1]))


def _report(stage: Stage, form: str, rows: int, got: dict[str, Any]) -> None:
    add = stage.report.add
    whole, limit = got["checked"] + got["brought"], MOST_SECONDS * rows / ROWS
    name = f"{rows:,} rows of {form}, checked and in"
    add(Line(name, f"{whole:.1f} s, of them {got['processor']:.1f} s at work", f"at most {limit:g} s", whole / limit, ("<=", 1)))
    add(Line("  beside csv and bulk_create", f"{whole:.1f} s", f"plain {got['plain']:.1f} s", whole / got["plain"]))
    add(Line("  memory more than before", f"{got['memory']:.0f} MB", f"at most {MOST_MEMORY} MB", got["memory"] / MOST_MEMORY, ("<=", 1)))
    add(Line("  steps its bar moves in", f"{got['steps']}", "at least 20", got["steps"] / 20, (">=", 1 if rows == ROWS else 0)))
    if form == "csv":
        add(Line("  the machine’s themes", f"{got['grouped']:.1f} s"))
        figure, beside = f"{got['last']:.1f} ms", f"its first page {got['first']:.1f} ms"
        add(Line("  its last page", figure, beside, got["last"] / got["first"], ("<=", 2)))
        add(Line("  a search that finds nothing", f"{got['search']:.0f} ms", beside, got["search"] / got["first"]))
        add(Line("  the page of its themes", f"{got['themes']:.0f} ms", beside, got["themes"] / got["first"]))


def _rows(count: int) -> list[list[str]]:
    chance = random.Random(5)
    rows = []
    for n in range(count):
        text = " ".join(chance.choice(WORDS) if chance.random() < 0.35 else chance.choice(OFTEN) for _word in range(chance.randint(12, 45)))
        day = date(2026, 3, 1) + timedelta(days=n % 28)
        written = (day.isoformat(), day.strftime("%d/%m/%Y"), f"{day.day} {day:%B %Y}")[n % 3]
        rows.append([f"R{n:06}", written, f"Ward {n % 21}", "25-64", f"p{n}@example.org" if n % 5 < 3 else "", text])
    for n in range(BAD * count // ROWS):
        rows[n * 100][1] = "soon"
    return rows


def _file(rows: list[list[str]], form: str) -> bytes:
    out = io.BytesIO()
    if form == "xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [HEADINGS, *rows]:
            sheet.append(row)
        book.save(out)
        return out.getvalue()
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode()


def figures(cycle_id: int, form: str, count: int) -> dict[str, Any]:
    """Bring it in, and read it."""
    from django.utils import timezone

    from commissioning import bringing_in, reading_in
    from commissioning.models import Cycle, Participant, Response
    from commissioning.people import held_by

    cycle = Cycle.objects.get(pk=cycle_id)
    lead = next(p for p in Participant.objects.filter(cycle=cycle) if "convene" in held_by(p))
    path = Path(os.environ["VAR_DIR"]) / f"answers.{form}"
    path.write_bytes(_file(_rows(count), form))
    plan = bringing_in.ConsultationPlan(f"Living here, {form}", "What would help?", "Sent to every home.")
    asked = bringing_in.open_consultation(cycle, plan, by=lead, now=timezone.now())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    steps: list[int] = []
    still = reading_in._still_mine

    def counted(*given: Any, **changes: Any) -> None:
        steps.append(changes.get("progress", 0))
        still(*given, **changes)

    reading_in._still_mine = counted
    began, processor = time.perf_counter(), time.process_time()
    with path.open("rb") as file:
        bringing = bringing_in.arrive(asked, name=path.name, chunks=iter(lambda: file.read(65536), b""), by=lead, now=timezone.now())
    bringing_in.name_columns(bringing, bringing.meanings, by=lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    checked = time.perf_counter() - began
    began = time.perf_counter()
    bringing_in.bring_in(bringing, by=lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    brought, processor = time.perf_counter() - began, time.process_time() - processor
    bringing.refresh_from_db()
    if Response.objects.shown().filter(consultation=asked).count() != count - BAD * count // ROWS:
        raise RuntimeError(f"not all are in: {bringing.state} {bringing.why}")
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    got = {
        "checked": checked,
        "brought": brought,
        "processor": processor,
        "memory": memory,
        "steps": len(set(steps)),
        "plain": _plain(asked, bringing, path, form),
    }
    return got | (_reading(asked, cycle) if form == "csv" else {})


def _plain(asked: Any, bringing: Any, path: Path, form: str) -> float:
    """The same rows, believed without a look and written down."""
    from django.db import transaction

    from commissioning.models import Response

    began = time.perf_counter()
    if form == "xlsx":
        import openpyxl

        rows = (list(row) for row in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
    else:
        rows = iter(csv.reader(path.open(newline="")))
    next(rows)
    question = asked.questions.first().pk
    same = {"consultation_id": asked.pk, "question_id": question, "bringing_id": bringing.pk, "aside": True}
    with transaction.atomic():
        made = [
            Response(text=row[5], area=row[2], group=row[3], reference=row[0], fingerprint=f"plain{n}", **same)
            for n, row in enumerate(rows)
        ]
        Response.objects.bulk_create(made, batch_size=1000)
    took = time.perf_counter() - began
    Response.objects.filter(aside=True).delete()
    return took


def _reading(asked: Any, cycle: Any) -> dict[str, float]:
    from django.test import Client
    from django.utils import timezone

    from bench.drawing import _timed
    from commissioning import people, suggesting_themes
    from commissioning.models import Participant, Response

    lead = next(p for p in Participant.objects.filter(cycle=cycle) if "convene" in people.held_by(p))
    began = time.perf_counter()
    suggesting_themes.ask(asked, by=lead, now=timezone.now())
    suggesting_themes.work(asked.pk, now=timezone.now)
    grouped = time.perf_counter() - began
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.cookies[f"seat-{cycle.pk}"] = people.new_personal_key(lead)
    page = f"/cycles/{cycle.slug}/consultations/{asked.pk}/"
    last = Response.objects.filter(consultation=asked).order_by("-pk").values_list("pk", flat=True)[60]
    return {
        "grouped": grouped,
        "first": _timed(lambda: browser.get(f"{page}answers/")),
        "last": _timed(lambda: browser.get(f"{page}answers/?after={last}")),
        "search": _timed(lambda: browser.get(f"{page}answers/?words=zebra")),
        "themes": _timed(lambda: browser.get(page)),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("cycle", type=int)
    parser.add_argument("form", choices=("csv", "xlsx"))
    parser.add_argument("rows", type=int)
    given = parser.parse_args()
    django.setup()
    print(json.dumps(figures(given.cycle, given.form, given.rows)))
