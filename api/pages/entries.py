"""One entry: lay words first, then who signed, in which post, by which rule, and the proof."""

from typing import Any

from fastapi import APIRouter

from api.deps import Index, SurfaceDep, ViewerDep
from api.sight import Sight, page
from ledger.kernel.act import AsOf
from ledger.rules.attachments import blob_of
from ledger.service.attachments.rights import reads_file
from ledger.service.reading import entries
from ledger.service.reading.numbers import number_of
from ledger.service.reading.papers import mark_of

router = APIRouter()


@page(router, "/entries/{index}", "entry.html")
def entry(index: Index, office: SurfaceDep, who: ViewerDep) -> Sight:
    """One entry and its proof."""
    ledger = office.ledger
    shown, act = entries.entry_at(ledger, index)
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=shown.recorded_at)

    def data() -> dict[str, Any]:
        return {
            "entry": shown,
            "act": act,
            "official": number_of(ledger, act),
            "paper": mark_of(ledger, act),
            "file": blob_of(act) is not None,
            "reads_file": reads_file(ledger, who.actor, act),
            "path": [node.hex() for node in ledger.reader.inclusion(index, size)],
            "size": size,
            "root": ledger.reader.root(size).hex(),
            "genesis": ledger.known.streams.first_prev,
        }

    return Sight(depends=("entry", shown.digest, size), point=point, data=data)
