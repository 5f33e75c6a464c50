"""Volunteers: three teams, their hours, one black vest; points earned and exchanged.

望江's team has 36 members, 青梧's just the 30 that are asked for, 月湾's 22: too few, as its board
shows. Hours are claimed by the clerk and confirmed by the organiser. One member passes 100 hours by
a little, one has exactly 100: a star, but no black vest. Orders of residents are another chapter.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import (
    DAY,
    Chapter,
    Step,
    at,
    between,
    pick,
    step,
    working,
)
from ledger.rules.calendars import add_months

SIZES = {"north": 36, "south": 30, "east": 22}
"""Members of each team; the district asks for 30."""
PURPOSES = ("ecology", "peace", "health", "culture", "home_service", "public_service")
WORKS = {
    "ecology": "清洁江边步道",
    "peace": "夜间平安巡逻",
    "health": "老人量血压",
    "culture": "教老人用手机",
    "home_service": "上门打扫",
    "public_service": "创文路口值守",
}
SURNAMES = "田杨吴龙罗冉石安陶任严覃滕麻向满张代黎简舒姚文侯"
GIVEN = (
    "春梅",
    "大海",
    "小燕",
    "志强",
    "秀珍",
    "建国",
    "玉兰",
    "永康",
    "雪梅",
    "光明",
    "桂香",
    "立新",
    "晓东",
    "佳慧",
    "长林",
    "美云",
    "思源",
    "红英",
    "国庆",
    "丽华",
)
SUNDAY = 6
REGULAR = {
    ("north", 1): (27, 240),
    ("north", 2): (39, 465),
    ("south", 1): (25, 240),
    ("east", 1): (14, 180),
}
"""Members who serve every Saturday: how many of them, and minutes each time."""
LAST = 4
"""The member of whom something odd is told."""
ORDERS_FROM = 13
"""Members from this number on serve by orders alone."""


def members(community: Community, share: int) -> int:
    """Return how many members a team has."""
    return max(ORDERS_FROM + 2, SIZES[community.key] // share)


def account(community: Community, number: int) -> str:
    """Return the name of a member's account of hours."""
    return f"account/hours-{community.key}-{number}"


def steps(share: int = 1) -> Iterator[Step]:
    """Yield how the teams were formed and what each member served."""
    for community in COMMUNITIES:
        size = members(community, share)
        for number in range(1, size + 1):
            yield from _joined(community, number)
            if regular := REGULAR.get((community.key, number)):
                yield from _regular(community, number, *regular)
        yield from _together(community, size)
        yield from _points(community)
    yield from _odd()


def name(community: Community, number: int) -> str:
    """Return a member's invented name."""
    surname = SURNAMES[(number * 7 + len(community.key)) % len(SURNAMES)]
    return f"{surname}{pick(GIVEN, community.key, number)}（示例）"


