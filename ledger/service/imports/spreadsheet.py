"""Reading an .xlsx table: rows by column name, whatever else is in the file left alone.

Office Open XML (ECMA-376) by way of openpyxl in its read-only mode: the cached values of formulas,
the first worksheet that has the columns, the header in one of its first filled rows (a merged
title may stand above it). Empty rows are passed over and keep their number, and so are those with
nothing in a column that has a name. What a row means, and which text is acceptable, is the
importer's business.
"""

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from ledger.errors import LedgerError, MalformedError, NotFound

MAX_BYTES = 200 * 1024 * 1024
"""Largest size of all parts together, uncompressed; a sheet of a million rows has about half."""
MAX_TAGS = 10_000_000
"""XML elements' ends and beginnings: reading takes its time by these, however small they are."""
MAX_ROWS = 1_048_576
"""What a worksheet can hold; a row numbered beyond would have openpyxl count up to it."""
MAX_COLUMNS = 1024
MAX_LOOKED_AT = 20_000_000
"""Cells looked at, empty ones too: a row written in six bytes is as wide as the last column."""
HEADER_WITHIN = 10
HEADER_ROWS = 1000
"""Where a header is looked for: a row may be 16,384 cells wide, and a sheet blank to its end."""

Cell = str | int | float | bool | datetime | date | object | None

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_FLAG = 0x1
_DOCTYPE_WITHIN = 1024
_PIECE = 1 << 20
_TAGS_OF_CELL = 4
# ECMA-376 part 1, 22.9.2.19: a control character in text is written _xHHHH_.
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f])_")


class SheetMissing(NotFound):
    """There is no such file, or it cannot be read."""

    code = "sheet.missing"
    zh = "无法读取文件 {path}。请核对路径和权限。"
    en = "The file {path} cannot be read. Check its path and permissions."


class NotASheet(MalformedError):
    """The bytes are not an .xlsx workbook."""

    code = "sheet.not_xlsx"
    zh = "该文件不是 .xlsx 工作簿，或已损坏。请用表格软件打开后另存为 .xlsx。"
    en = "Not an .xlsx workbook, or a damaged one. Open it and save it again as .xlsx."


class SheetLocked(MalformedError):
    """The workbook is encrypted, or of the format before .xlsx; both begin alike."""

    code = "sheet.locked"
    zh = "工作簿已加密，或是旧版 .xls 格式。请取消密码并另存为 .xlsx。"
    en = "The workbook is encrypted, or an old .xls. Save it as .xlsx without a password."


class SheetTooBig(MalformedError):
    """The parts would take more room than any honest table."""

    code = "sheet.too_big"
    zh = "工作簿解压后超过 {megabytes} MB，拒绝读取。请拆分后分别导入。"
    en = "Unpacked, the workbook has over {megabytes} MB. Split it and import the parts."


class SheetTooManyCells(MalformedError):
    """More cells than are read in a bearable time, whatever room they take."""

    code = "sheet.too_many_cells"
    zh = "工作簿的单元格过多（约超过 {cells} 个），拒绝读取。请删去多余的列或空单元格，或拆分。"
    en = (
        "The workbook has too many cells (over some {cells}). Remove columns and empty cells that "
        "nobody needs, or split it and import the parts."
    )


class ColumnsMissing(MalformedError):
    """No worksheet has the columns."""

    code = "sheet.columns_missing"
    zh = "没有工作表具备全部所需列，缺少：{columns}。请核对表头文字。"
    en = "No worksheet has all the columns; missing: {columns}. Check the header's wording."


class ColumnRepeated(MalformedError):
    """Two columns bear one name, so that a row would say two things."""

    code = "sheet.column_repeated"
    zh = "表头中“{column}”出现多次。请删去或改名。"
    en = "The header names {column} more than once. Remove or rename one."


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """One filled row: ``number`` as the spreadsheet shows it, from 1; ``cells`` by column."""

    number: int
    cells: Mapping[str, Cell]


