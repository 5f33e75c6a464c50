"""Ratings of cases by those who reported them: one row per rating, by year.

``state`` is where the case stood then. Imported ratings tell of another system and are passed over.
For the findings RF-12 (docs/findings.md).
"""

from typing import cast

from ledger.aggregates.case.events import Rated
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.persons import IMPORTER
from ledger.rules.time import occ_date


class RatingRow(Row, frozen=True, kw_only=True):
    """A rating; ``entry`` is its log index, ``satisfied`` None where she did not say.

    ``day`` is the local day it occurred, ``shelf`` the year of that.
    """

    rating: str
    entry: int
    case: str
    unit: str
    day: str
    shelf: str
    state: str
    satisfied: bool | None = None


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of a rating."""
    if act.role == IMPORTER or not isinstance(act.event, Rated):
        return ()
    return (f"{act.stream} {act.seq}",)


def fold(_: RatingRow | None, act: Act, key: str) -> RatingRow:
    """Return the row of a rating."""
    event, day = cast(Rated, act.event), occ_date(act.occ).isoformat()
    return RatingRow(
        rating=key,
        entry=cast(int, act.index),
        case=act.stream,
        unit=event.unit,
        day=day,
        shelf=day[:4],
        state=event.state,
        satisfied=event.satisfied,
    )


view = View(
    name="ratings",
    version=2,
    row=RatingRow,
    reads=frozenset({"case"}),
    keys=keys,
    fold=fold,
    counts=(("shelf",),),
    lists=(("shelf",), ("shelf", "unit")),
)
