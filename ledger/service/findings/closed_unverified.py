"""RF-08: a case was closed without verification although its kind arranges one."""

from collections.abc import Iterator

from ledger.rules.packs.sections import cases
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each such case, on the day it was closed."""
    for year in window.years:
        closed = list(desk.rows("handling", "case", unverified=True, shelf=year))
        # Most are of kinds that arrange none: what they are is asked at once, not case by case.
        cases_ = desk.store("register").rows_of((row.case for row in closed), desk.point)
        for row in closed:
            case = cases_.get(row.case)
            if case is not None and not case.imported and _verifies(desk, row.unit, case.kind):
                day = parse_date(row.day)
                yield Found(unit=row.unit, day=day, record=row.case, about=case.kind)


def _verifies(desk: Desk, unit: str, kind: str) -> bool:
    book = desk.book(unit)
    found = None if book is None else book.find(cases.section, kind)
    return found is not None and any(way.act == "verified" for way in found.transitions)


rule = Rule(
    id="RF-08",
    version=1,
    kind="closed_unverified",
    zh="该类事项设有核查环节，但未经核查即办结",
    en="Closed without verification, which its kind arranges",
    source="INF 本系统自拟：办理人与核查人分开",
    told=("cases",),
    find=find,
)
