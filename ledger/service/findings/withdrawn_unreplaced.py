"""RF-17: amounts of money that had been posted were withdrawn, and nothing stands in their place.

Entries are never redacted here: what leaves the public board leaves it by this signed act alone.
"""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such item, on the day it was withdrawn."""
    for row in desk.rows("disclosures", "item", standing="withdrawn"):
        if row.shown and row.shown_amounts and row.replaced_by is None:
            day = parse_date(row.withdrawn)
            about = f"{row.code} {row.period}"
            yield Found(unit=row.unit, day=day, record=row.item, about=about)


rule = Rule(
    id="RF-17",
    version=1,
    kind="withdrawn_unreplaced",
    zh="已公布金额的事项撤回后没有替代公开",
    en="Money that had been disclosed was withdrawn, and nothing replaces it",
    source="INF 本系统自拟",
    told=("catalogues", ""),
    find=find,
)
