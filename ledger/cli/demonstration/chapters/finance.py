"""Collective finance: a fund for each community, twelve months of vouchers, each month closed.

Vouchers are claimed as they come in. Late in the month three of the supervision committee review
them in one sitting, the secretary and the director cosign what was spent, and the agency accountant
books them all. One is turned down for want of a receipt; one that was booked twice is booked back.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import Chapter, Step, at, between, pick, step, working
from ledger.rules.calendars import add_months

FIRST = date(2025, 5, 1)
MONTHS = tuple(add_months(FIRST, number) for number in range(12))
OPENING = {"north": 18_642_055, "south": 9_310_840, "east": 5_127_600}
"""What the funds held when their accounts were opened, in fen."""


class Voucher(NamedTuple):
    """So much money in or out: what for, how it reads, who paid or was paid."""

    flow: str
    purpose: str
    fen: int
    text: str
    payee: str


RENTS = {"north": 860_000, "south": 420_000, "east": 265_000}
REGULAR = (
    ("out", "salary", 312_000, "保洁员、保安员当月劳务费", "社区保洁安保组"),
    ("out", "office", 38_600, "办公用品和水电费", "城关文具店、供电所"),
)
WORKS = (
    ("更换楼道感应灯 {n} 盏", "construction", 8_500, "河西电料行"),
    ("疏通化粪池 {n} 处", "construction", 26_000, "便民疏通队"),
    ("修补步道地砖 {n} 平方米", "construction", 7_800, "江口砖石店"),
    ("慰问高龄老人 {n} 户", "welfare", 20_000, "社区慰问专户"),
    ("购置活动室桌椅 {n} 套", "office", 32_000, "和平家具店"),
    ("更换健身器材 {n} 件", "construction", 68_000, "康体器材店"),
    ("困难学生助学 {n} 名", "welfare", 50_000, "社区助学专户"),
)


def vouchers(community: Community, month: date) -> tuple[Voucher, ...]:
    """Return the vouchers of a month, as booked in it."""
    key = community.key
    found = [Voucher("in", "rent", RENTS[key], "沿街门面当月租金", "门面承租户")]
    if month.month in {6, 9, 12, 3}:
        found.append(Voucher("in", "subsidy", 450_000, "社区服务群众专项经费", "街道财政所"))
        fen = between(8_000, 19_000, key, month, "interest")
        found.append(Voucher("in", "interest", fen, "存款季度结息", "农村商业银行"))
    if month.month == 1:
        found.append(Voucher("in", "donation", 600_000, "爱心企业春节捐赠", "锦江商会"))
    found += [Voucher(*each) for each in REGULAR]
    for turn in range(between(1, 2, key, month, "works")):
        text, purpose, fen, payee = pick(WORKS, key, month.month, turn)
        number = between(3, 9, key, month, turn)
        found.append(Voucher("out", purpose, fen * number, text.format(n=number), payee))
    return tuple(found)


def totals(community: Community, month: date) -> dict[str, int]:
    """Return opening, income, expense and closing of a month in fen."""
    opening = OPENING[community.key]
    for each in MONTHS:
        own = vouchers(community, each)
        income = sum(one.fen for one in own if one.flow == "in")
        expense = sum(one.fen for one in own if one.flow == "out")
        closing = opening + income - expense
        if each == month:
            break
        opening = closing
    return {"opening": opening, "income": income, "expense": expense, "closing": closing}


def _fund(community: Community) -> str:
    return f"account/fund-{community.key}"


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield what became of each fund."""
    for each in COMMUNITIES:
        fund, opening = _fund(each), OPENING[each.key]
        yield step(
            "2025-05-06 09:30",
            "accountant",
            "account.open",
            fund,
            unit=each.code,
            kind="fund",
            opening=opening,
            since="2025-05",
        )
        books = _Books(each)
        for month in MONTHS:
            yield from books.month(month)
        yield from books.waiting(date(2026, 5, 7))


