"""The export pack: every form of a signed-off version, built in the background, and the data read back."""

import io
import json
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone
from docx import Document

from commissioning.sentences import Refused, on_record
from outcomes import adopting, checking_packs, composing, data_pack, publishing, sheet_pack, specifying, whole_pack, word_pack
from outcomes.models import BroughtIn, Clause, Export, SessionRecord, SpecificationVersion
from outcomes.tasks import build_export, sweep_exports
from tests.outcomes.test_line import agreement, specify  # noqa: F401 (a fixture)
from workshops import proposing

SHEETS = (
    *("About", "Framework", "Around the outcomes", "Indicators", "Sections", "Clauses"),
    *("Criteria", "Weighting", "Monitoring plan", "Traceability"),
)
FORMS = ("pack", "docx", "pdf", "xlsx", "json")


@pytest.fixture(autouse=True)
def _no_threads(settings):
    settings.LONG_WORK_IN_THREADS = False


@pytest.fixture
def version(room, agreement):  # noqa: F811 (the fixture)
    specification = specify(room, agreement)
    specifying.add_clause(
        specification, text='=HYPERLINK("https://x")', kind="standard", requirement="+Children Act", by=room.town.lead, now=room.town.now
    )
    return specifying.sign_off(specification, by=room.town.lead, now=room.town.now)


def fetch(room, form, posted, who=None):
    """Ask for a file and fetch it, as an officer does."""
    client = room.town.client(who or room.town.lead)
    place = f"/cycles/{room.town.cycle.slug}/specification/files/1/{form}/"
    posted(lambda: client.post(place))
    if Export.objects.get(form=form).state != "ready":  # with a worker the message went to it; here we are the worker
        build_export(Export.objects.get(form=form).pk)
    answer = client.get(place)
    assert answer.status_code == 200, answer.content[:300]
    return answer


def files_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        assert whole.testzip() is None
        return {name: whole.read(name) for name in whole.namelist()}


def test_pl_22_one_pack_holds_every_form_and_matches_the_frozen_version_exactly(room, version, posted):
    answer = fetch(room, "pack", posted)
    assert answer["Content-Disposition"].endswith('-v1.zip"')
    files = files_of(answer.content)
    assert list(files) == ["README.txt", *whole_pack.NAMES.values(), "session-record.json"]
    package = json.loads(files["specification.json"])
    assert package["content"] == version.content
    assert composing.content_hash(package["content"]) == version.content_hash
    for name in ("README.txt", "session-record.json"):
        assert version.content_hash in files[name].decode()
    readme = files["README.txt"].decode()
    assert all(name in readme for name in files if name != "README.txt"), "each file is explained"
    document = Document(io.BytesIO(files["specification.docx"]))
    words = "\n".join(p.text for p in document.paragraphs)
    for clause in version.content["clauses"]:
        assert f"{clause['number']}\t{clause['text']}" in words
    alone = {form: fetch(room, form, posted).content for form in ("docx", "json", "pdf", "xlsx")}
    assert alone == {form: files[name] for form, name in whole_pack.NAMES.items()}, "a form alone is the one in the pack"


def test_the_same_version_gives_the_same_bytes(version):
    pack = publishing.pack_of(version)
    once, twice = (
        on_record(lambda: whole_pack.as_zip(pack, {"docx": word_pack.as_docx(pack), "xlsx": sheet_pack.as_xlsx(pack)})) for _ in range(2)
    )
    assert once == twice


def test_inv_11_after_sign_off_nothing_done_later_changes_the_pack(room, version, agreement, posted):  # noqa: F811
    before = publishing.as_json(version)
    adopting.reopen(adopting.framework_of(room.town.cycle), reason="More to say", by=room.town.lead, now=room.town.now)
    clause = Clause.objects.first()
    specifying.edit_clause(clause, text="Other words", kind="outcome", seen_version=1, by=room.town.lead, now=room.town.now)
    proposing.comment(agreement.proposal, text="One thing more", by=room.vsos[0], key="later", now=room.town.now)
    version = SpecificationVersion.objects.get(pk=version.pk)
    assert publishing.as_json(version) == before
    package = json.loads(fetch(room, "json", posted).content)
    assert package["content_hash"] == version.content_hash == composing.content_hash(package["content"])
    assert "Other words" not in json.dumps(package)


