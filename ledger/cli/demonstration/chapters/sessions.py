"""Sessions: meetings, classes and duty days, once in each of their periods, over twelve months.

Each is recorded in the evening of its day. ``ODD`` tells what was called off, forgotten, or put on
record weeks later.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ledger.cli.demonstration.cast import DISTRICT, GRID_1, GRID_2, STREET
from ledger.cli.demonstration.communities import COMMUNITIES, EAST, MEMBERS, UNITS
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
from ledger.rules.periods import Kind
from ledger.rules.periods import between as periods

FIRST, LAST = date(2025, 5, 6), date(2026, 5, 8)
CLERKS = {
    DISTRICT: "district-clerk",
    STREET: "street-clerk",
    **{each.code: each.who("clerk") for each in COMMUNITIES},
    GRID_1: COMMUNITIES[0].who("clerk"),
    GRID_2: COMMUNITIES[1].who("clerk"),
    f"{EAST}-01": COMMUNITIES[2].who("clerk"),
}
"""Who records the sessions of a unit."""
PLACES = tuple(each.code for each in COMMUNITIES)
GRIDS = (GRID_1, GRID_2, f"{EAST}-01")

LESSONS = (
    "民法典里的邻里关系",
    "谨防电信网络诈骗",
    "家庭教育促进法要点",
    "劳动合同与工资支付",
    "老年人权益保障",
    "未成年人保护",
    "消防安全与法律责任",
    "道路交通安全",
    "禁毒知识",
    "物业服务与业主权利",
    "个人信息保护",
    "信访工作条例解读",
    "赡养与继承",
    "租房合同常见问题",
    "高空抛物的法律后果",
    "人民调解怎么申请",
    "新修订的居民委员会组织法",
)


class Habit(NamedTuple):
    """A kind of session a unit holds once in each period, on a day counted from its first."""

    code: str
    units: tuple[str, ...]
    every: Kind
    offset: int
    people: tuple[int, int]
    titles: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    counts: tuple[tuple[str, int, int], ...] = ()
    body: bool = False


HABITS = (
    Habit("law_class", PLACES, "week", 2, (16, 52), LESSONS, counts=(("leaflets", 20, 60),)),
    Habit(
        "legal_aid_day",
        (STREET,),
        "week",
        5,
        (3, 14),
        ("法律援助日接待",),
        counts=(("consultations", 3, 14),),
    ),
    Habit(
        "smart_meeting",
        (STREET,),
        "month",
        20,
        (7, 11),
        ("智慧社区数据核对会", "跨部门联席调度会"),
        ("resolved", "noted"),
        (("tasks", 2, 6),),
        body=True,
    ),
    Habit(
        "family_education",
        PLACES,
        "month",
        13,
        (14, 36),
        ("亲子沟通", "隔代教养", "手机与孩子", "青春期陪伴", "家校共育"),
        counts=(("trained", 14, 36),),
    ),
    Habit(
        "joint_meeting",
        (DISTRICT, STREET, *PLACES),
        "quarter",
        24,
        (8, 13),
        ("基层治理联席会议",),
        ("resolved",),
        (("tasks", 3, 7),),
        body=True,
    ),
    Habit(
        "grid_party_meeting",
        GRIDS,
        "quarter",
        33,
        (7, 11),
        ("网格党组织会议",),
        ("resolved", "noted"),
        body=True,
    ),
    Habit(
        "deliberation_meeting",
        PLACES,
        "quarter",
        44,
        (18, 33),
        ("停车位怎么分", "电动车充电点选址", "老年食堂怎么办", "楼道堆物整治", "小广场开放时间"),
        ("resolved",),
        body=True,
    ),
    Habit("inspection_report", PLACES, "quarter", 80, (3, 4), ("居务监督季度报告",), ("noted",)),
    Habit(
        "residents_representatives",
        PLACES,
        "half",
        75,
        (44, 58),
        ("居民代表会议",),
        ("resolved",),
        body=True,
    ),
)

ODD = {
    ("law_class", PLACES[1], "2025-W27"): "weather",
    ("law_class", PLACES[2], "2025-W33"): "late",
    ("law_class", PLACES[2], "2025-W41"): "missing",
    ("law_class", PLACES[0], "2026-W08"): "missing",
    ("law_class", PLACES[1], "2026-W08"): "missing",
    ("law_class", PLACES[2], "2026-W08"): "missing",
    ("legal_aid_day", STREET, "2025-W40"): "missing",
    ("legal_aid_day", STREET, "2026-W08"): "missing",
    ("family_education", PLACES[1], "2025-08"): "missing",
    ("family_education", PLACES[2], "2025-12"): "late",
    ("deliberation_meeting", PLACES[2], "2025Q4"): "missing",
    ("grid_party_meeting", GRIDS[1], "2025Q3"): "missing",
    ("deliberation_meeting", PLACES[1], "2026Q1"): "withdrawn",
    ("inspection_report", PLACES[0], "2025Q4"): "missing",
    ("joint_meeting", PLACES[2], "2025Q3"): "late",
    ("residents_representatives", PLACES[2], "2026H1"): "missing",
}
"""What did not go as it should: kind, unit, period, what happened."""


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield every session of the twelve months."""
    for habit in HABITS:
        for unit in habit.units:
            for number, period in enumerate(periods(habit.every, date(2025, 5, 1), LAST)):
                yield from _held(habit, unit, number, str(period), period.first)
    yield from _coming()


