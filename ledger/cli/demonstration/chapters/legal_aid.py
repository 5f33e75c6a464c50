"""Legal aid: the district's 213 cases, asked for on legal aid days and at the window.

Its two advisers put up notices of how they are reached.
"""

from collections.abc import Iterator
from datetime import date

from ledger.cli.demonstration.cast import STREET
from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS
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

COUNT = 213
ADVISERS = ("adviser-1", "adviser-2")
MATTERS = (
    (
        "aid.labour",
        ("餐馆拖欠两个月工资", "工地结算少算工时", "被辞退未付补偿", "工伤认定材料缺失"),
        "aid.represented",
    ),
    ("aid.family", ("离婚后孩子抚养费", "家庭暴力申请保护令", "婚前房产争议"), "aid.represented"),
    ("aid.injury", ("交通事故赔偿起诉", "雇工摔伤赔偿", "被宠物咬伤索赔"), "aid.drafted"),
    ("aid.elderly", ("子女不付赡养费", "老人房产被过户", "养老院押金退还"), "aid.settled"),
    ("aid.minors", ("校园受伤赔偿", "监护人变更申请"), "aid.drafted"),
    ("aid.other", ("租房押金起诉状", "网购退款维权", "邻里排水纠纷起诉"), "aid.advised"),
)
NOTICES = {
    "adviser-1": "骆明律（示例），电话 0856-0000-101。负责望江、青梧两个社区，周六上午接待。",
    "adviser-2": "祝有方（示例），电话 0856-0000-102。负责月湾社区，周六下午接待。",
}
"""What each adviser says of herself; the numbers are nobody's."""
WHO = ("务工人员", "低保家庭成员", "老年居民", "残疾居民", "单亲母亲", "退役军人", "困难职工")


def steps(share: int = 1) -> Iterator[Step]:
    """Yield the life of every case of legal aid; the last few are still being given."""
    count = max(4, COUNT // share)
    for number, day in spread(count, date(2025, 5, 8), date(2026, 4, 24)):
        yield from _told(number, day, over=number <= count * 20 // 21)
    for adviser, said in NOTICES.items():
        yield from _notice(adviser, said)


def _told(number: int, day: date, *, over: bool) -> Iterator[Step]:
    on, adviser = f"case/aid-{number}", ADVISERS[number % 2]
    category, about, outcome = pick(MATTERS, "aid", number)
    matter, who = pick(about, "about", number), pick(WHO, "who", number)
    unit = (STREET, *(each.code for each in COMMUNITIES))[number % 4]
    granted = working(day + between(1, 8 if number % 31 == 0 else 5, "granted", number) * DAY)
    given = working(granted, after=1)
    resolved = working(given + between(9, 60, "length", number) * DAY)

    def act(day: date, time: str, by: str, name: str, /, **values: object) -> Step:
        return step(at(day, f"{time}{number % 10}"), by, f"case.{name}", on, **values)

    yield act(
        day,
        "09:1",
        "aid-clerk",
        "receive",
        unit=unit,
        kind="legal_aid",
        category=category,
        channel=pick(("window", "phone", "visit"), number),
        title=f"{who}：{matter}",
        text=f"{who}申请法律援助，事由为{matter}，已提交身份和经济状况材料。",
    )
    yield act(granted, "09:1", "aid-clerk", "accept")
    yield act(given, "09:2", "aid-clerk", "assign", handler=adviser)
    if over and resolved < date(2026, 5, 7):
        yield act(
            resolved,
            "16:4",
            adviser,
            "resolve",
            outcome=outcome,
            text=pick(("已代理并结案。", "文书已交本人。", "双方和解，案结。"), number),
        )
        yield act(working(resolved, after=1), "16:4", "aid-clerk", "close")


def _notice(adviser: str, said: str) -> Iterator[Step]:
    """Drafted by herself, checked by the clerk, put up by herself."""
    on, title = f"disclosure_item/{adviser}", "法律顾问公示牌"
    about = {"unit": STREET, "code": "adviser.notice", "period": "2026"}
    acts: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("2026-04-07 09:40", adviser, "draft", {**about, "title": title, "text": said}),
        ("2026-04-07 15:10", "aid-clerk", "review", {}),
        ("2026-04-08 09:05", adviser, "publish", {"channel": "board"}),
    )
    for moment, who, name, values in acts:
        yield step(moment, who, f"disclosure_item.{name}", on, **values)


chapter = Chapter(name="legal_aid", zh="法律援助", steps=steps, units=UNITS, members=MEMBERS)