def test_et_03_an_export_shows_a_pseudonym_and_never_a_name(room, version, posted):
    names = {p.display_name for p in room.everybody}
    assert names
    files = files_of(fetch(room, "pack", posted).content)
    record = json.loads(files["session-record.json"])["record"]
    said = {row["who"] for row in record["contributions"]}
    assert said <= {p.pseudonym for p in room.town.cycle.participants.all()}
    assert said
    document = Document(io.BytesIO(files["specification.docx"]))
    text = "\n".join([*(p.text for p in document.paragraphs), *(c.text for t in document.tables for row in t.rows for c in row.cells)])
    assert said & {name for name in said if name in text}, "whose words they are stands in the annex"
    for where in (text, files["specification.json"].decode(), files["session-record.json"].decode()):
        for name in names:
            assert f'"{name}"' not in where
            assert f" {name}," not in where
            assert f" {name}." not in where


def test_a_spreadsheet_keeps_words_as_words_and_figures_as_figures(version):
    book = openpyxl.load_workbook(io.BytesIO(on_record(lambda: sheet_pack.as_xlsx(publishing.pack_of(version)))))
    assert book.sheetnames == list(SHEETS)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"], "nothing is a formula"
    hostile = [cell for cell in cells if cell.value == '=HYPERLINK("https://x")']
    assert len(hostile) == 1
    assert hostile[0].data_type == "s"
    assert [cell.value for cell in cells if cell.value == "+Children Act"], "kept as it was written"
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        assert sheet.column_dimensions["A"].width >= 8
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Version"] == 1
    assert about["Signed off"].date() == version.at.date()
    traced = [[cell.value for cell in row] for row in book["Traceability"].iter_rows(min_row=2)]
    assert traced[0][0] == "1.1"
    assert traced[0][1] == "O1"
    assert traced[0][6] == 4


# Built once, in the background


def test_the_page_says_how_far_it_is_and_a_failed_build_says_why_and_can_be_tried_again(room, version, monkeypatch):
    client, place = room.town.client(room.town.lead), f"/cycles/{room.town.cycle.slug}/specification/files/1/docx/"
    export = publishing.ask_for(version, "docx", now=timezone.now())
    Export.objects.filter(pk=export.pk).update(state="building", step=1, held_at=timezone.now())
    page = client.get(place)
    assert page.status_code == 202
    assert "1 of 4 steps done" in page.content.decode()
    Export.objects.filter(pk=export.pk).update(state="queued", step=0, held_at=None)

    def broken(_pack, _tell):
        raise MemoryError

    monkeypatch.setattr(word_pack, "as_docx", broken)
    with pytest.raises(MemoryError):
        build_export(export.pk)
    page = client.get(place).content.decode()
    assert "Could not be built" in page
    assert "Something went wrong" in page
    assert "Try again" in page
    monkeypatch.undo()
    assert client.post(place).status_code == 302
    build_export(export.pk)
    assert Export.objects.get(pk=export.pk).state == "ready"


def test_a_worker_that_died_is_followed_by_another_and_one_that_lost_the_build_writes_nothing(version, django_capture_on_commit_callbacks):
    export = publishing.ask_for(version, "json", now=timezone.now() - timedelta(minutes=10))
    Export.objects.filter(pk=export.pk).update(state="building", held_at=timezone.now(), tries=1)
    build_export(export.pk)
    assert Export.objects.get(pk=export.pk).state == "building", "somebody is at it"
    Export.objects.filter(pk=export.pk).update(held_at=timezone.now() - timedelta(minutes=5))
    assert publishing.left_lying(timezone.now()) == [export.pk]
    with django_capture_on_commit_callbacks() as asked:
        sweep_exports()
    assert len(asked) == 1
    slow = publishing._Hold(Export.objects.get(pk=export.pk), timezone.now)
    build_export(export.pk)
    kept = Export.objects.get(pk=export.pk)
    assert (kept.state, kept.step, kept.steps) == ("ready", 2, 2)
    with pytest.raises(publishing._Lost):
        slow.finish(b"late")
    assert bytes(Export.objects.get(pk=export.pk).file) == bytes(kept.file)


