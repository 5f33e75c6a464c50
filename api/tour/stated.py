"""Stated beside computed: what somebody said a figure is, and what the entries add up to."""

from typing import Any

from api.messages import N_
from api.tour.step import Step, Visit
from ledger.service.board import boards_declared, make_sheet

FIGURES, FINANCE = "figures", "finance"
SHOWN = 12


def find(visit: Visit) -> dict[str, Any] | None:
    """Return lines with a stated number beside a computed one: of figures, else of closings."""
    if FIGURES in boards_declared():
        sheet = make_sheet(visit.ledger, FIGURES, visit.point)
        if sheet.rows:
            return {"sheet": sheet, "rows": sheet.rows[:SHOWN]}
    sheet = make_sheet(visit.ledger, FINANCE, visit.point)
    rows = [row for row in sheet.rows if row["stated"] is not None]
    return {"sheet": sheet, "rows": rows[:SHOWN]} if rows else None


step = Step(
    number=5,
    name="stated",
    title=N_("自己报的数，和算出来的数"),
    about=N_("报告里写的数和账本逐条加出来的数并排放着；对不上的、算不出来的，都照实说。"),
    without=N_(
        "这本账本里还没有报过的数。登记一个公布过的数字后，这里会把它和算出来的数并排列出。"
    ),
    find=find,
)
