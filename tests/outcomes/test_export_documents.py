"""The Word document and the PDF of a pack: structure, numbering, links, language; also after LibreOffice had it in its hands."""

import io
import re
import shutil
import subprocess
import zipfile
from itertools import pairwise

import pikepdf
import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook

from commissioning.sentences import on_record
from outcomes import data_pack, laying_out, pdf_pack, sheet_pack, word_pack
from tests.outcomes.export_samples import pack_with

pytestmark = pytest.mark.once
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def pack():
    return pack_with(6)


@pytest.fixture(scope="module")
def word(pack):
    return on_record(lambda: word_pack.as_docx(pack))


@pytest.fixture(scope="module")
def pdf(pack):
    return on_record(lambda: pdf_pack.as_pdf(pack))


@pytest.fixture(scope="module")
def headings(pack):
    return on_record(lambda: [block for block in laying_out.blocks_of(pack) if isinstance(block, laying_out.Heading)])


def part(word, name):
    with zipfile.ZipFile(io.BytesIO(word)) as whole:
        return etree.fromstring(whole.read(name))


def test_pl_22_the_word_document_numbers_its_own_headings_and_keeps_the_numbers_of_clauses(word, pack, headings):
    document = Document(io.BytesIO(word))
    shown = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert shown == [(f"Heading {h.level}", h.text) for h in headings], "no number is typed into a heading"
    numbering, styles = part(word, "word/numbering.xml"), part(word, "word/styles.xml")
    for level in (1, 2, 3):
        style = next(s for s in styles.iter(f"{W}style") if s.get(f"{W}styleId") == f"Heading{level}")
        number = style.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
        listed = next(n for n in numbering.iter(f"{W}num") if n.get(f"{W}numId") == number)
        shape = listed.find(f"{W}abstractNumId").get(f"{W}val")
        ours = next(a for a in numbering.iter(f"{W}abstractNum") if a.get(f"{W}abstractNumId") == shape)
        assert ours.find(f"{W}multiLevelType").get(f"{W}val") == "multilevel"
        assert ours.findall(f"{W}lvl")[level - 1].find(f"{W}pStyle").get(f"{W}val") == f"Heading{level}"
    words = [p.text for p in document.paragraphs]
    for clause in pack.content["clauses"]:
        assert f"{clause['number']}\t{clause['text']}" in words


def test_the_word_document_is_filled_linked_marked_and_says_its_language(word, pack):
    body = part(word, "word/document.xml")
    places = [b.get(f"{W}name") for b in body.iter(f"{W}bookmarkStart")]
    assert len(places) == len(set(places))
    anchors = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")]
    assert anchors
    assert set(anchors) <= set(places), "every link leads somewhere"
    contents = [p for p in body.iter(f"{W}p") if (s := p.find(f"{W}pPr/{W}pStyle")) is not None and s.get(f"{W}val").startswith("TOC")]
    assert len(contents) > 8
    assert "TOC" in "".join(t.text for t in contents[0].iter(f"{W}instrText"))
    tables = list(body.iter(f"{W}tbl"))
    for table in tables:
        assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")
        assert table.find(f"{W}tblPr/{W}tblDescription").get(f"{W}val")
        assert len(table.find(f"{W}tblGrid")) == len(table.find(f"{W}tr").findall(f"{W}tc"))
    assert [lang.get(f"{W}val") for lang in body.iter(f"{W}lang")] == ["cy-GB"]
    assert {lang.get(f"{W}val") for lang in part(word, "word/styles.xml").iter(f"{W}lang")} == {"en-GB"}
    document = Document(io.BytesIO(word))
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.identifier == pack.content_hash
    for foot in (document.sections[0].footer, document.sections[0].first_page_footer):
        xml = etree.tostring(foot._element).decode()
        assert "PAGE" in xml
        assert "NUMPAGES" in xml
        assert pack.content_hash[:16] in xml
    assert any(pack.content_hash in cell.text for cell in document.tables[0].column_cells(1)), "on the front page"


def test_small_groups_stay_hidden_in_every_form(word, pack):
    text = etree.tostring(part(word, "word/document.xml"), encoding="unicode")
    assert "77%" not in text, "what three people advised"
    rows = [row for sheet in on_record(lambda: [list(s.rows) for s in sheet_pack.sheets_of(pack)]) for row in sheet]
    assert not any(77 in row for row in rows)


