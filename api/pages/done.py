"""What somebody signed herself, the newest first: what became of it, and its receipts' numbers.

A page goes on below the log index the one before ended at, and reads no more than it shows.

Each act is public; all of one person's together are shown to herself alone, so the route takes no
name but that of whoever is signed in.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import LARGEST, Decimal, MinSize, SurfaceDep, ViewerDep
from api.sight import Sight, page
from ledger.kernel.act import AsOf
from ledger.service.reading.entries import line_of
from ledger.service.reading.numbers import numbers_of_streams

router = APIRouter()
PER_PAGE = 25


@page(router, "/me/done", "done.html")
def done(
    surface: SurfaceDep,
    who: ViewerDep,
    _: MinSize,
    begun: Annotated[bool, Query(description="Only what she began.")] = False,
    below: Annotated[
        int | None, Decimal, Query(ge=0, le=LARGEST, description="Entries before this index.")
    ] = None,
) -> Sight:
    """What I reported and did, the newest first."""
    ledger, actor = surface.ledger, who.actor or ""
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())
    end = size if below is None else min(below, size)

    def data() -> dict[str, Any]:
        tag = f"actor:{actor}"
        rows = ledger.recorder.newest_tagged(tag, below=end, limit=PER_PAGE + 1, first=begun)
        acts = [ledger.known.streams.mapper.act(row) for row in rows[:PER_PAGE]]
        return {
            "begun": begun,
            "total": None if begun else ledger.recorder.rank(tag, size - 1),
            "first": end == size,
            "next": acts[-1].index if len(rows) > PER_PAGE else None,
            "official": numbers_of_streams(ledger, {act.stream for act in acts}),
            "lines": [
                {
                    "line": line_of(act),
                    "item": getattr(act.event, "item", None),
                    "state": ledger.known.stream(act.stream).state,
                }
                for act in acts
            ],
        }

    return Sight(depends=("done", actor, size, begun, end), point=point, data=data)
