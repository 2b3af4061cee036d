"""A return brought as a file or put by a program: everything wrong at once, nothing half kept, nothing twice."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from commissioning import limiting
from commissioning.models import Cycle
from outcomes import return_tokens
from outcomes.models import Reading, Return, ReturnToken

HEAD = "measure,value,part,whole,start,words,standing\n"


def bring(contract, data, name="return.csv", quarter=1):
    data = data.encode() if isinstance(data, str) else data
    return contract.client().post(contract.at("upload_return", quarter), {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def two(contract):
    return contract.measure(), contract.measure("Feels safe", "share", target=70)


def table(contract, form):
    answer = contract.client().get(contract.at("return_table", 1, form))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def as_book(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def test_the_table_of_a_quarter_is_downloaded_filled_and_brought_back(contract, two):
    rows = list(csv.reader(io.StringIO(table(contract, "csv").decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["measure", "M1", "M2", "HOURS"]
    rows[1][3], rows[1][7], rows[2][4], rows[2][5], rows[3][3] = "3", "=SUM of what we saw", "48", "68", "2.5"
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    assert bring(contract, file.getvalue()).status_code == 302
    kept = Reading.objects.get(measure=two[0])
    assert (kept.value, kept.words) == (3, "=SUM of what we saw")
    assert str(Return.objects.get().hours) == "2.5"
    before = list(Reading.objects.values()), list(Return.objects.values())
    assert bring(contract, file.getvalue()).status_code == 302
    assert (list(Reading.objects.values()), list(Return.objects.values())) == before, "twice adds nothing"
    again = table(contract, "csv").decode()
    assert "'=SUM of what we saw" in again, "no spreadsheet works it out"
    assert bring(contract, again).status_code == 302
    assert Reading.objects.get(measure=two[0]).words == "=SUM of what we saw"


def test_the_workbook_holds_words_and_no_formula(contract, two):
    bring(contract, HEAD + 'M1,3,,,,"=HYPERLINK(""x"")",\n')
    data = table(contract, "xlsx")
    sheet = load_workbook(io.BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]
    assert bring(contract, data, "return.xlsx").status_code == 302
    assert Reading.objects.get(measure=two[0]).words == '=HYPERLINK("x")'


def test_everything_wrong_in_a_file_is_said_at_once_with_its_row_and_nothing_is_kept(contract, two):
    data = HEAD + "M1,-3,,,,ok,\nM2,,70,68,,,\nM9,1,,,,,\nM1,2,,,,,\nHOURS,many,,,,,\nM2,=1+1,,,,,brilliant\n"
    answer = bring(contract, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "Row 2: M1, “value”: A figure cannot be below nought.",
        "Row 3: M2, “part”: 70 is more than 68.",
        "Row 4: “M9” is no measure that is due in this quarter.",
        "Row 5: M1 is there twice: row 2 and this one.",
        "Row 6: “many” is not a number.",
        "Row 7: The column “value” holds a formula.",
    ):
        assert words in page, words
    assert not Reading.objects.exists()
    assert not Return.objects.exists()


def test_a_formula_or_a_macro_is_refused_in_words(contract, two):
    rows = [["measure", "value", "words"], ["M1", "=1+2", "x"], ["M2", None, "=A1"]]
    page = bring(contract, as_book(rows).getvalue(), "a.xlsx").content.decode()
    assert "Row 2: There is a formula in cell B2." in page
    assert "Row 3: There is a formula in cell C3." in page
    with_macro = as_book([["measure", "value"], ["M1", 3]])
    with zipfile.ZipFile(with_macro, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"x")
    assert "This workbook holds a macro" in bring(contract, with_macro.getvalue(), "a.xlsm").content.decode()
    for junk in (b"", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02\x03" * 9, b"a,b\n1,2\n", b"x" * 2_100_000):
        assert bring(contract, junk).status_code == 422, junk[:10]
    assert contract.client().post(contract.at("upload_return"), {}).status_code == 422
    assert not Reading.objects.exists()


def test_a_plain_workbook_is_taken(contract, two):
    book = as_book([["measure", "value", "part", "whole"], ["M1", 3], ["M2", None, 48, 68], ["HOURS", 2]])
    assert bring(contract, book.getvalue(), "a.xlsx").status_code == 302
    assert Reading.objects.get(measure=two[1]).part == 48


def test_a_file_for_a_return_that_was_sent_is_refused(contract):
    contract.send({contract.measure(): {"value": "3"}})
    answer = bring(contract, HEAD + "M1,4,,,,,\n")
    assert answer.status_code == 409
    assert "new version" in answer.content.decode()


def rewritten(book, change):
    """A workbook whose own bytes are another's."""
    data = bytearray(book.getvalue())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = data.find(mark)
        while start >= 0:
            change(data, start + at)
            start = data.find(mark, start + 4)
    return bytes(data)


