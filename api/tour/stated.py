"""Stated beside computed: what somebody said a figure is, and what the entries add up to."""

from collections.abc import Iterable
from typing import Any

from api.tour.step import Step, Visit
from api.wording.messages import N_
from ledger.service.board import Cell
from ledger.service.sheet import Sheet, boards_declared, make_sheet

FIGURES, FINANCE = "figures", "finance"
SHOWN = 12
CLOSINGS = ("unit", "period", "balance", "stated")


def find(visit: Visit) -> dict[str, Any] | None:
    """Return lines with a stated number beside a computed one: of figures, else of closings."""
    board = boards_declared().get(FIGURES)
    if board is not None and board.glance is not None:
        telling = tuple(name for name in board.glance.columns if name != "unit")
        sheet = make_sheet(visit.ledger, FIGURES, visit.point)
        if sheet.rows:
            return _shown(sheet, _telling(sheet.rows), telling)
    sheet = make_sheet(visit.ledger, FINANCE, visit.point)
    rows = [row for row in sheet.rows if row["stated"] is not None]
    return _shown(sheet, rows[:SHOWN], CLOSINGS) if rows else None


def _telling(rows: Iterable[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Return rows of both kinds and those that cannot be computed, those that differ first."""
    by = {
        agrees: [r for r in rows if r["agrees"] == agrees] for agrees in ("differs", "agrees", None)
    }
    return [row for each in by.values() for row in _few(each)]


def _few(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Return some of these, rates among them where there are any."""
    rates = [row for row in rows if row["of_whole"]][: SHOWN // 6]
    others = [row for row in rows if not row["of_whole"]]
    return others[: SHOWN // 3 - len(rates)] + rates


def _shown(sheet: Sheet, rows: list[dict[str, Cell]], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the rows with the columns of those named that say anything of them."""
    told = {name for row in rows for name, cell in row.items() if cell not in (None, "")}
    columns = [each for each in sheet.columns if each.id in names and each.id in told]
    return {"sheet": sheet, "rows": rows, "columns": columns}


step = Step(
    number=5,
    name="stated",
    title=N_("自己报的数，和算出来的数"),
    about=N_("报告里写的数和账本逐条加出来的数并排放着；对不上的、算不出来的，都照实说。"),
    press=N_("请看“核对”一栏。按“查看”，能看到账本的数是由哪几条记录加出来的。"),
    without=N_(
        "这本账本里还没有报过的数。登记一个公布过的数字后，这里会把它和算出来的数并排列出。"
    ),
    find=find,
)
