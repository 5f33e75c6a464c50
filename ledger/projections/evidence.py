"""What units have to show for their duties: one row per stream that said it meets one, or will.

Any aggregate's types that say so are read (``ledger.rules.evidence``); nobody lists them. Which
duty a row meets depends on packs and on the day asked about and is therefore no column.
"""

from msgspec.structs import replace

import ledger.aggregates
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View
from ledger.rules.evidence import Covered, covered, done_on, gives, may_give
from ledger.rules.time import local_date, occ_date


class EvidenceRow(Row, frozen=True, kw_only=True):
    """A piece of evidence: aggregate ``of``, what it covers, when it was done and taken back.

    Days are local, YYYY-MM-DD; without ``done_on`` it was only announced. ``year`` is the one its
    period is spelt with, ``shelf`` that of the unit, so that a year is found at once, of one unit
    or of all. Restating the same coverage keeps the first day it was done, unless it was taken back
    in between. ``recorded_on`` is when the ledger was told so, which nobody states.
    """

    evidence: str
    of: str
    unit: str
    code: str
    period: str
    year: str
    shelf: str
    done_on: str | None = None
    recorded_on: str | None = None
    withdrawn_on: str | None = None


def shelf(unit: str, year: int | str) -> str:
    """Return where the evidence of a unit for a year stands."""
    return f"{unit} {year}"


def fold(row: EvidenceRow | None, act: Act, key: str) -> EvidenceRow | None:
    """Return the evidence of a stream after ``act``."""
    said = gives(act.event)
    if said in ("unmet", "withdrawn"):
        return row and _withdrawn(row, act)
    before = None if row is None else Covered(row.unit, row.code, row.period)
    covers = covered(act.event) or before
    if covers is None:
        return row
    if row is None or covers != before or row.withdrawn_on is not None:
        row = _covering(covers, act, key)
    return _done(row, act) if said == "met" else row


def _covering(covers: Covered, act: Act, key: str) -> EvidenceRow:
    return EvidenceRow(
        evidence=key,
        of=act.aggregate,
        unit=covers.unit,
        code=covers.code,
        period=covers.period,
        year=covers.period[:4],
        shelf=shelf(covers.unit, covers.period[:4]),
    )


def _done(row: EvidenceRow, act: Act) -> EvidenceRow:
    recorded_on = local_date((act.recorded_at or 0) // 1000).isoformat()
    return replace(
        row,
        done_on=row.done_on or done_on(act),
        recorded_on=row.recorded_on or recorded_on,
    )


def _withdrawn(row: EvidenceRow, act: Act) -> EvidenceRow:
    return replace(row, withdrawn_on=row.withdrawn_on or occ_date(act.occ).isoformat())


view = View(
    name="evidence",
    version=4,
    row=EvidenceRow,
    reads=frozenset(
        aggregate.name
        for aggregate in declared(ledger.aggregates, "aggregate")
        if any(map(may_give, aggregate.events))
    ),
    keys=lambda act: (act.stream,) if gives(act.event) else (),
    fold=fold,
    counts=(("shelf",), ("year",)),
)
