"""One entry: lay words first, then who signed, in which post, by which rule, and the proof."""

from typing import Any

import msgspec
from fastapi import APIRouter

from api.deps import Index, SurfaceDep, ViewerDep
from api.sight import Sight, page
from ledger.aggregates.disclosure_item.events import Version
from ledger.kernel.act import Act, AsOf
from ledger.rules.attachments import blob_of
from ledger.service.attachments.rights import reads_file
from ledger.service.ledger import Ledger, today
from ledger.service.reading import entries
from ledger.service.reading.numbers import number_of
from ledger.service.reading.papers import mark_of
from ledger.service.reading.posted import HandedOut, handed_out

router = APIRouter()


@page(router, "/entries/{index}", "entry.html")
def entry(index: Index, surface: SurfaceDep, who: ViewerDep) -> Sight:
    """One entry and its proof."""
    ledger = surface.ledger
    shown, act = entries.entry_at(ledger, index)
    size, day = ledger.recorder.head().size, today(ledger)
    point = AsOf(size=size, at=shown.recorded_at)

    def data() -> dict[str, Any]:
        return {
            "entry": shown,
            "act": act,
            "official": number_of(ledger, act),
            "paper": mark_of(ledger, act),
            "file": blob_of(act) is not None,
            "posted": (up := posted_in(ledger, act, size)),
            "table": msgspec.json.decode(up.said.table) if up and up.said.table else [],
            "reads_file": reads_file(ledger, who.actor, act),
            "path": [node.hex() for node in ledger.reader.inclusion(index, size)],
            "size": size,
            "root": ledger.reader.root(size).hex(),
            "genesis": ledger.known.streams.first_prev,
        }

    return Sight(depends=("entry", shown.digest, size, day), point=point, data=data)


def posted_in(ledger: Ledger, act: Act, size: int) -> HandedOut | None:
    """Return what the entry of an item's version says while that very version is posted."""
    if not isinstance(act.event, Version):
        return None
    up = handed_out(ledger, act.stream, AsOf(size=size, at=0))
    return up if up is not None and up.index == act.index else None
