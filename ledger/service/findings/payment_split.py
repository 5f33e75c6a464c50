"""RF-11: payments for one purpose within a few days, each below what needs a decision, all above.

Days run from the first payment of a series; the next one after them begins another.
"""

from collections.abc import Iterator
from datetime import timedelta

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.spending import Spending, grouped

DAYS = timedelta(days=3)


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each such series, on the day of its last payment."""
    by_purpose = grouped(desk, window, lambda one: one.row.purpose)
    for (account, purpose), paid in by_purpose.items():
        for series in _series([one for one in paid if one.row.amount < one.limit]):
            if sum(one.row.amount for one in series) >= series[0].limit:
                last = series[-1].row
                yield Found(
                    unit=last.unit,
                    day=parse_date(last.day),
                    record=account,
                    about=f"{purpose} {series[0].row.day}",
                    measure=len(series),
                    entries=tuple(one.row.entry for one in series),
                )


def _series(paid: list[Spending]) -> Iterator[list[Spending]]:
    found: list[Spending] = []
    for one in paid:
        if found and parse_date(one.row.day) - parse_date(found[0].row.day) >= DAYS:
            yield found
            found = []
        found.append(one)
    if found:
        yield found


rule = Rule(
    id="RF-11",
    version=1,
    kind="payment_split",
    zh="三日内同一用途分笔支出，单笔不到线而合计须民主决策",
    en="One purpose paid for in parts within three days, together above the line",
    measured=Called(zh="{n} 笔", en="{n} payments"),
    source="INF 本系统自拟；金额线见该类账户所引规则",
    find=find,
)
