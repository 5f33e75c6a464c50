"""Grades that meetings gave office-holders: one row per office-holder and appraisal.

So that two failures running are found. Which grade fails is the pack's.
"""

from typing import cast

from ledger.aggregates.decision.events import Appraised
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date


class AppraisalRow(Row, frozen=True, kw_only=True):
    """A grade; ``appraisal`` is ``<holder> <decision>``."""

    appraisal: str
    unit: str
    holder: str
    decision: str
    grade: str
    day: str
    entry: int


def fold(_: AppraisalRow | None, act: Act, key: str) -> AppraisalRow:
    """Return the row of a grade."""
    event = cast(Appraised, act.event)
    return AppraisalRow(
        appraisal=key,
        unit=event.unit,
        holder=event.holder,
        decision=act.stream,
        grade=event.grade,
        day=occ_date(act.occ).isoformat(),
        entry=act.index or 0,
    )


def _keys(act: Act) -> tuple[str, ...]:
    event = act.event
    return (f"{event.holder} {act.stream}",) if isinstance(event, Appraised) else ()


view = View(
    name="appraisals",
    version=2,
    row=AppraisalRow,
    reads=frozenset({"decision"}),
    keys=_keys,
    fold=fold,
    counts=(("unit", "grade"),),
)
