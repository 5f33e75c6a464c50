"""Disclosure: each month's finance and each quarter's general affairs on the board of residents.

Drafted by the publisher, signed by two of the supervision committee, approved by the joint meeting,
posted for as long as the law of that day asks: seven days by habit until the end of 2025, fifteen
by law since. Not all went as it should: see ``ODD``.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from ledger.cli.demonstration.chapters.finance import MONTHS, totals, vouchers
from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import DAY, Chapter, Step, at, step, working
from ledger.rules.calendars import add_months
from ledger.rules.money import format_yuan

FINANCE, GENERAL = "finance.monthly", "general.quarterly"
LAW_OF_2026 = date(2026, 1, 1)
ODD = {
    ("north", "2025-08"): "late",
    ("south", "2025-10"): "missing",
    ("north", "2025-11"): "corrected",
    ("north", "2026-01"): "taken_down_early",
    ("east", "2026-01"): "challenged",
    ("south", "2026-02"): "returned",
    ("east", "2026-03"): "asked",
    ("south", "2026-03"): "asked_in_vain",
    ("east", "2025Q4"): "withdrawn",
    ("south", "2026Q1"): "late",
}
"""What did not go by the book: community, period, what happened."""
MISTYPED = 36_000
"""So many fen were missing from an expense that was posted."""

QUARTERS = (
    (date(2025, 7, 1), "2025Q3"),
    (date(2025, 10, 1), "2025Q4"),
    (date(2026, 1, 1), "2026Q1"),
)
AFFAIRS = {
    "2025Q3": "低保动态管理 {a} 户；临时救助 {b} 户；公益性岗位 {c} 人；老年食堂服务 {d} 人次。",
    "2025Q4": "居民医保参保 {d} 人；困难家庭慰问 {a} 户；消防通道整治 {b} 处；志愿服务 {c} 场。",
    "2026Q1": "春节走访慰问 {d} 户；残疾人补贴 {a} 人；楼道堆物清理 {b} 处；停车位新划 {c} 个。",
}
ONCE = (
    (
        "north",
        "2026-02-12",
        "funds.donated",
        "爱心企业春节捐赠款物接收和使用情况",
        "收到捐款 6000.00 元、大米 40 袋，已用于困难家庭慰问 38 户。",
    ),
    (
        "south",
        "2025-12-05",
        "assistance.allowance",
        "最低生活保障拟新增对象公示",
        "本次拟新增 2 户 5 人，公示期内接受询问和反映。",
    ),
    (
        "east",
        "2025-11-18",
        "projects.service",
        "社区服务项目：一老一小服务站",
        "站点面积 120 平方米，每周开放 6 天，收费项目及价格见公开栏。",
    ),
    (
        "east",
        "2026-03-25",
        "facilities.use",
        "居民活动中心管理使用情况",
        "第一季度开放 78 天，接待 2140 人次，水电支出 1860.40 元。",
    ),
)
WAITING = (
    (COMMUNITIES[0], "协助开展防汛检查情况", "检查沿江住户 86 户，转移安置点 2 处。", True),
    (COMMUNITIES[2], "协助办理医保参保情况", "本月新办 31 人，代办异地就医备案 9 人。", False),
)
"""Items drafted on the last day; the first has one of its signatures."""


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the life of every item."""
    for each in COMMUNITIES:
        for month in MONTHS:
            yield from _Item(each, FINANCE, f"{month:%Y-%m}").told(add_months(month, 1) + DAY)
        for first, quarter in QUARTERS:
            yield from _Item(each, GENERAL, quarter).told(add_months(first, 3) + 7 * DAY)
    yield from _waiting()
    named = {each.key: each for each in COMMUNITIES}
    for key, day, code, title, text in ONCE:
        yield from Other(named[key], code, day, title, text).told(date.fromisoformat(day))


def _waiting() -> Iterator[Step]:
    """Yield what lies on the desk when the story ends: drafts that wait for signatures."""
    day = date(2026, 5, 8)
    for community, title, text, signed in WAITING:
        item = Other(community, "assistance.work", day.isoformat(), title, text)
        yield from item.drafted(day, signed=signed)


