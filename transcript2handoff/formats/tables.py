"""Rows as CSV and XLSX, for spreadsheets that would run a cell which looks like a formula."""

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from transcript2handoff.formats.archive import timeless
from transcript2handoff.formats.tree import legal

_ACTS: Final = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL: Final = 32_767
"""In characters, by Excel."""
_WIDTHS: Final = (8, 60)
"""Of a column in characters, at least and at most."""
_NO_TIME: Final = datetime.datetime(1980, 1, 1)


def csv_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """RFC 4180 in UTF-8 with a byte order mark; text that looks like a formula gets a ``'``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_inert(column) for column in columns])
    writer.writerows([_inert(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet; the same rows give the same bytes."""
    book = Workbook()
    book.properties.created = book.properties.modified = _NO_TIME
    book.properties.title = legal(title)
    sheet = book.worksheets[0]
    sheet.title = _sheet_name(title)
    for number, row in enumerate([columns, *rows], start=1):
        for place, value in enumerate(row, start=1):
            _fill(sheet.cell(number, place), value, is_head=number == 1)
    _lay_out(sheet, columns, rows)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue(), {"docProps/core.xml": _without_saving_time})


def _inert(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = legal(str(value))
    # A spreadsheet may skip white space before a formula, and read full-width signs as plain ones.
    bare = unicodedata.normalize("NFKC", text).lstrip(" \n\ufeff\u200b\u200e\u200f\u00a0")
    acts = bare.startswith(_ACTS) or bare.lstrip().startswith(_ACTS)
    return f"'{text}" if acts else text


def _fill(cell: object, value: object, *, is_head: bool) -> None:
    if not isinstance(cell, Cell):
        return
    if value is None or isinstance(value, bool | int | float | datetime.date):
        cell.value = value
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            cell.number_format = "yyyy-mm-dd"
    else:
        cell.value = legal(str(value))[:_LONGEST_CELL]
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)


def _lay_out(sheet: Worksheet, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    least, most = _WIDTHS
    for place in range(len(columns)):
        longest = max(len(str(row[place])) for row in [columns, *rows] if place < len(row))
        width = min(max(longest + 3, least), most)
        sheet.column_dimensions[get_column_letter(place + 1)].width = width


def _sheet_name(title: str) -> str:
    """At most 31 characters, and none of those that Excel forbids."""
    kept = "".join(" " if sign in "[]:*?/\\" else sign for sign in legal(title))
    return kept.strip("' \n")[:31].strip("' ") or "Sheet"


def _without_saving_time(core: str) -> str:
    return re.sub(r"(<dcterms:modified[^>]*>)[^<]*", r"\g<1>1980-01-01T00:00:00Z", core)
