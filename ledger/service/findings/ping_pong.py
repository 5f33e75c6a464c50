"""RF-13: a case was handed from one to the next, three times or more."""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window

TIMES = 3


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each case reassigned ``TIMES`` or more, on the day it was received."""
    for row in desk.rows("register", "case"):
        if row.reassigned >= TIMES:
            day = parse_date(row.received_on)
            yield Found(unit=row.unit, day=day, record=row.case, measure=row.reassigned)


rule = Rule(
    id="RF-13",
    version=1,
    kind="ping_pong",
    zh="事项三次以上改派（数量为改派次数；日期为登记日）",
    en="A case was reassigned three times or more (times; the day is that of receipt)",
    source="INF 本系统自拟",
    find=find,
)