def _held(habit: Habit, unit: str, number: int, period: str, first: date) -> Iterator[Step]:
    """Yield a habit's session of one period, or what came in its way."""
    odd = ODD.get((habit.code, unit, period), "")
    weekend = habit.code == "legal_aid_day"
    day = first + habit.offset * DAY
    day = day if weekend else working(day)
    on, clerk = f"session/{habit.code}-{unit}-{period}", CLERKS[unit]
    if odd == "missing" or day > LAST or day < FIRST:
        return
    title = habit.titles[(number + int(unit[-2:])) % len(habit.titles)]
    if odd == "weather":
        yield step(
            at(working(first), "09:10"),
            clerk,
            "session.plan",
            on,
            unit=unit,
            code=habit.code,
            day=day.isoformat(),
            title=title,
            place="社区小广场",
        )
        yield step(at(day, "08:20"), clerk, "session.cancel", on, reason="weather")
        return
    recorded = working(day + 24 * DAY) if odd == "late" else day
    yield step(
        at(recorded, "17:15"),
        clerk,
        "session.hold",
        on,
        unit=unit,
        code=habit.code,
        occ=day.isoformat(),
        title=title,
        place=place_of(unit),
        period=period,
        **_numbers(habit, unit, period),
    )
    if odd == "withdrawn":
        yield step(
            at(working(day, after=6), "10:00"), clerk, "session.withdraw", on, reason="mistaken"
        )


def _numbers(habit: Habit, unit: str, period: str) -> dict[str, object]:
    low, high = habit.people
    about = (habit.code, unit, period)
    present = between(low, high, *about)
    values: dict[str, object] = {"present": present}
    if habit.body:
        values["expected"] = max(present, high)
    if habit.outcomes:
        values["outcome"] = pick(habit.outcomes, *about)
    if habit.counts:
        values["counts"] = tuple(
            f"{of}={between(least, most, of, *about)}" for of, least, most in habit.counts
        )
    return values


def place_of(unit: str) -> str:
    """Return where a unit meets."""
    return {DISTRICT: "区综治中心", STREET: "街道服务中心"}.get(unit, "社区议事厅")


def _coming() -> Iterator[Step]:
    """What is called for the weeks after the story ends."""
    for turn, community in enumerate(COMMUNITIES):
        for week in range(1, 4):
            day = date(2026, 5, 13) + timedelta(weeks=week - 1)
            yield step(
                at(date(2026, 5, 8), "16:20"),
                community.who("clerk"),
                "session.plan",
                f"session/coming-{community.key}-{week}",
                unit=community.code,
                code="law_class",
                day=day.isoformat(),
                place="社区议事厅",
                title=LESSONS[(turn * 3 + week) % len(LESSONS)],
            )


chapter = Chapter(name="sessions", zh="会议活动", steps=steps, units=UNITS, members=MEMBERS)