def _lock(data, at):
    data[at] |= 1  # the flag that says: a password is needed


def _pack_oddly(data, at):
    data[at + 2] = 99  # a way of packing nobody knows


@pytest.mark.parametrize("change", [_lock, _pack_oddly])
def test_a_workbook_nobody_can_unpack_is_refused_in_words(contract, two, change):
    answer = bring(contract, rewritten(as_book([["measure", "value"], ["M1", 3]]), change), "return.xlsx")
    assert answer.status_code == 422
    assert "This spreadsheet cannot be read" in answer.content.decode()
    assert not Return.objects.exists()


def test_a_workbook_that_unpacks_to_more_than_any_return_is_refused_before_it_is_read(contract, two):
    file = as_book([["measure", "value"], ["M1", 3]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet2.xml", b" " * 41_000_000)
    answer = bring(contract, file.getvalue(), "return.xlsx")
    assert answer.status_code == 422
    assert "far too large" in answer.content.decode()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("measure,value\nM1,3\nHOURS,2\nHOURS,3\n", "HOURS is there twice: row 3 and this one."),
        ("measure,value,value\nM1,3,4\n", "The column “value” is there twice."),
    ],
)
def test_of_two_answers_in_one_file_none_is_chosen_for_the_provider(contract, two, table, said):
    answer = bring(contract, table)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Return.objects.exists()


# A provider's own program


@pytest.fixture
def program(contract, two):
    key = return_tokens.make(contract.award, name="Case system", by=contract.val, now=contract.town.now)[1]

    def call(method="get", body=None, quarter=1, key=key, award=None):
        address = f"/api/awards/{award or contract.award.pk}/quarters/{quarter}/"
        data = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
        return (
            getattr(Client(enforce_csrf_checks=True), method)(
                address, data, content_type="application/json", headers={"Authorization": f"Bearer {key}"} if key else {}
            )
            if method != "get"
            else Client().get(address, headers={"Authorization": f"Bearer {key}"} if key else {})
        )

    return call


GOOD = {"hours": "2.5", "measures": {"M1": {"value": 3}, "M2": {"part": 48, "whole": "68"}}}


def test_a_program_puts_a_return_reads_it_and_sends_it_and_the_same_again_changes_nothing(contract, program):
    for __ in range(2):
        answer = program("put", GOOD | {"added": [{"kind": "volunteers", "amount": 22, "unit": "people"}]})
        assert answer.status_code == 200, answer.content
        assert answer.json()["measures"]["M1"]["reading"]["suggested"] == "partly"
    assert Reading.objects.filter(revision=1).count() == 2
    assert program("put", {"send": True}).json()["state"] == "submitted"
    assert program("put", GOOD).status_code == 200, "the same again"
    assert Return.objects.count() == 1
    changed = program("put", {"measures": {"M1": {"value": 4}}})
    assert (changed.status_code, changed.json()["error"]) == (409, "sent")
    assert program("put", {"measures": {"M1": {"value": 4}}, "changed_because": "Counted again", "send": True}).json()["version"] == 2
    assert program().json()["measures"]["M1"]["reading"]["value"] == "4"
    assert not program().cookies
    assert ReturnToken.objects.get().last_used_at is not None


