"""RF-11: payments for one purpose within a few days, each below what needs a decision, all above.

A series is every payment of the days up to one of them; one that lies within another is not told
apart. A payment more can thus lengthen a series and never break one up.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.spending import Spending, grouped

DAYS = timedelta(days=3)


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each such series, on the day of its last payment."""
    by_purpose = grouped(desk, window.wider(DAYS).years, lambda one: one.row.purpose)
    for (account, purpose), paid in by_purpose.items():
        for run in series([one for one in paid if one.row.amount < one.limit]):
            if sum(one.row.amount for one in run) >= min(one.limit for one in run):
                last = run[-1].row
                yield Found(
                    unit=last.unit,
                    day=parse_date(last.day),
                    record=account,
                    about=f"{purpose} {run[0].row.day}",
                    measure=len(run),
                    entries=tuple(one.row.entry for one in run),
                )


def series(paid: Sequence[Spending]) -> Iterator[Sequence[Spending]]:
    """Yield the longest runs of payments, in order of day, that lie within ``DAYS``."""
    begin = 0
    for end, one in enumerate(paid):
        first = begin
        while parse_date(one.row.day) - parse_date(paid[first].row.day) >= DAYS:
            first += 1
        if first > begin:
            yield paid[begin:end]
        begin = first
    if paid:
        yield paid[begin:]


rule = Rule(
    id="RF-11",
    version=1,
    kind="payment_split",
    zh="三日内同一用途分笔支出，单笔不到线而合计须民主决策",
    en="One purpose paid for in parts within three days, together above the line",
    measured=Called(zh="{n} 笔", en="{n} payments"),
    source="INF 本系统自拟；金额线见该类账户所引规则",
    told=("purpose", ""),
    find=find,
)
