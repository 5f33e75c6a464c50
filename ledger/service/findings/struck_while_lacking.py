"""RF-14: an item was struck off a list while a fact counted of its items did not hold of it.

A rate of listed items rises by it though nothing was mended: the place is as uncovered as before,
and counted no longer (S1-22). Which facts are counted, the figures of the packs in force say.
"""

from collections.abc import Iterator

from ledger.projections.catalogues import FACT, GONE, LIST
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import figures
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each item struck off and fact, until it is taken in anew."""
    lines = list(desk.rows("catalogues", "line"))
    lists = {row.catalogue: row.code for row in lines if row.sort == LIST}
    held = {(row.catalogue, row.code, row.fact) for row in lines if row.sort == FACT and row.holds}
    for row in (each for each in lines if each.sort == GONE):
        for fact in _counted(desk.book(row.unit), lists[row.catalogue]):
            # Of what is listed no longer nothing more is stated: it is as on the day it went.
            if (row.catalogue, row.code, fact) not in held:
                yield Found(
                    unit=row.unit,
                    day=parse_date(row.day),
                    record=row.catalogue,
                    about=f"{row.code} {fact}",
                    entries=(row.entry,),
                )


def _counted(book: Book | None, code: str) -> list[str]:
    """Return the facts that figures count of the items of a list."""
    found = book.items(figures.section) if book else ()
    return sorted({each.fact for each in found if each.fact is not None and code in each.of})


rule = Rule(
    id="RF-14",
    version=1,
    kind="struck_while_lacking",
    zh="事项被移出清单时，指标所计的情况对它并不成立",
    en="Struck off a list while what a figure counts did not hold of it",
    source="INF 本系统自拟",
    told=("catalogues", "fact"),
    find=find,
)
