"""Obligations: what units owed by when and what became of each, as of any point of history.

The duties that the board of compliance lays out, a page at a time; one without a record is missing
and a line like any other. Which are listed: ``ledger.service.boards.compliance``.
"""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api.deps import AsOfText, CursorText, Filled, Limit, MinSize, SurfaceDep, begun_point
from api.routes.boards import UnitCode, depends
from api.wire import examples
from api.wire.answers import answers, json_answer
from api.wire.caching import conditional
from api.wire.cursors import BadCursor, Cursor, format_cursor, next_link, parse_cursor
from ledger.kernel.act import AsOf
from ledger.rules.obligations import Verdict
from ledger.service.directory import unit_as_of
from ledger.service.ledger import Ledger
from ledger.service.sheet import make_sheet

router = APIRouter(prefix="/api/v1/obligations", tags=["boards"])
BOARD: Final = "compliance"
VIEWS: Final = ("evidence", "beginnings", "unit_facts")
"""What duties are judged by; a cursor holds as long as these are of one version."""
ObligationId = Annotated[
    Annotated[str, StringConstraints(max_length=64)] | None,
    Filled,
    Query(description="Of this obligation of the packs.", examples=["finance.monthly"]),
]
Outcome = Annotated[
    Verdict | None, Filled, Query(description="With this outcome.", examples=["missing"])
]


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One duty: an obligation of a unit for a period, due on a day; days are YYYY-MM-DD.

    ``verdict`` is its outcome; ``record`` is the stream that met it and ``begun_by`` the one it
    arose from, ``begun`` one put up for it that does not count; ``rule`` is of the unit's packs.
    """

    unit: str
    obligation: str
    period: str
    due: str
    provisional: bool
    verdict: Verdict
    times: int
    done: int
    rule: str
    done_on: str | None = None
    afterwards: str | None = None
    begun_by: str | None = None
    record: str | None = None
    begun: str | None = None

    @property
    def key(self) -> str:
        """What tells it from all others, for a cursor."""
        return " ".join((self.unit, self.obligation, self.period, self.begun_by or "-"))


class Duties(msgspec.Struct, frozen=True, kw_only=True):
    """A page of duties, by unit, obligation and period; ``next`` is the cursor of the one after."""

    as_of: AsOf
    total: int
    duties: list[Duty]
    next: str | None


@router.get(
    "",
    responses=answers(
        Duties,
        {
            "as_of": examples.AS_OF,
            "total": 1,
            "duties": [
                {
                    "unit": examples.UNIT,
                    "obligation": "finance.monthly",
                    "period": "2026-03",
                    "due": "2026-04-10",
                    "provisional": False,
                    "verdict": "missing",
                    "times": 1,
                    "done": 0,
                    "rule": "disclosure.monthly",
                }
            ],
            "next": "eyJvZiI6In…",
        },
        s404="No unit has this code.",
        s409="The cursor's views have another version now.",
    ),
)
def obligations(
    *,
    request: Request,
    surface: SurfaceDep,
    _: MinSize,
    unit: UnitCode = None,
    obligation: ObligationId = None,
    verdict: Outcome = None,
    as_of: AsOfText = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Response:
    """What was owed, on time, late, missing, withdrawn or not yet due; absence is a line, too."""
    ledger = surface.ledger
    label = " ".join((BOARD, *(ledger.views[name].label for name in VIEWS)))
    size = ledger.recorder.head().size
    begun = None if cursor is None else parse_cursor(cursor, label, size)
    point = begun_point(ledger, as_of) if begun is None else begun.as_of
    place = None if unit is None else unit_as_of(ledger, unit, point)

    def made() -> Response:
        wanted = [each for each in _duties(ledger, point, place) if _is(each, obligation, verdict)]
        start = 0 if begun is None else _after(wanted, begun.after)
        found = wanted[start : start + limit]
        more = None
        if start + limit < len(wanted):
            after = found[-1].key
            more = format_cursor(Cursor(of=label, size=point.size, at=point.at, after=after))
        page = Duties(as_of=point, total=len(wanted), duties=found, next=more)
        return json_answer(page, headers={"Link": next_link(request.url, more)} if more else {})

    asked = (obligation, verdict, begun and begun.after, limit, label, surface.stamp)
    return conditional(
        request, ("obligations", *depends(ledger, BOARD, point, place), *asked), made
    )


def _duties(ledger: Ledger, point: AsOf, place: str | None) -> list[Duty]:
    rows = make_sheet(ledger, BOARD, point, place).rows
    return [msgspec.convert(row, Duty) for row in rows]


def _is(duty: Duty, obligation: str | None, verdict: str | None) -> bool:
    return obligation in {None, duty.obligation} and verdict in {None, duty.verdict}


def _after(duties: list[Duty], key: str) -> int:
    """Return where a walk goes on. Raises: BadCursor, where it was not among these duties."""
    for number, duty in enumerate(duties):
        if duty.key == key:
            return number + 1
    raise BadCursor
