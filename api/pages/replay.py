"""Replay: a stream entry by entry, the state after each, what it changed, the gap before it.

``at`` is the number of the entry in its stream, so that a view can be cited by its address.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.deps import LARGEST, Decimal, SurfaceDep
from api.routes.streams import plain_state, shown_step
from api.sight import Sight, page
from ledger.entry.ids import parse_stream
from ledger.errors import LedgerError, NotFound
from ledger.kernel.act import AsOf
from ledger.service import entries
from ledger.service.ledger import Ledger
from ledger.service.replay import replay

router = APIRouter()
LONG_MS = 3 * 24 * 3_600_000
"""A gap of three days or more before an entry is pointed out."""


@page(router, "/replay", "replays.html")
def choose(office: SurfaceDep, stream: Annotated[str, Query(max_length=300)] = "") -> Sight:
    """Choose a stream to replay, by reference or by a receipt's number."""
    ledger = office.ledger
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())

    def data() -> dict[str, Any]:
        newest = entries.lines(ledger, max(0, size - 200), size)[::-1]
        streams = list({line.stream: line for line in newest}.values())[:12]
        found: dict[str, Any] = {"asked": stream, "found": None, "error": None, "newest": streams}
        try:
            return found | {"found": _named(ledger, stream)} if stream.strip() else found
        except LedgerError as error:
            return found | {"error": {"zh": error.text("zh"), "en": error.text("en")}}

    return Sight(depends=("replays", size, stream), point=point, data=data)


def _named(ledger: Ledger, text: str) -> str:
    if "/" not in text:
        return entries.find_code(ledger, text).stream
    name = "/".join(parse_stream(text.strip()))
    size = ledger.recorder.head().size
    if not entries.of_stream(ledger, name, after=0, size=size, limit=1):
        raise NotFound(what=name)
    return name


@page(router, "/replay/{stream:path}", "replay.html")
def at(
    stream: Annotated[str, Path(max_length=300)],
    office: SurfaceDep,
    seq: Annotated[int | None, Decimal, Query(alias="at", ge=1, le=LARGEST)] = None,
) -> Sight:
    """One stream at one of its entries."""
    ledger, name = office.ledger, "/".join(parse_stream(stream))
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())

    def data() -> dict[str, Any]:
        steps = replay(ledger, name, point)
        chosen = min(seq or len(steps), len(steps))
        here = steps[chosen - 1]
        return {
            "stream": name,
            "at": chosen,
            "last": len(steps),
            "step": shown_step(here),
            "state": plain_state(here.state),
            "long": (here.gap_ms or 0) >= LONG_MS,
            "steps": [shown_step(step) for step in steps],
            "then": AsOf(size=(here.act.index or 0) + 1, at=here.act.recorded_at or 0),
        }

    return Sight(depends=("replay", name, size, seq), point=point, data=data)
