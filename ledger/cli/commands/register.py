"""``mingzhang register|stats``: the case register and its totals, as of any point of history.

Late is judged on the day of the point asked about, so yesterday's register says what was late
yesterday. Counts are those of the rows: no number here has another source.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from ledger.cli.moments import AsOfOption
from ledger.cli.shell import Shell, table
from ledger.kernel.act import AsOf
from ledger.projections.register import (
    OPEN_CASES,
    CaseRow,
    day_of,
    due_before,
    overdue,
)
from ledger.rules.time import timestamp
from ledger.service.directory import unit_label, unit_of
from ledger.service.ledger import Ledger
from ledger.service.packs import choices
from ledger.service.reading.caselist import OrderName, Wanted, cases
from ledger.service.reading.moments import moment_of
from ledger.service.reading.numbers import numbers_of_streams
from ledger.service.reading.papers import transcribed
from ledger.store.views.store import ViewStore

VIEW = "register"
WIDE = 180
"""Columns of a window that takes a row of the register without folding ids."""
HEADINGS = (
    "case 事项",
    "unit 单位",
    "kind 类型",
    "state 状态",
    "in 登记",
    "due 期限",
    "handler 承办",
)


class StatLine(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases of a kind are in a state at a unit; ``name`` is its code and name."""

    unit: str
    name: str
    kind: str
    state: str
    cases: int


class Words:
    """What kinds and states are called, read while the ledger is open, for tables."""

    def __init__(self, ledger: Ledger) -> None:
        self._words = {
            (table, word.id): word.zh
            for table in ("kind", "state")
            for word in choices.words_of(ledger, table)
        }

    def of(self, table: str, code: str) -> str:
        """Return the word and the code people type; the code alone where no pack names it."""
        word = self._words.get((table, code))
        return code if word is None else f"{word} {code}"


def register(
    shell: Shell,
    *,
    unit: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Of this unit only. 单位", show_default=False),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Of this kind only. 类型", show_default=False)
    ] = None,
    state: Annotated[
        str | None, typer.Option(help="In this state only. 状态", show_default=False)
    ] = None,
    late: Annotated[bool, typer.Option("--overdue", help="Only what is late. 仅超期")] = False,
    order: Annotated[
        OrderName,
        typer.Option(help="What is due first, what came in last, or by reference. 排序"),
    ] = "case",
    limit: Annotated[int, typer.Option(min=1, help="At most so many. 最多条数")] = 100,
    as_of: AsOfOption = None,
) -> None:
    """Show the case register 事项登记簿. At any point of history; late is judged at that time."""
    with shell.open() as ledger:
        point, store = _at(shell, ledger, as_of)
        where: dict[str, Any] = {
            name: value for name, value in (("kind", kind), ("state", state)) if value is not None
        }
        for table, value in where.items():
            choices.require(ledger, table, value)
        if unit is not None:
            where["unit"] = unit_of(ledger, unit)
        if late:
            where |= OPEN_CASES
        below = due_before(day_of(point)) if late else {}
        wanted = Wanted(where=where, below=below)
        rows = [row for _, row in cases(store, point, wanted, order, limit=limit)]
        total = store.total(point, where=where, below=below)
        names = {unit: unit_label(ledger, unit) for unit in {row.unit for row in rows}}
        official = numbers_of_streams(ledger, [row.case for row in rows])
        typed = transcribed(ledger, [row.case for row in rows], point.size)
        words = Words(ledger)
    told = {
        row.case: {"official": official.get(row.case), "transcribed": row.case in typed}
        for row in rows
    }
    data = {
        "as_of": point,
        "total": total,
        "rows": [_plain(row, point) | told[row.case] for row in rows],
    }
    labels = {row.case: _label(row.case, official, typed) for row in rows}
    shell.result(
        data, lambda out: _print_rows(out, rows, names | labels, words, total=total, point=point)
    )


