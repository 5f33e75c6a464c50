"""RF-08: a case was closed and taken up again, twice or more."""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window

TIMES = 2


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each case reopened ``TIMES`` or more, on the day it was received."""
    for row in desk.rows("register", "case"):
        if row.reopened >= TIMES:
            day = parse_date(row.received_on)
            yield Found(unit=row.unit, day=day, record=row.case, measure=row.reopened)


rule = Rule(
    id="RF-08",
    version=1,
    kind="reopened_often",
    zh="办结后重办两次以上（数量为重办次数；日期为登记日）",
    en="Closed and taken up again twice or more (times; the day is that of receipt)",
    source="INF 本系统自拟",
    find=find,
)
