"""Large consultations: answers brought in from files, awkward ones too, themed by people and machine, summed up and sent."""

import csv
import io
import re
import tracemalloc
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from commissioning import (
    bringing_in,
    consultation_looks,
    reading_in,
    response_rows,
    theming,
)
from commissioning.models import Bringing, Consultation, LeftAddress, LikelySame, Need, Response, RowFault, Theme
from commissioning.sentences import Refused
from tests.commissioning.surveys import HEADINGS, arrive, as_csv, as_xlsx, brought, checked, consultation_of, made_rows

pytestmark = pytest.mark.usefixtures("files_of_its_own")


# From the file to the priority


def test_an_08_a_thousand_responses_are_brought_in_themed_and_listed_behind_a_theme(town, posted):
    """A commissioner imports 1,000 responses, assigns themes, and any priority lists the responses behind it."""
    client, cycle = town.client(town.lead), town.cycle.slug
    new = {"title": "Living here", "about": "What is it like?", "reached": "Every home"}
    page = client.post(reverse("new_consultation", args=[cycle]), new)
    assert "Use this, or ask again?" in page.content.decode()
    client.post(reverse("new_consultation", args=[cycle]), new | {"looked": "yes", "answer": "again", "why": "Nobody has asked here."})
    consultation = Consultation.objects.get()
    sent = io.BytesIO(as_csv(made_rows(1042, 611)))
    sent.name = "survey.csv"
    answer = client.post(reverse("bring_answers", args=[cycle, consultation.pk]), {"file": sent})
    assert answer.status_code == 302
    bringing = Bringing.objects.get()
    mapping = client.get(answer.url).content.decode()
    assert "What is each column?" in mapping
    assert "What would make life here better?" in mapping
    assert "person0@example.org" not in mapping
    columns = {f"column-{at}": meaning for at, meaning in enumerate(bringing.meanings)}
    assert bringing.meanings == ["reference", "date", "area", "group", "mail", "answer"]
    posted(lambda: client.post(answer.url, columns | {"act": "columns"}))
    assert "Bring in 1,042 rows" in client.get(answer.url).content.decode()
    assert not Response.objects.exists()
    posted(lambda: client.post(answer.url, {"act": "bring in"}))
    assert Response.objects.shown().count() == 1042
    browse = reverse("consultation_answers", args=[cycle, consultation.pk])
    found = list(Response.objects.filter(text__icontains="bus").values_list("pk", flat=True)[:40])
    client.post(browse, {"answers": found, "new": "Buses in the evening", "act": "on"})
    theme = Theme.objects.get()
    assert theming.responses_behind(theme).count() == len(found)
    behind = town.client(town.join("Cat")).get(reverse("theme", args=[cycle, consultation.pk, theme.pk])).content.decode()
    assert f"{len(found)} of 1,042 answers are behind this theme" in behind
    assert Response.objects.get(pk=found[0]).text in behind
    assert "@example.org" not in behind
    address = reverse("theme", args=[cycle, consultation.pk, theme.pk])
    for _ in range(2):
        assert client.post(address, {"act": "need"}).status_code == 302
    need = Need.objects.get()
    assert need.statement == "Buses in the evening"
    assert f"{len(found)} answers" in need.evidence.get().source
    shown = town.client(town.join("Dot")).get(reverse("need", args=[cycle, need.number])).content.decode()
    assert f"{len(found)} answers" in shown
    assert address in shown, "the need leads to the answers behind it"
    assert not default_storage.exists(bringing.stored)


def test_an_08_fifty_thousand_rows_with_three_hundred_bad_ones_smaller(town, asked):
    """All bad rows are reported at once, nothing is half in, and the mended file brings only what is missing."""
    rows = made_rows(2000)
    for n in range(300):
        rows[n * 6][1] = "31/02/2026" if n % 2 else "=soon()"
    first = checked(town, asked, as_csv(rows))
    assert (first.rows, first.good, first.bad) == (2000, 1700, 300)
    assert RowFault.objects.count() == 300
    assert RowFault.objects.first().row == 2
    assert not Response.objects.exists()
    bringing_in.bring_in(first, by=town.lead, now=timezone.now())
    reading_in.work(first.pk, now=timezone.now)
    assert Response.objects.shown().count() == 1700
    for n in range(300):
        rows[n * 6][1] = "2026-03-04"
    again = checked(town, asked, as_csv(rows))
    assert (again.good, again.already, again.bad) == (300, 1700, 0)
    bringing_in.bring_in(again, by=town.lead, now=timezone.now())
    reading_in.work(again.pk, now=timezone.now)
    assert Response.objects.shown().count() == 2000
    assert checked(town, asked, as_csv(rows)).good == 0
    faults = town.client(town.lead).get(reverse("bringing_faults", args=[town.cycle.slug, asked.pk, first.pk]))
    lines = list(csv.reader(io.StringIO(faults.getvalue().decode("utf-8-sig"))))
    assert len(lines) == 301
    assert {line[2] for line in lines[1:]} == {"31/02/2026", "'=soon()"}, "what was found is no formula in the file about it either"


