"""Replay: a stream or a person's acts, step by step, with the gap before each.

Of each act is told what it changed, and what was known then beside what is known now.

``at`` is the number of the step (an entry in its stream, an act of the person), so that a view can
be cited by its address. Not handled here: a board (`api.pages.board_replay`).
"""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.deps import LARGEST, Decimal, SurfaceDep, ViewerDep, shown_size
from api.pages.boards import named
from api.rights import AUDITOR
from api.routes.streams import plain_state, shown_step, step_line
from api.sight import Sight, page
from api.wording.times import long_gap
from ledger.entry.ids import parse_stream
from ledger.errors import LedgerError, NotFound
from ledger.kernel.act import AsOf, Tag
from ledger.service.ledger import Ledger
from ledger.service.reading import entries
from ledger.service.reading.entries import line_of
from ledger.service.reading.numbers import numbers_of_streams
from ledger.service.reading.reach import reaching, within
from ledger.service.reading.replay import replay
from ledger.service.reading.stories import linked, story
from ledger.service.sheet import board_of

router = APIRouter()


@page(router, "/replay", "replays.html")
def choose(surface: SurfaceDep, stream: Annotated[str, Query(max_length=300)] = "") -> Sight:
    """Choose a stream to replay, by reference or by a receipt's number."""
    ledger = surface.ledger
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())

    def data() -> dict[str, Any]:
        lines = entries.lines(ledger, max(0, size - 200), size)
        # Of each stream its last entry, the stream that changed last first.
        last = {line.stream: line for line in lines}.values()
        streams = sorted(last, key=lambda line: line.index, reverse=True)[:12]
        acts = ledger.known.streams.acts(max(0, size - 200), min(200, size))
        # Of each person the last act, whoever acted last first.
        actors = list({act.actor: act for act in acts}.values())
        actors.sort(key=lambda act: act.index or 0, reverse=True)
        found: dict[str, Any] = {
            "asked": stream,
            "found": None,
            "error": None,
            "newest": streams,
            "actors": [(act.actor, act.role, act.event.unit) for act in actors[:12]],
            "boards": named(),
        }
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
    surface: SurfaceDep,
    seq: Annotated[int | None, Decimal, Query(alias="at", ge=1, le=LARGEST)] = None,
    after: Annotated[str | None, Query(alias="linked", max_length=300)] = None,
) -> Sight:
    """One stream at one of its entries, with the closest linked records, or those after one."""
    ledger, name = surface.ledger, "/".join(parse_stream(stream))
    if after:
        parse_stream(after)
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())
    read = min(size, shown_size(ledger, ("links",)))

    def data() -> dict[str, Any]:
        steps = replay(ledger, name, point)
        chosen = min(seq or len(steps), len(steps))
        here = steps[chosen - 1]
        links = linked(ledger, name, read, after)
        told = story(ledger, name, links.streams, AsOf(size=read, at=point.at))
        return {
            "stream": name,
            "at": chosen,
            "last": len(steps),
            "step": shown_step(here),
            "code": entries.short_code(here.act.index or 0, here.act.digest or ""),
            "state": plain_state(here.state),
            "now": plain_state(steps[-1].state),
            "long": long_gap(here.gap_ms),
            "steps": [step_line(step) for step in steps],
            "then": AsOf(size=(here.act.index or 0) + 1, at=here.act.recorded_at or 0),
            "board": board_of(name),
            "official": numbers_of_streams(ledger, [name]).get(name),
            "linked": links.streams,
            "linked_after": after,
            "linked_all": links.all,
            "story": [line_of(act) for act in told.acts],
            "story_whole": told.whole,
        }

    return Sight(depends=("replay", name, size, read, seq, after), point=point, data=data)


@page(router, "/by/{actor:path}", "by.html")
def by(
    actor: Annotated[str, Path(max_length=300)],
    surface: SurfaceDep,
    who: ViewerDep,
    number: Annotated[int | None, Decimal, Query(alias="at", ge=1, le=LARGEST)] = None,
) -> Sight:
    """The acts of one person or device in the units its reader audits, in the log's order."""
    posts = reaching(surface.ledger, who.actor or "", AUDITOR.roles or ())
    ledger, name = surface.ledger, "/".join(parse_stream(actor))
    size = ledger.recorder.head().size
    point = AsOf(size=size, at=ledger.clock.now_ms())

    def data() -> dict[str, Any]:
        rows = ledger.recorder.tagged([Tag(f"actor:{name}")], size)
        covers = within(ledger, posts)
        acts = [
            act
            for act in (ledger.known.streams.mapper.act(row) for _, row in rows)
            if covers(act.event.unit)
        ]
        if not acts:
            raise NotFound(what=name)
        chosen = min(number or len(acts), len(acts))
        here, before = acts[chosen - 1], acts[chosen - 2] if chosen > 1 else None
        gap = (here.recorded_at or 0) - (before.recorded_at or 0) if before else None
        then = AsOf(size=(here.index or 0) + 1, at=here.recorded_at or 0)
        step = replay(ledger, here.stream, then)[-1]
        return {
            "actor": name,
            "at": chosen,
            "last": len(acts),
            "act": here,
            "line": line_of(here),
            "stream": here.stream,
            "step": step_line(step),
            "changes": step.changes,
            "state": plain_state(step.state),
            "now": plain_state(ledger.known.stream(here.stream).state),
            "then": then,
            "board": board_of(here.stream),
            "gap_ms": gap,
            "long": long_gap(gap),
            "lines": [line_of(act) for act in acts],
            "counts": Counter(act.type for act in acts).most_common(),
        }

    reach = tuple((post.stream, post.unit) for post in posts)
    return Sight(depends=("by", name, size, number, reach), point=point, data=data)
