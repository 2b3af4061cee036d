"""The words of an export pack written plainly by the same libraries, without our structure: what the forms are measured beside."""

# ruff: noqa: PLC0415 (each library is loaded only by the process that measures its form)

import io
import json
from collections.abc import Callable
from html import escape
from typing import Any

from outcomes import laying_out, sheet_pack
from outcomes.data_pack import Pack


def plain(form: str, pack: Pack) -> Callable[[], Any]:
    """What writes the same words as plainly as can be; laying them out beforehand is not counted."""
    if form == "json":
        return lambda: json.dumps([pack.content, pack.record], ensure_ascii=False, indent=1, sort_keys=True)
    if form == "xlsx":
        sheets = [(sheet.title, list(sheet.rows)) for sheet in sheet_pack.sheets_of(pack)]
        return lambda: _cells(sheets)
    blocks = [_words(block) for block in laying_out.blocks_of(pack)]
    return lambda: _document(blocks) if form == "docx" else _pages(blocks)


def _words(block: laying_out.Block) -> tuple[int, Any]:
    """The level of a heading, nought for a paragraph, -1 for a table, and the words."""
    if isinstance(block, laying_out.Table):
        return -1, [list(block.heads), *[["".join(part.text for part in cell) for cell in row] for row in block.rows]]
    words = "".join(part.text for part in block.line)
    return (block.level if isinstance(block, laying_out.Heading) else 0), words


def _pages(blocks: list[tuple[int, Any]]) -> None:
    """No style sheet, no tags, no links, no bookmarks of ours."""
    from weasyprint import HTML

    out = ["<!doctype html><html lang=en><title>Plain</title>"]
    for kind, words in blocks:
        if kind < 0:
            rows = ("".join(f"<td>{escape(cell)}" for cell in row) for row in words)
            out.append(f"<table>{''.join(f'<tr>{row}' for row in rows)}</table>")
        else:
            tag = f"h{kind}" if kind else "p"
            out.append(f"<{tag}>{escape(words)}</{tag}>")
    HTML(string="".join(out)).write_pdf()


def _document(blocks: list[tuple[int, Any]]) -> None:
    """python-docx as its manual says, with the cells of a row looked up once."""
    from docx import Document

    made = Document()
    for kind, words in blocks:
        if kind < 0:
            table = made.add_table(len(words), len(words[0]))
            for row, cells in zip(table.rows, words, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        elif kind:
            made.add_heading(words, kind)
        else:
            made.add_paragraph(words)
    made.save(io.BytesIO())


def _cells(sheets: list[tuple[str, list[Any]]]) -> None:
    """openpyxl row by row, with no width, no font and no filter."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, rows in sheets:
        made = book.create_sheet(title)
        for row in rows:
            made.append(row)
    book.save(io.BytesIO())
