"""How cases were handled, as supervisors ask: handed on, extended, taken up again, verified.

One row per case of which such an act is recorded. ``often`` and ``unverified`` mark the few to look
at, so that they are found without reading the others (RF-07, RF-08 and RF-13).
"""

from typing import Final

from msgspec.structs import replace

from ledger.aggregates.case import events
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date

EXTENDED: Final = 2
REOPENED: Final = 2
REASSIGNED: Final = 3
"""From how many on a case is marked."""


class HandlingRow(Row, frozen=True, kw_only=True):
    """A case as of a size; days are local, ``shelf`` is the year of the newest of these acts.

    ``verified`` tells whether what was last resolved was verified since, ``unverified`` that it is
    closed and was not; ``day`` is that of the act that last made it stand out.
    """

    case: str
    unit: str
    shelf: str
    day: str
    reassigned: int = 0
    extended: int = 0
    reopened: int = 0
    verified: bool = False
    often: bool = False
    unverified: bool = False


def fold(row: HandlingRow | None, act: Act, key: str) -> HandlingRow:
    """Return the case's row after ``act``."""
    day, unit = occ_date(act.occ).isoformat(), str(act.event.unit)
    now = row or HandlingRow(case=key, unit=unit, shelf="", day=day)
    now = _by_fact(replace(now, unit=unit, shelf=day[:4], unverified=False), act, day)
    often = now.extended >= EXTENDED or now.reopened >= REOPENED or now.reassigned >= REASSIGNED
    return replace(now, often=often)


def _by_fact(row: HandlingRow, act: Act, day: str) -> HandlingRow:
    match act.event:
        case events.Reassigned():
            return replace(row, reassigned=row.reassigned + 1, day=day)
        case events.Extended():
            return replace(row, extended=row.extended + 1, day=day)
        case events.Reopened():
            return replace(row, reopened=row.reopened + 1, verified=False, day=day)
        case events.Verified():
            return replace(row, verified=True)
        case events.Closed():
            return replace(row, unverified=not row.verified, day=day)
        case _:  # resolved: it has to be verified anew
            return replace(row, verified=False)


READ = (
    events.Reassigned, events.Extended, events.Resolved, events.Verified, events.Closed,
    events.Reopened,
)  # fmt: skip

view = View(
    name="handling",
    version=3,
    row=HandlingRow,
    reads=frozenset({"case"}),
    keys=lambda act: (act.stream,) if isinstance(act.event, READ) else (),
    fold=fold,
    counts=(("often",),),
    lists=(("often",), ("often", "unit"), ("unverified", "shelf")),
)
