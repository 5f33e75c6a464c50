"""Hard matters: cases steered, a station merged into another, findings taken up and laid aside.

A cracked wall waits for an expert's report and stands still. One report belongs to the police. Two
reports of one matter are merged, one of two matters is split. A ditch between two communities is
consulted on until the head of the street takes charge. Two service stations of 月湾 become one. The
supervision committee of 青梧 takes a finding up; two members of 月湾's lay one aside.
"""

from collections.abc import Iterator
from typing import Any

from ledger.cli.demonstration.cast import NORTH, SOUTH, STREET, Unit
from ledger.cli.demonstration.chapters.disclosure import FINANCE, GENERAL
from ledger.cli.demonstration.communities import COMMUNITIES, EAST, MEMBERS, UNITS
from ledger.cli.demonstration.script import Chapter, Step, step

STATIONS = (
    Unit(f"{EAST}-s1", "月湾社区便民服务站", "station", EAST),
    Unit(f"{EAST}-s2", "月湾社区码头服务站", "station", EAST),
)
WALL, FIGHT, DITCH = "case/cracked-wall", "case/night-fight", "case/ditch"
PIPE, AGAIN, MARKET = "case/pipe", "case/pipe-again", "case/market"
REGISTRAR = "founder-1"


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield what became of each of these."""
    yield step(
        "2025-10-30 10:10",
        REGISTRAR,
        "unit.merge",
        f"unit/{STATIONS[1].code}",
        into=f"unit/{STATIONS[0].code}",
        effective_from="2025-11-01",
    )
    yield from _suspended()
    yield from _transferred()
    yield from _merged()
    yield from _split()
    yield from _led()
    yield from _answered()


def _case(on: str, at: str, who: str, act: str, **values: Any) -> Step:
    return step(f"2026-{at}", who, f"case.{act}", on, **values)


def _begun(on: str, day: str, category: str, title: str, text: str) -> Iterator[Step]:
    told = {"unit": STREET, "kind": "request", "channel": "phone", "category": category}
    yield _case(on, f"{day} 09:05", "intake", "receive", **told, title=title, text=text)
    yield _case(on, f"{day} 09:40", "intake", "accept")


def _assigned(on: str, day: str, handler: str = "city-works") -> Iterator[Step]:
    yield _case(on, f"{day} 14:10", "coordinator", "triage", route="direct")
    yield _case(on, f"{day} 14:20", "coordinator", "assign", handler=handler)


def _finished(on: str, done: str, verified: str, closed: str, text: str) -> Iterator[Step]:
    yield _case(on, f"{done} 16:30", "city-works", "resolve", outcome="settled", text=text)
    yield _case(on, f"{verified} 10:20", "verifier", "verify", text="现场核查，与办理情况一致。")
    yield _case(on, f"{closed} 09:30", "coordinator", "close")


def _suspended() -> Iterator[Step]:
    text = "三栋山墙出现一条斜裂缝，住户担心安全。"
    yield from _begun(WALL, "03-30", "construction", "山墙开裂", text)
    yield from _assigned(WALL, "03-30")
    photo = {"file": "crack.png", "title": "山墙裂缝照片（示例）"}
    yield _case(WALL, "03-31 09:30", "city-works", "attach", **photo)
    why = {"reason": "expert_opinion", "text": "委托房屋安全鉴定，鉴定期间中止。"}
    yield _case(WALL, "04-01 10:00", "head", "suspend", **why)
    yield _case(WALL, "04-20 09:10", "coordinator", "resume", text="鉴定报告已出：墙体安全。")
    yield from _finished(WALL, "04-23", "04-24", "04-27", "裂缝注浆封闭，设观测点。")


def _transferred() -> Iterator[Step]:
    text = "夜市有人打架，希望加强夜间巡逻。"
    yield from _begun(FIGHT, "04-07", "justice", "夜市打架", text)
    why = {"authority": "police", "text": "治安案件，属公安机关职责。"}
    yield _case(FIGHT, "04-07 11:00", "coordinator", "transfer_out", **why)
    yield _case(FIGHT, "04-09 15:20", "coordinator", "accept_transfer", text="派出所已接收。")


def _merged() -> Iterator[Step]:
    yield from _begun(PIPE, "04-08", "construction", "水压不足", "六栋高层水压不足。")
    yield from _begun(AGAIN, "04-09", "construction", "高层停水", "六栋十楼以上断断续续停水。")
    merge = _case(AGAIN, "04-09 13:30", "coordinator", "merge", into=PIPE)
    yield merge._replace(
        more=(
            _case(PIPE, "04-09 13:30", "coordinator", "absorb", case=AGAIN),
            _case(AGAIN, "04-09 13:30", "coordinator", "conclude_merge", into=PIPE),
        )
    )
    yield from _assigned(PIPE, "04-09")
    yield from _finished(PIPE, "04-14", "04-15", "04-16", "更换加压泵一台，水压恢复。")


def _split() -> Iterator[Step]:
    text = "菜市场下水道堵塞，旁边的配电箱门也坏了。"
    yield from _begun(MARKET, "04-21", "construction", "菜市场两件事", text)
    yield _case(
        MARKET,
        "04-21 11:10",
        "intake",
        "split",
        channel="phone",
        category="construction",
        texts=("菜市场下水道堵塞。", "菜市场旁配电箱门损坏。"),
        titles=("下水道堵塞", "配电箱门损坏"),
    )
    yield from _assigned(f"{MARKET}.1", "04-21")
    yield from _assigned(f"{MARKET}.2", "04-21", "enforcement")
    yield from _finished(f"{MARKET}.1", "04-24", "04-27", "04-28", "下水道已疏通。")


def _led() -> Iterator[Step]:
    text = "两社区之间的排水沟多年无人清理，雨天倒灌。"
    yield from _begun(DITCH, "04-13", "environment", "界沟倒灌", text)
    yield _case(DITCH, "04-13 14:10", "coordinator", "triage", route="joint")
    call = {"departments": (NORTH, SOUTH), "text": "请两社区到场会商。"}
    yield _case(DITCH, "04-13 15:00", "coordinator", "call_consultation", **call)
    for code, at in ((NORTH, "04-14 09:00"), (SOUTH, "04-14 10:20")):
        yield _case(DITCH, at, "coordinator", "report_in", department=code)
    held = {"resolution": "led", "lead": NORTH, "text": "由望江社区牵头，街道出资清淤。"}
    yield _case(DITCH, "04-15 15:00", "coordinator", "hold_consultation", **held)
    yield _case(DITCH, "04-29 10:00", "head", "take_charge")


def _answered() -> Iterator[Step]:
    _, south, east = COMMUNITIES
    asked = f"disclosure_item/{south.key}-{FINANCE}-2026-03"
    yield step(
        "2026-05-07 15:20",
        south.who("sup-1"),
        "finding.acknowledge",
        "finding/asked-in-vain",
        found=f"query_overdue {asked}",
        reason="asked_to_correct",
        text="已请社区三日内当面答复提问居民。",
    )
    withdrawn = f"disclosure_item/{east.key}-{GENERAL}-2025Q4"
    found = f"taken_down_early {withdrawn}"
    # Two of the three reviewed the item, so one alone may lay the finding aside: it waits (SD13).
    yield step(
        "2026-05-07 16:05",
        east.who("sup-1"),
        "finding.acknowledge",
        "finding/withdrawn-1",
        found=found,
        reason="told_above",
        text="本人审核过该项公示，不能排除，已报街道。",
    )
    yield step(
        "2026-05-07 17:10",
        east.who("sup-3"),
        "finding.dismiss",
        "finding/withdrawn-2",
        found=found,
        reason="corrected",
        text="内容有误撤回，更正稿已另行公布满十五日。",
    )


chapter = Chapter(
    name="steering", zh="疑难事项", steps=steps, units=(*UNITS, *STATIONS), members=MEMBERS
)
