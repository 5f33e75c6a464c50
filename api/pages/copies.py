"""The copy of a whole unit and period: made, downloaded, and handed over by an act (S1-16).

Of what is public already, as an evidence package is; nothing sealed is opened. So many a minute for
each place, and one at a time, with those made again at a hand-over; sent it is from a file, since
several may be on their way to slow readers. What is looked for in a copy, and of whom, is asked
nowhere.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.caller import Caller, CallerDep
from api.deps import LARGEST, Decimal
from api.session import place_of
from ledger.aggregates.delivery import GIVERS
from ledger.errors import LedgerError, StorageError
from ledger.rules.periods import Kind, containing, parse_period
from ledger.service.directory import unit_of, units_by_code
from ledger.service.exports.copies import Copy, make_copy
from ledger.service.ledger import today

router = APIRouter()
UnitText = Annotated[str, Query(max_length=64)]
PeriodText = Annotated[str, Query(max_length=10)]
CHUNK: Final = 1 << 18
"""Bytes of a package in memory for each who is sent one."""
BACK: tuple[tuple[Kind, int], ...] = (("month", 6), ("quarter", 4), ("half", 2), ("year", 1))
"""How many periods that are over are offered, by kind."""


@router.get("/copies", include_in_schema=False)
def copies(caller: CallerDep, unit: UnitText = "", period: PeriodText = "") -> Response:
    """Which unit and period; once said, the copy, its digest, and the act that hands it over."""
    ledger = caller.ledger
    data: dict[str, Any] = {
        "units": units_by_code(ledger),
        "periods": ended(today(ledger)),
        "unit": unit,
        "period": period,
        "made": None,
        "error": None,
        "gives": not caller.who.roles.isdisjoint(GIVERS),
    }
    if unit and period:
        try:
            made = _made(caller, unit, period)
            data |= {"unit": unit_of(ledger, unit), "made": _said(made)}
        except LedgerError as error:
            data["error"] = {"zh": error.text("zh"), "en": error.text("en")}
    return caller.show("copies.html", data)


@router.get("/copies.zip", include_in_schema=False)
def package(
    caller: CallerDep,
    unit: UnitText,
    period: PeriodText,
    size: Annotated[int | None, Decimal, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    """The package itself, as of a size."""
    made = _made(caller, unit, period, size)
    file = f'attachment; filename="copy-{parse_period(period)}-{made.manifest.size}.zip"'
    headers = {
        "Content-Disposition": file,
        "Cache-Control": "no-store",
        "Content-Length": str(len(made.data)),
    }
    laid = _laid_down(made.data, caller.ledger.home.path)
    return StreamingResponse(_chunks(laid), media_type="application/zip", headers=headers)


def _laid_down(data: bytes, folder: Path) -> IO[bytes]:
    """Return a file without a name that holds a package: nothing is left of it.

    Beside the ledger: a folder for temporary files may itself be memory. Raises: StorageError.
    """
    with ExitStack() as failing:
        try:
            file = failing.enter_context(TemporaryFile(dir=folder))
            file.write(data)
            file.seek(0)
        except OSError as error:
            raise StorageError(why=f"copy: {error.strerror or 'I/O'}") from error
        failing.pop_all()
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from iter(partial(file.read, CHUNK), b"")


def ended(day: date) -> list[str]:
    """Return the whole periods that are over, the newest of each kind first."""
    found = []
    for kind, count in BACK:
        on = containing(kind, day).first - timedelta(days=1)
        for _ in range(count):
            period = containing(kind, on)
            found.append(str(period))
            on = period.first - timedelta(days=1)
    return found


def _made(caller: Caller, unit: str, period: str, size: int | None = None) -> Copy:
    span, of = parse_period(period), unit_of(caller.ledger, unit)
    caller.surface.packages.take(place_of(caller.request))
    return make_copy(caller.ledger, of, span, size=size)


def _said(made: Copy) -> dict[str, Any]:
    manifest = made.manifest
    return {
        "package": made.digest,
        "size": manifest.size,
        "root": manifest.root,
        "genesis": manifest.genesis,
        "streams": len(manifest.streams),
        "entries": len(manifest.shown),
        "megabytes": len(made.data) / 1_000_000,
    }
