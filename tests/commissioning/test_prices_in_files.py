"""A price in a file is asked about before everybody gets it, and a file that is not read is named (FS-06)."""

import io
import time
import zipfile

import openpyxl
import pytest
from docx import Document

from commissioning import prices, words_in_files
from commissioning.models import Release
from tests.commissioning.test_releases import drafted, page


def docx(*paragraphs, cell=""):
    made, out = Document(), io.BytesIO()
    for runs in paragraphs:
        made_of = made.add_paragraph()
        for run in runs:
            made_of.add_run(run)
    if cell:
        made.add_table(rows=1, cols=1).cell(0, 0).text = cell
    made.save(out)
    return out.getvalue()


def xlsx(value, shown="General"):
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["B2"] = "What we buy", value
    book.active["B2"].number_format = shown
    book.save(out)
    return out.getvalue()


def packed(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


NAMED = [
    ("plan.docx", docx(["Their bid was ", "£", "40", " an hour"])),
    ("plan.docx", docx(["All is well"], cell="£12,000 a year")),
    ("plan.xlsx", xlsx("GBP 40 an hour")),
    ("plan.xlsx", xlsx(1250.5, '"£"#,##0.00')),
    ("plan.xlsx", xlsx(9, "[$€-2] #,##0")),
    ("plan.odt", packed("content.xml", "<text:p>It costs &#163;90</text:p>")),
    ("plan.pptx", packed("ppt/slides/slide1.xml", "<a:p><a:r><a:t>our hourly rate</a:t></a:r></a:p>")),
    ("plan.txt", "£40".encode()),
]


@pytest.mark.parametrize(("name", "content"), NAMED)
def test_a_price_in_a_file_is_found(name, content):
    assert prices.looks_commercial(words_in_files.words_in(name, content)), words_in_files.words_in(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.xlsx", xlsx(1250.5)),
        ("plan.docx", docx(["Forty people came"])),
        ("plan.docx", b"PK\x03\x04 broken"),
        ("plan.xlsx", packed("xl/styles.xml", '<numFmt numFmtId="1"' * 40_000 + "<cellXfs" * 40_000)),
        ("plan.docx", packed("word/document.xml", "<w:p>" + "<" * 3_000_000)),
        ("plan.xlsx", packed("xl/worksheets/sheet1.xml", '<c s="1" ' * 100_000)),
        ("plan.odt", packed("content.xml", '<!DOCTYPE x [<!ENTITY a "£40">]><text:p>&a;</text:p>')[:80]),
    ],
)
def test_what_names_no_price_is_broken_or_made_to_take_for_ever_is_read_in_a_moment(name, content):
    began = time.monotonic()
    assert prices.looks_commercial(words_in_files.words_in(name, content) or "") is None
    assert time.monotonic() - began < 20


def test_fs_06_the_officer_is_asked_about_a_price_in_a_file_and_told_which_files_nobody_looked_through(town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    release = drafted(
        town,
        files=(
            ("rates.xlsx", xlsx(40, '"£"0.00')),
            ("scan.pdf", b"%PDF-1.7 x"),
            ("cut.docx", docx(("£40",))[:-30]),
            ("notes.txt", b"Come at ten"),
        ),
    )
    officer = town.client(user=town.lead.user)
    seen = officer.get(page(town, release.pk)).content.decode()
    assert "before you release: scan.pdf, cut.docx</p>" in seen, "only those that nothing can read"
    answer = officer.post(page(town, release.pk), {"act": "send", "seen": release.turn})
    assert answer.status_code == 422
    assert "£40" in answer.content.decode()
    assert Release.objects.get().state == "draft"
    assert officer.post(page(town, release.pk), {"act": "send", "seen": release.turn, "sure": "yes"}).status_code == 302
    assert Release.objects.get().state == "sent"
    assert "scan.pdf</p>" not in officer.get(page(town, release.pk)).content.decode()