def _joined(community: Community, number: int) -> Iterator[Step]:
    on, clerk = account(community, number), community.who("volunteers")
    called = name(community, number)
    day = working(date(2025, 5, 8) + (number // 6) * DAY)
    yield step(
        at(day, "09:00"),
        clerk,
        "account.open",
        on,
        unit=community.code,
        kind="volunteer_hours",
        category="staff" if number % 9 == 0 else "resident",
        full_name=called,
    )
    yield step(
        at(day, "10:00"),
        clerk,
        "account.join",
        on,
        team=community.team,
        purpose=pick(PURPOSES, community.key, number),
    )
    if number % 2:
        yield step(at(day, "11:00"), clerk, "account.give_consent", on, shown_name=called)


def _confirmed(
    community: Community, number: int, services: Sequence[tuple[date, str, int, str]]
) -> Iterator[Step]:
    """Yield services (day, start, minutes, purpose), claimed that evening and confirmed after."""
    on = account(community, number)
    for item, (day, start, minutes, purpose) in enumerate(sorted(services), start=1):
        yield step(
            at(day, "18:10"),
            community.who("volunteers"),
            "account.claim",
            on,
            amount=minutes,
            purpose=purpose,
            day=day.isoformat(),
            start=start,
            text=WORKS[purpose],
        )
        yield step(
            at(working(day + DAY), "17:40"),
            community.who("organiser"),
            "account.confirm",
            on,
            item=item,
            unrelated=True,
        )


def _together(community: Community, size: int) -> Iterator[Step]:
    """Yield what the members with no Saturday of their own served: a few of them each month."""
    free = [
        each for each in range(1, size + 1) if (community.key, each) not in REGULAR and each != LAST
    ]
    served: dict[int, list[tuple[date, str, int, str]]] = {}
    for month in range(12):
        day = add_months(date(2025, 5, 18), month)
        day += (SUNDAY - day.weekday()) % 7 * DAY
        purpose = PURPOSES[(month + len(community.key)) % len(PURPOSES)]
        for number in free:
            if number < ORDERS_FROM and (number + month) % 2:
                minutes = 30 * between(3, 6, community.key, month, number)
                served.setdefault(number, []).append((day, "08:30", minutes, purpose))
    for number, services in served.items():
        yield from _confirmed(community, number, services)


def _regular(community: Community, number: int, times: int, minutes: int) -> Iterator[Step]:
    purpose = PURPOSES[(number + len(community.key)) % 2]
    first = date(2025, 5, 24)
    services = [(first + 7 * turn * DAY, "08:30", minutes, purpose) for turn in range(times)]
    yield from _confirmed(community, number, services)


def _odd() -> Iterator[Step]:
    """Yield a day with more hours than is likely, an entry booked back, a consent taken back."""
    north, south, _ = COMMUNITIES
    long_day = date(2025, 8, 30)
    yield from _confirmed(north, LAST, [(long_day, "07:00", 560, "ecology")])
    on = account(south, LAST)
    yield from _confirmed(south, LAST, [(date(2025, 9, 13), "09:00", 180, "peace")])
    yield step(
        "2025-09-17 10:20",
        south.who("volunteers"),
        "account.reverse",
        on,
        item=1,
        reason="mistaken",
        text="当日活动因雨取消，误报，冲回。",
    )
    yield step(
        "2025-12-03 09:15", south.who("volunteers"), "account.withdraw_consent", account(south, 3)
    )
    for community, number in ((north, 1), (north, 2), (south, 1)):
        yield step(
            "2026-05-06 15:10",
            community.who("volunteers"),
            "account.certify",
            account(community, number),
        )


def _points(community: Community) -> Iterator[Step]:
    """Yield the points of two members: earned each half-year, some exchanged in between."""
    clerk, organiser = community.who("volunteers"), community.who("organiser")
    for number in (1, 2):
        on = f"account/points-{community.key}-{number}"
        yield step(
            "2025-06-03 09:20",
            clerk,
            "account.open",
            on,
            unit=community.code,
            kind="points",
            category="resident",
            full_name=name(community, number),
        )
        for item, (day, flow, amount, purpose, text) in enumerate(POINTS, start=1):
            yield step(
                f"{day} 15:05",
                clerk,
                "account.claim",
                on,
                amount=amount + number,
                purpose=purpose,
                day=day,
                flow=flow,
                text=text,
            )
            yield step(f"{day} 16:35", organiser, "account.confirm", on, item=item, unrelated=True)


POINTS = (
    ("2025-09-30", "in", 60, "service", "第三季度服务积分"),
    ("2025-12-31", "in", 45, "service", "第四季度服务积分"),
    ("2026-01-20", "out", 50, "exchange", "兑换大米一袋"),
    ("2026-03-31", "in", 30, "service", "第一季度服务积分"),
)

chapter = Chapter(name="volunteers", zh="志愿服务", steps=steps, units=UNITS, members=MEMBERS)
