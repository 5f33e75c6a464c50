"""RF-07: the terms of one case were extended again and again."""

from collections.abc import Iterator

from ledger.projections.handling import EXTENDED
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such case, on the day it was last extended or handed on."""
    for row in desk.rows("handling", "case", often=True):
        if row.extended >= EXTENDED:
            day = parse_date(row.day)
            yield Found(unit=row.unit, day=day, record=row.case, measure=row.extended)


rule = Rule(
    id="RF-07",
    version=1,
    kind="extension_chain",
    zh="同一事项多次延期",
    en="One case extended again and again",
    measured=Called(zh="延期 {n} 次", en="{n} extensions"),
    source="LAW-V 信访工作条例（2022）第三十四条；INF 两次以上",
    find=find,
)
