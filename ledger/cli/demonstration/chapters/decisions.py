"""Decisions: four deliberations and two publications by the book, and once not; and the others.

望江 builds charging sheds by the book. 青梧 skips the Party members' meeting and decides with too
few representatives present: nothing refuses that, the board names both defects, the street revokes
it. 月湾 adopts a covenant. Each community deliberates every quarter and selects models in the
second half of 2025.
"""

from collections.abc import Iterator
from datetime import date

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import DAY, Chapter, Step, between, pick, step, working

NORTH, SOUTH, EAST = COMMUNITIES

TOPICS = (
    "小区停车位重新划线",
    "电动车充电棚选址",
    "老年食堂晚餐供应",
    "楼道堆物集中清理",
    "小广场夜间开放时间",
    "雨棚统一更换",
    "公共收益用于粉刷楼道",
    "快递柜安放位置",
    "儿童游乐设施更新",
    "门禁系统更换",
    "健身步道路灯加装",
    "垃圾投放点调整",
)
QUARTERS = (date(2025, 5, 20), date(2025, 8, 12), date(2025, 11, 11), date(2026, 2, 3))


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield every decision."""
    yield from _by_the_book()
    yield from _with_defects()
    yield from _covenant()
    yield from _rejected()
    for turn, first in enumerate(QUARTERS):
        for number, community in enumerate(COMMUNITIES):
            if (community, turn) != (EAST, 2):
                topic = TOPICS[turn * 3 + number]
                yield from _deliberation(community, topic, working(first + 2 * number * DAY))
    for community in COMMUNITIES:
        yield from _selection(community, date(2025, 11, 24), "2025H2")


class _Decision:
    """One decision, as its clerk records it."""

    def __init__(self, community: Community, name: str) -> None:
        self._who = community.who("clerk/decision_clerk")
        self._unit = community.code
        self._on = f"decision/{community.key}-{name}"

    def proposed(self, day: str, code: str, title: str, text: str) -> Step:
        """Return its beginning."""
        return step(
            f"{day} 09:40",
            self._who,
            "decision.propose",
            self._on,
            unit=self._unit,
            code=code,
            title=title,
            text=text,
        )

    def took(self, day: str, name: str, text: str | None = None, **values: object) -> Step:
        """Return a step taken."""
        given = values if text is None else {**values, "text": text}
        return step(f"{day} 16:10", self._who, "decision.take_step", self._on, step=name, **given)

    def taken_down(self, day: str, name: str) -> Step:
        """Return the end of a posting."""
        return step(f"{day} 08:40", self._who, "decision.take_down", self._on, step=name)

    def closed(self, day: str) -> Step:
        """Return its end."""
        return step(f"{day} 16:30", self._who, "decision.close", self._on)


def _by_the_book() -> Iterator[Step]:
    one = _Decision(NORTH, "sheds")
    title = "利用集体资金建设非机动车充电棚两处"
    yield one.proposed(
        "2026-01-08", "residents_four_two", title, "预算 78000.00 元，选址三栋北侧和菜市场东侧。"
    )
    yield one.took("2026-01-08", "proposed", "党支部委员会提议。")
    yield one.took("2026-01-13", "consulted", "两委联席商议，建议先做消防评估。")
    yield one.took(
        "2026-01-20",
        "examined",
        "党员大会审议同意。",
        of="party_members",
        total=47,
        present=36,
        ayes=35,
        nays=0,
        abstained=1,
    )
    yield one.took(
        "2026-01-27",
        "decided",
        "居民代表会议表决通过。",
        of="representatives",
        total=58,
        present=46,
        ayes=43,
        nays=2,
        abstained=1,
        result="passed",
        place="社区议事厅",
    )
    yield one.took("2026-01-28", "decision_posted")
    yield one.taken_down("2026-02-13", "decision_posted")
    yield one.took("2026-03-20", "implemented", "两处充电棚建成，验收合格，决算 76420.00 元。")
    yield one.took("2026-03-23", "result_posted")
    yield one.taken_down("2026-04-08", "result_posted")
    yield one.closed("2026-04-09")


def _with_defects() -> Iterator[Step]:
    one = _Decision(SOUTH, "parking")
    title = "将社区空地出租作收费停车场"
    yield one.proposed("2026-02-26", "residents_four_two", title, "年租金 60000.00 元，租期三年。")
    yield one.took("2026-02-26", "proposed", "党支部提议。")
    yield one.took("2026-03-02", "consulted", "两委商议同意。")
    yield one.took(
        "2026-03-12",
        "decided",
        "到会代表不足，仍付表决。",
        of="representatives",
        total=44,
        present=23,
        ayes=20,
        nays=3,
        abstained=0,
        result="passed",
        place="社区会议室",
    )
    yield one.took("2026-03-13", "decision_posted")
    yield one.taken_down("2026-03-20", "decision_posted")
    yield step(
        "2026-04-17 10:20",
        "officer",
        "decision.revoke",
        "decision/south-parking",
        reason="unlawful",
        text="未经党员大会审议，到会代表不足三分之二，公示不足十五日，责令重新办理。",
    )


def _covenant() -> Iterator[Step]:
    one = _Decision(EAST, "covenant")
    yield one.proposed(
        "2025-09-03",
        "covenant",
        "月湾社区居规民约（2025 年修订）",
        "新增文明养犬、高空抛物、婚丧从简三条。",
    )
    yield one.took("2025-09-03", "drafted", "入户征求意见 412 户，采纳 17 条。")
    yield one.took(
        "2025-11-08",
        "adopted",
        "户代表会议通过。",
        of="households",
        total=978,
        present=641,
        ayes=598,
        nays=21,
        abstained=22,
        result="passed",
        place="社区小广场",
    )
    yield one.took("2025-11-12", "filed", "报街道备案。")
    yield one.took("2025-11-14", "posted")
    yield one.taken_down("2025-11-24", "posted")
    yield one.closed("2025-11-25")


def _rejected() -> Iterator[Step]:
    one = _Decision(NORTH, "tolls")
    yield one.proposed(
        "2026-03-03", "residents_four_two", "小区道路临时停车收费", "每小时 2 元，收益归集体。"
    )
    yield one.took("2026-03-03", "proposed", "党支部提议。")
    yield one.took("2026-03-06", "consulted", "两委商议，意见不一，提请讨论。")
    yield one.took(
        "2026-03-17",
        "examined",
        "党员大会审议。",
        of="party_members",
        total=47,
        present=38,
        ayes=24,
        nays=11,
        abstained=3,
    )
    yield one.took(
        "2026-03-26",
        "decided",
        "居民代表会议未通过。",
        of="representatives",
        total=58,
        present=49,
        ayes=19,
        nays=27,
        abstained=3,
        result="rejected",
    )
    yield one.closed("2026-03-27")


def _deliberation(community: Community, topic: str, day: date) -> Iterator[Step]:
    one = _Decision(community, f"topic-{day}")
    held = working(day + between(6, 12, "held", community.key, day) * DAY)
    posted = working(held, after=1)
    due = 7 if posted.year < 2026 else 15
    yield one.proposed(day.isoformat(), "deliberation", topic, f"居民提出：{topic}。")
    yield one.took(day.isoformat(), "topic", "列入协商议题目录。")
    text = pick(
        ("一致同意，由居委会落实。", "多数同意，先试行三个月。", "暂缓，补充征求意见后再议。"),
        community.key,
        day,
    )
    yield one.took(held.isoformat(), "held", text, result="passed", place="社区议事厅")
    yield one.took(posted.isoformat(), "outcome_posted")
    down = working(posted + (due + 1) * DAY)
    yield one.taken_down(down.isoformat(), "outcome_posted")
    yield one.closed(down.isoformat())


def _selection(community: Community, day: date, half: str) -> Iterator[Step]:
    one = _Decision(community, f"models-{half}")
    yield one.proposed(
        day.isoformat(), "selection", "好婆婆、好媳妇、文明家庭评选", "各网格推荐，评议会确定。"
    )
    yield one.took(day.isoformat(), "nominated", "推荐 21 户。")
    yield one.took("2025-12-05", "selected", "评议确定 9 户。", result="passed", place="社区议事厅")
    yield one.took("2025-12-08", "posted")
    yield one.taken_down("2025-12-17", "posted")
    yield one.closed("2025-12-18")


chapter = Chapter(name="decisions", zh="议事决策", steps=steps, units=UNITS, members=MEMBERS)
