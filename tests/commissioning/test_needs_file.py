"""Needs from a file: everything wrong at once, nothing half kept, brought twice it adds nothing; a formula is only words."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from commissioning import needs_file
from commissioning.models import Asset, Evidence, Minute, Need

TODAY = date(2026, 11, 23)
HEAD = "kind,statement,who,where,evidence,source,date,how\n"
GOOD = HEAD + (
    "need,Nowhere safe to go,14 to 19,Quay,lived experience,YP group,2026-03-31,\n"
    "need,Waits of ten weeks,15 to 21,,data,Waiting list,31/03/2026,\n"
    "need,Waits of ten weeks,15 to 21,,research,A study,31 March 2026,\n"
    "asset,The old library,The council,,,,,Warm and empty\n"
)


def read(text, encoding="utf-8"):
    return needs_file.read(text.encode(encoding), TODAY)


def why(sheet):
    return [(line, str(words)) for line, words in sheet.wrong]


def test_a_file_is_read_with_dates_in_three_formats():
    sheet = read(GOOD)
    assert not sheet.wrong
    assert [r.dated for r in sheet.rows] == [date(2026, 3, 31)] * 3 + [None]
    assert [r.evidence for r in sheet.rows] == ["lived_experience", "data", "research", ""]
    assert sheet.rows[3].is_asset
    assert sheet.rows[1].key == sheet.rows[2].key != sheet.rows[0].key


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-16", "\t"), ("cp1252", ",")]
)
def test_files_of_older_programs_are_read(encoding, delimiter):
    sheet = read(f"Statement{delimiter}Who\nCafé’s – £5 “too dear”{delimiter}Zoë\n".replace(",,", ","), encoding)
    assert [(r.statement, r.who) for r in sheet.rows] == [("Café’s – £5 “too dear”", "Zoë")]


def test_everything_wrong_is_said_at_once_by_row():
    sheet = read(
        HEAD + "need,,,,,,,\n,\nwish,x,,,,,,\nneed,x,,,gossip,Pub,,\nneed,x,,,data,,,\nneed,x,,,data,List,2027-01-01,\n"
        f"need,x,,,data,List,soon,\nneed,{'y' * 601},,,,,,\nneed,Fine,,,,,,\n"
    )
    assert [line for line, __ in why(sheet)] == [2, 4, 5, 6, 7, 8, 9]
    words = " ".join(text for __, text in why(sheet))
    for part in ("no words", "neither", "not a kind of evidence", "its source", "still to come", "not a date", "601 characters"):
        assert part in words


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04zip", b"\x89PNG\0\0", b"%PDF-1.7", b"", b"\n\n", b"colour\nred\n", b'statement\n"never closed\n']
)
def test_what_is_no_table_is_refused_with_a_sentence(data):
    sheet = needs_file.read(data, TODAY)
    assert sheet.wrong
    assert not sheet.rows


def test_too_large_and_too_many():
    assert "too large" in why(needs_file.read(b"statement\n" + b"x" * needs_file.MOST_BYTES, TODAY))[0][1]
    many = read("statement\n" + "".join(f"Need {n}\n" for n in range(needs_file.MOST_ROWS + 5)))
    assert "more than 1000 rows" in why(many)[0][1]


@given(st.binary(max_size=300))
def test_any_bytes_are_answered_and_never_a_fault(data):
    needs_file.read(b"statement,who,date\n" + data, TODAY)
    needs_file.read(data, TODAY)


def bring(client, town, text, encoding="cp1252"):
    file = SimpleUploadedFile("needs.csv", text.encode(encoding), content_type="text/csv")
    return client.post(f"/cycles/{town.cycle.slug}/needs/file/", {"file": file})


def test_nothing_is_half_kept_and_a_second_time_adds_nothing(town):
    lead = town.client(town.lead)
    bad = bring(lead, town, GOOD + "need,,,,,,,\nneed,x,,,gossip,Pub,,\n")
    assert bad.status_code == 422
    assert "Row 6:" in bad.content.decode()
    assert "Row 7:" in bad.content.decode()
    assert not Need.objects.exists()
    for __ in range(2):
        assert bring(lead, town, GOOD).status_code == 302
        assert (Need.objects.count(), Asset.objects.count(), Evidence.objects.count()) == (2, 1, 3)
    said = Minute.objects.filter(what__contains="A file was brought in").order_by("pk").last()
    assert "0 needs and 0 assets" in said.what
    more = bring(lead, town, GOOD + "need,A new one,,,,,,\n")
    assert more.status_code == 302
    assert Need.objects.count() == 3, "what was mended or added comes in alone"


def test_a_formula_is_only_words(town):
    words = '=HYPERLINK("http://evil.example";"Click")'
    assert bring(town.client(town.lead), town, f'statement;who\n"{words.replace(chr(34), chr(34) * 2)}";@SUM(A1)\n').status_code == 302
    need = Need.objects.get()
    assert need.statement == words
    shown = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/needs/").content.decode()
    assert "=HYPERLINK(&quot;http" in shown


def test_only_those_who_run_the_work_bring_files(town):
    ann = town.client(town.join("Ann"))
    assert bring(ann, town, GOOD).status_code == 404
    assert town.client(town.lead).post(f"/cycles/{town.cycle.slug}/needs/file/").status_code == 409
