"""``mingzhang board NAME``: a public board as of any point of history, as a table or as JSON.

Boards are found, not listed: see ``ledger.service.board``. A table has the columns its page lists,
but for those empty in every row; what a column says in each language stands in one cell. JSON has
all of them.
"""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import parse_qs

import typer
from rich.console import Console

from ledger.cli.moments import AsOfOption
from ledger.cli.shell import Shell, print_table, table
from ledger.rules.quantities import amount, hours
from ledger.rules.time import timestamp
from ledger.service.board import Called, Cell, Column, Line, parse_asked
from ledger.service.directory import unit_as_of
from ledger.service.reading.moments import moment_of
from ledger.service.sheet import Sheet, boards_declared, make_sheet

NAMES = "|".join(boards_declared())


def board(
    shell: Shell,
    name: Annotated[str, typer.Argument(metavar=NAMES, help="Which board. 公示板")],
    *,
    unit: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Of this unit and those under it. 单位", show_default=False
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DAY",
            help="First day, of findings or rows. 起始日",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY", help="Last day, of findings or rows. 截止日", show_default=False
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND", help="Of this kind, as backdated, or figure. 种类", show_default=False
        ),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(
            "--since",
            metavar="SIZE",
            min=0,
            help="What was recorded after this size, of changes. 自账本条数",
            show_default=False,
        ),
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """Show a board 公示板. What the public may read, at any point of history."""
    asked = parse_asked(since, until, kind, after)
    with shell.open() as ledger:
        with shell.progress("views 视图") as progress:
            ledger.follower.catch_up(lambda _view, position, size: progress(position, size))
        point = moment_of(ledger, as_of)
        of = None if unit is None else unit_as_of(ledger, unit, point)
        sheet = make_sheet(ledger, name, point, of, asked)
    shell.result(sheet, lambda out: _print(out, sheet))


def _print(out: Console, sheet: Sheet) -> None:
    out.print(f"{sheet.zh} {sheet.en}")
    out.print(f"as of size {sheet.as_of.size}, {timestamp(sheet.as_of.at)} 截至")
    if not sheet.rows:
        out.print("none 无")
    else:
        shown = [said for said in _listed(sheet) if _says(sheet, said)]
        grid = table(*(f"{said[-1].en} {said[0].zh}" for said in shown))
        for row in sheet.rows:
            grid.add_row(*(_said(sheet, said, row) for said in shown))
        print_table(out, grid)
    for note in sheet.notes:
        out.print(f"{note.zh} {note.en}")


def _listed(sheet: Sheet) -> Iterator[tuple[Column, ...]]:
    """Yield the columns a page lists, each with the one that says the same in English, if any."""
    listed = boards_declared()[sheet.board].listed
    by_id = {column.id: column for column in sheet.columns}
    for column in sheet.columns:
        is_english = column.id.removesuffix("_en") != column.id
        if not is_english and (column.id in listed if listed else not column.programs):
            english = by_id.get(f"{column.id}_en")
            yield (column,) if english is None else (column, english)


def _says(sheet: Sheet, said: tuple[Column, ...]) -> bool:
    return any(row[said[0].id] is not None for row in sheet.rows)


def _said(sheet: Sheet, said: tuple[Column, ...], row: Line) -> str:
    each = dict.fromkeys(_cell(sheet, column, row[column.id]) for column in said)
    return "\n".join(filter(None, each))


def _cell(sheet: Sheet, column: Column, cell: Cell) -> str:
    known = sheet.words.get(column.id, {}).get(str(cell))
    if cell is None or known is not None:
        return "" if known is None else _both(known)
    match column.form:
        case "minutes":
            return hours(int(cell))
        case "fen":
            return amount(int(cell))
        case "board":
            return f"board {column.words} --kind {parse_qs(str(cell))['kind'][0]}"
        case "mark":
            return "yes 是" if cell else "no 否"
        case _:
            mark = "\ntyped from paper 代录" if cell in sheet.transcribed else ""
            return f"{cell}{mark}"


def _both(called: Called) -> str:
    return called.zh if called.zh == called.en else f"{called.zh} {called.en}"


commands = {
    "board": board,
}
