"""RF-16: entries wait too long for the log to publish the heads of its streams.

Until it has, nobody who holds a few of them can prove that no more belong to their streams. That
checkpoints were cosigned is the witnesses' to show: cosignatures are kept beside the log.
"""

from collections.abc import Iterator
from datetime import timedelta

from ledger.projections.marks import WHOLE
from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.upkeep.publishing import first_uncovered

WAIT = timedelta(days=7)


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding while the oldest entry not covered is older than ``WAIT``."""
    first = first_uncovered(desk.ledger, desk.point.size)
    if first is None:
        return
    due = local_date(desk.ledger.recorder.recorded_at(first) // 1000) + WAIT
    if due < desk.day:
        yield Found(
            unit=WHOLE,
            day=due,
            measure=(desk.day - due).days,
            entries=(first,),
            lasts=True,
        )


rule = Rule(
    id="RF-16",
    version=1,
    kind="heads_late",
    zh="条目登记七日后仍未发布末条清单",
    en="No heads published seven days after an entry was recorded",
    measured=Called(zh="超期 {n} 天", en="{n} days late"),
    source="INF 本系统自拟",
    find=find,
)
