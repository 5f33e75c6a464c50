"""RF-13: a case was handed from one to the next, three times or more."""

from collections.abc import Iterator

from ledger.projections.handling import REASSIGNED
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such case, on the day it was last handed on or extended."""
    for row in desk.rows("handling", "case", often=True):
        if row.reassigned >= REASSIGNED:
            day = parse_date(row.day)
            yield Found(unit=row.unit, day=day, record=row.case, measure=row.reassigned)


rule = Rule(
    id="RF-13",
    version=1,
    kind="ping_pong",
    zh="事项三次以上改派",
    en="A case was reassigned three times or more",
    measured=Called(zh="改派 {n} 次", en="{n} times"),
    source="INF 本系统自拟",
    find=find,
)
