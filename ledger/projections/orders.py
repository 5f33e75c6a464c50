"""Service orders from their first claim on: claimed, confirmed with minutes, credited or not yet.

A confirmation and its credits are one submission, but no rule can see an entry that is to come: an
order confirmed whose accounts were not all credited is found here. Where an order stands besides is
the register's to say.
"""

from typing import cast

from msgspec.structs import replace

from ledger.aggregates.account.events import Credited
from ledger.aggregates.case.events import CaseEvent, Claimed, Confirmed, Released
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date


class OrderRow(Row, frozen=True, kw_only=True):
    """An order: ``claims`` that stand, accounts ``given`` minutes, those ``credited`` with them.

    ``minutes`` are those given in all, ``confirmed_on`` a local day; ``owing`` tells that an
    account given minutes was not credited.
    """

    order: str
    unit: str
    claims: int = 0
    given: int = 0
    credited: int = 0
    minutes: int = 0
    confirmed_on: str | None = None
    owing: bool = False


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of the order an act claims, confirms or credits."""
    match act.event:
        case Claimed() | Released() | Confirmed():
            return (act.stream,)
        case Credited(order=order):
            return (order,)
        case _:
            return ()


def fold(row: OrderRow | None, act: Act, key: str) -> OrderRow | None:
    """Return the order's row after ``act``. Nothing is credited before an order was claimed."""
    event = act.event
    if isinstance(event, Credited):
        return row and _owed(replace(row, credited=row.credited + 1))
    now = row or OrderRow(order=key, unit=cast(CaseEvent, event).unit)
    match event:
        case Claimed():
            return replace(now, claims=now.claims + 1)
        case Released():
            return replace(now, claims=now.claims - 1)
        case Confirmed():
            return _owed(
                replace(
                    now,
                    given=len(event.credits),
                    minutes=sum(credit.minutes for credit in event.credits),
                    confirmed_on=occ_date(act.occ).isoformat(),
                )
            )
        case _:
            return row


def _owed(row: OrderRow) -> OrderRow:
    return replace(row, owing=row.credited < row.given)


view = View(
    name="orders",
    version=1,
    row=OrderRow,
    reads=frozenset({"case", "account"}),
    keys=keys,
    fold=fold,
    counts=(("unit", "owing"),),
)
