"""How cases were handled, as supervisors ask: extensions, verification, closing; one row per case.

Only cases of which one of these acts is recorded have a row. Domain 7.5, RF-07 and RF-08.
"""

from msgspec.structs import replace

from ledger.aggregates.case import events
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date


class HandlingRow(Row, frozen=True, kw_only=True):
    """A case as of a size; days are local, ``shelf`` is the year of the newest of these acts.

    ``verified`` tells whether what was last resolved was verified since.
    """

    case: str
    unit: str
    shelf: str
    extended: int = 0
    extended_on: str | None = None
    verified: bool = False
    closed_on: str | None = None


def fold(row: HandlingRow | None, act: Act, key: str) -> HandlingRow:
    """Return the case's row after ``act``."""
    day = occ_date(act.occ).isoformat()
    now = row or HandlingRow(case=key, unit=str(act.event.unit), shelf="")
    now = replace(now, unit=str(act.event.unit), shelf=day[:4])
    match act.event:
        case events.Extended():
            return replace(now, extended=now.extended + 1, extended_on=day)
        case events.Verified():
            return replace(now, verified=True)
        case events.Closed():
            return replace(now, closed_on=day)
        case _:  # resolved or taken up again: it has to be verified anew
            return replace(now, verified=False, closed_on=None)


READ = (events.Extended, events.Resolved, events.Verified, events.Closed, events.Reopened)

view = View(
    name="handling",
    version=1,
    row=HandlingRow,
    reads=frozenset({"case"}),
    keys=lambda act: (act.stream,) if isinstance(act.event, READ) else (),
    fold=fold,
    counts=(("shelf",),),
)
