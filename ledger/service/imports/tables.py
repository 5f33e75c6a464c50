"""Tables as people keep them, CSV or XLSX: read by column, written so that nothing in them runs.

CSV is UTF-8 with the mark by which spreadsheets know it, RFC 4180. The header is one of the first
rows; a column may be headed by its Chinese or English name or its id. A header of merged cells
cannot be told apart into columns and is refused, as is any row that merged cells reach into.
Everything this program writes as CSV or XLSX goes through ``csv_bytes`` or ``xlsx_bytes``.
"""

import csv
import io
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger.errors import LedgerError, MalformedError
from ledger.rules.words import Word
from ledger.service.imports.cells import Form, inert, line
from ledger.service.imports.spreadsheet import (
    HEADER_WITHIN,
    MAX_BYTES,
    Cell,
    ColumnRepeated,
    ColumnsMissing,
    NotASheet,
    SheetMissing,
    SheetTooBig,
    text_of,
    verify_archive,
)

MARK = "\ufeff"
MAX_CELLS = 2_000_000
"""A hundred thousand rows of twenty columns; openpyxl makes an object of each."""

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


class TableNotUtf8(MalformedError):
    """A CSV file is in another encoding."""

    code = "table.not_utf8"
    zh = "{file} 第 {row} 行起不是 UTF-8 编码。请另存为“CSV UTF-8（逗号分隔）”或 .xlsx。"
    en = "{file}: not UTF-8 from row {row} on. Save it as CSV UTF-8 (comma delimited) or as .xlsx."


class TableBroken(MalformedError):
    """A CSV file breaks off, or quotes where none may be."""

    code = "table.broken_csv"
    zh = "{file} 第 {row} 行的引号或分隔有误（{why}）。请用表格软件重新导出该文件。"
    en = "{file}, row {row}: not CSV ({why}). Export the file again from the spreadsheet."


class TableTooLong(MalformedError):
    """A sheet reaches further than a table that people fill in."""

    code = "table.too_long"
    zh = "{file} 的工作表“{sheet}”达 {cells} 个单元格，超过上限。请删去空行空列，或拆分后导入。"
    en = "{file}: sheet {sheet} reaches over {cells} cells. Delete empty ones, or split it."


class HeaderMerged(MalformedError):
    """Cells of the header are merged, so that its columns cannot be told apart."""

    code = "table.header_merged"
    zh = "{file} 的表头（第 {row} 行）有合并单元格 {cells}。请取消合并，每列写一个列名，再次导入。"
    en = "{file}: the header, row {row}, has merged cells {cells}. Unmerge and head each column."


class RowMerged(MalformedError):
    """Merged cells reach into a row: what they say is in one of its cells alone."""

    code = "table.row_merged"
    zh = "该行有合并单元格（{cells}）。请取消合并并逐格填写后再次导入。"
    en = "Merged cells ({cells}) reach into this row. Unmerge them, fill each cell, import again."


class ColumnUnknown(MalformedError):
    """The header has a column nobody reads; it may be a known one, misspelt."""

    code = "table.column_unknown"
    zh = "{file} 第 {row} 行表头有无法识别的列“{column}”。请删去或更正；可用的列：{known}。"
    en = "{file}, row {row}: unknown column {column}. Remove or rename it; there are: {known}."


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: how it is headed, how its cells are spelt, whether a row must fill it.

    ``words`` is the list whose codes its cells are, or names it; people write their words.
    ``derived`` tells that it follows from other rows, so that rows differing in it are the same.
    """

    id: str
    zh: str
    en: str
    form: Form = line
    required: bool = False
    words: str | tuple[Word, ...] | None = None
    derived: bool = False
    note_zh: str = ""
    note_en: str = ""
    example: str = ""

    def named(self, heading: str) -> bool:
        """Tell whether a heading is this column's."""
        return heading.strip().casefold() in {
            each.casefold() for each in (self.id, self.zh, self.en, f"{self.zh} {self.en}")
        }


class RawRow(NamedTuple):
    """One filled row: its number as the spreadsheet shows it, its cells by column id.

    ``merged`` names merged cells that reach into it.
    """

    number: int
    cells: Mapping[str, Cell]
    merged: str = ""


class Grid(NamedTuple):
    """A sheet of a file: its filled rows by number; merged cells by first and last row and name."""

    file: str
    rows: Sequence[tuple[int, Sequence[Cell]]]
    merged: Sequence[tuple[int, int, str]] = ()


