"""Cases that handed over to another which has not gone on: one row per link that is not complete.

A merger is three entries and a split several, in one submission; no rule sees an entry to come, so
that only the first of them may be there. Whoever completes a link ends its row.
"""

from typing import cast

from ledger.aggregates.case.steering.events import Merged, Merging, Split, SplitOff
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date

MERGING = "merging"
"""Stands for the other case in the key of a merger: a case may turn to another one."""


class UnlinkedRow(Row, frozen=True, kw_only=True):
    """A link begun by ``entry`` (a log index) of ``case`` on a local day, to go on in ``into``."""

    link: str
    case: str
    into: str
    unit: str
    entry: int
    day: str


def keys(act: Act) -> tuple[str, ...]:
    """Return the links an act begins or completes, as ``<case> <part>`` or ``<case> merging``."""
    match act.event:
        case Merging() | Merged():
            return (f"{act.stream} {MERGING}",)
        case Split(into=parts):
            return tuple(f"{act.stream} {part}" for part in parts)
        case SplitOff(case=case):
            return (f"{case} {act.stream}",)
        case _:
            return ()


def fold(__: UnlinkedRow | None, act: Act, key: str) -> UnlinkedRow | None:
    """Return the row of a link after ``act``; None once it is complete."""
    if isinstance(act.event, Merged | SplitOff):
        return None
    case, _, part = key.partition(" ")
    return UnlinkedRow(
        link=key,
        case=case,
        into=act.event.into if isinstance(act.event, Merging) else part,
        unit=str(act.event.unit),
        entry=cast(int, act.index),
        day=occ_date(act.occ).isoformat(),
    )


view = View(
    name="unlinked",
    version=1,
    row=UnlinkedRow,
    reads=frozenset({"case"}),
    keys=keys,
    fold=fold,
    counts=(("unit",),),
)
