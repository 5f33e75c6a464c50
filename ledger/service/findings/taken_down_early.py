"""RF-02: what was posted was taken down, or withdrawn, before it had been up as long as it must.

A notice of a post is its holder's own: it must not be up, so she takes it back when she likes.
"""

from collections.abc import Iterator

from ledger.rules.sections import posts
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each item that was not up through its last day."""
    for row in desk.rows("disclosures", "item"):
        gone = row.taken_down if row.early else row.withdrawn
        if gone is None or row.until is None or gone > row.until:
            continue
        if row.code in _notices(desk, row.unit):
            continue
        day = parse_date(gone)
        short = (parse_date(row.until) - day).days
        yield Found(unit=row.unit, day=day, record=row.item, about=row.code, measure=short)


def _notices(desk: Desk, unit: str) -> frozenset[str]:
    book = desk.book(unit)
    kinds = () if book is None else book.items(posts.section)
    return frozenset(kind.notice for kind in kinds if kind.notice)


rule = Rule(
    id="RF-02",
    version=1,
    kind="taken_down_early",
    zh="公示未满法定天数即撤下或撤回",
    en="Taken down or withdrawn before it was posted long enough",
    measured=Called(zh="少公示 {n} 天", en="{n} days short"),
    source="LAW-V 城市居民委员会组织法（2025）第三十四条",
    find=find,
)
