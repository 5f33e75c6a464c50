"""The vouchers an account booked in a period: what each was for, who signed it, and where.

A line of collective funds adds up what these moved; who reads the sum may check each of them.
"""

from collections.abc import Iterator

import msgspec

from ledger.aggregates.account.events import Claimed, Confirmed, Moves, Posted, Reversed
from ledger.kernel.act import Act
from ledger.service.ledger import Ledger


class Voucher(msgspec.Struct, frozen=True, kw_only=True):
    """A voucher booked, ``amount`` in fen, negative when it was spent.

    ``signed`` are the acts that claimed, confirmed and booked it, each with its step or None;
    ``index`` and ``seq`` are those of its booking, and ``back`` of its being booked back.
    """

    item: int
    day: str
    purpose: str
    amount: int
    index: int
    seq: int
    signed: list[Act]
    back: int | None = None


def vouchers(ledger: Ledger, account: str, period: str, size: int) -> list[Voucher]:
    """Return what ``account`` booked in ``period`` by the first ``size`` entries, in order."""
    items: dict[int, list[Act]] = {}
    for act in _acts(ledger, account, size):
        if isinstance(act.event, Claimed | Confirmed | Moves):
            items.setdefault(act.event.item, []).append(act)
    found = (_voucher(acts, period) for acts in items.values())
    return sorted((each for each in found if each), key=lambda each: each.seq)


def _acts(ledger: Ledger, account: str, size: int) -> Iterator[Act]:
    for row in ledger.recorder.select_events(account):
        act = ledger.known.streams.mapper.to_domain_event(row)
        if act.index is None or act.index >= size:
            return
        yield act


def _voucher(acts: list[Act], period: str) -> Voucher | None:
    claimed, posted = acts[0], next((a for a in acts if isinstance(a.event, Posted)), None)
    if posted is None or posted.index is None or not isinstance(claimed.event, Claimed):
        return None
    assert isinstance(posted.event, Posted)
    if posted.event.period != period:
        return None
    return Voucher(
        item=posted.event.item,
        day=claimed.event.day,
        purpose=claimed.event.purpose,
        amount=posted.event.amount,
        index=posted.index,
        seq=posted.seq,
        signed=[act for act in acts if isinstance(act.event, Claimed | Confirmed | Posted)],
        back=next((act.index for act in acts if isinstance(act.event, Reversed)), None),
    )
