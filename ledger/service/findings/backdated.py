"""RF-09: an entry was recorded long after what it tells of is said to have occurred.

Lateness is never refused, since paper is entered when somebody finds the time; it is shown.
"""

from collections.abc import Iterator

from ledger.projections.marks import BACKDATED
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.marked import marked

LIMIT = 15
"""Days; fifteen is how long a disclosure is posted and a question waits."""


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Return one finding for each entry later than ``LIMIT`` days, on the day it was recorded."""
    return marked(desk, window, BACKDATED, over=LIMIT)


rule = Rule(
    id="RF-09",
    version=1,
    kind="backdated",
    zh="发生时间早于登记时间 15 日以上",
    en="Recorded more than 15 days after it is said to have occurred",
    measured=Called(zh="相差 {n} 天", en="{n} days apart"),
    source="INF 本系统自拟",
    find=find,
)
