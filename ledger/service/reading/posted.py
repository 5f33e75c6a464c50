"""What a posted disclosure item says: its title, text and table, while it is posted and no longer.

Content is sealed because what must vanish from the board one day may not sit in a log that keeps
everything (``aggregates.disclosure_item.events``). It is opened here for whoever reads the board,
of the version that was up at the point asked about, and only while that very version is up today:
what has come down, or was replaced for being wrong, is not put up again by asking for an earlier
day.
"""

from datetime import date

import msgspec

from ledger.aggregates.disclosure_item.events import Content, Published, Version
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.entry.entry import parse_entry
from ledger.kernel.act import AsOf
from ledger.service.ledger import Ledger, today
from ledger.service.reading.values import open_groups

GROUP = Content.__group__.name
Kept = tuple[int, bytes]
"""An entry: its log index and its bytes."""


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What an item says; ``table`` is canonical JSON, an array of rows of texts."""

    title: str | None
    text: str | None
    table: str | None


class HandedOut(msgspec.Struct, frozen=True, kw_only=True):
    """The version that is up: its log index, what it says, the field disclosures that open it."""

    index: int
    said: Posted
    disclosures: tuple[str, ...]


def posted(ledger: Ledger, item: str, point: AsOf) -> Posted | None:
    """Return what an item said at a point; None where that is not up now, or cannot be opened."""
    found = handed_out(ledger, item, point)
    return None if found is None else found.said


def handed_out(ledger: Ledger, item: str, point: AsOf) -> HandedOut | None:
    """Return the version an item showed at a point; None where it is not up now, or not opened."""
    if not _is_up(ledger.known.stream(item).state, today(ledger)):
        return None
    newest: Kept | None = None
    then: Kept | None = None
    now: Kept | None = None
    for row in ledger.recorder.select_events(item):
        act = ledger.known.streams.mapper.to_domain_event(row)
        assert act.index is not None, "it is of the log"
        if isinstance(act.event, Version):
            newest = (act.index, row.state)
        elif isinstance(act.event, Published):
            now = newest
            then = newest if act.index < point.size else then
    return _opened(ledger, *then) if then is not None and then == now else None


def _is_up(state: ItemState, today: date) -> bool:
    return state.standing == "published" and state.until is not None and today <= state.until


def _opened(ledger: Ledger, index: int, state: bytes) -> HandedOut | None:
    found = open_groups(ledger, index, parse_entry(state).signed.claims).get(GROUP)
    if found is None or found.state != "shown":
        return None
    said = msgspec.convert(found.values, Posted)
    texts = tuple(each.text for each in found.disclosures)
    return HandedOut(index=index, said=said, disclosures=texts)
