"""The days on which anything was recorded, each with the size of the log at its end.

Found by leaps: from an entry to the end of its day, whose size the index of times answers; so the
cost is by days, not by entries.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import func, literal, select

from ledger.kernel.act import AsOf
from ledger.rules.time import ZONE, local_date
from ledger.service.ledger import Ledger, as_of
from ledger.store.dialect import reading
from ledger.store.known import Known
from ledger.store.tables import entry

_ended: WeakKeyDictionary[Known, list["Day"]] = WeakKeyDictionary()
"""Days that are over, by what knows their log: copies of a home share a genesis, not their days."""


class Day(NamedTuple):
    """A local day with entries, and how many the log had at its end."""

    day: date
    size: int

    @property
    def point(self) -> AsOf:
        """The end of the day as a point of history."""
        return AsOf(size=self.size, at=_end(self.day))


def days_of(ledger: Ledger, size: int) -> list[Day]:
    """Return the days of the first ``size`` entries, in order; those known from before are kept."""
    known = _ended.get(ledger.known, [])
    found = [each for each in known if each.size < size]
    index = found[-1].size if found else 0
    while index < size:
        day = local_date(ledger.recorder.recorded_at(index) // 1000)
        index = min(as_of(ledger, at=_end(day)).size, size)
        found.append(Day(day, index))
    # The last day may grow; those before it are over.
    _ended[ledger.known] = max(known, found[:-1], key=len)
    return found


def days_with(ledger: Ledger, days: Sequence[Day], aggregate: str) -> list[int]:
    """Return which of ``days``, counted from 1, hold an entry of streams of ``aggregate``."""
    # By the index of entries alone: a day is read up to its first such entry, the streams never.
    kind = func.substr(entry.c.stream, 1, len(aggregate) + 1) == f"{aggregate}/"
    query = select(literal(1)).where(kind).limit(1)
    begins = [0, *(each.size for each in days)]
    with reading(ledger.recorder.engine) as connection:
        return [
            number
            for number, (begin, end) in enumerate(pairwise(begins), 1)
            if connection.scalar(query.where(entry.c.idx >= begin, entry.c.idx < end))
        ]


def _end(day: date) -> int:
    last = datetime.combine(day, time(23, 59, 59, 999_000), tzinfo=ZONE)
    return round(last.timestamp() * 1000)
