"""What is asked for out of an account: one row per claim, by year, while it may be paid.

So that payments just below an amount that needs a decision, payments split up and vouchers claimed
twice are found (RF-11 and RF-22, docs/findings.md). A claim rejected or booked back has no row.
What the voucher says is sealed; ``entry`` is where. Points claimed out have rows, too: which
accounts count money is for the packs to say.
"""

from typing import cast

from ledger.aggregates.account.events import Claimed, Rejected, Reversed
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View


class SpendingRow(Row, frozen=True, kw_only=True):
    """A claim of ``amount`` out of an account for a purpose, on a local day; ``shelf`` is its year.

    ``spending`` is ``<account> <item>``, ``entry`` the log index of the claim.
    """

    spending: str
    account: str
    unit: str
    entry: int
    purpose: str
    amount: int
    day: str
    shelf: str


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of a claim that is made, rejected or booked back."""
    event = act.event
    if isinstance(event, Claimed) and event.flow != "out":
        return ()
    if isinstance(event, Claimed | Rejected | Reversed):
        return (f"{act.stream} {event.item}",)
    return ()


def fold(_: SpendingRow | None, act: Act, key: str) -> SpendingRow | None:
    """Return the row of a claim after ``act``; None where nothing is paid by it."""
    event = act.event
    if not isinstance(event, Claimed):
        return None
    return SpendingRow(
        spending=key,
        account=act.stream,
        unit=event.unit,
        entry=cast(int, act.index),
        purpose=event.purpose,
        amount=event.amount,
        day=event.day,
        shelf=event.day[:4],
    )


view = View(
    name="spendings",
    version=2,
    row=SpendingRow,
    reads=frozenset({"account"}),
    keys=keys,
    fold=fold,
    counts=(("shelf",),),
    lists=(("shelf",), ("shelf", "unit")),
)