def load_table(path: Path, columns: Sequence[Column]) -> list[RawRow]:
    """Return the rows of a file. Raises: SheetMissing; as ``parse_table``."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SheetTooBig(megabytes=MAX_BYTES >> 20)
        data = path.read_bytes()
    except OSError:
        raise SheetMissing(path=path) from None
    return parse_table(data, columns, path.name)


def parse_table(data: bytes, columns: Sequence[Column], file: str = "") -> list[RawRow]:
    """Return the filled rows below the header, of CSV or XLSX bytes; ``file`` is for refusals.

    Raises:
        NotASheet, SheetLocked, SheetTooBig, TableNotUtf8, TableBroken: not to be read.
        ColumnsMissing, ColumnRepeated, ColumnUnknown, HeaderMerged: no header of these columns.
    """
    grids = _sheets(data, file) if data.startswith((_ZIP, _OLE)) else [_csv(data, file)]
    missing = [column.zh for column in columns if column.required]
    for grid in grids:
        for at, (number, cells) in enumerate(islice(grid.rows, HEADER_WITHIN)):
            names = [text_of(cell).strip() for cell in cells]
            lacking = _lacking(names, columns)
            if not lacking:
                _require_unmerged(grid, number)
                places = _places(grid.file, number, names, columns)
                return [_row(grid, each, places) for each in grid.rows[at + 1 :]]
            missing = min(missing, lacking, key=len)
    for grid in grids:
        # A header in two tiers has its columns in no one row.
        for number, cells in islice(grid.rows, HEADER_WITHIN):
            if any(each.named(text_of(cell)) for each in columns for cell in cells):
                _require_unmerged(grid, number)
    raise ColumnsMissing(columns=", ".join(missing))


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV, UTF-8 with its mark, no cell of which a spreadsheet would run."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_written(cell) for cell in row] for row in rows)
    return (MARK + out.getvalue()).encode()


def xlsx_bytes(
    sheets: Mapping[str, Iterable[Iterable[object]]],
    offered: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """Return sheets by title as XLSX: a number or a day stays one, all else is text, no formula.

    A decimal is shown to two places, as money is. ``offered`` are words to choose from below a
    heading of the first sheet; a sheet of their own lists them. Others may be typed all the same:
    importing judges.
    """
    from ledger.service.imports.workbooks import format_workbook  # noqa: PLC0415 - few commands need it, and all would wait

    return format_workbook(sheets, offered)


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell) if isinstance(cell, int | float | Decimal) else inert(str(cell))


# -- reading ---------------------------------------------------------------------------------


def _csv(data: bytes, file: str) -> Grid:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableNotUtf8(file=file, row=data.count(b"\n", 0, error.start) + 1) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, Sequence[Cell]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise TableBroken(file=file, row=number + 1, why=str(error)) from None
    return Grid(file, rows)


def _sheets(data: bytes, file: str) -> list[Grid]:
    verify_archive(data)
    from openpyxl import load_workbook  # noqa: PLC0415 - few commands need it, and all would wait

    try:
        with warnings.catch_warnings():
            # Styles and extensions openpyxl does not know do not touch the values.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), data_only=True)
            return [_grid(file, sheet) for sheet in book.worksheets]
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a broken part leads it to
        raise NotASheet from None


def _grid(file: str, sheet: Any) -> Grid:
    if (cells := sheet.max_row * sheet.max_column) > MAX_CELLS:
        raise TableTooLong(file=file, sheet=sheet.title, cells=cells)
    rows = [
        (number, cells)
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
        if any(cell is not None and text_of(cell).strip() for cell in cells)
    ]
    merged = [(each.min_row, each.max_row, each.coord) for each in sheet.merged_cells.ranges]
    return Grid(file, rows, merged)


def _merged(grid: Grid, number: int) -> str:
    return ", ".join(name for first, last, name in grid.merged if first <= number <= last)


def _require_unmerged(grid: Grid, number: int) -> None:
    if cells := _merged(grid, number):
        raise HeaderMerged(file=grid.file, row=number, cells=cells)


def _lacking(names: Sequence[str], columns: Sequence[Column]) -> list[str]:
    return [c.zh for c in columns if c.required and not any(map(c.named, names))]


def _places(file: str, row: int, names: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if not name:
            continue
        column = next((each for each in columns if each.named(name)), None)
        if column is None:
            raise ColumnUnknown(
                file=file, row=row, column=name, known=", ".join(each.zh for each in columns)
            )
        if column.id in places:
            raise ColumnRepeated(column=name)
        places[column.id] = place
    return places


def _row(grid: Grid, row: tuple[int, Sequence[Cell]], places: Mapping[str, int]) -> RawRow:
    number, cells = row
    found = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
    return RawRow(number, found, _merged(grid, number))
