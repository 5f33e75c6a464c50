"""Entries that stand out by themselves: recorded long after they occurred, or marked when booked.

One row per such entry; all others have none, so that the view stays small however long the log.
Imported entries tell of other times by their nature and are passed over. What is too late is for
the finding rule to say; kept is whatever lies ``FLOOR`` days apart or more (RF-09,
RF-10).
"""

from datetime import date, timedelta

import ledger.aggregates
from ledger.aggregates.account.events import Moves
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View
from ledger.rules.persons import IMPORTER
from ledger.rules.time import local_date, occ_date

FLOOR = timedelta(days=3)
BACKDATED, FLAGGED = "backdated", "flagged"
WHOLE = "log"
"""Stands for the unit of an entry that is of the whole log."""


class MarkRow(Row, frozen=True, kw_only=True):
    """An entry with a mark; ``number`` is how many days it came late, or marks it was given.

    ``day`` is the local day it was recorded, ``shelf`` mark and year of that.
    """

    mark: str
    entry: int
    stream: str
    unit: str
    day: str
    number: int
    what: str
    shelf: str


def keys(act: Act) -> tuple[str, ...]:
    """Return the rows of an entry: one for each mark it bears."""
    found = []
    if act.role != IMPORTER and _recorded(act) - occ_date(act.occ) >= FLOOR:
        found.append(BACKDATED)
    if isinstance(act.event, Moves) and act.event.flags:
        found.append(FLAGGED)
    return tuple(f"{mark} {act.stream} {act.seq}" for mark in found)


def fold(_: MarkRow | None, act: Act, key: str) -> MarkRow:
    """Return the row of a mark."""
    mark, day = key.partition(" ")[0], _recorded(act)
    flags = act.event.flags if isinstance(act.event, Moves) else ()
    late = (day - occ_date(act.occ)).days
    return MarkRow(
        mark=key,
        entry=act.index or 0,
        stream=act.stream,
        unit=act.event.unit or WHOLE,
        day=day.isoformat(),
        number=late if mark == BACKDATED else len(flags),
        what=act.type if mark == BACKDATED else ",".join(flags),
        shelf=f"{mark} {day.year}",
    )


def _recorded(act: Act) -> date:
    return local_date((act.recorded_at or 0) // 1000)


view = View(
    name="marks",
    version=2,
    row=MarkRow,
    reads=frozenset(aggregate.name for aggregate in declared(ledger.aggregates, "aggregate")),
    keys=keys,
    fold=fold,
    counts=(("shelf",),),
)