def test_what_has_no_reference_is_known_again_by_words_date_and_contact(town, asked):
    headings = ["Date", "E-mail", "What would help?"]
    rows = [["2026-03-04", "", "More buses"]] * 3 + [["2026-03-04", "a@example.org", "More buses"], ["x", "", "A park"]]
    first = brought(town, asked, as_csv(rows, headings))
    assert (first.good, first.bad) == (4, 1)
    assert Response.objects.count() == 4, "three neighbours may say the same on one day"
    rows[4] = ["2026-03-05", "", "A park"]
    second = brought(town, asked, as_csv([rows[4], *rows[:4]], headings))
    assert (second.good, second.already) == (1, 4)


def test_one_reference_with_other_words_is_reported_and_never_chosen(town, asked):
    headings = ["Ref", "What would help?"]
    brought(town, asked, as_csv([["A1", "More buses"], ["A2", "A park"]], headings))
    later = checked(town, asked, as_csv([["A1", "Fewer buses"], ["A2", "A park"], ["A3", "Lights"], ["a3", "Lamps"]], headings))
    assert (later.good, later.already, later.bad) == (1, 1, 2)
    said = list(RowFault.objects.filter(bringing=later).values_list("row", "what"))
    assert said == [(2, "An answer with this reference is in already, with other words."), (5, "Row 4 has the same reference.")]


def test_what_is_nearly_the_same_is_shown_and_never_dropped(town, asked):
    headings = ["Ref", "What would help?"]
    rows = [
        ["1", "The bus to the hospital never comes in the evening"],
        ["2", "The bus to the hospital never comes in the evenings!"],
        ["3", "A park"],
    ]
    brought(town, asked, as_csv(rows, headings))
    assert Response.objects.shown().count() == 3
    pair = LikelySame.objects.get()
    client, address = town.client(town.lead), reverse("answers_twice", args=[town.cycle.slug, asked.pk])
    assert "Two people: keep both" in client.get(address).content.decode()
    client.post(address, {"pair": pair.pk, "act": "same"})
    assert Response.objects.shown().count() == 2
    client.post(address, {"pair": pair.pk, "act": "back"})
    assert Response.objects.shown().count() == 3


def test_a_worker_killed_in_the_middle_is_followed_by_another_and_nothing_is_shown_before_the_end(town, asked, monkeypatch):
    monkeypatch.setattr(reading_in, "BATCH", 50)
    bringing = checked(town, asked, as_csv(made_rows(320, 100)))
    bringing_in.bring_in(bringing, by=town.lead, now=timezone.now())
    made, batches = reading_in._responses, []

    def dies(*given):
        batches.append(1)
        if len(batches) == 4:
            raise KeyboardInterrupt
        return made(*given)

    monkeypatch.setattr(reading_in, "_responses", dies)
    with pytest.raises(KeyboardInterrupt):
        reading_in.work(bringing.pk, now=timezone.now)
    bringing.refresh_from_db()
    assert bringing.state == "coming"
    assert Response.objects.count() == 150
    assert not Response.objects.shown().exists()
    assert 0 < bringing.progress < 100
    reading_in.work(bringing.pk, now=timezone.now)
    assert Response.objects.count() == 150, "the first may still be at it"
    later = lambda: timezone.now() + timedelta(minutes=2)  # noqa: E731
    assert reading_in.left_lying(later()) == [bringing.pk]
    reading_in.work(bringing.pk, now=later)
    assert Response.objects.shown().count() == 320
    assert LeftAddress.objects.count() == 100


