"""Which entry a line of a page rests on: the newest of its streams, as of the page's point.

A row of a board names the streams it is made of in its columns; its badge is that of the newest
entry among them. A number counted from many entries, and a row that says something is missing, rest
on none, and the page says so.
"""

from collections.abc import Iterable, Mapping, Sequence

from api.showing.board_layouts import Line
from ledger.kernel.act import AsOf
from ledger.service.board import Cell
from ledger.service.ledger import Ledger
from ledger.service.sheet import Sheet

Row = Mapping[str, Cell]


class Proofs:
    """What lines rest on, as of a point; made for one answer."""

    def __init__(self, ledger: Ledger, point: AsOf) -> None:
        self._ledger = ledger
        self._point = point

    def of_streams(self, streams: Iterable[str]) -> Mapping[str, int]:
        """Return the log index of each stream's newest entry at the point."""
        return self._ledger.recorder.newest_of(sorted(set(streams)), self._point.size)

    def of_rows(self, sheet: Sheet, rows: Sequence[Row]) -> list[int | None]:
        """Return the newest entry each row rests on, None where it rests on none."""
        return self.of_lines(sheet, [Line(number=0, row=dict(row)) for row in rows])

    def of_lines(self, sheet: Sheet, lines: Sequence[Line]) -> list[int | None]:
        """Return the newest entry each laid-out line rests on, None where it rests on none."""
        named = [[s for row in _rows(line) for s in streams_of(sheet, row)] for line in lines]
        newest = self.of_streams(stream for streams in named for stream in streams)
        return [
            max((newest[each] for each in streams if each in newest), default=None)
            for streams in named
        ]


def is_counted(sheet: Sheet) -> bool:
    """Tell whether a sheet's rows are counted from many entries, so that none rests on a stream."""
    return not _rested_on(sheet)


def streams_of(sheet: Sheet, row: Row) -> list[str]:
    """Return the streams a row rests on, in the order of its columns."""
    return [str(row[name]) for name in _rested_on(sheet) if row[name]]


def _rested_on(sheet: Sheet) -> list[str]:
    return [each.id for each in sheet.columns if each.form == "stream" and not each.beside]


def _rows(line: Line) -> Iterable[Row]:
    yield line.row
    yield from line.cells.values()
    yield from (row for _, row in line.steps)
