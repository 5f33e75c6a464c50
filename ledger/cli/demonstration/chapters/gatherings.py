"""Gatherings the district counts by the year: publicity, training, talks, visits, patrols, surveys.

72 events and 20,000 leaflets, 16 trainings of 750 people, 326 talks, 106 problems solved on visits:
as many as the district's own account of itself says, or a few more where it says so many at least.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.cli.demonstration.cast import STREET
from ledger.cli.demonstration.chapters.sessions import (
    CLERKS,
    FIRST,
    LAST,
    LESSONS,
    PLACES,
    place_of,
)
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
from ledger.rules.periods import between as periods

EVENTS, TRAININGS, TALKS, SOLVED = 72, 16, 326, 106
AWARE = (81, 86, 91)
"""How many households in a hundred knew the covenant in 望江, survey by survey."""
KNOWN_LESS = {"north": 0, "south": 2, "east": 3}
"""How many fewer in the others."""
TITLES = (
    "移风易俗倡议",
    "邻里守望故事会",
    "好家风分享",
    "文明祭扫宣传",
    "婚事新办茶话会",
    "敬老饺子宴",
    "垃圾分类小课堂",
    "楼栋邻居节",
    "文明养犬倡议",
    "国学诵读",
    "反对浪费讲座",
    "志愿精神分享会",
)
STANDS = ("农贸市场门口", "社区小广场", "公交站旁", "学校门口", "江边步道", "超市门前")
ROUNDS = (
    "楼道消防",
    "江边护栏",
    "电动车充电",
    "校园周边",
    "背街小巷",
    "出租房",
    "工地围挡",
    "独居老人探访",
)


def steps(share: int = 1) -> Iterator[Step]:
    """Yield them all."""
    yield from _publicity(max(4, EVENTS // share))
    yield from _trainings(max(2, TRAININGS // share))
    yield from _talks(max(6, TALKS // share))
    yield from _visits()
    yield from _patrols(max(1, share // 2))
    yield from _surveys()


def _publicity(count: int) -> Iterator[Step]:
    occasions = (
        "3·15 消费维权",
        "6·26 国际禁毒日",
        "12·4 国家宪法日",
        "综治宣传月",
        "防范养老诈骗",
        "农民工维权",
        "民法典宣传月",
    )
    for number, day in spread(count, FIRST, date(2026, 4, 30)):
        unit = (STREET, *PLACES)[number % 4]
        leaflets = 20_880 // 72 + number % 7
        yield step(
            at(day, "17:05"),
            CLERKS[unit],
            "session.hold",
            f"session/publicity-{number}",
            unit=unit,
            code="law_publicity",
            present=between(40, 180, "publicity", number),
            title=f"{pick(occasions, number)}集中宣传",
            place=pick(STANDS, number),
            counts=(f"leaflets={leaflets}",),
        )


def _trainings(count: int) -> Iterator[Step]:
    for number, day in spread(count, date(2025, 5, 20), date(2026, 4, 20)):
        people = 44 + number % 9
        yield step(
            at(day, "17:10"),
            CLERKS[STREET],
            "session.hold",
            f"session/training-{number}",
            unit=STREET,
            code="law_training",
            present=people,
            place="街道党群中心",
            title=f"法律明白人培训第 {number} 期：{pick(LESSONS, 'training', number)}",
            counts=(f"trained={people}",),
        )


def _talks(count: int) -> Iterator[Step]:
    for number, day in spread(count, FIRST, date(2026, 5, 7)):
        unit = PLACES[number % 3]
        turn = TITLES[(number * 5 + number // 12) % len(TITLES)]
        yield step(
            at(day, "17:20"),
            CLERKS[unit],
            "session.hold",
            f"session/talk-{number}",
            unit=unit,
            code="moral_talk",
            present=between(18, 95, "talk", number),
            title=f"{turn}（{pick(STANDS, 'talk', number)}）",
            place=place_of(unit),
        )


def _visits() -> Iterator[Step]:
    """Leaders' visits of five quarters at the street and its communities: 106 problems solved."""
    number = 0
    for period in periods("quarter", date(2025, 4, 1), LAST):
        for unit in (STREET, *PLACES):
            number += 1
            day = working(max(period.first, FIRST) + (9 + 4 * (number % 5)) * DAY)
            odd = (unit, str(period)) == (PLACES[1], "2025Q3")
            solved = 6 if number <= 6 else 5
            recorded = working(period.last + 12 * DAY) if odd else day
            occurred = recorded if odd else day
            yield step(
                at(recorded, "17:30"),
                CLERKS[unit],
                "session.hold",
                f"session/visit-{number}",
                unit=unit,
                code="leader_visit",
                occ=occurred.isoformat(),
                period=str(period),
                present=between(5, 9, "visit", number),
                outcome="problems_found",
                title="联系点走访",
                place=place_of(unit),
                counts=(f"problems_solved={solved}",),
            )
            if number == 3:
                yield from _told_in_full(f"session/visit-{number}", unit, day)


