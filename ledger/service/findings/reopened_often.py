"""RF-08: a case was closed and taken up again, twice or more."""

from collections.abc import Iterator

from ledger.projections.handling import REOPENED
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such case, on the day it was last taken up or handed on."""
    for row in desk.rows("handling", "case", often=True):
        if row.reopened >= REOPENED:
            day = parse_date(row.day)
            yield Found(unit=row.unit, day=day, record=row.case, measure=row.reopened)


rule = Rule(
    id="RF-08",
    version=1,
    kind="reopened_often",
    zh="办结后重办两次以上",
    en="Closed and taken up again twice or more",
    measured=Called(zh="重办 {n} 次", en="{n} times"),
    source="INF 本系统自拟",
    find=find,
)
