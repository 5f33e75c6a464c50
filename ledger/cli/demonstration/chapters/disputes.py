"""Disputes: the district's 408 mediated, most to an agreement, and those that were not.

Told briefly: reported, undertaken, given to a mediator, settled, closed by somebody else. What the
parties said is sealed; here it is put together from who, over what, and where.
"""

from collections.abc import Iterator
from datetime import date

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import (
    DAY,
    Chapter,
    Step,
    at,
    between,
    pick,
    spread,
    step,
    working,
)

MEDIATED = 408
"""Disputes mediated to an end, agreed or not, those of other chapters among them."""
TOLD = 2
"""One of them is among the street's cases, one is told step by step."""
FAILED, REFUSED, OPEN = 23, 9, 11
"""Of these mediation failed; others a party would not have mediated; some are still open."""
FIRST, LAST = date(2025, 5, 7), date(2026, 3, 31)
MEDIATORS = ("mediator", "mediator-2", "mediator-3")
MATTERS = (
    (
        "dispute.neighbour",
        "邻里纠纷",
        (
            "楼上漏水泡坏吊顶",
            "过道堆放杂物",
            "深夜噪声影响休息",
            "空调外机滴水",
            "树枝伸进邻家阳台",
            "宠物伤人",
            "共用墙开裂",
        ),
    ),
    (
        "dispute.property",
        "物业纠纷",
        ("物业费抵扣地下车位", "电梯维修分摊", "小区停车收费", "公共收益去向", "门禁更换费用"),
    ),
    (
        "dispute.family",
        "婚姻家庭纠纷",
        ("老人赡养轮流安排", "彩礼返还", "分家析产", "子女探望时间"),
    ),
    (
        "dispute.contract",
        "合同纠纷",
        ("装修工期延误", "房屋租赁押金不退", "预付卡退费", "店铺转让欠款", "家电维修质量"),
    ),
    (
        "dispute.labour",
        "劳动争议",
        ("工地欠付工资", "离职工资结算", "试用期加班费", "临工受伤补偿"),
    ),
    (
        "dispute.injury",
        "损害赔偿纠纷",
        ("电动车刮擦赔偿", "晾晒物坠落伤人", "商场滑倒赔偿", "儿童玩耍受伤"),
    ),
    ("dispute.land", "土地山林纠纷", ("菜地边界", "宅基地通行", "征收补偿分配")),
)
TERMS = (
    "双方当场和解，互相道歉。",
    "达成协议，十日内修复并验收。",
    "分三期付清，首期已付。",
    "各担一半费用，当日付清。",
    "停止影响，签订邻里公约。",
    "退还押金，扣除水电费。",
    "由责任方承担医药费和误工费。",
    "按月轮流照料，费用均摊。",
)
PLACES = (
    "滨江路",
    "梧桐巷",
    "老粮站",
    "锦江苑",
    "和平里",
    "育才路",
    "桥头片区",
    "安置小区",
    "新华巷",
)


def steps(share: int = 1) -> Iterator[Step]:
    """Yield the life of every dispute."""
    ends = [
        end
        for end, count in (
            ("agreed", MEDIATED - FAILED - TOLD),
            ("failed", FAILED),
            ("refused", REFUSED),
        )
        for _ in range(max(2, count // share))
    ]
    # Those that failed are scattered among those that did not, always the same way.
    order = sorted(range(len(ends)), key=lambda number: between(0, 999_983, "order", number))
    for (number, day), which in zip(spread(len(ends), FIRST, LAST), order, strict=True):
        yield from _Dispute(number, day).told(ends[which])
    for number, day in spread(max(2, OPEN // share), date(2026, 4, 13), date(2026, 5, 7)):
        yield from _Dispute(10_000 + number, day).told("open")


class _Dispute:
    """One dispute, by its number."""

    def __init__(self, number: int, day: date) -> None:
        self._number, self._day = number, day
        self._on = f"case/dispute-{number}"
        self._mediator = MEDIATORS[number % 3]

    @property
    def _community(self) -> Community:
        return COMMUNITIES[(self._number * 7 + self._number // 3) % 3]

    def told(self, end: str) -> Iterator[Step]:
        """Yield its steps; the desk is busy in the morning, agreements come in the afternoon."""
        begun = working(self._day, after=1)
        given = working(begun, after=1)
        yield self._received()
        if end == "refused":
            yield self._step(
                begun,
                1,
                "intake",
                "refuse",
                reason="party_refuses",
                text="一方明确表示不接受调解，已告知诉讼途径。",
            )
            return
        yield self._step(begun, 1, "intake", "accept")
        yield self._step(given, 2, "coordinator", "assign", handler=self._mediator)
        if end == "open":
            return
        length = self._vary(2, 40 if self._number % 29 == 0 else 19, "length")
        settled = working(given + length * DAY)
        yield self._step(settled, 3, self._mediator, "resolve", **self._outcome(end))
        yield self._step(working(settled, after=1), 4, "coordinator", "close")

    def _outcome(self, end: str) -> dict[str, str]:
        if end == "failed":
            return {
                "outcome": "mediation_failed",
                "text": "分歧较大，调解不成，已告知可仲裁或起诉。",
            }
        written = self._number % 5 != 0
        text = pick(TERMS, "terms", self._number)
        return {"outcome": "agreed_written" if written else "agreed_oral", "text": text}

    def _received(self) -> Step:
        category, called, about = pick(MATTERS, "matter", self._number)
        matter, place = pick(about, "about", self._number), PLACES[self._number * 4 % len(PLACES)]
        house = self._vary(1, 32, "house")
        worker = self._number % 2 == 0
        form = f'{{"parties":{self._vary(2, 4, "parties")}}}'
        if category in {"dispute.contract", "dispute.labour", "dispute.injury"}:
            fen = self._vary(6, 480, "sum") * 10_000
            form = form[:-1] + f',"sum_fen":{fen}}}'
        return self._step(
            self._day,
            0,
            self._community.grid_workers[0] if worker else "intake",
            "receive",
            unit=self._community.code,
            kind="dispute",
            category=category,
            form=form,
            channel="patrol" if worker else pick(("phone", "window", "visit"), self._number),
            title=f"{place}{house}号{matter}",
            place=f"{place}{house}号",
            text=f"{place}{house}号居民反映{matter}，{called}，双方愿意调解。",
        )

    def _vary(self, low: int, high: int, about: str) -> int:
        return between(low, high, about, self._number)

    def _step(self, day: date, turn: int, who: str, act: str, /, **values: object) -> Step:
        minute = self._number % 7
        time = f"{'09:0' if turn < 3 else '16:4'}{minute}"
        return step(at(day, time), who, f"case.{act}", self._on, **values)


chapter = Chapter(name="disputes", zh="矛盾化解", steps=steps, units=UNITS, members=MEMBERS)
