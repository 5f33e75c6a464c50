"""The case register and its counts, as of any point of history."""

from typing import Annotated, Any, Final, NamedTuple

import msgspec
from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api.deps import AsOfText, CursorText, Filled, Limit, MinSize, Surface, SurfaceDep, point_of
from api.wire import examples
from api.wire.answers import answers, json_answer
from api.wire.caching import conditional
from api.wire.cursors import (
    Cursor,
    CursorStale,
    format_cursor,
    format_place,
    next_link,
    parse_cursor,
    parse_place,
)
from ledger.kernel.act import AsOf
from ledger.projections.register import OPEN_CASES, CaseRow, day_of, due_before, overdue
from ledger.service.board import Desk
from ledger.service.directory import unit_of
from ledger.service.ledger import Ledger
from ledger.service.reading.caselist import OrderName, Place, Wanted, cases
from ledger.service.reading.numbers import numbers_of_streams
from ledger.service.reading.papers import transcribed

router = APIRouter(prefix="/api/v1/register", tags=["register"])
VIEW: Final = "register"
Code = Annotated[
    Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.-]*$")] | None,
    Filled,
    Query(description="A code of the packs in force.", examples=["petition"]),
]
OrderText = Annotated[
    OrderName | None,
    Filled,
    Query(
        description="What is due first, what came in last, or by reference (the default).",
        examples=["due"],
    ),
]
UnitCode = Annotated[
    Annotated[str, StringConstraints(max_length=64)] | None,
    Filled,
    Query(description="A unit's code, or its unit/… reference.", examples=["520602001001"]),
]


class CaseShown(msgspec.Struct, frozen=True, kw_only=True):
    """One case, whether it is overdue at the point asked about, its official number if any.

    ``transcribed`` tells that an entry of it was typed from paper.
    """

    row: CaseRow
    overdue: bool
    official: str | None = None
    transcribed: bool = False


class RegisterPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the register; ``next`` is the cursor of the page after it."""

    as_of: AsOf
    total: int
    cases: list[CaseShown]
    next: str | None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases of a kind are in a state at a unit."""

    unit: str
    kind: str
    state: str
    cases: int


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """The register counted: all, open, overdue, imported; and by unit, kind and state."""

    as_of: AsOf
    cases: int
    open: int
    overdue: int
    imported: int
    by: list[Count]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for of the register; ``late`` and ``open`` are of cases not ended alone."""

    unit: str | None = None
    kind: str | None = None
    state: str | None = None
    handler: str | None = None
    late: bool = False
    open: bool = False

    def where(self) -> dict[str, Any]:
        """Return the columns that must equal a value."""
        named = {name: getattr(self, name) for name in ("unit", "kind", "state", "handler")}
        found: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        return found | OPEN_CASES if self.late or self.open else found

    def below(self, point: AsOf) -> dict[str, str]:
        """Return the columns that must lie below a value."""
        return due_before(day_of(point)) if self.late else {}


def register_page(
    ledger: Ledger,
    wanted: Filter,
    point: AsOf,
    *,
    order: OrderName = "case",
    after: Place | None = None,
    limit: int = 50,
) -> RegisterPage:
    """Return a page of the register in an order. Raises: ProjectionBehind."""
    store = ledger.views[VIEW]
    where, below = wanted.where(), wanted.below(point)
    asked = Wanted(where=where, below=below)
    found = cases(store, point, asked, order, after=after, limit=limit + 1)
    rows = [row for _, row in found[:limit]]
    official = numbers_of_streams(ledger, [row.case for row in rows])
    typed = transcribed(ledger, [row.case for row in rows], point.size)
    shown = [
        CaseShown(
            row=row,
            overdue=overdue(row, day_of(point)),
            official=official.get(row.case),
            transcribed=row.case in typed,
        )
        for row in rows
    ]
    more = None
    if len(found) > limit:
        place = format_place(found[limit - 1][0])
        more = format_cursor(Cursor(of=store.label, size=point.size, at=point.at, after=place))
    total = store.total(point, where=where, below=below)
    return RegisterPage(as_of=point, total=total, cases=shown, next=more)


def register_stats(ledger: Ledger, point: AsOf) -> Stats:
    """Return the register's counts. Raises: ProjectionBehind."""
    store = ledger.views[VIEW]
    counts = store.count(point, by=("unit", "kind", "state"))
    return Stats(
        as_of=point,
        cases=store.total(point),
        open=store.total(point, where=OPEN_CASES),
        overdue=store.total(point, where=OPEN_CASES, below=due_before(day_of(point))),
        imported=store.total(point, where={"imported": True}),
        by=[
            Count(unit=str(unit), kind=str(kind), state=str(state), cases=cases)
            for (unit, kind, state), cases in sorted(counts.items(), key=str)
        ],
    )


