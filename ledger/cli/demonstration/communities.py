"""Three communities with their bodies: who sits on them, and which units they have. All invented.

Each has a residents' committee, a supervision committee of three, who are nobody else's staff, a
publisher, a claims clerk, a clerk of meetings, grid workers, somebody for volunteers, and a team.
"""

from typing import NamedTuple

from ledger.cli.demonstration.cast import DISTRICT, NORTH, SOUTH, STREET, Member, Unit

EAST = "520602001003"
TERM_ENDS = "2027-01-01"
"""The committees were elected for five years; this is the first day after."""


class Community(NamedTuple):
    """A community: the prefix of its people's labels, its code, name and number of households."""

    key: str
    code: str
    name: str
    households: int

    @property
    def team(self) -> str:
        """The code of its volunteers' team."""
        return f"{self.code}-t1"

    def who(self, post: str) -> str:
        """Return the label of its member in a post."""
        return f"{self.key}-{post}"

    @property
    def grid_workers(self) -> tuple[str, str]:
        """The labels of its two grid workers."""
        return self.who("grid-a"), self.who("grid-b")


COMMUNITIES = (
    Community("north", NORTH, "望江社区", 1846),
    Community("south", SOUTH, "青梧社区", 1312),
    Community("east", EAST, "月湾社区", 978),
)

PEOPLE = {
    "north": "田景云 龙书礼 冉淑芬 杨正川 安国梁 石明慧 罗小禾 陶冬青 覃望春 严可 任晓岚 吴远山",
    "south": "滕立言 麻秋月 向成文 满运来 张素琴 代永福 黎青禾 简宁 舒春台 姚一诺 文静之 侯大勇",
    "east": "潘守信 韦月娥 莫知行 梁继业 欧阳兰 蒋文博 彭小满 卢知秋 沈望舒 邹平 谭晚晴 白石生",
}
POSTS: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("secretary", "secretary", ("party_secretary",), TERM_ENDS),
    ("director", "director", ("committee_member",), TERM_ENDS),
    ("sup-1", "supervisor", (), TERM_ENDS),
    ("sup-2", "supervisor", (), TERM_ENDS),
    ("sup-3", "supervisor", (), TERM_ENDS),
    ("publisher", "publisher", ("committee_member",), TERM_ENDS),
    ("claims", "claims_clerk", ("committee_member",), TERM_ENDS),
    ("clerk", "session_clerk", ("decision_clerk", "joint_clerk", "dispatcher"), None),
    ("grid-a", "grid_member", (), None),
    ("grid-b", "grid_member", (), None),
    ("organiser", "organiser", (), None),
    ("volunteers", "volunteer_clerk", ("data_keeper",), None),
)
"""Label, post, other posts, and where the term ends."""

CUSTODIAL = frozenset({"grid-a", "grid-b", "volunteers"})
"""Posts whose holders sign with keys the server keeps for them."""


def _members() -> tuple[Member, ...]:
    return tuple(
        Member(
            each.who(label),
            name,
            role,
            each.code,
            "custodial" if label in CUSTODIAL else "file",
            also,
            until,
        )
        for each in COMMUNITIES
        for name, (label, role, also, until) in zip(PEOPLE[each.key].split(), POSTS, strict=True)
    )


MEMBERS = (
    *_members(),
    Member("accountant", "秦如数", "accountant", STREET),
    Member("officer", "柳青川", "street_officer", STREET),
    Member("street-clerk", "钟鸣", "session_clerk", STREET),
    Member("mediator-2", "龙和顺", "mediator", STREET, "custodial"),
    Member("mediator-3", "田有礼", "mediator", STREET, "custodial"),
    Member("aid-clerk", "康正言", "legal_aid_clerk", STREET),
    Member("adviser-1", "骆明律", "legal_adviser", STREET),
    Member("adviser-2", "祝有方", "legal_adviser", STREET),
    Member("leader", "裴远行", "contact_leader", DISTRICT),
    Member("district-clerk", "夏知时", "session_clerk", DISTRICT),
    Member("discipline", "纪明远", "inspector", DISTRICT),
)
UNITS = (
    Unit(EAST, "月湾社区", "community", STREET),
    Unit(f"{EAST}-01", "月湾社区第一网格", "grid", EAST),
    *(
        Unit(each.team, f"{each.name.removesuffix('社区')}锦江先锋服务队", "team", each.code)
        for each in COMMUNITIES
    ),
)
