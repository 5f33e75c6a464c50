"""Cells of tables that people fill in and read back: one spelling of each value, nothing that runs.

A spreadsheet runs what begins like a formula, so whatever this program writes into CSV or XLSX
goes through ``inert``, and what it reads through ``active``; the two undo each other for every
text (OWASP, CSV injection). A *form* turns a cell as typed into its one spelling: dates as
2026-03-31, amounts without thousands marks. An empty cell is an empty text and says nothing.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal

from ledger.entry.canonical import BadText, require_text
from ledger.errors import MalformedError
from ledger.rules.periods import BadPeriod, parse_period
from ledger.service.imports.messages import RowTextBroken, RowTimeUnreadable, parse_moment
from ledger.service.imports.spreadsheet import Cell, text_of

Form = Callable[[Cell, str], str]
"""The one spelling of a cell that is not empty; told the column's heading for its refusals."""

_RUNS = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
_MARKED = re.compile(r"'+\s*[=+\-@\t\r\n＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CODE = re.compile("[a-z0-9][a-z0-9_.-]{0,63}")
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])(?:[:：]00)?")
_COUNTS = re.compile(r"[a-z0-9][a-z0-9_.-]*=-?[0-9]+(\.[0-9]{2})?")
_CENT = Decimal("0.01")


class CellUnreadable(MalformedError):
    """A cell is not of the form its column asks for."""

    code = "import.cell_unreadable"
    zh = "“{column}”填写有误，应如 {example}。请更正该单元格后再次导入。"
    en = "{column} is not usable; write it as {example}. Correct the cell and import again."


def inert(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula; plain numbers stay."""
    runs = _RUNS.match(text) and not _PLAIN_NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def active(text: str) -> str:
    """Return the text that ``inert`` made ``text`` of."""
    return text[1:] if _MARKED.match(text) else text


def line(cell: Cell, column: str) -> str:
    """Return one line of text. Raises: RowTextBroken."""
    return _sound(active(text_of(cell).strip()), column, lines=False)


def prose(cell: Cell, column: str) -> str:
    """Return text of any number of lines. Raises: RowTextBroken."""
    return _sound(active(text_of(cell)), column, lines=True)


def code(cell: Cell, column: str) -> str:
    """Return a code. Raises: CellUnreadable."""
    found = active(text_of(cell).strip())
    if not _CODE.fullmatch(found):
        raise CellUnreadable(column=column, example="520602001")
    return found


def day(cell: Cell, column: str) -> str:
    """Return a day as 2026-03-31. Raises: CellUnreadable."""
    try:
        return parse_moment(cell, column).day.isoformat()
    except RowTimeUnreadable:
        raise CellUnreadable(column=column, example="2026-03-31") from None


def period(cell: Cell, column: str) -> str:
    """Return a period; a cell the spreadsheet made a date of does not say which kind.

    Raises: CellUnreadable.
    """
    try:
        return str(parse_period(_text_only(cell)))
    except BadPeriod:
        raise CellUnreadable(column=column, example="2026-03 / 2026Q1 / 2026H1 / 2026") from None


def whole(cell: Cell, column: str) -> str:
    """Return a number of 0 or more. Raises: CellUnreadable."""
    found = text_of(cell).strip().replace(",", "")
    if not re.fullmatch("[0-9]{1,9}", found):
        raise CellUnreadable(column=column, example="12")
    return str(int(found))


def amount(cell: Cell, column: str) -> str:
    """Return an amount: 1200 or 1200.50. Raises: CellUnreadable."""
    if isinstance(cell, float):
        # A spreadsheet computes in binary: 0.1 + 0.2 is 0.30 all the same, 0.305 is not.
        cell = str(Decimal(repr(round(cell, 6))).normalize().__format__("f"))
    found = re.sub(r"[,，￥¥\s]", "", active(text_of(cell)))
    if not _AMOUNT.fullmatch(found):
        raise CellUnreadable(column=column, example="1200.50")
    exact = Decimal(found).quantize(_CENT, ROUND_HALF_EVEN)
    return str(int(exact)) if exact == int(exact) else str(exact)


def clock(cell: Cell, column: str) -> str:
    """Return a time of day as 09:30. Raises: CellUnreadable."""
    if isinstance(cell, time):
        cell = cell.strftime("%H:%M:%S")
    found = _TIME.fullmatch(text_of(cell).strip())
    if not found:
        raise CellUnreadable(column=column, example="09:30")
    return f"{int(found[1]):02}:{found[2]}"


def counts(cell: Cell, column: str) -> str:
    """Return what is told by code, in order: ``leaflets=300; places=2``. Raises: CellUnreadable."""
    parts = [part.strip() for part in re.split("[;；\n]", text_of(cell)) if part.strip()]
    if not parts or not all(_COUNTS.fullmatch(part) for part in parts):
        raise CellUnreadable(column=column, example="leaflets=300; places=2")
    return "; ".join(sorted(parts))


def _text_only(cell: Cell) -> str:
    return "" if isinstance(cell, date | datetime) else text_of(cell).strip()


def _sound(text: str, column: str, *, lines: bool) -> str:
    try:
        require_text(text, lines=lines)
    except BadText as error:
        position = error.facts["position"]
        raise RowTextBroken(column=column, position=int(str(position)) + 1) from None
    return text
