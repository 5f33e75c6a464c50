"""RF-12: a case was rated by who reported it while more than its closing remained to be done.

Kinds of case may ask for the rating before they are closed, once all is done; packs say so by the
states from which a case is closed.
"""

from collections.abc import Iterator

from ledger.projections.ratings import RatingRow
from ledger.rules.packs.sections import cases
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each such rating, on the day it was given."""
    for year in window.years:
        for row in desk.rows("ratings", "rating", shelf=year):
            if _unfinished(desk, row):
                day = parse_date(row.day)
                yield Found(unit=row.unit, day=day, record=row.case, entries=(row.entry,))


def _unfinished(desk: Desk, row: RatingRow) -> bool:
    case, book = desk.store("register").row(row.case, desk.point), desk.book(row.unit)
    kind = None if book is None or case is None else book.find(cases.section, case.kind)
    state = None if kind is None else kind.state(row.state)
    if kind is None or state is None or not state.open:
        return False
    ways = (way for way in kind.transitions if way.act == "closed")
    return not any(row.state in way.from_ for way in ways)


rule = Rule(
    id="RF-12",
    version=1,
    kind="rated_unfinished",
    zh="尚未办完即已评价",
    en="Rated before all but the closing was done",
    source="INF 本系统自拟",
    find=find,
)