class _Item:
    """One item from its draft to the file."""

    def __init__(self, community: Community, code: str, period: str) -> None:
        self.code, self.period = code, period
        self._community = community
        self.on = f"disclosure_item/{community.key}-{code}-{period}"
        self._odd = ODD.get((community.key, period), "")

    def told(self, day: date) -> Iterator[Step]:
        """Yield what became of it; drafted on ``day`` or the next working day."""
        if self._odd == "missing":
            return
        drafted = working(day + (15 * DAY if self._odd == "late" else timedelta()))
        posted = working(drafted, after=1)
        yield self._step(drafted, "15:00", "publisher", "draft", **self._drafted())
        if self._odd == "returned":
            yield self._step(drafted, "16:10", "sup-3", "return", reason="incomplete")
            yield self._step(
                drafted,
                "17:20",
                "publisher",
                "revise",
                reason="incomplete",
                **self._content(complete=True),
            )
        yield from self._signed(posted)
        yield from self._afterwards(posted)

    def drafted(self, day: date, *, signed: bool) -> Iterator[Step]:
        """Yield its draft, and the first signature if it has one."""
        yield self._step(day, "15:00", "publisher", "draft", **self._drafted())
        if signed:
            yield self._step(day, "16:20", "sup-1", "review")

    def title(self) -> str:
        """Return how the board calls it."""
        year, rest = self.period[:4], self.period[5:]
        if self.code == FINANCE:
            return f"{self._community.name}{year}年{int(rest)}月集体财务收支表"
        return f"{self._community.name}{year}年第{'一二三四'[int(rest) - 1]}季度居务公开"

    def _signed(self, day: date, *, from_hour: int = 9) -> Iterator[Step]:
        """Yield two reviews, the joint meeting's approval and the posting."""
        yield self._step(day, f"{from_hour:02}:20", "sup-1", "review")
        yield self._step(day, f"{from_hour + 1:02}:05", "sup-2", "review")
        yield self._step(day, f"{from_hour + 5}:30", "clerk/joint_clerk", "approve")
        yield self._step(day, f"{from_hour + 7}:30", "publisher", "publish", channel="board")

    def _afterwards(self, posted: date) -> Iterator[Step]:
        match self._odd:
            case "corrected":
                yield from self._corrected(posted)
                return
            case "withdrawn":
                day = working(posted + 4 * DAY)
                yield self._step(day, "10:00", "publisher", "withdraw", reason="wrong_content")
                return
            case "challenged":
                yield from self._challenged(posted)
            case "asked" | "asked_in_vain":
                yield from self._asked(posted)
        days = 7 if posted < LAW_OF_2026 or self._odd == "taken_down_early" else 15
        down = working(posted + (days + 1) * DAY)
        if down <= date(2026, 5, 8):
            yield self._step(down, "08:50", "publisher", "take_down")
            if self._odd not in {"asked_in_vain", "taken_down_early"}:
                yield self._step(working(down, after=1), "08:55", "publisher", "archive")

    def _corrected(self, posted: date) -> Iterator[Step]:
        asked = working(posted, after=2)
        yield self._step(
            asked,
            "10:15",
            "publisher",
            "raise_query",
            text="公益支出与上月公示的项目对不上，是不是少列了一笔？",
            asker="居民丁",
        )
        yield self._step(
            asked,
            "15:40",
            "publisher",
            "answer_query",
            number=1,
            text="经核对，确有一笔 360.00 元的支出漏列，将更正后重新公布。",
        )
        again = working(asked, after=1)
        yield self._step(
            again,
            "08:40",
            "publisher",
            "revise",
            reason="wrong_amount",
            **self._content(complete=True),
        )
        yield from self._signed(again)
        yield self._step(working(again + 8 * DAY), "08:50", "publisher", "take_down")

    def _challenged(self, posted: date) -> Iterator[Step]:
        day = working(posted, after=2)
        yield self._step(
            day,
            "09:40",
            "publisher",
            "challenge",
            asker="居民戊",
            text="春节慰问支出没有列明细，认为公布的内容不实。",
        )
        yield step(
            at(working(day, after=5), "10:30"),
            "officer",
            "disclosure_item.decide_challenge",
            self.on,
            verdict="dismissed",
            text="经查，慰问明细附在凭证后，金额与公布一致，异议不成立，已当面说明。",
        )

    def _asked(self, posted: date) -> Iterator[Step]:
        day = working(posted, after=1)
        yield self._step(
            day,
            "10:25",
            "publisher",
            "raise_query",
            asker="居民己",
            text="门面租金是按什么标准收的？",
        )
        if self._odd == "asked":
            yield self._step(
                working(day, after=3),
                "11:00",
                "publisher",
                "answer_query",
                number=1,
                text="按 2024 年居民代表会议确定的标准，每平方米每月 28 元。",
            )

    def _drafted(self) -> dict[str, object]:
        about = {"unit": self._community.code, "code": self.code, "period": self.period}
        return about | self._content(complete=self._odd not in {"corrected", "returned"})

    def _content(self, *, complete: bool) -> dict[str, object]:
        if self.code != FINANCE:
            return {"title": self.title(), "text": _affairs(self._community, self.period)}
        fen = self._totals(complete=complete)
        return {
            "title": self.title(),
            "amounts": tuple(f"{of}={format_yuan(each)}" for of, each in fen.items()),
            "table": _table(self._community, self.period) if complete else None,
        }

    def _totals(self, *, complete: bool) -> dict[str, int]:
        fen = totals(self._community, date.fromisoformat(f"{self.period}-01"))
        if self._odd == "corrected" and not complete:
            fen["expense"] -= MISTYPED
            fen["closing"] += MISTYPED
        return fen

    def _step(self, day: date, time: str, post: str, act: str, /, **values: object) -> Step:
        given = {name: value for name, value in values.items() if value is not None}
        who = self._community.who(post)
        return step(at(day, time), who, f"disclosure_item.{act}", self.on, **given)


class Other(_Item):
    """An item no duty asks for: it covers the day it is of."""

    def __init__(self, community: Community, code: str, day: str, title: str, text: str) -> None:
        super().__init__(community, code, day)
        self._told = {"title": title, "text": text}

    def _content(self, *, complete: bool) -> dict[str, object]:  # noqa: ARG002 - as declared
        return dict(self._told)


def _affairs(community: Community, quarter: str) -> str:
    base = community.households
    return AFFAIRS[quarter].format(a=base // 90, b=base // 140, c=base // 75, d=base // 3)


def _table(community: Community, period: str) -> str:
    found = vouchers(community, date.fromisoformat(f"{period}-01"))
    head = ["收支", "摘要", "金额（元）"]
    rows = [
        ["收入" if one.flow == "in" else "支出", one.text, format_yuan(one.fen)] for one in found
    ]
    return msgspec.json.encode([head, *rows]).decode()


chapter = Chapter(name="disclosure", zh="居务公开", steps=steps, units=UNITS, members=MEMBERS)