def test_what_lost_its_message_is_swept_up(town, asked, posted):
    from commissioning import suggesting_themes, summing_up, tasks

    bringing = arrive(town, asked, as_csv(made_rows(60, 10)))
    bringing_in.name_columns(bringing, bringing.meanings, by=town.lead, now=timezone.now())
    posted(tasks.sweep_consultations)
    bringing_in.bring_in(bringing, by=town.lead, now=timezone.now())
    posted(tasks.sweep_consultations)
    assert Response.objects.shown().count() == 60
    suggesting_themes.ask(asked, by=town.lead, now=timezone.now())
    summing_up.publish(asked, summary="Thank you.", by=town.lead, now=timezone.now())
    summing_up.send(asked, by=town.lead, now=timezone.now() - timedelta(minutes=5))
    posted(tasks.sweep_consultations)
    asked.refresh_from_db()
    assert asked.suggesting is None
    assert LeftAddress.objects.filter(sent_at__isnull=False).count() == 10


def test_a_file_put_away_on_its_way_leaves_nothing(town, asked, monkeypatch):
    monkeypatch.setattr(reading_in, "BATCH", 50)
    bringing = checked(town, asked, as_csv(made_rows(120, 120)))
    bringing_in.bring_in(bringing, by=town.lead, now=timezone.now())
    islice = reading_in.islice

    def put_away_meanwhile(rows, size):
        if Response.objects.exists():
            bringing_in.put_away(bringing, by=town.lead, now=timezone.now())
        return islice(rows, size)

    monkeypatch.setattr(reading_in, "islice", put_away_meanwhile)
    reading_in.work(bringing.pk, now=timezone.now)
    bringing.refresh_from_db()
    assert bringing.state == "stopped"
    assert not Response.objects.exists()
    assert not LeftAddress.objects.exists()


# Files as they come


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ","), ("cp1252", ";"), ("utf-16-le", ",")]
)
def test_letters_and_separators_are_found(town, asked, encoding, separator):
    rows = [["Ellen", "The café is “closed” – it’s £5 to park", "2026-03-04"], ["Siân", "Näher, schöner", "2026-03-04"]]
    bringing = checked(town, asked, as_csv(rows, ["Ref", "Why is that?", "Date"], encoding, separator))
    assert (bringing.good, bringing.bad) == (2, 0)
    bringing_in.bring_in(bringing, by=town.lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    assert [r.text for r in Response.objects.order_by("pk")] == [rows[0][1], rows[1][1]]


def test_letters_found_wrong_can_be_put_right(town, asked):
    bringing = arrive(town, asked, as_csv([["1", "caf\xe9; th\xe9"]], ["Ref", "Why is that?"], "cp1252"))
    assert bringing.encoding == "cp1252"
    address = reverse("bringing", args=[town.cycle.slug, asked.pk, bringing.pk])
    town.client(town.lead).post(address, {"act": "read as", "encoding": "cp1252", "separator": ";"})
    bringing.refresh_from_db()
    assert bringing.separator == ";"
    assert town.client(town.lead).post(address, {"act": "read as", "encoding": "rot13", "separator": ";"}).status_code == 409


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-04",
        "04/03/2026",
        "4 March 2026",
        "4/3/26",
        "4th Mar 2026",
        "Wednesday 4 March 2026",
        "04.03.2026",
        "2026-03-04T10:20:00Z",
        "46085",
    ],
)
def test_a_date_in_three_formats_is_the_same_day_with_the_day_first(written):
    assert response_rows.day_in(written) == date(2026, 3, 4)


@pytest.mark.parametrize("written", ["03/25/2026", "31/02/2026", "soon", "4 Marchember 2026", "2026-13-01", "99999999", "١/٢/٢٠٢٦x"])
def test_what_is_no_date_is_said_to_be_none(written):
    assert response_rows.day_in(written) is None


def test_everything_wrong_with_a_row_is_said_at_once_and_no_address_is_kept(town, asked):
    tomorrow = (timezone.now() + timedelta(days=40)).date().isoformat()
    rows = [["1", tomorrow, "", "", "ann at example", ""], ["2", "1066-10-14", "", "", "", "x" * 10_001], ["3", "", "", "", "", "Fine"]]
    bringing = checked(town, asked, as_csv(rows))
    faults = list(RowFault.objects.values_list("row", "column", "what", "found"))
    assert (bringing.bad, bringing.good) == (2, 1)
    assert [(row, column) for row, column, *__ in faults] == [
        (2, "Submitted"),
        (2, "E-mail"),
        (2, HEADINGS[-1]),
        (3, "Submitted"),
        (3, HEADINGS[-1]),
    ]
    assert not any("ann" in found for *__, found in faults)