def open_and_overdue(desk: Desk) -> tuple[int, int]:
    """Return how many cases of a desk's units are open, and how many of these overdue.

    Raises: ProjectionBehind.
    """
    store, late = desk.store(VIEW), due_before(day_of(desk.point))
    wheres: list[dict[str, str | bool]] = [dict(OPEN_CASES)]
    if desk.within is not None:
        wheres = [{**OPEN_CASES, "unit": unit} for unit in sorted(desk.within)]
    return (
        sum(store.total(desk.point, where=where) for where in wheres),
        sum(store.total(desk.point, where=where, below=late) for where in wheres),
    )


def filter_of(
    surface: SurfaceDep,
    unit: UnitCode = None,
    kind: Code = None,
    state: Code = None,
    late: Annotated[
        bool, Query(alias="overdue", description="Only what is overdue then.", examples=[True])
    ] = False,
) -> Filter:
    """Return what is asked for. Raises: UnitCodeUnknown, UnitCodeShared."""
    place = None if unit is None else unit_of(surface.ledger, unit)
    return Filter(unit=place, kind=kind, state=state, late=late)


class Walk(NamedTuple):
    """How a reader goes through the register: of which moment, in which order, after which case.

    ``order`` is None where she did not say.
    """

    point: AsOf
    order: OrderName | None
    after: Place | None


def walk(
    surface: SurfaceDep,
    _: MinSize,
    as_of: AsOfText = None,
    cursor: CursorText = None,
    order: OrderText = None,
) -> Walk:
    """Return how the register is walked through; a cursor goes on in the order it began in.

    Raises: BadCursor, CursorStale, BadMoment.
    """
    if cursor is None:
        return Walk(point_of(surface.ledger, as_of, [VIEW]), order, None)
    ledger = surface.ledger
    found = parse_cursor(cursor, ledger.views[VIEW].label, ledger.recorder.head().size)
    place = parse_place(found.after)
    if order not in {None, place.order}:
        raise CursorStale
    return Walk(found.as_of, place.order, place)


FilterDep = Annotated[Filter, Depends(filter_of)]
WalkDep = Annotated[Walk, Depends(walk)]


def depends(surface: Surface, point: AsOf) -> tuple[object, ...]:
    """Return what an answer from the register depends on: rows, the day they are judged on, us."""
    return (surface.ledger.views[VIEW].label, point.size, day_of(point), surface.stamp)


@router.get(
    "",
    responses=answers(
        RegisterPage, {"as_of": examples.AS_OF, "total": 0, "cases": [], "next": "eyJvZiI6In…"}
    ),
)
def register(
    request: Request,
    surface: SurfaceDep,
    wanted: FilterDep,
    walked: WalkDep,
    limit: Limit = 50,
) -> Response:
    """The case register, filtered, as of any point of history."""
    point, after, order = walked.point, walked.after, walked.order or "case"

    def made() -> Response:
        page = register_page(surface.ledger, wanted, point, order=order, after=after, limit=limit)
        link = {"Link": next_link(request.url, page.next)} if page.next else {}
        return json_answer(page, headers=link)

    return conditional(request, (*depends(surface, point), wanted, order, after, limit), made)


@router.get(
    "/stats",
    responses=answers(
        Stats,
        {"as_of": examples.AS_OF, "cases": 74, "open": 1, "overdue": 1, "imported": 60, "by": []},
    ),
)
def stats(request: Request, surface: SurfaceDep, _: MinSize, as_of: AsOfText = None) -> Response:
    """The register counted by unit, kind and state, as of any point of history."""
    point = point_of(surface.ledger, as_of, [VIEW])
    return conditional(
        request,
        ("stats", *depends(surface, point)),
        lambda: json_answer(register_stats(surface.ledger, point)),
    )
