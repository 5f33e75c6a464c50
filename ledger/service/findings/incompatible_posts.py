"""SD3: a supervisor is in the committee or keeps its books, or a near relative of hers does."""

from collections.abc import Iterator

from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Clash, Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each clash, since the day on which both held."""
    for clash in desk.once(Posts).clashes():
        if clash.post.unit is not None:
            yield _found(clash, clash.post.unit)


def _found(clash: Clash, unit: str) -> Found:
    since = max(clash.post.since, clash.other.since if clash.other else clash.post.since)
    return Found(
        unit=unit,
        day=since,
        record=clash.post.stream,
        about=f"{clash.post.role} {clash.conflict} {clash.because}",
        lasts=True,
    )


rule = Rule(
    id="SD3",
    version=1,
    kind="incompatible_posts",
    zh="监督委员会成员兼任委员会成员或财会人员，或其近亲属任此职",
    en="A supervisor is in the committee or keeps its books, or a near relative of hers does",
    source="LAW-V 村民委员会组织法（2025）第三十七条、城市居民委员会组织法（2025）第三十六条",
    told=("role", "post_conflict", "role body"),
    find=find,
)
