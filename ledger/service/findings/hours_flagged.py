"""RF-10: hours were booked with a mark of the account's rules, such as over the daily cap."""

from collections.abc import Iterator

from ledger.projections.marks import FLAGGED
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each marked booking, on the day it was recorded."""
    for year in window.years:
        for row in desk.rows("marks", "mark", shelf=f"{FLAGGED} {year}"):
            yield Found(
                unit=row.unit,
                day=parse_date(row.day),
                record=row.stream,
                about=row.what,
                measure=row.number,
                entries=(row.entry,),
            )


rule = Rule(
    id="RF-10",
    version=1,
    kind="hours_flagged",
    zh="入账的服务时长带有标记，如超过每日上限",
    en="Hours booked with a mark, such as over the daily cap",
    measured=Called(zh="{n} 处标记", en="{n} marks"),
    source="LAW-P 民政部令第67号",
    find=find,
)
