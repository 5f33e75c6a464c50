"""Streams: what is in one, and its replay as of any point of history."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.deps import LARGEST, AsOfText, Decimal, Limit, SurfaceDep, point_of
from api.wire import examples
from api.wire.answers import answers, json_answer
from api.wire.caching import conditional
from ledger.entry.ids import parse_stream
from ledger.errors import NotFound
from ledger.kernel.act import AsOf
from ledger.service.reading import entries
from ledger.service.reading.differences import Difference
from ledger.service.reading.entries import Line, line_of
from ledger.service.reading.papers import Mark
from ledger.service.reading.replay import Step, replay

router = APIRouter(prefix="/api/v1", tags=["streams"])
StreamName = Annotated[
    str, Path(max_length=300, description="Such as case/<id>.", examples=[examples.CASE])
]
After = Annotated[
    int,
    Decimal,
    Query(ge=0, le=LARGEST, description="The last ``seq`` already seen.", examples=[4]),
]


class StreamShown(msgspec.Struct, frozen=True, kw_only=True):
    """A stream's entries in order, among the first ``size`` of the log; ``next`` is a ``seq``."""

    stream: str
    size: int
    entries: list[Line]
    next: int | None


class StepLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a replay: the act, and the gap before it; values stay sealed."""

    index: int
    seq: int
    type: str
    occurred: str
    recorded_at: int
    gap_ms: int | None
    actor: str
    role: str
    kid: str
    digest: str
    pub: dict[str, Any]
    official: str | None = None
    paper: Mark | None = None


class StepShown(StepLine, frozen=True, kw_only=True):
    """One entry of a replay, and the members it changed, each by its ``path`` in the state."""

    changes: tuple[Difference, ...]


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as of a point of history, step by step; ``next`` is a ``seq``.

    ``state`` is that after the stream's last entry by then.
    """

    stream: str
    as_of: AsOf
    steps: list[StepShown]
    next: int | None
    state: Any


@router.get(
    "/streams/{stream:path}",
    responses=answers(
        StreamShown,
        {"stream": examples.CASE, "size": 343, "entries": [examples.LINE], "next": 5},
        s404="No entry of this name.",
    ),
)
def stream(
    request: Request,
    stream: StreamName,
    surface: SurfaceDep,
    after: After = 0,
    limit: Limit = 50,
) -> Response:
    """The entries of one stream, in order."""
    name = "/".join(parse_stream(stream))
    size = surface.ledger.recorder.head().size
    acts = entries.of_stream(surface.ledger, name, after=after, size=size, limit=limit)
    if not acts and not after:
        raise NotFound(what=name)
    tip = acts[-1].digest if acts else ""

    def made() -> Response:
        more = acts[-1].seq if len(acts) == limit else None
        found = [line_of(act) for act in acts]
        return json_answer(StreamShown(stream=name, size=size, entries=found, next=more))

    return conditional(request, ("stream", name, after, limit, tip, size, surface.stamp), made)


@router.get(
    "/replay/{stream:path}",
    responses=answers(
        Replayed,
        {
            "stream": examples.CASE,
            "as_of": examples.AS_OF,
            "steps": [examples.STEP],
            "next": 50,
            "state": {"kind": "petition", "state": "assigned"},
        },
        s404="No entry of this name at that point.",
    ),
)
def replayed(
    request: Request,
    stream: StreamName,
    surface: SurfaceDep,
    *,
    as_of: AsOfText = None,
    after: After = 0,
    limit: Limit = 50,
) -> Response:
    """A stream as it was at any point: each entry, what it changed, the gap before it."""
    name = "/".join(parse_stream(stream))
    point = point_of(surface.ledger, as_of, ())
    if as_of is None:
        point = AsOf(size=surface.ledger.recorder.head().size, at=point.at)

    def made() -> Response:
        steps = replay(surface.ledger, name, point)
        page = steps[after : after + limit]
        more = page[-1].act.seq if after + limit < len(steps) else None
        shown = [shown_step(step) for step in page]
        state = plain_state(steps[-1].state)
        return json_answer(Replayed(stream=name, as_of=point, steps=shown, next=more, state=state))

    return conditional(request, ("replay", name, point.size, after, limit, surface.stamp), made)


def plain_state(state: Any) -> Any:
    """Return an aggregate's state as plain values."""
    return msgspec.to_builtins(state, enc_hook=str)


def shown_step(step: Step) -> StepShown:
    """Return a step with what it changed, as it is shown to anybody."""
    return StepShown(**msgspec.structs.asdict(step_line(step)), changes=step.changes)


def step_line(step: Step) -> StepLine:
    """Return a step as it is shown to anybody among others, without what it changed."""
    act = step.act
    return StepLine(
        index=act.index or 0,
        seq=act.seq,
        type=act.type,
        occurred=act.occ,
        recorded_at=act.recorded_at or 0,
        gap_ms=step.gap_ms,
        actor=act.actor,
        role=act.role,
        kid=act.kid,
        digest=act.digest or "",
        pub=msgspec.to_builtins(act.event),
        official=step.official,
        paper=step.paper,
    )
