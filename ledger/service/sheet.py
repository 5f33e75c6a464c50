"""Sheets: boards as of one point of history, with what their codes and units were called then.

A cell of a column with ``words`` is a code; ``Sheet.words`` says what it is called at that time.
"""

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from ledger.errors import MalformedError, NotFound
from ledger.kernel.act import AsOf
from ledger.kernel.discovery import declared
from ledger.service import boards
from ledger.service.board import ALL, AND, Asked, Board, Called, Cell, Column, Desk, Line
from ledger.service.ledger import Ledger
from ledger.service.reading.papers import transcribed


class BoardUnknown(NotFound):
    """No module declares a board of this name."""

    code = "board.unknown"
    zh = "没有名为“{name}”的公示板。现有：{known}。"
    en = 'There is no board "{name}". There are: {known}.'


class NotNarrowed(MalformedError):
    """A board whose lines are not told apart by day, kind or size is asked for some of them."""

    code = "board.not_narrowed"
    zh = "公示板“{name}”不能按 {by} 筛选。请去掉该条件。"
    en = "The lines of board {name} cannot be narrowed by {by}. Leave that out."


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A board as of a point: ``words`` names the codes and units of its cells, by column.

    ``transcribed`` are those of the streams it names that hold an entry typed from paper.
    """

    board: str
    zh: str
    en: str
    as_of: AsOf
    unit: str | None
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Cell], ...]
    words: dict[str, dict[str, Called]]
    notes: tuple[Called, ...] = ()
    transcribed: tuple[str, ...] = ()


def board_of(stream: str) -> str | None:
    """Return the board on which the public sees what a stream holds, by name, if there is one."""
    aggregate = stream.partition("/")[0]
    return next((board.name for board in boards_declared().values() if board.of == aggregate), None)


def board_named(name: str) -> Board:
    """Return the board of this name. Raises: BoardUnknown."""
    known = boards_declared()
    if name not in known:
        raise BoardUnknown(name=name, known=", ".join(known) or "-")
    return known[name]


@cache
def boards_declared() -> Mapping[str, Board]:
    """Return all boards this program declares, by name."""
    return {board.name: board for board in declared(boards, "board")}


def make_sheet(
    ledger: Ledger, name: str, point: AsOf, unit: str | None = None, asked: Asked = ALL
) -> Sheet:
    """Return a board as of ``point``, for ``unit`` and those under it, or for all.

    Raises: as ``lay_out``.
    """
    return lay_out(Desk(ledger, point, unit, asked), name)


def lay_out(desk: Desk, name: str) -> Sheet:
    """Return a board as its desk is asked for it; what several boards of a desk read is read once.

    Raises:
        BoardUnknown: no such board.
        NotNarrowed: it is not told apart by day, kind or size.
        ProjectionBehind: a view has not read that far.
    """
    board = board_named(name)
    _require_heeded(board, desk.asked)
    lines = tuple(dict(line) for line in board.rows(desk))
    return Sheet(
        board=name,
        zh=board.zh,
        en=board.en,
        as_of=desk.point,
        unit=desk.unit,
        columns=board.columns,
        rows=lines,
        words={
            column.id: _words(desk, column, lines)
            for column in board.columns
            if column.form in {"unit", "code"}
        },
        notes=board.notes,
        transcribed=_transcribed(desk, board, lines),
    )


def _require_heeded(board: Board, asked: Asked) -> None:
    given = {"days": asked.since or asked.until, "kind": asked.kind, "size": asked.after}
    for by, value in given.items():
        if value is not None and by not in board.heeds:
            raise NotNarrowed(name=board.name, by=by)


def _transcribed(desk: Desk, board: Board, lines: Iterable[Line]) -> tuple[str, ...]:
    columns = [column.id for column in board.columns if column.form == "stream"]
    cells = (line[column] for line in lines for column in columns)
    streams = {cell for cell in cells if isinstance(cell, str)}
    return tuple(sorted(transcribed(desk.ledger, streams, desk.point.size)))


def _words(desk: Desk, column: Column, lines: Iterable[Line]) -> dict[str, Called]:
    found: dict[str, Called] = {}
    for line in lines:
        cell = line[column.id]
        if isinstance(cell, str) and cell not in found:
            found[cell] = _called(desk, column, cell, line)
    return found


def _called(desk: Desk, column: Column, cell: str, line: Line) -> Called:
    if column.form == "unit":
        return desk.label(cell)
    if column.words is None:
        return Called(zh=cell, en=cell)
    if AND in cell:
        each = [_called(desk, column, one, line) for one in cell.split(AND)]
        return Called(zh="、".join(one.zh for one in each), en=AND.join(one.en for one in each))
    return desk.called(str(line.get("unit") or desk.unit or ""), column.words, cell)
