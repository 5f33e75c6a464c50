"""The first page: what this is, what is late today, four doors, how the log stands."""

from typing import Any

from fastapi import APIRouter

from api.deps import SurfaceDep, begun_point
from api.routes.register import Filter, register_page, register_stats
from api.sight import Sight, page
from ledger.kernel.act import AsOf
from ledger.projections.register import day_of
from ledger.service.board import Desk
from ledger.service.ledger import Ledger
from ledger.service.reading.latest import latest
from ledger.service.sheet import boards_declared, lay_out

router = APIRouter()
SHOWN = 6
COMPLIANCE, FINDINGS = "compliance", "findings"


@page(router, "/", "home.html")
def home(surface: SurfaceDep) -> Sight:
    """The first page."""
    ledger = surface.ledger
    point = begun_point(ledger, None)

    def data() -> dict[str, Any]:
        desk = Desk(ledger, point, None)
        return {
            "as_of": point,
            "stats": register_stats(ledger, point),
            "late": register_page(ledger, Filter(late=True), point, order="due", limit=SHOWN),
            "absent": absences(desk),
            "findings": findings(desk),
            "newest": latest(desk, SHOWN),
            "log": log_summary(ledger, point),
        }

    return Sight(depends=(point.size, day_of(point)), point=point, data=data)


def absences(desk: Desk) -> dict[str, Any]:
    """Return what was owed and is not there: how many duties, the first of them, what they are.

    From the board of compliance; a ledger whose packs lay down no duties has none missing.
    """
    sheet = lay_out(desk, COMPLIANCE)
    missing = [row for row in sheet.rows if row["verdict"] == "missing"]
    return {"count": len(missing), "rows": missing[:SHOWN], "words": sheet.words}


def findings(desk: Desk) -> dict[str, Any] | None:
    """Return how many findings nobody answered, the first of them, and how all stand.

    ``row`` is the number of its row on the board, where it is answered.
    None where no rule looks for any. What is absent is counted by ``absences`` and not a second
    time here.
    """
    if FINDINGS not in boards_declared():
        return None
    sheet = lay_out(desk, FINDINGS)
    rows = [{**row, "row": n} for n, row in enumerate(sheet.rows) if row["standing"] == "open"]
    return {
        "as_of": sheet.as_of,
        "unit": sheet.unit,
        "count": len(rows),
        "rows": rows[:SHOWN],
        "standings": [row["standing"] for row in sheet.rows],
        "words": sheet.words,
    }


def log_summary(ledger: Ledger, point: AsOf) -> dict[str, Any]:
    """Return how the log stands: size, root, last time, genesis."""
    head = ledger.recorder.head()
    return {
        "origin": ledger.home.origin,
        "size": head.size,
        "root": head.root.hex(),
        "last_at": head.last_at,
        "genesis": ledger.known.streams.first_prev,
        "shown": point.size,
    }
