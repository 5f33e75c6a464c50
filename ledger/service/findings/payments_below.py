"""RF-11: payments stay just below the amount that needs a decision of its own, again and again."""

from collections.abc import Iterator

from ledger.rules.periods import containing, format_period
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.spending import Spending, grouped

MANY = 3
EDGE = 10
"""Just below is the last tenth of the way."""


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each account and quarter, on the day of its newest such payment."""
    for (account, quarter), paid in grouped(desk, window.years, _quarter).items():
        close = [one for one in paid if one.limit - one.limit // EDGE <= one.row.amount < one.limit]
        if len(close) >= MANY:
            last = close[-1].row
            yield Found(
                unit=last.unit,
                day=parse_date(last.day),
                record=account,
                about=quarter,
                measure=len(close),
                entries=tuple(one.row.entry for one in close),
            )


def _quarter(one: Spending) -> str:
    return format_period(containing("quarter", parse_date(one.row.day)))


rule = Rule(
    id="RF-11",
    version=1,
    kind="payments_below",
    zh="一个季度内三笔以上支出都差不到一成就须民主决策",
    en="Three payments of a quarter or more just below what needs a decision",
    measured=Called(zh="{n} 笔", en="{n} payments"),
    source="INF 本系统自拟；金额线见该类账户所引规则",
    find=find,
)