def load_sheet(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> list[SheetRow]:
    """Return the rows of the workbook at ``path``. Raises: SheetMissing; as ``parse_sheet``."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SheetTooBig(megabytes=MAX_BYTES >> 20)
        data = path.read_bytes()
    except OSError:
        raise SheetMissing(path=path) from None
    return parse_sheet(data, required=required, optional=optional)


def parse_sheet(
    data: bytes, *, required: Sequence[str], optional: Sequence[str] = ()
) -> list[SheetRow]:
    """Return the filled rows below the header, with the cells of the named columns.

    A column of ``optional`` that the sheet lacks is absent from the cells.

    Raises:
        NotASheet, SheetLocked, SheetTooBig, SheetTooManyCells: no workbook to be read.
        ColumnsMissing, ColumnRepeated: no worksheet, or no one column, of that name.
    """
    verify_archive(data)
    try:
        return _read(data, required, optional)
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a broken part leads it to
        raise NotASheet from None


def text_of(cell: Cell) -> str:
    """Return a cell as the text it shows: no ``.0`` on whole numbers, line breaks as LF.

    Escaped control characters are resolved, so that whoever checks the text meets them.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if not isinstance(cell, str):
        return str(cell)
    found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell)
    # A carriage return is half of a line break; canonical text has one spelling of it.
    return found.replace("\r\n", "\n").replace("\r", "\n")


def verify_archive(data: bytes) -> None:
    """Refuse what is no archive, is locked, or would unpack to more than an honest table.

    Raises: NotASheet, SheetLocked, SheetTooBig, SheetTooManyCells.
    """
    if data.startswith(_OLE):
        raise SheetLocked
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _verify_parts(archive)
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - zipfile and its decompressors raise many kinds
        raise NotASheet from None


def _verify_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    # zipfile reads no more of a part than its stated size, so the sum is a true bound.
    if sum(part.file_size for part in parts) > MAX_BYTES:
        raise SheetTooBig(megabytes=MAX_BYTES >> 20)
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise SheetLocked
    tags = 0
    for part in parts:
        for found in _tags(archive, part):
            tags += found
            if tags > MAX_TAGS:
                raise SheetTooManyCells(cells=MAX_TAGS // _TAGS_OF_CELL)


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[int]:
    """Yield how many tags there are, a piece of the part after another."""
    with archive.open(part) as stream:
        # No part of an honest workbook declares entities; refusing them all needs no limit on them.
        begin = stream.read(_DOCTYPE_WITHIN)
        if b"<!DOCTYPE" in begin:
            raise NotASheet
        yield begin.count(b"<")
        while piece := stream.read(_PIECE):
            yield piece.count(b"<")


def _read(data: bytes, required: Sequence[str], optional: Sequence[str]) -> list[SheetRow]:
    from openpyxl import load_workbook  # noqa: PLC0415 - few commands need it, and all would wait

    with warnings.catch_warnings():
        # Styles and extensions openpyxl does not know do not touch the values.
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            return _first_table(book.worksheets, required, optional)
        finally:
            book.close()


def _first_table(
    sheets: Iterable[Any], required: Sequence[str], optional: Sequence[str]
) -> list[SheetRow]:
    missing = set(required)
    walk = _Walk()
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says of its size is often wrong
        head = walk.filled(sheet, 1, HEADER_ROWS, MAX_COLUMNS)
        for number, cells in islice(head, HEADER_WITHIN):
            names = [text_of(cell).strip() for cell in cells]
            missing = min(missing, set(required) - set(names), key=len)
            if set(required) <= set(names):
                places = _places(names, (*required, *optional))
                width = max(place for place, name in enumerate(names, start=1) if name)
                below = walk.filled(sheet, number + 1, MAX_ROWS, width)
                return [_row(number, cells, places) for number, cells in below]
    raise ColumnsMissing(columns=", ".join(name for name in required if name in missing))


class _Walk:
    """A way through the rows of a workbook, which ends where it has looked at too many cells."""

    def __init__(self) -> None:
        self._left = MAX_LOOKED_AT

    def filled(
        self, sheet: Any, first: int, last: int, width: int
    ) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the rows from ``first`` to ``last`` with anything in their first ``width`` cells.

        Raises: SheetTooManyCells.
        """
        rows = sheet.iter_rows(min_row=first, max_row=last, max_col=width, values_only=True)
        blank = None
        for number, cells in enumerate(rows, start=first):
            if cells is blank:  # openpyxl tells all the rows that a file leaves out by one tuple
                continue
            self._left -= len(cells)
            if self._left < 0:
                raise SheetTooManyCells(cells=MAX_LOOKED_AT)
            if any(cell is not None and text_of(cell).strip() for cell in cells):
                yield number, cells
            else:
                blank = cells


def _places(names: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    for name in wanted:
        if names.count(name) > 1:
            raise ColumnRepeated(column=name)
    return {name: names.index(name) for name in wanted if name in names}


def _row(number: int, cells: tuple[Cell, ...], places: Mapping[str, int]) -> SheetRow:
    found = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
    return SheetRow(number=number, cells=found)
