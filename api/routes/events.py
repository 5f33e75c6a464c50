"""What is new: server-sent events for those who watch; a feed for those who look in: ``feed``."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.deps import LARGEST, Decimal, Surface, SurfaceDep
from api.wire.answers import plain
from ledger.service.reading import entries
from ledger.service.reading.receipts import BeyondHead

router = APIRouter(tags=["news"])
SSE: Final = "text/event-stream"
EXAMPLE: Final = 'event: entries\nid: 344\ndata: {"size":344,"entries":[…]}\n\n'
BATCH: Final = 100
QUIET_SECONDS: Final = 15.0


@router.get(
    "/api/v1/events", responses=plain(SSE, "Events ``entries``: lines of new entries.", EXAMPLE)
)
async def events(
    request: Request,
    surface: SurfaceDep,
    after: Annotated[
        int | None,
        Decimal,
        Query(
            ge=0, le=LARGEST, description="The size already seen; else from now on.", examples=[343]
        ),
    ] = None,
) -> Response:
    """New entries as they are recorded; each event's id is the size it reaches to."""
    begin = await _begin(request, surface, after)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(surface, begin), media_type=SSE, headers=headers)


async def _begin(request: Request, surface: Surface, after: int | None) -> int:
    """Return the size after which to tell. Raises: BeyondHead, of a size this log has not.

    Whoever saw more than there is watched another log, or this one before it was put back: left
    waiting she would miss all that is recorded until then, and hear nothing of it.
    """
    last = request.headers.get("last-event-id", "")
    begin = int(last) if last.isdecimal() and last.isascii() and len(last) < 16 else after
    if begin is None:
        return surface.news.size
    if begin > surface.news.size:  # as last looked at: another process may have written since
        head = await run_in_threadpool(surface.ledger.recorder.head)
        if begin > head.size:
            raise BeyondHead(size=head.size, wanted=begin)
    return begin


async def _told(surface: Surface, size: int) -> AsyncIterator[bytes]:
    yield b"retry: 3000\n\n"
    while not surface.news.closing:
        grown = await surface.news.wait(size, QUIET_SECONDS)
        if grown <= size:
            yield b": quiet\n\n"  # tells both ends that the other is still there
            continue
        stop = min(grown, size + BATCH)
        lines = await run_in_threadpool(entries.lines, surface.ledger, size, stop)
        size = stop
        data = msgspec.json.encode({"size": stop, "entries": lines})
        yield b"event: entries\nid: %d\ndata: %b\n\n" % (stop, data)
