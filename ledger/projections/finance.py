"""Collective finance by account and period: what came in, what went out, what was booked back.

The opening of a period is the closing of those before it and not stored: whoever reads sums the
rows up to the period, so that the table adds up by construction. ``closing`` is what the act that
closed the period stated; a reversal after it shows as the difference.
"""

from typing import cast

from msgspec.structs import replace

from ledger.aggregates.account.events import AnyAccountEvent, Moves, PeriodClosed, Reversed
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.accounts import AccountOpened

BEGIN = "begin"
"""Stands for the period of the row that holds what an account began with."""


class FinanceRow(Row, frozen=True, kw_only=True):
    """An account in a period, in fen; ``line`` is ``<account> <period>``.

    ``begun`` is what the account began with, on its first row alone. ``closed`` tells that the
    period was closed, ``closing`` what was stated then.
    """

    line: str
    account: str
    unit: str
    period: str
    kind: str | None = None
    begun: int = 0
    income: int = 0
    expense: int = 0
    vouchers: int = 0
    reversed: int = 0
    closed: bool = False
    closing: int | None = None


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of an act that is booked in a period."""
    event = act.event
    match event:
        case AccountOpened(since=str()):
            return (f"{act.stream} {BEGIN}",)
        case Moves(period=str(period)) | PeriodClosed(period=period):
            return (f"{act.stream} {period}",)
        case _:
            return ()


def fold(row: FinanceRow | None, act: Act, key: str) -> FinanceRow | None:
    """Return the row of an account and period after ``act``."""
    event = cast(AnyAccountEvent, act.event)
    now = row or FinanceRow(
        line=key, account=act.stream, unit=str(event.unit), period=key.rpartition(" ")[2]
    )
    match event:
        case AccountOpened():
            return replace(now, begun=event.opening, kind=event.kind)
        case Reversed():
            return _booked_back(now, event)
        case PeriodClosed():
            return replace(now, closed=True, closing=event.closing)
        case Moves():
            return replace(
                now,
                income=now.income + max(event.amount, 0),
                expense=now.expense + max(-event.amount, 0),
                vouchers=now.vouchers + 1,
            )
        case _:
            return row


def _booked_back(row: FinanceRow, event: Reversed) -> FinanceRow:
    """A reversal takes back an income (it is negative) or an expense of the same period."""
    return replace(
        row,
        income=row.income + min(event.amount, 0),
        expense=row.expense - max(event.amount, 0),
        reversed=row.reversed + 1,
    )


view = View(
    name="finance",
    version=2,
    row=FinanceRow,
    reads=frozenset({"account"}),
    keys=keys,
    fold=fold,
    counts=(("unit", "period"),),
)
