"""Boards: every table a module of ``ledger.service.boards`` declares, as of any point."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api.deps import LARGEST, AsOfText, Decimal, Filled, MinSize, SurfaceDep, begun_point
from api.wire import examples
from api.wire.answers import answers, json_answer
from api.wire.caching import conditional
from ledger.kernel.act import AsOf
from ledger.rules.time import local_date
from ledger.service.board import Asked, Called, parse_asked
from ledger.service.directory import unit_as_of
from ledger.service.ledger import Ledger, today
from ledger.service.sheet import Sheet, boards_declared, make_sheet

router = APIRouter(prefix="/api/v1/boards", tags=["boards"])
BoardName = Annotated[
    str, Path(max_length=64, description="One of GET /api/v1/boards.", examples=["disclosure"])
]
UnitCode = Annotated[
    Annotated[str, StringConstraints(max_length=64)] | None,
    Filled,
    Query(
        description="A unit's code or reference: it and those under it.", examples=["520602001001"]
    ),
]
DayText = Annotated[str, StringConstraints(max_length=10)] | None
Since = Annotated[
    DayText,
    Filled,
    Query(alias="from", description="First day, of a board of findings.", examples=["2026-01-01"]),
]
Until = Annotated[
    DayText,
    Filled,
    Query(alias="to", description="Last day, of a board of findings.", examples=["2026-03-31"]),
]
Kind = Annotated[
    Annotated[str, StringConstraints(max_length=64)] | None,
    Filled,
    Query(
        description="Of this kind, of findings, as ``backdated``, or rows of figures.",
        examples=["backdated"],
    ),
]


After = Annotated[
    Annotated[int, Decimal, Field(ge=0, le=LARGEST)] | None,
    Filled,
    Query(
        alias="since",
        description="After this size of the log, of the board of changes.",
        examples=[308],
    ),
]


def asked_for(
    since: Since = None, until: Until = None, kind: Kind = None, after: After = None
) -> Asked:
    """Return which lines are asked for. Raises: BadDate."""
    return parse_asked(since, until, kind, after)


AskedDep = Annotated[Asked, Depends(asked_for)]


class BoardList(msgspec.Struct, frozen=True, kw_only=True):
    """What the boards are called, by name."""

    boards: dict[str, Called]


@router.get(
    "", responses=answers(BoardList, {"boards": {"cases": {"zh": "事项统计", "en": "Cases"}}})
)
async def listed(request: Request, surface: SurfaceDep) -> Response:
    """Which boards there are."""
    known = boards_declared()

    def made() -> Response:
        named = {name: Called(zh=each.zh, en=each.en) for name, each in known.items()}
        return json_answer(BoardList(boards=named))

    return conditional(request, ("boards", surface.stamp), made)


@router.get(
    "/{name}",
    responses=answers(
        Sheet,
        {
            "board": "cases",
            "zh": "事项统计",
            "en": "Cases",
            "as_of": examples.AS_OF,
            "unit": examples.UNIT,
            "columns": [{"id": "received", "zh": "登记", "en": "Received", "form": "count"}],
            "rows": [{"received": 14}],
            "words": {},
        },
        s404="No such board.",
    ),
)
def sheet(
    *,
    request: Request,
    name: BoardName,
    surface: SurfaceDep,
    _: MinSize,
    asked: AskedDep,
    unit: UnitCode = None,
    as_of: AsOfText = None,
) -> Response:
    """One board, as of any point of history: its columns, its rows, what their codes are called."""
    point = begun_point(surface.ledger, as_of)
    place = None if unit is None else unit_as_of(surface.ledger, unit, point)

    def made() -> Response:
        return json_answer(make_sheet(surface.ledger, name, point, place, asked))

    parts = (*depends(surface.ledger, name, point, place), asked, surface.stamp)
    return conditional(request, parts, made)


def depends(ledger: Ledger, name: str, point: AsOf, place: str | None) -> tuple[object, ...]:
    """Return what a board depends on: the day asked about, all recorded since, and today.

    A consent withdrawn later takes a name off the boards of earlier days, too; and so does the end
    of a posting with what it said, and the erasure of its key.
    """
    day = local_date(point.at // 1000)
    newest, erased = ledger.recorder.head().size, ledger.keystore.generation
    return ("board", name, place, point.size, day, newest, erased, today(ledger))
