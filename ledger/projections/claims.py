"""Accounts, and how many of their claims still wait for a signature or for posting.

So that whoever must sign finds them without reading every account. Which step is open, who signed
and what is asked for, the account's stream says. A voucher of a fund and hours of a volunteer are
claims alike, told apart by ``kind``.
"""

from typing import cast

from msgspec.structs import replace

from ledger.aggregates.account.events import AnyAccountEvent, Claimed, Posted, Rejected
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.accounts import AccountClosed, AccountOpened


class ClaimsRow(Row, frozen=True, kw_only=True):
    """An account; ``claimed`` of its items wait, and ``waits`` tells whether any does."""

    account: str
    unit: str
    kind: str
    claimed: int = 0
    waits: bool = False
    closed: bool = False


def fold(row: ClaimsRow | None, act: Act, key: str) -> ClaimsRow | None:
    """Return the account's row after ``act``."""
    event = cast(AnyAccountEvent, act.event)
    match event:
        case AccountOpened():
            return ClaimsRow(account=key, unit=event.unit, kind=event.kind)
        case Claimed():
            return None if row is None else _with(row, 1)
        case Posted() | Rejected():
            return None if row is None else _with(row, -1)
        case AccountClosed():
            return None if row is None else replace(row, closed=True)
        case _:
            return row


def _with(row: ClaimsRow, more: int) -> ClaimsRow:
    claimed = row.claimed + more
    return replace(row, claimed=claimed, waits=claimed > 0)


view = View(
    name="claims",
    version=1,
    row=ClaimsRow,
    reads=frozenset({"account"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    lists=(("waits",), ("waits", "unit"), ("kind", "unit")),
)
