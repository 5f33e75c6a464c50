"""A board as its reader narrowed it: rows chosen by what their columns say.

Filters stand in the address under the columns' own names, so a view can be cited, and its page, its
twin and its files (`api.showing.exports`) are of the same rows. A day is narrowed by its month,
``due=2026-03``; pages offer that once it is asked, or where a board is taken ``by`` that day.

Not handled: sorting, other ranges, free text.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from ledger.service.board import Called, Cell, Column
from ledger.service.sheet import Sheet

MOST_CHOICES: Final = 40
"""A column of more different cells is no filter."""
_FILTERED: Final = frozenset({"code", "mark", "text", "day"})
_YES_NO: Final = {True: Called(zh="是", en="yes"), False: Called(zh="否", en="no")}


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A column by which a board can be narrowed, what may be chosen, and what was."""

    column: Column
    choices: tuple[str, ...]
    chosen: str | None


def narrowed(sheet: Sheet, asked: Mapping[str, str]) -> Sheet:
    """Return the sheet with the rows whose cells are what ``asked`` says, by column.

    What names no column a board is narrowed by is passed over; "" asks for everything.
    """
    wanted = {c.id: asked[c.id] for c in sheet.columns if _narrows(c) and asked.get(c.id)}
    columns = [(each, wanted[each.id]) for each in sheet.columns if each.id in wanted]
    rows = (r for r in sheet.rows if all(_is(each, r[each.id], text) for each, text in columns))
    return msgspec.structs.replace(sheet, rows=tuple(rows))


def filters(sheet: Sheet, asked: Mapping[str, str], by: str | None = None) -> list[Filter]:
    """Return what the whole ``sheet`` can be narrowed by: columns of several, not too many, cells.

    Texts other than periods are no choice: each row has its own.
    """
    found = []
    for column in sheet.columns:
        if not _narrows(column) or (column.form == "text" and column.id != "period"):
            continue
        if column.form == "day" and column.id != by and not asked.get(column.id):
            continue
        choices = sorted({_choice(column, row[column.id]) for row in sheet.rows} - {""})
        if 1 < len(choices) <= MOST_CHOICES:
            chosen = asked.get(column.id) or None
            found.append(Filter(column=column, choices=tuple(choices), chosen=chosen))
    return found


def asked_of(sheet: Sheet, params: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what an address asks of a board's columns; anything else in it is not ours."""
    known = {column.id for column in sheet.columns if _narrows(column)}
    return {name: value for name, value in params if name in known and value}


def called(sheet: Sheet, column: Column, cell: Cell, lang: str) -> str:
    """Return what a code, a unit or a mark is called; any other cell as text."""
    if isinstance(cell, bool):
        cell_called: Called | None = _YES_NO[cell]
    else:
        cell_called = sheet.words.get(column.id, {}).get(str(cell))
    if cell_called is not None:
        return cell_called.zh if lang == "zh" else cell_called.en
    return "" if cell is None else str(cell)


def _narrows(column: Column) -> bool:
    return column.form in _FILTERED


def _choice(column: Column, cell: Cell) -> str:
    return _key(cell)[: len("2026-03")] if column.form == "day" else _key(cell)


def _is(column: Column, cell: Cell, text: str) -> bool:
    """Tell whether a cell is what is asked for: of a day also its month or year."""
    said = _key(cell)
    return said == text or (column.form == "day" and said.startswith(f"{text}-"))


def _key(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)
