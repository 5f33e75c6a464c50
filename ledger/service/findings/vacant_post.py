"""RF-13: a unit that must have somebody in a post has nobody: a vacant head, a grid unstaffed."""

from collections.abc import Iterator

from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each vacancy, since its first day; the measure is its days."""
    for vacancy in desk.once(Posts).vacancies():
        days = (desk.day - vacancy.since).days
        yield Found(
            unit=vacancy.unit, day=vacancy.since, about=vacancy.role, measure=days, lasts=True
        )


rule = Rule(
    id="RF-13",
    version=1,
    kind="vacant_post",
    zh="应设岗位空缺，如负责人空缺、网格无人",
    en="A post that must be filled is vacant",
    measured=Called(zh="空缺 {n} 天", en="for {n} days"),
    source="INF 本系统自拟",
    told=("role",),
    find=find,
)
