"""RF-08: one hand closed many cases within ten minutes by the ledger's clock."""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each stretch of ten minutes marked as many."""
    for year in window.years:
        for row in desk.rows("closings", "closings", many=True, shelf=year):
            yield Found(
                unit=row.unit,
                day=parse_date(row.day),
                record=row.record,
                about=row.closings.rpartition(" ")[2],
                measure=row.number,
                entries=tuple(map(int, row.entries.split())),
            )


rule = Rule(
    id="RF-08",
    version=1,
    kind="bulk_closing",
    zh="同一人十分钟内集中办结十件以上",
    en="One person closed ten or more within ten minutes",
    measured=Called(zh="{n} 件", en="{n} cases"),
    source="INF 本系统自拟",
    find=find,
)
