"""Copies of a unit that were handed over, as of a size (``ledger.aggregates.delivery``)."""

from ledger.aggregates.delivery import delivery_tag
from ledger.kernel.act import Act
from ledger.service.ledger import Ledger


def delivered(ledger: Ledger, unit: str, size: int) -> list[Act]:
    """Return the acts on copies of a unit among the first ``size`` entries, in log order."""
    rows = ledger.recorder.tagged([delivery_tag(unit)], size)
    return [ledger.known.streams.mapper.act(row) for _, row in rows]


def copies_of(ledger: Ledger, stream: str, size: int) -> list[str]:
    """Return the streams of the copies of a unit; none of what is no unit."""
    if not stream.startswith("unit/"):
        return []
    return list(dict.fromkeys(act.stream for act in delivered(ledger, stream, size)))
