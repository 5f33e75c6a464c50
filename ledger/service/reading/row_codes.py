"""Short numbers of rows that no record stands for alone: counted, missing, or of many of one.

Such a row is found by its board, the unit asked for, the point of history and its place there. Its
number says the last three in figures, ``8793-6-2-12-7KQ4``: size, days since the last entry then,
which unit (0 for all), which row (from 1). Four characters of the digest of all, the board's name
among them, tell the board and a mistyped number. Nothing is stored: the row is counted again.

Not handled: the only row of a record; its first entry's number leads to them (``entries``).
"""

import hashlib
import re
from datetime import date, timedelta
from typing import Final

import msgspec

from ledger.kernel.act import AsOf
from ledger.rules.time import local_date
from ledger.service.directory import units_by_code_at
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.entries import CHECKED, UnknownCode, checked, spelled
from ledger.service.reading.moments import format_pinned, moment_of
from ledger.service.sheet import boards_declared

_FIGURES: Final = "0|[1-9][0-9]{0,%d}"
_CODE = re.compile(
    f"(?P<size>{_FIGURES % 15})-(?P<days>{_FIGURES % 4})-(?P<unit>{_FIGURES % 5})"
    f"-(?P<row>{_FIGURES % 7})-(?P<check>{CHECKED})"
)


class RowAt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a row is: ``as_of`` as an address says it, ``number`` its place counted from 0."""

    board: str
    unit: str | None
    as_of: str
    number: int


def row_code(ledger: Ledger, at: RowAt) -> str:
    """Return the short number of a row; "" where it would lead to another board."""
    point = moment_of(ledger, at.as_of)
    days = (local_date(point.at // 1000) - _last_day(ledger, point.size)).days
    place = 0 if at.unit is None else 1 + units_by_code_at(ledger, point).index(at.unit)
    figures = f"{point.size}-{days}-{place}-{at.number + 1}"
    check = _check(at.board, figures)
    return f"{figures}-{check}" if _board_of(figures, check) == at.board else ""


def find_row(ledger: Ledger, text: str) -> RowAt | None:
    """Return where the row of a short number is, None where the number is of another form.

    Raises: UnknownCode of one that was never given.
    """
    if not (found := _CODE.fullmatch(code := spelled(text))):
        return None
    figures = code.rpartition("-")[0]
    board = _board_of(figures, found["check"])
    size, place = int(found["size"]), int(found["unit"])
    if board is None or size > ledger.recorder.head().size:
        raise UnknownCode(code=code)
    day = _last_day(ledger, size) + timedelta(days=int(found["days"]))
    point = moment_of(ledger, f"{size}@{day.isoformat()}")
    units = [None, *units_by_code_at(ledger, point)]
    if place >= len(units) or found["row"] == "0":
        raise UnknownCode(code=code)
    return RowAt(
        board=board, unit=units[place], as_of=format_pinned(point), number=int(found["row"]) - 1
    )


def _last_day(ledger: Ledger, size: int) -> date:
    point: AsOf = as_of(ledger, size=size)
    return local_date(point.at // 1000)


def _board_of(figures: str, check: str) -> str | None:
    return next((board for board in boards_declared() if _check(board, figures) == check), None)


def _check(board: str, figures: str) -> str:
    return checked(hashlib.sha256(f"{board} {figures}".encode()).digest())