def test_what_kills_its_worker_each_time_is_given_up(version):
    export = publishing.ask_for(version, "pdf", now=timezone.now())
    Export.objects.filter(pk=export.pk).update(state="building", tries=3, held_at=timezone.now() - timedelta(minutes=5))
    build_export(export.pk)
    kept = Export.objects.get(pk=export.pk)
    assert kept.state == "failed"
    assert "3 times" in kept.why


def test_a_ready_file_is_never_built_again(version, monkeypatch):
    export = publishing.ask_for(version, "json", now=timezone.now())
    build_export(export.pk)
    done = Export.objects.get(pk=export.pk).done_at
    monkeypatch.setattr(publishing, "_made", lambda *_: pytest.fail("built again"))
    publishing.ask_for(version, "json", now=timezone.now())
    build_export(export.pk)
    assert Export.objects.get(pk=export.pk).done_at == done


# Read back


def test_a_pack_of_here_leads_to_its_version_and_nothing_is_doubled(version, tmp_path, capsys):
    file, again = tmp_path / "pack.json", tmp_path / "again.json"
    file.write_bytes(publishing.as_json(version))
    for _ in range(2):
        call_command("import_pack", file, again=again)
    assert f"with the same hash {version.content_hash}" in capsys.readouterr().out
    assert again.read_bytes() == file.read_bytes()
    assert SpecificationVersion.objects.count() == SessionRecord.objects.count() == 1
    assert not BroughtIn.objects.exists()


def test_a_pack_from_elsewhere_is_kept_to_the_letter_once_and_read_only(room, other_town, version):
    client, place = other_town.client(other_town.lead), f"/cycles/{other_town.cycle.slug}/specification/"
    pack = publishing.pack_of(version)
    elsewhere = data_pack.Pack(7, pack.signed_off, pack.content, pack.content_hash, pack.record, pack.record_hash)
    file = data_pack.written(elsewhere)

    def send(act):
        return client.post(f"{place}check/", {"act": act, "file": io.BytesIO(file)})

    assert "made somewhere else" in send("check").content.decode()
    before = Clause.objects.count()
    for _ in range(2):
        assert send("keep").status_code == 302
    kept = BroughtIn.objects.get()
    assert kept.content_hash == version.content_hash
    assert Clause.objects.count() == before
    page = client.get(f"{place}brought-in/{kept.pk}/").content.decode()
    assert version.content_hash in page
    assert "Brought in from elsewhere" in page
    assert client.get(f"{place}brought-in/{kept.pk}/file/").content == file, "the same to the letter"
    assert room.town.client(room.town.lead).get(f"{place}brought-in/{kept.pk}/").status_code in (403, 404)


def test_the_page_finds_the_version_of_this_cycle(room, version):
    client, place = room.town.client(room.town.lead), f"/cycles/{room.town.cycle.slug}/specification/check/"
    assert client.get(place).status_code == 200
    page = client.post(place, {"act": "keep", "file": io.BytesIO(publishing.as_json(version))}).content.decode()
    assert "It is version 1 of this specification" in page
    assert not BroughtIn.objects.exists()
    assert client.post(place, {"act": "check"}).status_code == 422
    assert room.town.client(room.citizens[0]).get(place).status_code in (403, 404, 409)


