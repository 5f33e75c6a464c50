"""Boards: a list of them, one page that shows any board by its columns, its rows one by one.

A row is opened by its number on the board as it was at a size of the log, judged on a day, so that
its address means one row for good. Exports hold the rows the page does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from api.deps import LARGEST, AsOfText, Decimal, MinSize, SurfaceDep, ViewerDep, begun_point
from api.routes.boards import AskedDep, UnitCode, depends
from api.showing.board_layouts import lay_out
from api.showing.exports import CSV, XLSX, Export, as_csv, as_xlsx, file_name
from api.showing.proofs import is_counted, streams_of
from api.showing.sheets import Filter, asked_of, filters, narrowed
from api.sight import Sight, page
from api.wire.answers import plain
from api.wire.caching import conditional
from api.wording.language import language_of
from ledger.errors import NotFound
from ledger.kernel.act import Act, AsOf
from ledger.service.board import ALL as EVERY_LINE
from ledger.service.board import Asked, Board, Column, Desk, Line
from ledger.service.directory import unit_as_of, units_by_code_at
from ledger.service.forms.possible import possible, possible_for
from ledger.service.ledger import Ledger
from ledger.service.reading.answered import answers_to
from ledger.service.reading.entries import short_code
from ledger.service.reading.moments import format_pinned
from ledger.service.reading.row_codes import RowAt, row_code
from ledger.service.sheet import Sheet, board_of, boards_declared, make_sheet

router = APIRouter()
ALL = "all"
FILES = {"csv": (CSV, as_csv), "xlsx": (XLSX, as_xlsx)}
ANSWERS = ("finding.acknowledge", "finding.dismiss")
BoardName = Annotated[str, Path(max_length=64, examples=["disclosure"])]


@dataclass(frozen=True, kw_only=True)
class Framed:
    """What an address asks of a board: its name, a unit, a point (``as_of`` as said), lines."""

    name: str
    place: str | None
    point: AsOf
    as_of: str
    lines: Asked


def framed(
    surface: SurfaceDep,
    _: MinSize,
    name: BoardName,
    asked: AskedDep,
    unit: UnitCode = None,
    as_of: AsOfText = None,
) -> Framed:
    """Return what a board's address asks for; a kind it does not heed narrows it by its cells.

    Raises: UnitCodeUnknown, UnitCodeShared, BadMoment, BadDate.
    """
    point = begun_point(surface.ledger, as_of or None)
    place = unit_as_of(surface.ledger, unit, point) if unit else None
    board = boards_declared().get(name)
    if board is None or "kind" not in board.heeds:
        asked = replace(asked, kind=None)
    return Framed(name=name, place=place, point=point, as_of=as_of or "", lines=asked)


def turned_to(
    number: Annotated[int, Decimal, Query(alias="page", ge=1, le=LARGEST)] = 1,
    rows: Annotated[str, Query(max_length=8)] = "",
) -> int | None:
    """Return the page turned to, counted from 1; None for all rows on one."""
    return None if rows == ALL else number


TurnedDep = Annotated[int | None, Depends(turned_to)]
FrameDep = Annotated[Framed, Depends(framed)]


class NoSuchRow(NotFound):
    """The board had fewer rows at that size."""

    code = "board.no_such_row"
    zh = "“{name}”在当时只有 {rows} 行。请从公示板重新进入。"
    en = "The board “{name_en}” had {rows} rows at that time. Start again from the board."


@page(router, "/boards", "boards.html")
def listed(surface: SurfaceDep, as_of: AsOfText = None) -> Sight:
    """Which boards there are; those of a point of history lead to it."""
    point = begun_point(surface.ledger, as_of)

    def data() -> dict[str, Any]:
        return {"boards": named(), "as_of": as_of or ""}

    return Sight(depends=("boards", point.size, as_of), point=point, data=data)


def named() -> list[dict[str, Any]]:
    """Return what each board is called and which question it answers."""
    return [
        {"name": b.name, "zh": b.zh, "en": b.en, "about": b.about}
        for b in boards_declared().values()
    ]


@router.get(
    "/boards/{name}/rows.{form}",
    tags=["boards"],
    responses=plain(
        "text/csv", "The rows; every column narrows them by its id.", "\ufeff单位 Unit,…\r\n"
    ),
)
def exported(
    request: Request,
    surface: SurfaceDep,
    frame: FrameDep,
    name: BoardName,
    form: Annotated[str, Path(pattern="^(csv|xlsx)$", examples=["csv"])],
) -> Response:
    """The rows of one board, filtered as its page is, as CSV or XLSX."""
    ledger, lang = surface.ledger, language_of(request)
    asked = sorted(request.query_params.items())

    def made() -> Response:
        export = _export(ledger, name, frame, asked)
        media, write = FILES[form]
        file = f'attachment; filename="{file_name(export, form)}"'
        data = write(export, lang)
        return Response(data, media_type=media, headers={"Content-Disposition": file})

    drawn = depends(ledger, name, frame.point, frame.place)
    return conditional(request, (*drawn, frame.lines, form, lang, asked, surface.stamp), made)


def _export(ledger: Ledger, name: str, frame: Framed, params: list[tuple[str, str]]) -> Export:
    point, place = frame.point, frame.place
    whole = make_sheet(ledger, name, point, place, frame.lines)
    asked = asked_of(whole, params)
    return Export(
        sheet=narrowed(whole, asked),
        whole=len(whole.rows),
        origin=ledger.home.origin,
        root=ledger.reader.root(point.size).hex(),
        place=Desk(ledger, point, None).label(place) if place else None,
        asked=asked,
        lines=frame.lines,
    )


@page(router, "/boards/{name}", "board.html")
def board(
    request: Request,
    surface: SurfaceDep,
    frame: FrameDep,
    name: BoardName,
    turned: TurnedDep,
) -> Sight:
    """One board, for a unit and those under it, as of any point; ``rows=all`` on one page."""
    ledger, place, point = surface.ledger, frame.place, frame.point
    params = sorted(request.query_params.items())

    def data() -> dict[str, Any]:
        whole = make_sheet(ledger, name, point, place, frame.lines)
        asked = asked_of(whole, params)
        sheet = narrowed(whole, asked)
        board = boards_declared()[name]
        at = {id(row): position for position, row in enumerate(whole.rows)}
        return {
            "sheet": sheet,
            "whole": len(whole.rows),
            "shown_columns": (shown := _listed(sheet, board)),
            "of": {each.id: each for each in sheet.columns},
            "counted": is_counted(sheet),
            "layout": lay_out(sheet, [at[id(row)] for row in sheet.rows], board),
            "filters": _filters(whole, asked, shown, board),
            "asked": asked,
            "narrowed": bool(asked or place or frame.as_of),
            "units": units_by_code_at(ledger, point),
            "as_of": frame.as_of,
            "page": turned,
            "all": turned is None,
            "board": board,
            "root": ledger.reader.root(point.size).hex(),
        }

    parts = (*depends(ledger, name, point, place), frame.lines, params)
    return Sight(depends=parts, point=point, data=data)


@page(router, "/boards/{name}/rows/{number}", "row.html")
def row(
    surface: SurfaceDep,
    frame: FrameDep,
    who: ViewerDep,
    name: BoardName,
    number: Annotated[int, Decimal, Path(ge=0, le=LARGEST)],
) -> Sight:
    """One row of a board, everything it says, with its number and where it comes from."""
    ledger, place, point = surface.ledger, frame.place, frame.point

    def data() -> dict[str, Any]:
        sheet = make_sheet(ledger, name, point, place, frame.lines)
        if number >= len(sheet.rows):
            raise NoSuchRow(name=sheet.zh, name_en=sheet.en, rows=len(sheet.rows))
        return {
            "sheet": sheet,
            "row": (line := sheet.rows[number]),
            "number": number,
            "answers": list(answers_given(ledger, line)),
            "may": [each for each in ANSWERS if _may(ledger, who.actor, each, line)],
            "streams": (streams := _streams(sheet, number)),
            "acts_on": [each for each in streams if _acts_on(ledger, who.actor, each)],
            "counted": is_counted(sheet),
            "rests_on": (rests_on := streams_of(sheet, line)),
            "code": _code(ledger, rests_on, frame, sheet, number),
            "as_of": frame.as_of,
            "board": (declared := boards_declared()[name]),
            "adds": declared.adds(Desk(ledger, point, place), line) if declared.adds else [],
        }

    # What was answered since, and by whom it may be, hangs on today and not on the point shown.
    parts = (*depends(ledger, name, point, place), frame.lines, number, ledger.recorder.head().size)
    return Sight(depends=parts, point=point, data=data)


def answers_given(ledger: Ledger, row: Line) -> Iterator[Act]:
    """Yield what was answered to a row that is a finding, to this day; nothing to any other."""
    if row.get("facts"):
        record = None if row["record"] is None else str(row["record"])
        yield from answers_to(ledger, str(row["unit"]), str(row["kind"]), record, str(row["facts"]))


def _may(ledger: Ledger, actor: str | None, command: str, row: Line) -> bool:
    """Tell whether somebody may answer a finding so today, by the very rules of the act."""
    if actor is None or not row.get("facts"):
        return False
    given = {
        name: str(row[name])
        for name in ("unit", "kind", "version", "facts", "record")
        if row[name] is not None
    }
    found = possible_for(ledger, actor, command, given)
    return found is not None and found.refusal is None


def _acts_on(ledger: Ledger, actor: str | None, stream: str) -> bool:
    """Tell whether somebody may go on today with what a row names and a board shows the public."""
    if actor is None or board_of(stream) is None:
        return False
    return any(each.refusal is None for each in possible(ledger, actor, stream))


def _streams(sheet: Sheet, number: int) -> list[str]:
    cells = (sheet.rows[number][c.id] for c in sheet.columns if c.form == "stream")
    return [str(cell) for cell in cells if cell]


def _code(ledger: Ledger, streams: list[str], frame: Framed, sheet: Sheet, number: int) -> str:
    """Return the short number by which anybody finds a row again.

    It is that of the first entry of the record the row rests on, where no other row rests on it;
    else its own on the whole board; "" of one that is there only for the lines asked for: the
    address tells those.
    """
    whole = sheet
    if frame.lines != EVERY_LINE:
        whole = make_sheet(ledger, frame.name, frame.point, frame.place)
    if streams and _rest_on(whole, streams[0]) <= 1:
        for first in map(ledger.known.streams.mapper.act, ledger.recorder.first_of(streams[:1])):
            return short_code(first.index or 0, first.digest or "")
    if sheet.rows[number] not in whole.rows:
        return ""
    number = whole.rows.index(sheet.rows[number])
    as_of = format_pinned(frame.point)
    return row_code(ledger, RowAt(board=frame.name, unit=frame.place, as_of=as_of, number=number))


def _rest_on(sheet: Sheet, stream: str) -> int:
    """Return how many rows rest on a record, as the months of an account do."""
    return sum(streams_of(sheet, row)[:1] == [stream] for row in sheet.rows)


def _listed(sheet: Sheet, board: Board) -> list[Column]:
    """Return the columns that a page lists: of those meant for it, the ones that say anything.

    Which unit a line is of is said once, above, where it is the same of all. What heads a line
    stands first.
    """
    wanted = [each for each in sheet.columns if not each.programs]
    if board.listed:
        wanted = [each for each in wanted if each.id in board.listed]
    one = sheet.unit is not None and {row["unit"] for row in sheet.rows if "unit" in row} == {
        sheet.unit
    }
    told = [each for each in wanted if _told(sheet, each.id) and not (one and each.id == "unit")]
    heads = board.headed[:1] and {board.headed[0], f"{board.headed[0]}_en"}
    return sorted(told, key=lambda each: each.id not in heads)


def _filters(
    whole: Sheet, asked: Mapping[str, str], shown: list[Column], board: Board
) -> list[Filter]:
    """Return the filters a page offers: of the columns it lists, and those that are asked for."""
    found = filters(whole, asked, board.by)
    listed = {each.id for each in shown} if board.listed else {each.column.id for each in found}
    return [each for each in found if each.chosen or each.column.id in listed]


def _told(sheet: Sheet, column: str) -> bool:
    """Tell whether any row says anything in a column: no is said by silence, and zero is not."""
    return any(row[column] not in (None, "") and row[column] is not False for row in sheet.rows)
