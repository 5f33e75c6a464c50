"""Boards: a list of them, and one page that shows any board by its columns."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.deps import AsOfText, MinSize, SurfaceDep, point_of
from api.routes.boards import AskedDep, UnitCode, depends
from api.sight import Sight, page
from ledger.service.board import Sheet, boards_declared, make_sheet
from ledger.service.directory import unit_as_of, units

router = APIRouter()


@page(router, "/boards", "boards.html")
def listed(office: SurfaceDep) -> Sight:
    """Which boards there are."""
    point = point_of(office.ledger, None)
    named = [{"name": b.name, "zh": b.zh, "en": b.en} for b in boards_declared().values()]
    return Sight(depends=("boards", point.size), point=point, data=lambda: {"boards": named})


@page(router, "/boards/{name}", "board.html")
def board(
    office: SurfaceDep,
    _: MinSize,
    asked: AskedDep,
    name: Annotated[str, Path(max_length=64)],
    unit: UnitCode = None,
    as_of: AsOfText = None,
) -> Sight:
    """One board, for a unit and those under it, as of any point."""
    ledger = office.ledger
    point = point_of(ledger, as_of or None)
    place = unit_as_of(ledger, unit, point) if unit else None

    def data() -> dict[str, Any]:
        sheet = make_sheet(ledger, name, point, place, asked)
        return {
            "sheet": sheet,
            "shown_columns": [each for each in sheet.columns if _told(sheet, each.id)],
            "units": [each for each, _ in units(ledger)],
            "as_of": as_of or "",
        }

    parts = (*depends(ledger, name, point, place), asked)
    return Sight(depends=parts, point=point, data=data)


def _told(sheet: Sheet, column: str) -> bool:
    """Tell whether any row says anything in a column: no is said by silence, and zero is not."""
    return any(row[column] not in (None, "") and row[column] is not False for row in sheet.rows)
