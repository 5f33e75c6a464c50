"""A board taken away as a file: the rows its reader narrowed it to, and what she asked for.

CSV is UTF-8 with a mark, for the spreadsheets that need one; XLSX has a second sheet that says of
which ledger, unit, moment and filters the rows are. Of a CSV file its name says so. Columns are
headed in both languages, cells in the reader's. Amounts, counts and days are numbers and days to a
spreadsheet, and no text is a formula to it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from api.showing.sheets import called
from api.wording.times import moment
from ledger.service.board import Asked, Called, Cell, Column
from ledger.service.imports.tables import csv_bytes, xlsx_bytes
from ledger.service.sheet import Sheet

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TITLE: Final = 31
"""Letters in the name of a worksheet, where none of ``[]:*?/\\`` may stand."""
ABOUT: Final = "说明 About"
_MARKS: Final = {"true": True, "false": False}
_LINES: Final = {
    "since": "自何日 From",
    "until": "至何日 To",
    "kind": "哪一类 Kind",
    "after": "账本此条之后 After entries",
}

Value = str | int | float | Decimal | date


@dataclass(frozen=True, kw_only=True)
class Export:
    """Rows of a board, out of ``whole``, and what they are of.

    ``place`` is the unit they were narrowed to, ``asked`` the cells by column, ``lines`` the days
    or kind that the board itself was asked for; ``root`` that of the log at its size.
    """

    sheet: Sheet
    whole: int
    origin: str
    root: str
    place: Called | None
    asked: Mapping[str, str]
    lines: Asked


def as_csv(export: Export, lang: str) -> bytes:
    """Return the rows as CSV below a line of headings."""
    return csv_bytes(_rows(export.sheet, lang))


def as_xlsx(export: Export, lang: str) -> bytes:
    """Return a workbook: the rows on a sheet called as the board is, and what they are of."""
    title = export.sheet.zh if lang == "zh" else export.sheet.en
    title = re.sub(r"[][:*?/\\]", " ", title)[:LONGEST_TITLE]
    return xlsx_bytes({title: _rows(export.sheet, lang), ABOUT: _about(export, lang)})


def file_name(export: Export, form: str) -> str:
    """Return a name that says of what the rows are: board, size of the log, unit, filters."""
    sheet = export.sheet
    place = [export.place.zh.partition(" ")[0]] if export.place else []
    asked = [f"{name}={value}" for name, value in (*_of_lines(export), *export.asked.items())]
    parts = (sheet.board, str(sheet.as_of.size), *place, *asked)
    return re.sub(r"[^A-Za-z0-9._=-]", "_", "-".join(parts))[:160] + f".{form}"


def _rows(sheet: Sheet, lang: str) -> Iterator[list[Value]]:
    yield [_heading(column) for column in sheet.columns]
    for row in sheet.rows:
        yield [_value(sheet, column, row[column.id], lang) for column in sheet.columns]


def _about(export: Export, lang: str) -> Iterator[list[Value]]:
    sheet, place = export.sheet, export.place
    yield ["账本 Ledger", export.origin]
    yield ["公示板 Board", f"{sheet.zh} {sheet.en}"]
    yield ["单位及其下级 Unit and those under it", _said(place, lang) if place else "全部 All"]
    yield ["数据截至 As of", f"{moment(sheet.as_of.at)} +08:00"]
    yield ["账本条数 Entries", sheet.as_of.size]
    yield ["树根 Root", export.root]
    columns = {column.id: column for column in sheet.columns}
    filters = [(_LINES[name], value) for name, value in _of_lines(export)]
    for name, value in export.asked.items():
        said = called(sheet, columns[name], _MARKS.get(value, value), lang)
        filters.append((_heading(columns[name]), said))
    for heading, value in filters or [("", "无 none")]:
        yield ["筛选 Filter", *([heading] if heading else []), value]
    yield ["行数 Rows", len(sheet.rows)]
    yield ["筛选前行数 Rows before filters", export.whole]


def _of_lines(export: Export) -> list[tuple[str, str]]:
    asked = ((name, getattr(export.lines, name)) for name in _LINES if name not in export.asked)
    return [(name, str(value)) for name, value in asked if value is not None]


def _heading(column: Column) -> str:
    return f"{column.zh} {column.en}"


def _said(name: Called, lang: str) -> str:
    return name.zh if lang == "zh" else name.en


def _value(sheet: Sheet, column: Column, cell: Cell, lang: str) -> Value:
    if column.form == "day" and isinstance(cell, str):
        return _day(cell)
    if isinstance(cell, bool) or not isinstance(cell, int):
        return called(sheet, column, cell, lang)
    match column.form:
        case "fen":
            return Decimal(cell).scaleb(-2)
        case "minutes":
            return round(cell / 60, 2)
        case _:
            return cell


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:  # what it says is more, or less, than a day
        return text
