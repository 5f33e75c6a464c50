"""What units have to show for their duties: one row per stream that ever said a duty was met.

Any aggregate's types that say so are read (``ledger.rules.evidence``); nobody lists them. Which
duty a row meets depends on packs and on the day asked about and is therefore no column.
"""

from msgspec.structs import replace

import ledger.aggregates
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View
from ledger.rules.evidence import covered, done_on, gives
from ledger.rules.time import local_date, occ_date


class EvidenceRow(Row, frozen=True, kw_only=True):
    """A piece of evidence: aggregate ``of``, what it covers, when it was done and taken back.

    Days are local, YYYY-MM-DD. ``year`` is the one its period is spelt with, ``shelf`` that of the
    unit, so that a year is found at once, of one unit or of all. Restating the same coverage keeps
    the first day it was done. ``recorded_on`` is when the ledger was told so, which nobody states.
    """

    evidence: str
    of: str
    unit: str
    code: str
    period: str
    year: str
    shelf: str
    done_on: str
    recorded_on: str
    withdrawn_on: str | None = None


def shelf(unit: str, year: int | str) -> str:
    """Return where the evidence of a unit for a year stands."""
    return f"{unit} {year}"


def fold(row: EvidenceRow | None, act: Act, key: str) -> EvidenceRow | None:
    """Return the evidence of a stream after ``act``."""
    if gives(type(act.event)) == "withdrawn":
        return row and _withdrawn(row, act)
    unit, code, period = covered(act.event)
    before = row if row and (row.unit, row.code, row.period) == (unit, code, period) else None
    return EvidenceRow(
        evidence=key,
        of=act.aggregate,
        unit=unit,
        code=code,
        period=period,
        year=period[:4],
        shelf=shelf(unit, period[:4]),
        done_on=before.done_on if before else done_on(act),
        recorded_on=before.recorded_on if before else _recorded_on(act),
    )


def _withdrawn(row: EvidenceRow, act: Act) -> EvidenceRow:
    return replace(row, withdrawn_on=occ_date(act.occ).isoformat())


def _recorded_on(act: Act) -> str:
    return local_date((act.recorded_at or 0) // 1000).isoformat()


view = View(
    name="evidence",
    version=2,
    row=EvidenceRow,
    reads=frozenset(
        aggregate.name
        for aggregate in declared(ledger.aggregates, "aggregate")
        if any(gives(type_) for type_ in aggregate.events)
    ),
    keys=lambda act: (act.stream,) if gives(type(act.event)) else (),
    fold=fold,
    counts=(("shelf",), ("year",)),
)
