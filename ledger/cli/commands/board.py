"""``mingzhang board NAME``: a public board as of any point of history, as a table or as JSON.

Boards are found, not listed: see ``ledger.service.board``.
"""

from typing import Annotated

import typer
from rich.console import Console

from ledger.cli.moments import AsOfOption
from ledger.cli.shell import Shell, print_table, table
from ledger.rules.quantities import amount, hours
from ledger.rules.time import timestamp
from ledger.service.board import Called, Cell, Column, parse_asked
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
        grid = table(*(f"{column.en} {column.zh}" for column in sheet.columns))
        for row in sheet.rows:
            grid.add_row(*(_cell(sheet, column, row[column.id]) for column in sheet.columns))
        print_table(out, grid)
    for note in sheet.notes:
        out.print(f"{note.zh} {note.en}")


def _cell(sheet: Sheet, column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    known = sheet.words.get(column.id, {}).get(str(cell))
    if known is not None:
        return _both(known)
    match column.form:
        case "minutes":
            return hours(int(cell))
        case "fen":
            return amount(int(cell))
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
