"""Spreadsheets of answers as programs write them: read once, in order, with the numbers and columns people see."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from commissioning import response_files
from commissioning.models import RowFault
from commissioning.response_files import Shape
from commissioning.sentences import Refused
from tests.commissioning.surveys import HEADINGS, arrive, as_xlsx, checked, consultation_of, made_rows


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LONG_WORK_IN_THREADS = False


def rows_of(tmp_path, content):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)
    with response_files.rows_of(path, Shape(spreadsheet=True)) as rows:
        return list(rows)


def test_only_the_beginning_of_a_sheet_is_read_when_it_arrives_and_no_column_is_made_up(town, monkeypatch):
    content, read = as_xlsx(made_rows(4000)), []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        whole = parts.getinfo("xl/worksheets/sheet1.xml").file_size
    plain = zipfile.ZipExtFile.read

    def counted(self, n=-1):
        block = plain(self, n)
        read.append(len(block) if self.name.endswith("sheet1.xml") else 0)
        return block

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    bringing = arrive(town, consultation_of(town), content, "answers.xlsx")
    assert bringing.columns == HEADINGS
    assert sum(read) < whole / 2, "its size is not asked for, which would read all of it"


def test_rows_and_cells_left_out_keep_their_places(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Ref", "", "Why?"])
    sheet["C4"] = "Because"
    sheet["A6"], sheet["C6"] = date(2026, 3, 4), 7
    sheet["CZ6"] = "far right"
    sheet["E8"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("Another")["A1"] = "never read"
    book.defined_names.add(openpyxl.workbook.defined_name.DefinedName("here", attr_text="Another!$A$1"))
    kept = io.BytesIO()
    book.save(kept)
    assert rows_of(tmp_path, kept.getvalue()) == [
        (1, ["Ref", "", "Why?"]),
        (4, ["", "", "Because"]),
        (6, [date(2026, 3, 4), "", "7"]),
    ]


def test_a_fault_names_the_row_people_see(town):
    rows = made_rows(3)
    rows.insert(1, [""] * len(HEADINGS))
    rows[2][1] = "soon"
    bringing = checked(town, consultation_of(town), as_xlsx(rows), name="answers.xlsx")
    assert (bringing.good, bringing.bad) == (2, 1)
    assert RowFault.objects.get().row == 4


@pytest.mark.parametrize("start", ["<!DOCTYPE x>", '<!DOCTYPE x [<!ENTITY a "ha">]>', "<!--" + "x" * 400_000 + "-->"])
@pytest.mark.parametrize("letters", ["utf-8", "utf-16"])
def test_a_sheet_that_defines_things_of_its_own_or_hides_where_it_begins_is_refused(tmp_path, start, letters):
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(made_rows(2)))) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                words = content.decode()
                content = (f'<?xml version="1.0" encoding="{letters}"?>{start}' + words[words.index("<worksheet") :]).encode(letters)
            new.writestr(name, content)
    with pytest.raises(Refused, match="cannot be read"):
        rows_of(tmp_path, changed.getvalue())
