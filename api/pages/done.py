"""What somebody signed herself, the newest first: what became of it, and its receipts' numbers.

Hers alone to see together: the route takes whoever is signed in and asks for nobody else's acts.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import LARGEST, Decimal, MinSize, SurfaceDep, ViewerDep
from api.sight import Sight, page
from ledger.kernel.act import AsOf, Tag
from ledger.service.reading.entries import line_of

router = APIRouter()
PER_PAGE = 25


@page(router, "/me/done", "done.html")
def done(
    office: SurfaceDep,
    who: ViewerDep,
    _: MinSize,
    begun: Annotated[bool, Query(description="Only what she began.")] = False,
    number: Annotated[int, Decimal, Query(alias="page", ge=1, le=LARGEST)] = 1,
) -> Sight:
    """What I reported and did, the newest first."""
    ledger, actor = office.ledger, who.actor or ""
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())

    def data() -> dict[str, Any]:
        rows = [row for _, row in ledger.recorder.tagged([Tag(f"actor:{actor}")], size)][::-1]
        if begun:
            rows = [row for row in rows if row.originator_version == 1]
        pages = max(1, -(-len(rows) // PER_PAGE))
        at = min(number, pages)
        acts = map(ledger.known.streams.mapper.act, rows[(at - 1) * PER_PAGE : at * PER_PAGE])
        return {
            "begun": begun,
            "total": len(rows),
            "page": at,
            "pages": pages,
            "lines": [
                {
                    "line": line_of(act),
                    "item": getattr(act.event, "item", None),
                    "state": ledger.known.stream(act.stream).state,
                }
                for act in acts
            ],
        }

    return Sight(depends=("done", actor, size, begun, number), point=point, data=data)
