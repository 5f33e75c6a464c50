"""RF-15: acts signed in a role on days on which, as recorded later, the post was held no more.

An end recorded late is lawful and takes nothing back; what was signed in between is named.
"""

from collections.abc import Iterator
from datetime import date

from ledger.kernel.act import Act
from ledger.rules.posts import PostEnded
from ledger.rules.time import local_date, parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts
from ledger.service.reading.signed import signed_before


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each post ended after the fact under which acts were signed since."""
    posts = desk.once(Posts)
    streams = {post.stream: post for post in posts.all}
    for actor, acts in posts.acts.items():
        for act in acts:
            post = streams.get(act.stream)
            if isinstance(act.event, PostEnded) and post is not None and post.holder == actor:
                after = _after(desk, act, post.role, parse_date(act.event.effective_from))
                if after and post.unit is not None:
                    yield Found(
                        unit=post.unit,
                        day=local_date((act.recorded_at or 0) // 1000),
                        record=post.stream,
                        about=post.role,
                        measure=len(after),
                        entries=after,
                    )


def _after(desk: Desk, end: Act, role: str, day: date) -> tuple[int, ...]:
    found = []
    for act in signed_before(desk.ledger, str(end.event.holder), end.index or 0):  # type: ignore[attr-defined]
        if local_date((act.recorded_at or 0) // 1000) < day:
            break
        if act.role == role and local_date(act.iat) >= day:
            found.append(act.index or 0)
    return tuple(sorted(found))


rule = Rule(
    id="RF-15",
    version=1,
    kind="outside_term",
    zh="离任（补登）之后至登记之前仍以该岗位签署的条目",
    en="Signed in a post after its end, which was recorded later",
    measured=Called(zh="涉及 {n} 条记录", en="{n} entries"),
    source="INF 本系统自拟",
    told=("role",),
    find=find,
)
