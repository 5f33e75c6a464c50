"""Service orders: a resident orders, the grid submits, the community issues, volunteers claim.

Each community publishes the three lists residents order from (S1-21). Confirming an order credits
the hours in the same submission. Every fourth is served and confirmed on the day it came; some are
called off, given back, or expire because nobody claimed them.
"""

from collections.abc import Iterator
from datetime import date

from ledger.cli.demonstration.chapters import volunteers
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

COUNT = 84
LISTS = ("needs", "resources", "programmes")
AT_ONCE = 4
"""One in so many orders is served on the day it came."""
WISHES = (
    (
        "order.home",
        "home_service",
        ("独居老人打扫房间", "更换灯泡和水龙头", "搬运家具", "换洗窗帘"),
    ),
    ("order.health", "health", ("陪同老人就医取药", "上门量血压", "术后康复陪护")),
    (
        "order.wish",
        "public_service",
        ("想要一副老花镜", "想拍一张全家福", "盼有人陪下棋", "想学用手机视频"),
    ),
    ("order.culture", "culture", ("教写春联", "辅导孩子作业", "组织楼栋观影")),
    ("order.ecology", "ecology", ("清理楼道杂物", "修剪院内树枝", "清洗公共垃圾桶")),
)
ENDS = {
    7: "cancelled",
    19: "expired",
    26: "released",
    40: "expired",
    58: "cancelled",
    80: "waiting",
}
"""Orders that were not served in the ordinary way, by number."""


def steps(share: int = 1) -> Iterator[Step]:
    """Yield the lists, and the life of every order."""
    for community in COMMUNITIES:
        for minute, code in enumerate(LISTS, 10):
            yield step(
                f"2025-06-06 09:{minute}", community.who("publisher"), "catalogue.publish",
                f"catalogue/{community.key}-{code}", unit=community.code, code=code,
            )  # fmt: skip
    for number, day in spread(max(9, COUNT // share), date(2025, 6, 9), date(2026, 5, 6)):
        yield from _Order(number, day, share).told(ENDS.get(number, ""))


class _Order:
    """One order, by its number."""

    def __init__(self, number: int, day: date, share: int) -> None:
        self._number, self._day, self._share = number, day, share
        self._on = f"case/order-{number}"
        self._community: Community = COMMUNITIES[number % 3]

    def told(self, end: str) -> Iterator[Step]:
        """Yield its steps."""
        issued = self._next(self._day)
        claimed = self._next(issued)
        yield self._ordered()
        yield self._step(self._day, "10:20", self._worker, "submit")
        if end == "cancelled":
            yield self._step(
                issued,
                "09:40",
                self._worker,
                "cancel",
                reason="by_reporter",
                text="老人家属已自行办理。",
            )
            return
        at_work = "10:40" if self._at_once else "09:30"
        yield self._step(issued, at_work, self._who("clerk/dispatcher"), "issue")
        if end == "expired":
            yield self._step(working(issued + 9 * DAY), "09:00", "policy", "expire")
            return
        if end == "waiting":
            return
        if end == "released":
            other = volunteers.account(self._community, self._member + 1)
            yield self._step(issued, "14:00", self._who("volunteers"), "claim", account=other)
            yield self._step(
                claimed, "08:45", self._who("volunteers"), "release", account=other, reason="clash"
            )
        yield from self._served(claimed)

    def _served(self, day: date) -> Iterator[Step]:
        account = volunteers.account(self._community, self._member)
        done = self._next(day)
        confirmed = self._next(done)
        minutes = 15 * between(3, 8, "minutes", self._number)
        yield self._step(day, "11:10", self._who("volunteers"), "claim", account=account)
        yield self._step(done, "17:00", self._worker, "complete", text="服务已完成，居民满意。")
        given = self._step(
            confirmed,
            "17:30" if self._at_once else "10:00",
            self._who("organiser"),
            "confirm",
            minutes=minutes,
            purpose=self._wish[1],
            day=done.isoformat(),
            start="14:30",
            accounts=(account,),
        )
        credit = step(given.at, given.who, "account.credit_order", account, order=self._on)
        yield given._replace(more=(credit,))
        if self._number % 3 == 0:
            yield self._step(
                working(confirmed, after=1),
                "15:30",
                "caller",
                "rate",
                responded=True,
                solved=True,
                satisfied=self._number % 12 != 0,
            )

    def _ordered(self) -> Step:
        category, _, about = self._wish
        text = pick(about, "about", self._number)
        return self._step(
            self._day,
            "09:20",
            self._worker,
            "receive",
            unit=self._community.code,
            kind="service_order",
            category=category,
            title=text,
            channel=pick(("phone", "window", "qr"), self._number),
            text=f"居民点单：{text}。",
        )

    @property
    def _at_once(self) -> bool:
        return self._number % AT_ONCE == 1

    def _next(self, day: date) -> date:
        """Return the day of the next step, after one on ``day``."""
        return day if self._at_once else working(day, after=1)

    @property
    def _wish(self) -> tuple[str, str, tuple[str, ...]]:
        return pick(WISHES, "wish", self._number)

    @property
    def _worker(self) -> str:
        return self._community.grid_workers[self._number % 2]

    @property
    def _member(self) -> int:
        """The number of the member who serves: of those who serve by orders alone."""
        first, last = volunteers.ORDERS_FROM, volunteers.members(self._community, self._share)
        return first + self._number // 3 % (last - first)

    def _who(self, post: str) -> str:
        return self._community.who(post)

    def _step(self, day: date, time: str, who: str, act: str, /, **values: object) -> Step:
        return step(at(day, time), who, f"case.{act}", self._on, **values)


chapter = Chapter(name="orders", zh="服务订单", steps=steps, units=UNITS, members=MEMBERS)
