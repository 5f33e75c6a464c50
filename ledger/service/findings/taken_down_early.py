"""RF-02: what was posted was taken down, or withdrawn, before it had been up as long as it must.

A notice of a post is its holder's own: it must not be up, so she takes it back when she likes.
Taken down by anybody else it is found like any other item. The packs in force when it came down
say what is a notice.
"""

from collections.abc import Iterator

from ledger.aggregates.disclosure_item.events import TakenDown, Version, Withdrawn
from ledger.kernel.act import Act
from ledger.projections.disclosures import DisclosureRow
from ledger.rules.packs.sections import posts
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.packs.books import find_book


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each item that was not up through its last day."""
    for row in desk.rows("disclosures", "item"):
        gone = row.taken_down if row.early else row.withdrawn
        if gone is None or row.until is None or gone > row.until:
            continue
        if _is_taken_back(desk, row):
            continue
        day = parse_date(gone)
        short = (parse_date(row.until) - day).days
        yield Found(unit=row.unit, day=day, record=row.item, about=row.code, measure=short)


def _is_taken_back(desk: Desk, row: DisclosureRow) -> bool:
    """Tell whether it was a notice when it came down, and its drafter took it down herself."""
    last, drafted = _ended(desk, row)
    if last.actor != drafted.actor:
        return False
    book = find_book(desk.ledger, row.unit, last.iat, size=last.index)
    kinds = () if book is None else book.items(posts.section)
    return any(kind.notice == row.code for kind in kinds)


def _ended(desk: Desk, row: DisclosureRow) -> tuple[Act, Act]:
    """Return the act by which the item came down, and that of its newest version before."""
    ended = TakenDown if row.early else Withdrawn
    rows = desk.ledger.recorder.select_events(row.item)
    acts: list[Act] = [desk.ledger.known.streams.mapper.to_domain_event(each) for each in rows]
    at = max(
        place
        for place, act in enumerate(acts)
        if isinstance(act.event, ended) and (act.index or 0) < desk.point.size
    )
    return acts[at], next(act for act in reversed(acts[:at]) if isinstance(act.event, Version))


rule = Rule(
    id="RF-02",
    version=1,
    kind="taken_down_early",
    zh="公示未满法定天数即撤下或撤回",
    en="Taken down or withdrawn before it was posted long enough",
    measured=Called(zh="少公示 {n} 天", en="{n} days short"),
    source="LAW-V 城市居民委员会组织法（2025）第三十四条",
    told=("catalogues",),
    find=find,
)
