"""A corrected amount: the board as of the day before beside the board of today."""

from typing import Any

from api.tour.step import Step, Visit
from api.wording.messages import N_
from ledger.aggregates.disclosure_item.events import Published
from ledger.kernel.act import Act, AsOf
from ledger.service.ledger import Ledger
from ledger.service.sheet import Sheet, make_sheet

BOARD = "disclosure"


def find(visit: Visit) -> dict[str, Any] | None:
    """Return the line of an item whose amounts were corrected, before and after."""
    sheet = make_sheet(visit.ledger, BOARD, visit.point)
    for row in sheet.rows:
        if row["before"] is None or row["item"] is None:
            continue
        acts = _acts(visit.ledger, str(row["item"]))
        posted = [act for act in acts if isinstance(act.event, Published)]
        if len(posted) < 2:
            continue
        last = posted[-1]
        then = AsOf(size=last.index or 0, at=(last.recorded_at or 0) - 1)
        before = _line(make_sheet(visit.ledger, BOARD, then, str(row["unit"])), row["item"])
        if before is not None:
            return {
                "sheet": sheet,
                "row": row,
                "before": before,
                "then": then,
                "last": last,
                "acts": acts,
            }
    return None


def _acts(ledger: Ledger, stream: str) -> list[Act]:
    rows = ledger.recorder.select_events(stream)
    return [ledger.known.streams.mapper.to_domain_event(row) for row in rows]


def _line(sheet: Sheet, item: object) -> dict[str, Any] | None:
    return next((row for row in sheet.rows if row["item"] == item), None)


step = Step(
    number=3,
    name="corrected",
    title=N_("一个改过的数字"),
    about=N_("公布错了可以更正，但原来公布的是多少、哪一天改的、谁改的、为什么改，都还在。"),
    press=N_("请比较左右两栏底色不同的数字，再按“看那时的整块板”和“看现在的整块板”。"),
    without=N_("这本账本里还没有更正过的公开金额。公布后又更正一次，这里就会把更正前后并排列出。"),
    find=find,
)