def _label(case: str, official: Mapping[str, str], typed: Container[str]) -> str:
    mark = "typed from paper 代录" if case in typed else None
    return "\n".join(filter(None, (case, official.get(case), mark)))


def stats(shell: Shell, *, as_of: AsOfOption = None) -> None:
    """Count the cases by unit, kind and state 事项统计. At any point of history."""
    with shell.open() as ledger:
        point, store = _at(shell, ledger, as_of)
        lines = _counted(ledger, store, point)
        total = store.total(point)
        still = store.total(point, where=OPEN_CASES)
        late = store.total(point, where=OPEN_CASES, below=due_before(day_of(point)))
        imported = store.total(point, where={"imported": True})
        words = Words(ledger)
    sums = {"cases": total, "open": still, "overdue": late, "imported": imported}
    data = {"as_of": point, **sums, "by": lines}
    shell.result(data, lambda out: _print_stats(out, lines, sums, words, point))


def _at(shell: Shell, ledger: Ledger, text: str | None) -> tuple[AsOf, ViewStore[Any]]:
    with shell.progress("views 视图") as progress:
        ledger.follower.catch_up(lambda _view, position, size: progress(position, size))
    return moment_of(ledger, text), ledger.views[VIEW]


def _counted(ledger: Ledger, store: ViewStore[Any], point: AsOf) -> list[StatLine]:
    counts = store.count(point, by=("unit", "kind", "state"))
    lines = [
        StatLine(
            unit=str(unit),
            name=unit_label(ledger, str(unit)),
            kind=str(kind),
            state=str(state),
            cases=cases,
        )
        for (unit, kind, state), cases in counts.items()
    ]
    return sorted(lines, key=lambda line: (line.name, line.unit, line.kind, line.state))


def _plain(row: CaseRow, point: AsOf) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(row)
    return plain | {"overdue": overdue(row, day_of(point))}


def _heading(out: Console, point: AsOf) -> None:
    out.print(f"as of size {point.size}, {timestamp(point.at)} 截至")


def _print_rows(
    out: Console,
    rows: list[CaseRow],
    names: dict[str, str],
    words: Words,
    *,
    total: int,
    point: AsOf,
) -> None:
    _heading(out, point)
    if not rows:
        out.print("none 无")
        return
    narrow = out.width < WIDE
    between = "\n" if narrow else " "
    grid = table(*(_stacked(HEADINGS) if narrow else HEADINGS))
    for column in (0, 2, 3) if narrow else (0, 6):  # people copy ids: only names may fold
        grid.columns[column].no_wrap = True
    for row in rows:
        due = row.due or ""
        if overdue(row, day_of(point)):
            due = f"{due}{between}overdue 超期"
        handler = row.handler or ""
        name = names[row.unit]
        kind, state = words.of("kind", row.kind), words.of("state", row.state)
        cells = (names[row.case], name, kind, state, row.received_on, due, handler)
        grid.add_row(*(_stacked(cells) if narrow else cells))
    out.print(grid)
    if total > len(rows):
        out.print(f"{len(rows)} of {total} shown; see --limit. 仅显示部分。")


def _stacked(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells for a narrow window: seven in four columns."""
    case, unit, kind, state, received, due, handler = cells
    return (f"{case}\n{handler}", unit, f"{kind}\n{state}", f"{received}\n{due}")


def _print_stats(
    out: Console, lines: list[StatLine], sums: dict[str, int], words: Words, point: AsOf
) -> None:
    _heading(out, point)
    grid = table("unit 单位", "kind 类型", "state 状态", "cases 件数")
    for line in lines:
        kind, state = words.of("kind", line.kind), words.of("state", line.state)
        grid.add_row(line.name, kind, state, str(line.cases))
    out.print(grid)
    out.print(
        f"cases 事项 {sums['cases']}  open 在办 {sums['open']}  overdue 超期 {sums['overdue']}  "
        f"imported 导入 {sums['imported']}",
    )


commands = {
    "register": register,
    "stats": stats,
}
