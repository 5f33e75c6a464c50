"""RF-18: a period of an account no longer closes as it was closed: something was booked back."""

from collections import defaultdict
from collections.abc import Iterator

from ledger.projections.finance import BEGIN, FinanceRow
from ledger.rules.periods import parse_period
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such period, on its last day; the measure is the fen between."""
    accounts: dict[str, list[FinanceRow]] = defaultdict(list)
    for row in desk.rows("finance", "line"):
        accounts[row.account].append(row)
    for rows in accounts.values():
        yield from _moved(rows)


def _moved(rows: list[FinanceRow]) -> Iterator[Found]:
    balance = sum(row.begun for row in rows)
    periods = [row for row in rows if row.period != BEGIN]
    for row in sorted(periods, key=lambda row: parse_period(row.period).first):
        balance += row.income - row.expense
        if row.closed and row.closing is not None and row.closing != balance:
            last = parse_period(row.period).last
            yield Found(
                unit=row.unit,
                day=last,
                record=row.account,
                about=row.period,
                measure=abs(row.closing - balance),
            )


rule = Rule(
    id="RF-18",
    version=1,
    kind="closed_period_moved",
    zh="已结账期间的余额因冲正而变动",
    en="The balance of a closed period moved by a reversal",
    measured=Called(zh="相差 {yuan} 元", en="{yuan} yuan apart"),
    source="INF 本系统自拟",
    find=find,
)
