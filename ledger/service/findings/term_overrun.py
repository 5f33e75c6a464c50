"""Coverage B-04: somebody holds a post beyond the longest term, without another election."""

from collections.abc import Iterator

from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such post, since the last day of the term."""
    for post, last in desk.once(Posts).overrun():
        if post.unit is not None:
            days = (desk.day - last).days
            yield Found(
                unit=post.unit,
                day=last,
                record=post.stream,
                about=post.role,
                measure=days,
                lasts=True,
            )


rule = Rule(
    id="B.4",
    version=1,
    kind="term_overrun",
    zh="任期届满仍未换届",
    en="A post is held beyond the longest term",
    measured=Called(zh="超期 {n} 天", en="for {n} days"),
    source="LAW-M 村民委员会组织法、城市居民委员会组织法：每届任期五年",
    told=("role",),
    find=find,
)
