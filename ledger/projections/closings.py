"""Closings by the same hand within ten minutes: one row per actor, unit and stretch of the clock.

The clock is the ledger's own, so that nobody spreads her closings by dating them. Imports are
passed over (RF-08).
"""

from msgspec.structs import replace

from ledger.aggregates.case.events import Closed
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.persons import IMPORTER
from ledger.rules.time import local_date

STRETCH_MS = 600_000
MANY = 10
"""From how many on a stretch is marked, to be found without reading the others."""


class ClosingsRow(Row, frozen=True, kw_only=True):
    """What one actor closed at one unit in ten minutes; ``entries`` are log indexes, by spaces.

    ``many`` tells that they are ``MANY`` or more.
    """

    closings: str
    unit: str
    day: str
    number: int
    entries: str
    record: str
    shelf: str
    many: bool = False


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of a closing."""
    if act.role == IMPORTER or not isinstance(act.event, Closed):
        return ()
    return (f"{act.actor} {act.event.unit} {(act.recorded_at or 0) // STRETCH_MS}",)


def fold(row: ClosingsRow | None, act: Act, key: str) -> ClosingsRow:
    """Return the row after one closing more."""
    if row is not None:
        number, entries = row.number + 1, f"{row.entries} {act.index}"
        return replace(row, number=number, entries=entries, many=number >= MANY)
    day = local_date((act.recorded_at or 0) // 1000).isoformat()
    return ClosingsRow(
        closings=key,
        unit=str(act.event.unit),
        day=day,
        number=1,
        entries=str(act.index),
        record=act.stream,
        shelf=day[:4],
    )


view = View(
    name="closings",
    version=3,
    row=ClosingsRow,
    reads=frozenset({"case"}),
    keys=keys,
    fold=fold,
    counts=(("shelf",),),
    lists=(("shelf",), ("shelf", "unit"), ("many", "shelf")),
)
