"""RF-03: what stands behind a posting changed while it was posted, without a correction.

Title, text and amounts cannot change unseen: another version passes the same hands. A file put to
an item that is up already was seen by none of those who signed it.
"""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each item as posted, on the day a file was last put to it."""
    for row in desk.rows("disclosures", "item"):
        if row.added_on is not None:
            yield Found(
                unit=row.unit,
                day=parse_date(row.added_on),
                record=row.item,
                about=f"{row.code} {row.shown}",
                measure=row.added,
            )


rule = Rule(
    id="RF-03",
    version=1,
    kind="attached_after_posting",
    zh="公示期间增附文件而未作更正",
    en="Files put to an item while it was posted, without a correction",
    measured=Called(zh="{n} 个文件", en="{n} files"),
    source="INF 本系统自拟",
    find=find,
)
