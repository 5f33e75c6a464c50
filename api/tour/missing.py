"""A missing month is a row: a duty of which one period is missing, beside those that are not."""

import re
from collections import defaultdict
from typing import Any

from api.tour.step import Step, Visit
from api.wording.messages import N_
from ledger.service.sheet import make_sheet

BOARD, MISSING = "compliance", "missing"
MONTH = re.compile(r"\d{4}-\d{2}")


def find(visit: Visit) -> dict[str, Any] | None:
    """Return the periods of one duty at one unit: the one that shows an absence best."""
    sheet = make_sheet(visit.ledger, BOARD, visit.point)
    found: dict[tuple[Any, Any], list[dict[str, Any]]] = defaultdict(list)
    for row in sheet.rows:
        found[row["unit"], row["obligation"]].append(row)
    absent = [rows for rows in found.values() if any(r["verdict"] == MISSING for r in rows)]
    if not absent:
        return None
    best = max(absent, key=_tells)
    best.sort(key=lambda row: str(row["due"]))
    return {"sheet": sheet, "rows": best, "absent": [r for r in best if r["verdict"] == MISSING]}


def _tells(rows: list[dict[str, Any]]) -> tuple[bool, int, int]:
    """Tell how well rows show an absence: months first, one hole before many, and a full year."""
    monthly = all(MONTH.fullmatch(str(row["period"])) for row in rows)
    return monthly, -sum(row["verdict"] == MISSING for row in rows), len(rows)


step = Step(
    number=1,
    name="missing",
    title=N_("缺一个月，就是一行"),
    about=N_("该做而没做的，没有记录可查。这里由规则推出应有的每一期，缺的那一期也占一行。"),
    press=N_("请看虚线框里的那一期，它写着“缺失”。再按“在公示板上看这一项”：公示板上也有这一行。"),
    without=N_(
        "这本账本现在没有缺的：要么该办的都办了，要么采用的规则包没有规定应办事项。到期未办的第二天，这里就会出现一行。"
    ),
    find=find,
)