def altered(version, change):
    package = json.loads(publishing.as_json(version))
    change(package)
    return json.dumps(package, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["content"]["clauses"][0].update(text="Other words"),
        lambda p: p["record"]["contributions"][0].update(who="Ann"),
        lambda p: p.update(version=2),
        lambda p: p.update(signed_off="2020-01-01T00:00:00+00:00"),
        lambda p: p.update(content_hash="0" * 64),
    ],
    ids=["clause", "record", "number", "day", "hash"],
)
def test_a_pack_altered_by_hand_is_refused_with_both_hashes(room, version, change):
    client, place = room.town.client(room.town.lead), f"/cycles/{room.town.cycle.slug}/specification/check/"
    data = altered(version, change)
    with pytest.raises(data_pack.NotOurs) as wrong:
        data_pack.read(data)
    assert wrong.value.said != wrong.value.found
    answer = client.post(place, {"act": "keep", "file": io.BytesIO(data)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert wrong.value.said in page
    assert wrong.value.found in page
    assert not BroughtIn.objects.exists()


def test_a_pack_of_a_newer_program_is_refused_in_plain_words(version, tmp_path):
    file = tmp_path / "pack.json"
    file.write_bytes(altered(version, lambda p: p.update(format="throughline-specification/3")))
    with pytest.raises(CommandError, match="newer version of this program: its format is 3, and this program reads up to 2"):
        call_command("import_pack", file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_pack", tmp_path / "nothing.json")


def test_a_pack_from_before_sessions_were_kept_is_read_and_written_to_the_letter(version):
    old = data_pack.Pack(1, version.at.isoformat(), version.content, version.content_hash, None)
    file = data_pack.written(old)
    assert json.loads(file)["format"].endswith("/1")
    assert data_pack.read(file) == old
    assert data_pack.written(data_pack.read(file)) == file
    assert on_record(lambda: word_pack.as_docx(old))
    assert on_record(lambda: sheet_pack.as_xlsx(old))


def _deep(n):
    return b'{"format":"throughline-specification/2","content":' + b"[" * n + b"]" * n + b"}"


HOSTILE = {
    "empty": b"",
    "not json": b"<html>",
    "not utf-8": "ÿþ".encode("utf-16"),
    "a list": b"[1,2]",
    "a number": b"7",
    "null": b"null",
    "no format": b"{}",
    "format is a list": b'{"format":[]}',
    "format of something else": b'{"format":"throughline-specification/two"}',
    "nothing in it": b'{"format":"throughline-specification/2"}',
    "twice": b'{"format":"throughline-specification/2","format":"throughline-specification/1"}',
    "NaN": b'{"format":"throughline-specification/1","version":NaN}',
    "infinite": b'{"format":"throughline-specification/1","version":1e999}',
    "a huge number": b'{"format":"throughline-specification/1","version":' + b"9" * 6000 + b"}",
    "half a letter": b'{"format":"throughline-specification/1","version":"\\ud800"}',
    "the nought letter": b'{"format":"throughline-specification/1","version":"a\\u0000b"}',
    "deep": _deep(60),
    "very deep": _deep(200_000),
    "cut off": b'{"format":"throughline-specification/1","content":{',
    "wrong kinds": b'{"format":"throughline-specification/1","version":true,"signed_off":1,"content_hash":2,"content":[]}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gets_a_sentence_and_nothing_is_written(room, data):
    client, place = room.town.client(room.town.lead), f"/cycles/{room.town.cycle.slug}/specification/check/"
    answer = client.post(place, {"act": "keep", "file": io.BytesIO(data)})
    assert answer.status_code == 422
    assert "pack" in answer.content.decode().split("This pack is refused")[1]
    assert not BroughtIn.objects.exists()


def test_a_file_too_large_is_refused_before_it_is_read():
    with pytest.raises(data_pack.NotOurs, match="too large"):
        data_pack.read(b" " * (data_pack.LARGEST + 1))


def test_only_an_officer_of_the_cycle_keeps_a_pack(room, version):
    with pytest.raises(Refused), transaction.atomic():
        checking_packs.keep(publishing.pack_of(version), cycle=room.town.cycle, by=room.citizens[0], now=timezone.now())
    assert not BroughtIn.objects.exists()


def test_the_constraint_holds_without_the_act(version):
    export = publishing.ask_for(version, "json", now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(state="ready", file=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(step=99)
