"""RF-06: somebody acted in a post although she had declared a near relative in the other body.

That the post is held is a finding of its own (SD3); here are the entries she signed in it since.
"""

from collections.abc import Iterator

from ledger.kernel.act import Act
from ledger.rules.post_statements import PostRelationDeclared
from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Clash, Posts
from ledger.service.reading.signed import signed_before


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such post and body, on the day of the newest entry."""
    posts = desk.once(Posts)
    for clash in posts.clashes():
        if clash.conflict == "relative" and clash.post.unit is not None:
            acts = list(_signed(desk, posts, clash))
            if acts:
                yield Found(
                    unit=clash.post.unit,
                    day=local_date((acts[0].recorded_at or 0) // 1000),
                    record=clash.post.stream,
                    about=f"{clash.post.role} {clash.because}",
                    measure=len(acts),
                    entries=tuple(sorted(act.index or 0 for act in acts)),
                )


def _signed(desk: Desk, posts: Posts, clash: Clash) -> Iterator[Act]:
    """Yield what she signed in the post since she declared it, the newest first."""
    declared = _declared(posts, clash)
    for act in signed_before(desk.ledger, clash.post.holder, desk.point.size):
        if (act.index or 0) < declared:
            return
        if act.role == clash.post.role and act.event.unit == clash.post.unit:
            yield act


def _declared(posts: Posts, clash: Clash) -> int:
    """Return the log index of her newest declaration about the body."""
    return max(
        act.index or 0
        for act in posts.acts[clash.post.holder]
        if isinstance(act.event, PostRelationDeclared)
        and any(each.subject == clash.because for each in act.event.checks)
    )


rule = Rule(
    id="RF-06",
    version=1,
    kind="relative_acted",
    zh="近亲属在被监督的班子任职，本人仍以该岗位签署",
    en="Signed in a post although a near relative is in the body apart from it",
    measured=Called(zh="涉及 {n} 条记录", en="{n} entries"),
    source="LAW-V 村民委员会组织法（2025）第三十七条、城市居民委员会组织法（2025）第三十六条",
    told=("role", "role body"),
    find=find,
)