def test_what_is_wrong_is_said_with_a_status_and_nothing_is_kept(contract, program):
    wrong = {"measures": {"M1": {"value": "lots"}, "M9": {"value": 1}, "M2": {"colour": 1}}, "hours": -1, "added": [{"kind": "x"}]}
    answer = program("put", wrong)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"M1", "M9", "M2", "hours", "added"}
    assert not Return.objects.exists()
    unfinished = program("put", {"hours": 1, "measures": {"M1": {"value": 3}}, "send": True})
    assert (unfinished.status_code, unfinished.json()["error"]) == (422, "unfinished")
    assert not Return.objects.exists(), "all of it or nothing"
    for body in ("{", "[]", '{"measures": {"M1": {"value": NaN}}}', '{"price": 1}', "[" * 100_000, "\xff"):
        assert program("put", body).status_code == 400, body[:20]
    assert program("put", {"measures": []}).status_code == 422
    assert program("put", GOOD, quarter=9).status_code == 404
    assert program("put", "x" * 600_000).status_code == 413
    assert program("post", GOOD).status_code == 405
    assert program("delete").status_code == 405


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ('{"hours": {}}', 422, "hours"),
        ('{"hours": [1]}', 422, "hours"),
        ('{"measures": {"M1": {"value": ["3"]}}}', 422, "M1"),
        ('{"measures": {"M1": {"standing": {"a": 1}}}}', 422, "M1"),
        ('{"added": [{"kind": "volunteers", "amount": "1", "unit": ["people"]}]}', 422, "added"),
        ('{"added": [{"kind": "volunteers", "amount": "1", "unit": "%s"}]}' % ("x" * 61), 422, "added"),
        ('{"changed_because": ["x"]}', 422, "changed_because"),
        ('{"send": "yes"}', 422, "send"),
        ('{"hours": 1, "hours": 2}', 400, ""),
        ('{"measures": {"M1": {"value": 1, "value": 2}}}', 400, ""),
    ],
)
def test_what_a_program_says_unclearly_is_refused_and_wipes_nothing_out(contract, program, body, status, where):
    assert program("put", GOOD).status_code == 200
    before = list(Reading.objects.values()), list(Return.objects.values())
    answer = program("put", body)
    assert answer.status_code == status, answer.content
    assert set(answer.json().get("errors", {})) == ({where} if where else set())
    assert (list(Reading.objects.values()), list(Return.objects.values())) == before


def test_a_key_opens_its_award_only_and_nothing_once_it_is_taken_away(contract, program, other_town):
    assert program(key="").status_code == 401
    assert program(key="tlr_wrong").status_code == 401
    assert program(award=contract.award.pk + 1).status_code == 404
    token = ReturnToken.objects.get()
    key = {"Authorization": "Bearer " + return_tokens.START + "x"}
    for address in (contract.page("returns"), contract.at("return"), contract.page("results_file")):
        assert Client().get(address, headers=key).status_code == 404
    assert contract.client().post(
        f"/cycles/{contract.town.cycle.slug}/awards/{contract.award.pk}/keys/", {"act": "take away", "token": token.pk}
    )
    assert program().status_code == 401


def test_a_key_is_shown_once_and_only_its_hash_is_kept(contract, two):
    page = f"/cycles/{contract.town.cycle.slug}/awards/{contract.award.pk}/keys/"
    for who in (contract.val, contract.town.lead):
        client, before = contract.client(who), ReturnToken.objects.count()
        answer = client.post(page, {"act": "make", "name": "Ours"})
        assert answer.status_code == 302, "a reload makes no second key"
        answer = client.get(answer.url)
        key = answer.context["made"]
        assert key in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert key not in client.get(page).content.decode(), "shown once"
        assert key not in str(dict(client.session)), "and kept nowhere then"
        assert ReturnToken.objects.count() == before + 1
        assert not ReturnToken.objects.filter(token_hash__contains=key).exists()
    for who in (contract.room.citizens[0], contract.room.vsos[1]):
        assert contract.client(who).get(page).status_code == 404


def test_a_double_click_makes_one_key_and_the_page_still_shows_it(contract, two):
    page, client = f"/cycles/{contract.town.cycle.slug}/awards/{contract.award.pk}/keys/", contract.client(contract.val)
    assert client.post(page, {"act": "make", "name": "Ours"}).status_code == 302
    again = client.post(page, {"act": "make", "name": " Ours "})
    assert again.status_code == 409
    assert "a key of this name already" in again.content.decode()
    made = contract.award.tokens.get()
    assert client.get(page).context["made"]
    client.post(page, {"act": "take away", "token": made.pk})
    assert client.post(page, {"act": "make", "name": "Ours"}).status_code == 302, "once it is gone, its name is free"


def test_too_many_wrong_keys_must_wait_and_a_closed_cycle_takes_nothing(contract, program, monkeypatch):
    Cycle.objects.filter(pk=contract.town.cycle.pk).update(state="closed")
    assert program("put", GOOD).status_code == 409
    assert program().status_code == 200
    monkeypatch.setattr("outcomes.return_api_views.WRONG_KEYS", 3)
    for __ in range(3):
        assert program(key="tlr_guess").status_code == 401
    answer = program()
    assert (answer.status_code, answer["Retry-After"]) == (429, str(limiting.WINDOW))
