"""Collective finance: opening, income, expense, closing by account and period, temporal.

The opening of a line is the closing of the one before it, so the table adds up by construction.
Where a closed period was reached by a reversal later, what was stated at its closing stands beside.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import cast

from ledger.projections.finance import BEGIN, FinanceRow
from ledger.rules.periods import parse_period
from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.reading.booked import Voucher, vouchers

VIEW = "finance"


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each account and period with an entry, the newest period first."""
    found = cast("list[FinanceRow]", list(desk.rows(VIEW, "line")))
    found.sort(key=lambda row: (desk.order(row.unit), row.account, _begins(row)))
    for _, lines in groupby(found, key=lambda row: row.account):
        yield from reversed(list(_account(list(lines))))


def _begins(row: FinanceRow) -> str:
    return "" if row.period == BEGIN else parse_period(row.period).first.isoformat()


def _account(lines: list[FinanceRow]) -> Iterator[Line]:
    balance, kind = 0, None
    for row in lines:
        kind = row.kind or kind
        opening = balance + row.begun
        balance = opening + row.income - row.expense
        if row.period == BEGIN:
            continue
        yield {
            "unit": row.unit,
            "kind": kind,
            "period": row.period,
            "opening": opening,
            "income": row.income,
            "expense": row.expense,
            "balance": balance,
            "vouchers": row.vouchers,
            "reversed": row.reversed,
            "closed": row.closed,
            "stated": row.closing if row.closing != balance else None,
            "account": row.account,
        }


def _vouchers(desk: Desk, line: Line) -> list[Voucher]:
    account, period = str(line["account"]), str(line["period"])
    return vouchers(desk.ledger, account, period, desk.point.size)


board = Board(
    name="finance",
    zh="集体财务",
    en="Collective finance",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="kind", zh="账户", en="Account kind", form="code", words="accounts"),
        Column(id="period", zh="期间", en="Period"),
        Column(id="opening", zh="期初", en="Opening", form="fen"),
        Column(id="income", zh="收入", en="Income", form="fen"),
        Column(id="expense", zh="支出", en="Expense", form="fen"),
        Column(id="balance", zh="期末", en="Closing", form="fen"),
        Column(id="vouchers", zh="笔数", en="Vouchers", form="count"),
        Column(id="reversed", zh="冲正", en="Reversed", form="count"),
        Column(id="closed", zh="已结账", en="Closed", form="mark"),
        Column(id="stated", zh="结账时期末", en="Stated when closed", form="fen"),
        Column(id="account", zh="记录", en="Record", form="stream"),
    ),
    names=("account", "period"),
    headed=("period", "kind"),
    by="period",
    rows=rows,
    views={VIEW: ()},
    adds=_vouchers,
    of="account",
    listed=("unit", "kind", "period", "opening", "income", "expense", "balance", "stated"),
    notes=(
        Called(
            zh="期末 = 期初 + 收入 - 支出（单位：元）；结账后如有冲正，另列结账时期末。",
            en="Closing = opening + income - expense, in yuan; where a reversal came after a "
            "period was closed, what was stated then stands beside.",
        ),
    ),
    about=Called(
        zh="集体的钱：期初、收入、支出、期末，一分不差。",
        en="Collective money: opening, income, expense, closing, to the fen.",
    ),
    empty=Called(
        zh="还没有集体账户的收支记录。开立账户、凭证经审核入账后，每个账户每个月占一行。",
        en="No collective account has an entry. Each account has a line per month "
        "once vouchers are reviewed and booked.",
    ),
)
