"""Cases: the register with filters, and the progress of one case, found by its receipt's number."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from api.deps import AsOfText, MinSize, SurfaceDep, point_of
from api.routes.register import VIEW, FilterDep, WalkDep, depends, register_page
from api.routes.streams import plain_state, step_line
from api.sight import Sight, page
from ledger.entry.ids import ID
from ledger.errors import LedgerError, NotFound
from ledger.kernel.act import Act, AsOf
from ledger.projections.register import CaseRow, day_of, overdue
from ledger.service.board import Called
from ledger.service.directory import units_by_code
from ledger.service.ledger import Ledger
from ledger.service.reading import entries
from ledger.service.reading.papers import mark_of
from ledger.service.reading.replay import replay
from ledger.service.reading.row_codes import find_row
from ledger.service.sheet import boards_declared

router = APIRouter()
PAGE = 25
NOTHING = ("found", "row", "paper", "at", "board", "error")


@page(router, "/register", "register.html")
def register(
    request: Request,
    surface: SurfaceDep,
    wanted: FilterDep,
    walked: WalkDep,
    as_of: AsOfText = None,
) -> Sight:
    """The case register, filtered, as of any point."""
    point, after, order = walked.point, walked.after, walked.order or "due"
    ledger = surface.ledger

    def data() -> dict[str, Any]:
        found = register_page(ledger, wanted, point, order=order, after=after, limit=PAGE)
        asked = {name: value for name, value in request.query_params.items() if name != "cursor"}
        return {
            "page": found,
            "wanted": wanted,
            "asked": asked,
            "order": order,
            "as_of": as_of,
            "first": after is None,
            "choices": choices(ledger, point),
        }

    parts = (*depends(surface, point), wanted, order, after, as_of)
    return Sight(depends=parts, point=point, data=data)


def choices(ledger: Ledger, point: AsOf) -> dict[str, list[Any]]:
    """Return what the register can be narrowed to: units, kinds and states that occur in it."""
    counts = ledger.views[VIEW].count(point, by=("unit", "kind", "state"))
    placed = {str(unit) for unit, _, _ in counts}
    return {
        "units": units_by_code(ledger, placed),
        "kinds": sorted({(str(unit), str(kind)) for unit, kind, _ in counts}, key=lambda k: k[1]),
        "states": sorted({(str(u), str(k), str(s)) for u, k, s in counts}, key=lambda k: k[2]),
    }


@page(router, "/progress", "progress.html")
def progress(
    surface: SurfaceDep,
    code: Annotated[str, Query(max_length=60)] = "",
    press: Annotated[str, Query(max_length=4)] = "",
) -> Sight:
    """Find a case by the number on its receipt, or whatever else has a short number."""
    typed = code[:-1] if press == "back" else code + press
    ledger = surface.ledger
    point = point_of(ledger, None, [VIEW])

    def data() -> dict[str, Any]:
        found: dict[str, Any] = dict.fromkeys(NOTHING) | {"code": typed}
        try:
            if not code.strip() or press:  # a key of the pad on the screen asks nothing yet
                return found
            if (at := find_row(ledger, code)) is not None:
                return found | {"at": at, "board": _called(at.board)}
            act = _found(ledger, code)
            row = ledger.views[VIEW].row(act.stream, point) if act.aggregate == "case" else None
            return found | {
                "found": entries.line_of(act),
                "row": row,
                "overdue": row is not None and overdue(row, day_of(point)),
                "late_days": 0 if row is None else _late_days(row, point),
                "paper": mark_of(ledger, act),
            }
        except LedgerError as error:
            return found | {"error": {"zh": error.text("zh"), "en": error.text("en")}}

    return Sight(depends=("progress", typed, bool(press), point.size), point=point, data=data)


def _late_days(row: CaseRow, point: AsOf) -> int:
    """Return how many days ago the term that ends next ended, 0 where none runs."""
    return (day_of(point) - date.fromisoformat(row.due)).days if row.due else 0


def _called(board: str) -> Called:
    found = boards_declared()[board]
    return Called(zh=found.zh, en=found.en)


def _found(ledger: Ledger, code: str) -> Act:
    """Return the act a receipt's number, or a case's own reference, leads to."""
    reference = code.strip().upper().removeprefix("CASE/")
    if re.fullmatch(ID, reference):
        acts = entries.of_stream(
            ledger, f"case/{reference}", after=0, size=ledger.recorder.head().size, limit=1
        )
        if not acts:
            raise NotFound(what=f"case/{reference}")
        return acts[0]
    return entries.find_code(ledger, code)


@page(router, "/cases/{case}", "case.html")
def case(
    surface: SurfaceDep,
    _: MinSize,
    case: Annotated[str, Path(pattern=f"^{ID}$")],
    as_of: AsOfText = None,
) -> Sight:
    """How one case stands and how it came there."""
    ledger, stream = surface.ledger, f"case/{case}"
    point = point_of(ledger, as_of, [VIEW])

    def data() -> dict[str, Any]:
        row = ledger.views[VIEW].row(stream, point)
        if row is None:
            raise NotFound(what=stream)
        steps = replay(ledger, stream, point)
        first = steps[0].act
        return {
            "row": row,
            "overdue": overdue(row, day_of(point)),
            "late_days": _late_days(row, point),
            "code": entries.short_code(first.index or 0, first.digest or ""),
            "official": steps[0].official,
            "steps": [step_line(step) for step in steps],
            "state": plain_state(steps[-1].state),
            "as_of": as_of,
        }

    return Sight(depends=("case", stream, point.size, day_of(point)), point=point, data=data)
