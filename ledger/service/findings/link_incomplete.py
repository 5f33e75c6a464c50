"""RF-13: a case was to go on in another, by merger or split, and the other never took it up."""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such link, since the day it was begun."""
    for row in desk.rows("unlinked", "link"):
        yield Found(
            unit=row.unit,
            day=parse_date(row.day),
            record=row.case,
            about=row.into,
            entries=(row.entry,),
            lasts=True,
        )


rule = Rule(
    id="RF-13",
    version=1,
    kind="link_incomplete",
    zh="并案或分案只办了一半，另一事项没有承接",
    en="A merger or split of cases was left half done",
    source="INF 本系统自拟：并案、分案一次办完",
    find=find,
)