def test_excel_dates_formulas_and_numbers_come_in_as_they_stand(town, asked):
    rows = [
        [1, date(2026, 3, 4), "Quay", 34, "", '=HYPERLINK("http://x.example","More buses")'],
        [2.0, "04/03/2026", "Quay", "", "", "-1 for the bus"],
        [3, 46085, "Quay", "", "", "@SUM(A1) is what I saw"],
    ]
    brought(town, asked, as_xlsx(rows))
    kept = list(Response.objects.order_by("pk").values_list("reference", "said_on", "group", "text"))
    assert [k[:2] for k in kept] == [("1", date(2026, 3, 4)), ("2", date(2026, 3, 4)), ("3", date(2026, 3, 4))]
    assert kept[0][3] == '=HYPERLINK("http://x.example","More buses")', "a formula is words"
    out = town.client(town.lead).get(reverse("consultation_answers_file", args=[town.cycle.slug, asked.pk])).getvalue().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
    assert '\'=HYPERLINK("http://x.example","More buses")' in cells
    assert "'-1 for the bus" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n=", " =", "＝", "|"])
def test_no_cell_of_an_export_can_start_a_formula(start):
    assert response_rows.harmless(f"{start}1+1").startswith("'")
    assert response_rows.harmless("1 = 1") == "1 = 1"


def test_a_zip_bomb_and_a_large_file_are_refused_fast_and_in_little_memory(town, asked):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        with parts.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for __ in range(400):
                sheet.write(b"0" * (1 << 20))
    tracemalloc.start()
    with pytest.raises(Refused, match="far too large"):
        arrive(town, asked, bomb.getvalue(), "bomb.xlsx")
    with pytest.raises(Refused, match="25 MB"):
        bringing_in.arrive(asked, name="big.csv", chunks=(b"a" * (1 << 20) for __ in range(200)), by=town.lead, now=town.now)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * (1 << 20)
    assert not list(Path(default_storage.path("consultations")).iterdir()), "nothing of them stays"


def test_a_spreadsheet_whose_words_unpack_in_memory_or_whose_xml_grows_is_refused(town, asked):
    good = as_xlsx([["1", "", "", "", "", "More buses"]])
    grown = io.BytesIO()
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(grown, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                content = laughs + re.sub(r"^<\?xml.*?\?>", "", content).replace("More buses", "&b;")
            new.writestr(name, content)
    with pytest.raises(Refused):
        arrive(town, asked, grown.getvalue(), "laughs.xlsx")
    heavy = io.BytesIO()
    with zipfile.ZipFile(heavy, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/sharedStrings.xml", b"0" * (60 << 20))
    with pytest.raises(Refused, match="far too large"):
        arrive(town, asked, heavy.getvalue(), "heavy.xlsx")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0old", "old Excel"),
        (b"PK\x03\x04rubbish", "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "not a file of text"),
        (b"Ref,What would help?\n", "at least one row"),
        (b'Ref,What would help?\n1,"never closed\n' + b"x,y\n" * 60_000, "never ends"),
    ],
)
def test_what_is_no_file_of_answers_is_refused_with_a_sentence(town, asked, content, says):
    try:
        said = checked(town, asked, content, ["", "answer"]).why
    except Refused as refused:
        said = str(refused)
    assert says in said


def test_the_doorway_says_what_is_wrong_beside_the_field(town, asked):
    client, address = town.client(town.lead), reverse("bring_answers", args=[town.cycle.slug, asked.pk])
    assert "Choose a file first" in client.post(address).content.decode()
    sent = io.BytesIO(b"\xd0\xcf\x11\xe0old")
    sent.name = "old.xls"
    answer = client.post(address, {"file": sent})
    assert answer.status_code == 422
    assert "old Excel" in answer.content.decode()


def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_read():
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from config.asgi import http_in_turn

    said = []
    path = "/cycles/x/consultations/1/bring/"
    scope = {"type": "http", "method": "POST", "path": path, "headers": [(b"content-length", str(200 << 20).encode())]}

    async def receive():
        raise AssertionError("not one byte is read")

    async def send(message):
        said.append(message)

    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, http_in_turn(scope, receive, send)).result()
    assert said[0]["status"] == 413
    assert b"Send less than 26 MB. Save a spreadsheet as CSV" in said[1]["body"]


def test_columns_that_make_no_sense_are_refused(town, asked):
    bringing = arrive(town, asked, as_csv(made_rows(3)))
    for meanings, says in (
        (["reference", "date", "area", "group", "mail", ""], "Say which column holds the answers"),
        (["mail", "date", "area", "group", "mail", "answer"], "Only one column"),
        (["answer"], "Say what each column is"),
        (["nonsense", "date", "area", "group", "mail", "answer"], "Say what each column is"),
    ):
        with pytest.raises(Refused, match=says):
            bringing_in.name_columns(bringing, meanings, by=town.lead, now=town.now)