class _Books:
    """The books of one fund: items are numbered in the order they are claimed."""

    def __init__(self, community: Community) -> None:
        self._community = community
        self._fund = _fund(community)
        self._item = 0

    def month(self, month: date) -> Iterator[Step]:
        """Yield the vouchers of a month, and its closing on the first days of the next."""
        booked = []
        for number, voucher in enumerate(vouchers(self._community, month), start=1):
            day = working(month + timedelta(days=5 + 3 * number))
            yield self._claim(voucher, day, f"{month:%Y%m}-{number:02}")
            booked.append((self._item, voucher.flow))
        yield from self._settled(booked, day)
        if (self._community.key, month) == ("south", date(2025, 9, 1)):
            yield from self._turned_down(working(month + timedelta(days=24)))
        if (self._community.key, month) == ("north", date(2026, 2, 1)):
            yield from self._booked_twice(working(month + timedelta(days=25)))
        closed = working(add_months(month, 1) + timedelta(days=1))
        yield step(at(closed, "09:05"), "accountant", "account.close_period", self._fund)

    def waiting(self, day: date) -> Iterator[Step]:
        """Yield a voucher that still lacks signatures when the story ends."""
        yield self._claim(Voucher("out", *REGULAR[1][1:]), day, "202605-01")
        signers = {"north": 2, "south": 1, "east": 3}[self._community.key]
        for turn in range(signers):
            yield step(
                at(day, f"1{turn}:20"),
                self._who(f"sup-{turn + 1}"),
                "account.confirm",
                self._fund,
                item=self._item,
            )

    def _claim(self, voucher: Voucher, day: date, number: str) -> Step:
        self._item += 1
        return step(
            at(day, "09:10"),
            self._who("claims"),
            "account.claim",
            self._fund,
            amount=voucher.fen,
            purpose=voucher.purpose,
            day=day.isoformat(),
            flow=voucher.flow,
            text=voucher.text,
            payee=voucher.payee,
            voucher=f"凭证 {number}",
        )

    def _settled(self, items: Sequence[tuple[int, str]], day: date) -> Iterator[Step]:
        """Yield how items (number, flow) are reviewed, cosigned and booked, by each in one go."""
        every, spent = [item for item, _ in items], [item for item, flow in items if flow == "out"]
        signers = [(f"sup-{number}", every) for number in (1, 2, 3)]
        signers += [("secretary", spent), ("director", spent)]
        for turn, (signer, own) in enumerate(signers):
            yield self._each(at(day, f"1{turn}:20"), self._who(signer), "confirm", own)
        yield self._each(at(day, "16:40"), "accountant", "post", every)

    def _each(self, moment: str, who: str, act: str, items: Sequence[int]) -> Step:
        """Return one submission that does the same to each item."""
        first, *more = (
            step(moment, who, f"account.{act}", self._fund, item=item) for item in items
        )
        return first._replace(more=tuple(more))

    def _turned_down(self, day: date) -> Iterator[Step]:
        entertained = Voucher("out", "other_expense", 128_000, "接待餐费", "临江饭店")
        yield self._claim(entertained, day, "待补")
        yield step(
            at(day, "11:05"),
            self._who("sup-2"),
            "account.reject",
            self._fund,
            item=self._item,
            reason="no_evidence",
            text="无事由、无菜单，不合规定，退回。",
        )

    def _booked_twice(self, day: date) -> Iterator[Step]:
        again = Voucher("out", "office", 38_600, "办公用品和水电费", "城关文具店、供电所")
        yield self._claim(again, day, "重复")
        yield from self._settled([(self._item, again.flow)], day)
        yield step(
            at(working(day + timedelta(days=1)), "10:10"),
            self._who("claims"),
            "account.reverse",
            self._fund,
            item=self._item,
            reason="duplicate",
            text="与本月同一凭证重复，冲正。",
        )

    def _who(self, post: str) -> str:
        return self._community.who(post)


chapter = Chapter(name="finance", zh="集体财务", steps=steps, units=UNITS, members=MEMBERS)
