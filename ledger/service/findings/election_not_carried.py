"""RF-04: somebody holds a post by an election without enough voters, or enough votes."""

from collections.abc import Iterator

from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each post whose ballots miss the quorum of its first day."""
    posts = desk.once(Posts)
    for post in posts.effective:
        kind, stated = posts.kind(post), post.mandate
        if kind is None or kind.election is None or stated is None or post.unit is None:
            continue
        book = desk.book(post.unit)
        rule = None if book is None else book.find_rule(kind.election, post.since)
        if rule is None or rule.quorum is None:
            continue
        held = rule.quorum.is_held({"voters": (stated.cast, stated.voters)})
        carried = rule.quorum.is_carried({"present": (stated.ayes, stated.cast)})
        if not (held and carried):
            about = f"{post.role} {stated.ayes}/{stated.cast}/{stated.voters}"
            yield Found(unit=post.unit, day=post.since, record=post.stream, about=about)


rule = Rule(
    id="RF-04",
    version=1,
    kind="election_not_carried",
    zh="当选人所依据的选举投票未过半数或得票未过半数（得票/投票/登记）",
    en="Elected without enough voters or votes (ayes/cast/registered)",
    source="LAW-M 村民委员会组织法第十五条",
    told=("role", ""),
    find=find,
)
