"""How the lines of a board stand on its page: as a table, side by side, or as walks of steps.

A line keeps its number on the whole board, by which its own page is found. Pages are of lines as
laid out, so that what belongs together is never parted.

Not handled: how many lines a page takes (the reader's manner says so, in the template).
"""

from typing import Any, Literal

import msgspec

from ledger.service.board import Across, Board, Cell, Walk
from ledger.service.sheet import Sheet


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line as laid out: ``row`` is the first row it stands for and ``number`` its number.

    ``cells`` are rows by the code they stand under, ``notes`` their notes by the same code;
    ``steps`` are (number, row) of a walk.
    """

    number: int
    row: dict[str, Cell]
    cells: dict[Any, dict[str, Cell]] = {}
    notes: dict[Any, int] = {}
    steps: list[tuple[int, dict[str, Cell]]] = []


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a board's page; ``noted`` are rows by the number of the note they say."""

    kind: Literal["table", "across", "walk"]
    lines: list[Line]
    noted: dict[int, dict[str, Cell]] = {}

    def pages(self, per: int) -> int:
        """Return how many pages of ``per`` lines there are, one at least."""
        return max(1, -(-len(self.lines) // per))

    def on(self, page: int, per: int) -> list[Line]:
        """Return the lines of a page, counted from 1; of the last where there are not so many."""
        at = min(page, self.pages(per)) - 1
        return self.lines[at * per : (at + 1) * per]

    def notes_of(self, lines: list[Line]) -> list[int]:
        """Return the notes that some lines refer to, in order."""
        return sorted({note for line in lines for note in line.notes.values()})


def lay_out(sheet: Sheet, numbers: list[int], board: Board) -> Layout:
    """Return the rows of a sheet as its board says they stand; ``numbers`` are theirs."""
    rows = list(zip(numbers, sheet.rows, strict=True))
    if board.across is not None:
        return _across(rows, board.across)
    if board.walk is not None:
        return _walks(rows, board.walk)
    return Layout(kind="table", lines=[Line(number=number, row=row) for number, row in rows])


def _across(rows: list[tuple[int, dict[str, Cell]]], across: Across) -> Layout:
    found: dict[tuple[Cell, ...], Line] = {}
    known: dict[tuple[Cell, ...], int] = {}
    noted: dict[int, dict[str, Cell]] = {}
    for number, row in rows:
        key = tuple(row[each] for each in across.by)
        line = found.setdefault(key, Line(number=number, row=row, cells={}, notes={}))
        line.cells[row[across.over]] = row
        said = tuple(row[each] for each in across.noted)
        if any(said):
            note = known.setdefault(said, len(known) + 1)
            noted.setdefault(note, row)
            line.notes[row[across.over]] = note
    return Layout(kind="across", lines=list(found.values()), noted=noted)


def _walks(rows: list[tuple[int, dict[str, Cell]]], walk: Walk) -> Layout:
    found: dict[Cell, Line] = {}
    for number, row in rows:
        line = found.setdefault(row[walk.by], Line(number=number, row=row, steps=[]))
        line.steps.append((number, row))
    return Layout(kind="walk", lines=list(found.values()))
