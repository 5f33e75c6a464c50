"""RF-15: an appointment took effect in the log after its term had run, by the ledger's clock.

Refused where the signer's own clock says so (``post.term_run``); what she signed before and brought
in after is seen here.
"""

from collections.abc import Iterator

from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such post, on the day it was recorded."""
    posts = desk.once(Posts)
    recorded = {
        act.index: local_date((act.recorded_at or 0) // 1000)
        for acts in posts.acts.values()
        for act in acts
    }
    for post in posts.effective:
        index = None if post.joint is None else post.joint.effect(posts.threshold)
        day = recorded.get(index)
        if index is None or day is None or post.until is None or post.unit is None:
            continue
        if post.until <= day:
            late = (day - post.until).days
            yield Found(
                unit=post.unit,
                day=day,
                record=post.stream,
                about=post.role,
                measure=late,
                entries=(index,),
            )


rule = Rule(
    id="RF-15",
    version=1,
    kind="term_run",
    zh="任职在任期届满后才登记生效",
    en="An appointment took effect after its term had run",
    measured=Called(zh="迟了 {n} 天", en="{n} days after"),
    source="INF 本系统自拟",
    told=("role",),
    find=find,
)
