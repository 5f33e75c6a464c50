"""What was disclosed lately: items posted, taken down and withdrawn, the newest first.

Read from public members alone: what an item says is sealed and shown only while it is posted
(``posted``), and whoever follows a feed keeps what she was sent.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from ledger.aggregates.disclosure_item import events
from ledger.kernel.act import Act, AsOf
from ledger.projections.disclosures import DisclosureRow
from ledger.service.ledger import Ledger
from ledger.service.reading.entries import short_code
from ledger.store.views.store import ViewStore

LOOKED_AT: Final = 5_000
"""Entries looked through, the newest; what is older is on the boards."""
BATCH: Final = 500
_TOLD: Final = (events.Published, events.TakenDown, events.Withdrawn)


class Disclosed(msgspec.Struct, frozen=True, kw_only=True):
    """One act on a disclosure item; ``item`` is how the item stands as of the point asked about."""

    index: int
    seq: int
    code: str
    recorded_at: int
    type: str
    event: events.Published | events.TakenDown | events.Withdrawn
    item: DisclosureRow


def disclosed(ledger: Ledger, point: AsOf, most: int) -> list[Disclosed]:
    """Return at most ``most`` acts that put something before the public or took it away again.

    Raises: ProjectionBehind.
    """
    acts = list(islice(_newest(ledger, point.size), most))
    store: ViewStore[DisclosureRow] = ledger.views["disclosures"]
    items = store.rows_of({act.stream for act in acts}, point)
    return [_told(act, items[act.stream]) for act in acts if act.stream in items]


def _newest(ledger: Ledger, size: int) -> Iterator[Act]:
    for stop in range(size, max(0, size - LOOKED_AT), -BATCH):
        begin = max(0, stop - BATCH)
        acts = ledger.known.streams.acts(begin, stop - begin)
        yield from (act for act in reversed(acts) if isinstance(act.event, _TOLD))


def _told(act: Act, item: DisclosureRow) -> Disclosed:
    assert isinstance(act.event, _TOLD), "no others were chosen"
    assert act.index is not None, "recorded"
    return Disclosed(
        index=act.index,
        seq=act.seq,
        code=short_code(act.index, act.digest or ""),
        recorded_at=act.recorded_at or 0,
        type=act.type,
        event=act.event,
        item=item,
    )