def test_several_questions_in_one_file(town, asked):
    headings = ["Ref", "What is good here?", "What should change?"]
    done = brought(town, asked, as_csv([["1", "The park", "The bus"], ["2", "", "The bus"], ["3", "", ""]], headings))
    assert (done.good, done.answers, done.bad) == (2, 3, 1)
    good = asked.questions.get(text="What is good here?")
    assert Response.objects.filter(question=good).count() == 1
    assert "1" in str(consultation_looks.size_of(asked).answers - 2)


def test_a_request_without_a_body_is_answered_and_holds_no_place_at_the_gate(monkeypatch):
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from config import asgi

    came = []

    async def site(scope, receive, send):
        more = True
        while more:
            message = await receive()
            came.append((message["body"], message["more_body"]))
            more = message["more_body"]

    def arriving(*blocks):
        messages = [{"type": "http.request", "body": b, "more_body": n < len(blocks)} for n, b in enumerate(blocks, 1)]

        async def receive():
            return messages.pop(0) if messages else await asyncio.sleep(60)

        return receive

    async def in_time(*blocks):
        scope = {"type": "http", "method": "POST", "path": "/cycles/x/consultations/1/bring/", "headers": []}
        await asyncio.wait_for(asgi.file_answer(scope, arriving(*blocks), None), 5)

    async def both():
        monkeypatch.setattr(asgi, "_gate", asyncio.Semaphore(2))
        await in_time(b"")
        await in_time(b"x" * asgi.BLOCK, b"")
        await in_time(b"x" * asgi.BLOCK, b"y")

    monkeypatch.setattr(asgi, "http", site)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, both()).result()
    block = b"x" * asgi.BLOCK
    assert came == [(b"", False), (block, False), (block, True), (b"y", False)]


def test_a_row_said_to_lie_beyond_the_last_is_not_waited_for(town, asked):
    out, book = io.BytesIO(), zipfile.ZipFile(io.BytesIO(as_xlsx([["1", "Buses"]], ["Ref", "Why is that?"])))
    with zipfile.ZipFile(out, "w") as changed:
        for part in book.namelist():
            changed.writestr(part, book.read(part).replace(b'<row r="2"', b'<row r="2000000000"'))
    with pytest.raises(Refused, match="damaged"):
        arrive(town, asked, out.getvalue())


def test_a_file_that_cannot_be_read_on_can_still_be_put_away(town, asked):
    rows = 'Ref,Why is that?\n1,Buses\n2,"' + "x" * 200_000
    bringing = arrive(town, asked, rows.encode())
    client, address = town.client(town.lead), reverse("bringing", args=[town.cycle.slug, asked.pk, bringing.pk])
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Buses" in answer.content.decode()
    assert client.post(address, {"act": "put away"}).status_code == 302
    bringing.refresh_from_db()
    assert bringing.state == "stopped"


def test_nothing_of_a_file_stays_not_its_faults_nor_what_a_killed_worker_left(town, asked, django_capture_on_commit_callbacks):
    bringing = checked(town, asked, as_csv([*made_rows(3, 3), ["R00001", "no day", "Quay", "65+", "", "Twice"]]))
    assert RowFault.objects.exists()
    lying = Path(default_storage.path(f"{bringing.stored}-123"))
    lying.write_text("person1@example.org")
    bringing_in.name_columns(bringing, bringing.meanings, by=town.lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    assert not lying.exists(), "the next check sweeps it up"
    bringing.refresh_from_db()
    assert (bringing.state, bringing.good) == ("checked", 3)
    assert Path(default_storage.path(bringing.staged)).exists()
    lying.write_text("person1@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        bringing_in.put_away(bringing, by=town.lead, now=timezone.now())
    assert not RowFault.objects.exists()
    assert not list(lying.parent.iterdir())


def test_a_consultation_sent_twice_is_opened_once(town):
    assert consultation_of(town).pk == consultation_of(town).pk
    assert consultation_of(town, "Another").pk != consultation_of(town).pk


def test_no_theme_is_made_for_answers_nobody_ticked(town, asked):
    address = reverse("consultation_answers", args=[town.cycle.slug, asked.pk])
    assert town.client(town.lead).post(address, {"act": "on", "new": "Buses"}).status_code == 409
    assert not Theme.objects.exists()
