"""RF-10: hours were booked with a mark of the account's rules, such as over the daily cap."""

from collections.abc import Iterator

from ledger.projections.marks import FLAGGED
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.marked import marked


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Return one finding for each marked booking, on the day it was recorded."""
    return marked(desk, window, FLAGGED)


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
