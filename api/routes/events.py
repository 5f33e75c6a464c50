"""What is new: server-sent events for those who watch, an Atom feed for those who look in."""

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.deps import LARGEST, Decimal, LanguageDep, Surface, SurfaceDep
from api.wire.answers import plain
from api.wire.caching import conditional
from ledger.service.reading import entries
from ledger.service.reading.entries import Line

router = APIRouter(tags=["news"])
SSE: Final = "text/event-stream"
ATOM: Final = "application/atom+xml"
BATCH: Final = 100
QUIET_SECONDS: Final = 15.0
FEED: Final = 50
_NS: Final = "http://www.w3.org/2005/Atom"


@router.get("/api/v1/events", responses=plain(SSE, "Events ``entries``: lines of new entries."))
async def events(
    request: Request,
    office: SurfaceDep,
    after: Annotated[
        int | None,
        Decimal,
        Query(ge=0, le=LARGEST, description="The size already seen; else from now on."),
    ] = None,
) -> Response:
    """New entries as they are recorded; each event's id is the size it reaches to."""
    last = request.headers.get("last-event-id", "")
    begin = int(last) if last.isdecimal() and last.isascii() and len(last) < 16 else after
    if begin is None:
        begin = office.news.size
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(office, begin), media_type=SSE, headers=headers)


async def _told(office: Surface, size: int) -> AsyncIterator[bytes]:
    yield b"retry: 3000\n\n"
    while not office.news.closing:
        grown = await office.news.wait(size, QUIET_SECONDS)
        if grown <= size:
            yield b": quiet\n\n"  # tells both ends that the other is still there
            continue
        stop = min(grown, size + BATCH)
        lines = await run_in_threadpool(entries.lines, office.ledger, size, stop)
        size = stop
        data = msgspec.json.encode({"size": stop, "entries": lines})
        yield b"event: entries\nid: %d\ndata: %b\n\n" % (stop, data)


@router.get("/feed.atom", responses=plain(ATOM, "The newest public entries."))
def feed(request: Request, office: SurfaceDep, lang: LanguageDep) -> Response:
    """The newest entries about what people brought in and what was done about it."""
    size = office.ledger.recorder.head().size
    return conditional(
        request,
        ("feed", size, lang, office.stamp),
        lambda: Response(_atom(office, size, lang), media_type=ATOM),
    )


def _atom(office: Surface, size: int, lang: str) -> bytes:
    # Addresses are relative (RFC 4287, section 4.2.7.1): what a client calls this host is hers to
    # say, and nothing made of it is sent to others.
    ET.register_namespace("", _NS)
    found = entries.lines(office.ledger, max(0, size - FEED), size)
    root = ET.Element(f"{{{_NS}}}feed", {"xml:lang": "zh-CN" if lang == "zh" else "en"})
    title = "明账 公开记录" if lang == "zh" else "Mingzhang: public records"
    _text(root, "title", title)
    _text(root, "id", f"urn:mingzhang:{office.ledger.home.origin}")
    _text(root, "updated", _time(found[-1].recorded_at if found else 0))
    ET.SubElement(root, f"{{{_NS}}}link", {"rel": "self", "href": "feed.atom"})
    _text(ET.SubElement(root, f"{{{_NS}}}author"), "name", office.ledger.home.origin)
    for line in reversed(found):
        _entry(root, line, office.ledger.home.origin)
    found_bytes: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found_bytes


def _entry(root: ET.Element, line: Line, origin: str) -> None:
    entry = ET.SubElement(root, f"{{{_NS}}}entry")
    _text(entry, "title", f"{line.code} {line.type}")
    _text(entry, "id", f"urn:mingzhang:{origin}:{line.index}")
    _text(entry, "updated", _time(line.recorded_at))
    ET.SubElement(entry, f"{{{_NS}}}link", {"href": f"entries/{line.index}"})


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_NS}}}{name}").text = text


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
