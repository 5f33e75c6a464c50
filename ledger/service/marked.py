"""Entries that bear a mark of their own (``projections.marks``), as findings.

For the rules of which each is about one kind of mark (RF-09, RF-10).
"""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Window


def marked(desk: Desk, window: Window, mark: str, *, over: int = 0) -> Iterator[Found]:
    """Yield one finding for each entry with a mark, of whole years, on the day it was recorded.

    Passed over are those whose number is not ``over`` a limit.
    """
    for year in window.years:
        for row in desk.rows("marks", "mark", shelf=f"{mark} {year}"):
            if row.number > over:
                yield Found(
                    unit=row.unit,
                    day=parse_date(row.day),
                    record=row.stream,
                    about=row.what,
                    measure=row.number,
                    entries=(row.entry,),
                )