def outline(document):
    with document.open_outline() as found:
        pending, titles = list(found.root), []
        while pending:
            one = pending.pop(0)
            titles.append(one.title)
            pending = [*one.children, *pending]
    return titles


def plain(text):
    return re.sub(r"\W", "", text)


with_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here: nothing to convert with")


def converted(folder, name, content, to):
    """What LibreOffice makes of a document, without a window and with a profile of its own."""
    (folder / name).write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", to]
    subprocess.run([*command, "--outdir", str(folder / "made"), str(folder / name)], check=True, capture_output=True, timeout=240)
    return next((folder / "made").iterdir())


@with_office
def test_libreoffice_keeps_numbering_headings_and_links(word, headings, tmp_path):
    export = 'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean","value":"true"},"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    with pikepdf.open(converted(tmp_path, "pack.docx", word, export)) as made:
        kept = [plain(title) for title in outline(made)]
        assert kept == [plain(f"{h.number}{h.text}") for h in headings], "each heading, with the number it gave itself"
        links = [a for page in made.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"]
        anchors = [a.get(f"{W}anchor") for a in part(word, "word/document.xml").iter(f"{W}hyperlink")]
        assert len(links) >= len(anchors)
        assert all("/Dest" in link or link.A.S == "/GoTo" for link in links)


@with_office
def test_calc_opens_the_framework_with_every_cell_as_it_was_written(pack, tmp_path):
    written = on_record(lambda: sheet_pack.as_xlsx(pack))
    kept = load_workbook(converted(tmp_path, "framework.xlsx", written, "xlsx:Calc MS Excel 2007 XML"))
    ours = load_workbook(io.BytesIO(written))
    assert len(cells(ours.worksheets[-1])) > 10
    assert kept.sheetnames == ours.sheetnames
    for sheet in ours:
        assert cells(kept[sheet.title]) == cells(sheet)
        assert kept[sheet.title].auto_filter.ref == sheet.auto_filter.ref


def cells(sheet):
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")}


def elements(document):
    """Every structure element, in reading order."""

    def walk(node):
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield kid
                yield from walk(kid)

    return list(walk(document.Root.StructTreeRoot))


def test_the_pdf_has_what_a_checker_of_accessible_documents_asks(pdf, pack, headings):
    with pikepdf.open(io.BytesIO(pdf)) as made:
        root = made.Root
        assert root.MarkInfo.Marked
        assert root.Lang == "en-GB"
        assert root.ViewerPreferences.DisplayDocTitle
        assert made.docinfo["/Title"] == f"{pack.title}: service specification"
        assert re.search(r"pdfuaid:part(>|=\")1", bytes(root.Metadata.read_bytes()).decode())
        tagged = elements(made)
        kinds = [str(one.S) for one in tagged]
        levels = [int(kind[2:]) for kind in kinds if re.fullmatch("/H[1-6]", kind)]
        assert levels[:2] == [1, 1]
        assert len(levels) == len(headings) + 2, "the title, the contents, and every heading"
        assert all(after <= before + 1 for before, after in pairwise(levels)), "no level is skipped"
        for table in (one for one in tagged if one.S == "/Table"):
            heads = [one for one in elements_of(table) if one.S == "/TH"]
            assert heads
            assert {str(one.A.Scope) for one in heads} == {"/Column", "/Row"}
        assert "/Caption" in kinds
        assert "/Link" in kinds
        assert "/LI" in kinds
        assert len(outline(made)) >= len(headings)
        fonts = {str(font.BaseFont) for page in made.pages for font in page.Resources.get("/Font", {}).values()}
        assert {font.partition("+")[2] for font in fonts} == {"Pack", "Pack-Bold"}, "bundled letters only, each cut to what is used"
        for page in made.pages:
            assert page.get("/Tabs") == "/S"
            assert all("/Contents" in link for link in page.get("/Annots", []))
            nothing_untagged(page)


def elements_of(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements_of(kid)


def nothing_untagged(page):
    """Whatever is drawn stands within a tag, or is marked as furniture of the page."""
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name in ("Tj", "TJ", "f", "S", "B", "Do", "sh", "f*", "B*"):
            assert depth, f"{name} {operands} stands outside every tag"


def test_the_pdf_reads_nothing_that_the_words_name(monkeypatch):
    pack = pack_with(1)
    pack.content["clauses"][0]["text"] = '<img src="file:///etc/passwd"> <link rel="attachment" href="file:///etc/passwd"> \\"}@page{'
    data = on_record(lambda: pdf_pack.as_pdf(pack))
    with pikepdf.open(io.BytesIO(data)) as made:
        assert "/EmbeddedFiles" not in made.Root.get("/Names", {})
        assert not [o for o in made.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]


def test_every_form_is_the_same_to_the_letter_each_time(pack, word, pdf):
    assert on_record(lambda: word_pack.as_docx(pack)) == word
    assert on_record(lambda: pdf_pack.as_pdf(pack)) == pdf
    assert on_record(lambda: sheet_pack.as_xlsx(pack)) == on_record(lambda: sheet_pack.as_xlsx(pack))
    file = data_pack.written(pack)
    assert data_pack.written(data_pack.read(file)) == file


def within(node, above=None):
    """Every structure element and what hangs on it, with the element above."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        yield kid, node
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from within(kid, node)


def test_whoever_hears_the_pdf_hears_where_links_lead_and_no_page_furniture(pdf, pack, headings):
    with pikepdf.open(io.BytesIO(pdf)) as made:
        hung = list(within(made.Root.StructTreeRoot))
        links = [(kid, above) for kid, above in hung if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"]
        assert links
        assert {str(above.S) for _kid, above in links} == {"/Link"}, "every link hangs in the tree as one"
        shown = [a for page in made.pages for a in page.get("/Annots", [])]
        assert len(shown) == len(links), "and hangs there once"
        words = {f"{h.number} {h.text}" for h in headings} | {f"Clause {clause['number']}" for clause in pack.content["clauses"]}
        assert {str(a.Contents) for a in shown} <= words, "in words, never an id"
        assert {int(a.F) for a in shown} == {4}
        reached = [kid for kid, _above in hung if isinstance(kid, int)]
        drawn = furniture = 0
        for page in made.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "BDC":
                    drawn += "/MCID" in operands[1]
                    furniture += str(operands[0]) == "/Artifact" and str(operands[1].get("/Type")) == "/Pagination"
        assert drawn == len(reached), "whatever is marked as said is in the tree"
        assert furniture >= 2 * len(made.pages), "the foot of each page, and the head of most, is read to nobody"
        for table in (kid for kid, _above in hung if isinstance(kid, pikepdf.Dictionary) and kid.get("/S") == "/Table"):
            rows = [one for one in elements_of(table) if one.S == "/TR"]
            assert len({len([cell for cell in row.K if cell.S in ("/TH", "/TD")]) for row in rows}) == 1, "no ragged table"
        xmp = bytes(made.Root.Metadata.read_bytes()).decode()
        assert f"{pack.title}: service specification" in xmp


def test_the_monitoring_plan_says_once_and_per_cent_and_counts_hours_as_its_page_does():
    pack = pack_with(1)
    measure = pack.content["monitoring"][0]
    once = measure | {
        "id": 2,
        "code": "M2",
        "every": 0,
        "first_quarter": 3,
        "hours": "6.0",
        "unit": "evenings",
        "form": "count",
        "target": "1",
    }
    pack.content["monitoring"] = [measure | {"unit": ""}, once]
    blocks = on_record(lambda: laying_out.blocks_of(pack))
    plan = next(b for b in blocks if isinstance(b, laying_out.Table) and b.caption == "The monitoring plan")
    first, second = [["".join(part.text for part in cell) for cell in row] for row in plan.rows]
    assert first[3:] == ["Each quarter, from quarter 2", "Start: 41%. Aim: 60%. More is better", "2.5"]
    assert second[3:] == ["Once, in quarter 3", "Start: 41 evenings. Aim: 1 (evenings). More is better", "6"]
    said = ["".join(part.text for part in b.line) for b in blocks if isinstance(b, laying_out.Paragraph)]
    assert any("about 10 hours in a year" in words for words in said), "what is done once is no work in the long run"


def test_an_aim_in_words_is_kept_beside_which_way_is_better():
    pack = pack_with(1, signs=1)
    sign = pack.content["framework"]["themes"][0]["outcomes"][0]["indicators"][0]
    sign |= {"aim": None, "target": "Seven in ten"}
    blocks = on_record(lambda: laying_out.blocks_of(pack))
    signs = next(b for b in blocks if isinstance(b, laying_out.Table) and b.caption.startswith("Signs"))
    assert "".join(part.text for part in signs.rows[0][-1]) == "Seven in ten. More is better"