def _told_in_full(on: str, unit: str, day: date) -> Iterator[Step]:
    clerk = CLERKS[unit]
    for turn, (name, capacity) in enumerate(
        (("裴远行（示例）", "联系领导"), ("居民庚", "楼栋长"), ("居民辛", "居民代表")), start=1
    ):
        yield step(
            at(day, f"17:3{turn}"), clerk, "session.attend", on, attendee=name, capacity=capacity
        )
    yield step(
        at(day, "17:40"),
        clerk,
        "session.raise_problem",
        on,
        raised_by="居民辛",
        text="三栋到菜市场的小路没有路灯，老人晚上不敢走。",
    )


def _patrols(every: int) -> Iterator[Step]:
    """Patrols of the grid workers, one a week each."""
    for week, day in enumerate(_weeks()):
        for turn, community in enumerate(COMMUNITIES):
            if (week + turn) % every:
                continue
            worker = community.grid_workers[week % 2]
            found = between(0, 5, "patrol", week, turn) == 0
            yield step(
                at(working(day + (turn + 1) * DAY), "16:45"),
                worker,
                "session.hold",
                f"session/patrol-{community.key}-{week}",
                unit=community.code,
                code="patrol",
                present=2,
                outcome="problems_found" if found else "nothing_found",
                title=f"{pick(ROUNDS, week, turn)}巡查",
                counts=(f"places={between(6, 18, 'places', week, turn)}",),
            )


def _surveys() -> Iterator[Step]:
    """Three surveys of the covenant in each community, each of more households."""
    for quarter, day in enumerate((date(2025, 9, 15), date(2025, 12, 15), date(2026, 3, 16))):
        for community in COMMUNITIES:
            asked = community.households * (quarter + 1) // 3
            yield step(
                at(day, "16:50"),
                community.grid_workers[0],
                "session.hold",
                f"session/survey-{community.key}-{quarter}",
                unit=community.code,
                code="covenant_survey",
                present=6,
                title="居规民约入户问卷",
                counts=tuple(
                    f"{of}={number}" for of, number in _answers(community, quarter, asked)
                ),
                text=f"全社区 {community.households} 户，问卷 {asked} 份，按网格核对后汇总。",
            )


def _answers(community: Community, quarter: int, asked: int) -> Iterator[tuple[str, int]]:
    """Yield what is counted: every household has the covenant, and more know it each time."""
    aware = AWARE[quarter] - KNOWN_LESS[community.key]
    shares = {"asked": 100, "reached": 100, "aware": aware, "keeping": aware + 4}
    for of, percent in sorted(shares.items()):
        yield of, -(-asked * percent // 100)


def _weeks() -> Iterator[date]:
    day = date(2025, 5, 12)
    while day <= date(2026, 5, 4):
        yield day
        day += timedelta(weeks=1)


chapter = Chapter(name="gatherings", zh="宣传走访", steps=steps, units=UNITS, members=MEMBERS)
