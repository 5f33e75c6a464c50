"""RF-16: a member of a supervision committee signed another history than the log shows now.

Her signature states the root she was shown (``aggregates.review``): a fork, or a log set back.
"""

from collections.abc import Iterator

from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.reading.reviewed import reviewed


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such signature, on the day it was recorded."""
    for unit in desk.covered:
        for one in reviewed(desk.ledger, unit, desk.point):
            if not one.agrees:
                yield Found(
                    unit=unit,
                    day=local_date(one.recorded_at // 1000),
                    record=one.stream,
                    measure=one.size,
                    entries=(one.index,),
                    lasts=True,
                )


rule = Rule(
    id="RF-16",
    version=1,
    kind="root_contradicted",
    zh="监督审阅所签的树根与账本不符，账本可能分叉或回退",
    en="A review was signed under another root than the log has: a fork or a rollback",
    measured=Called(zh="签到第 {n} 条", en="{n} entries"),
    source="INF 本系统自拟",
    find=find,
)
