"""RF-06: somebody withdrew from a matter in which she had acted already.

What a recused person does afterwards is refused (SD9); what she did before stands, and is named.
"""

from collections.abc import Iterator

from ledger.rules.post_statements import PostRecused
from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts
from ledger.service.reading.signed import signed_in


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such withdrawal, on the day it was recorded."""
    for actor, acts in desk.once(Posts).acts.items():
        for act in acts:
            if not isinstance(act.event, PostRecused) or act.event.holder != actor:
                continue
            before = list(signed_in(desk.ledger, act.event.matter, actor, act.index or 0))
            if before and (unit := before[-1].event.unit) is not None:
                yield Found(
                    unit=unit,
                    day=local_date((act.recorded_at or 0) // 1000),
                    record=act.event.matter,
                    measure=len(before),
                    entries=tuple(each.index or 0 for each in before),
                )


rule = Rule(
    id="RF-06",
    version=1,
    kind="acted_before_recusal",
    zh="声明回避之前已在该事项中办理",
    en="Acted in a matter before withdrawing from it",
    measured=Called(zh="涉及 {n} 条记录", en="{n} entries"),
    source="INF 本系统自拟：回避",
    find=find,
)
