"""Copies of units that were handed over, as of a size (``ledger.aggregates.delivery``)."""

from collections.abc import Iterable

from ledger.aggregates.delivery import delivery_tag
from ledger.kernel.act import Act
from ledger.service.ledger import Ledger
from ledger.store.bulk import in_chunks


def delivered(ledger: Ledger, units: Iterable[str], size: int) -> list[Act]:
    """Return the acts on copies of units among the first ``size`` entries, each unit's in order."""
    tags = [delivery_tag(unit) for unit in units]
    rows = (row for some in in_chunks(tags) for _, row in ledger.recorder.tagged(some, size))
    return [ledger.known.streams.mapper.act(row) for row in rows]


def copies_of(ledger: Ledger, unit: str, size: int) -> list[str]:
    """Return the streams of the copies of a unit."""
    return list(dict.fromkeys(act.stream for act in delivered(ledger, [unit], size)))
