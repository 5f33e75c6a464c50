"""RF-13: an open case that its kind gives to a handler has none, fifteen days after receipt."""

from collections.abc import Iterator
from datetime import timedelta

from ledger.projections.register import OPEN_CASES
from ledger.rules.packs.sections import cases
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window

WAIT = timedelta(days=15)


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such case, on the day its wait was over."""
    waited = {"received_on": (desk.day - WAIT).isoformat()}
    for row in desk.rows("register", "case", waited, handler=None, **OPEN_CASES):
        day = parse_date(row.received_on) + WAIT
        if row.leader is None and _assigns(desk, row.unit, row.kind):
            late = (desk.day - day).days
            yield Found(
                unit=row.unit, day=day, record=row.case, about=row.kind, measure=late, lasts=True
            )


def _assigns(desk: Desk, unit: str, kind: str) -> bool:
    book = desk.book(unit)
    found = None if book is None else book.find(cases.section, kind)
    return found is not None and any(way.act == "assigned" for way in found.transitions)


rule = Rule(
    id="RF-13",
    version=1,
    kind="no_owner",
    zh="登记满 15 日仍无承办人",
    en="Nobody handles it fifteen days after receipt",
    measured=Called(zh="超出 {n} 天", en="{n} days beyond"),
    source="INF 本系统自拟",
    told=("cases",),
    find=find,
)
