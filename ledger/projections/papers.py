"""Entries typed from paper: who signed the original, who of them confirmed or disputed it since."""

from msgspec.structs import replace

import ledger.aggregates
from ledger.aggregates.paper import Confirmed
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View
from ledger.rules.paper import PaperAnswer
from ledger.rules.time import occ_date


class PaperRow(Row, frozen=True, kw_only=True):
    """An entry typed from paper; ``entry`` is its digest, ``index`` its log index.

    ``named`` office-holders signed the paper; of them so many ``confirmed`` or ``disputed`` it.
    """

    entry: str
    index: int
    stream: str
    type: str
    unit: str | None
    day: str
    clerk: str
    named: int
    confirmed: int = 0
    disputed: int = 0
    waiting: bool = False


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of the entry that was typed from paper, or is answered for."""
    if isinstance(act.event, PaperAnswer):
        return (act.event.approves,)
    return () if act.event.transcribed is None else (act.digest or "",)


def fold(row: PaperRow | None, act: Act, key: str) -> PaperRow | None:
    """Return the entry's row after ``act``; nothing is answered before it was typed."""
    paper = act.event.transcribed
    if paper is not None:
        return PaperRow(
            entry=key,
            index=act.index or 0,
            stream=act.stream,
            type=act.type,
            unit=act.event.unit,
            day=occ_date(act.occ).isoformat(),
            clerk=act.actor,
            named=len(paper.persons),
            waiting=bool(paper.persons),
        )
    if row is None:
        return None
    agreed = isinstance(act.event, Confirmed)
    confirmed, disputed = row.confirmed + agreed, row.disputed + (not agreed)
    waiting = confirmed + disputed < row.named
    return replace(row, confirmed=confirmed, disputed=disputed, waiting=waiting)


view = View(
    name="papers",
    version=1,
    row=PaperRow,
    # Whatever may be typed from paper: nearly every aggregate, those to come among them.
    reads=frozenset(each.name for each in declared(ledger.aggregates, "aggregate")),
    keys=keys,
    fold=fold,
    counts=(("unit", "waiting"),),
    lists=(("unit",), ("stream",)),
)
