"""The street's cases: fourteen of them walked through their lives, from March 2026.

Each case is a list of steps in order of time; all cases are played together, so that they mingle in
the log as they would in an office.
"""

from collections.abc import Iterator
from typing import Any

from ledger.cli.demonstration.cast import IMPORTER, KIOSK, MEMBERS, NORTH, SOUTH, STREET, UNITS
from ledger.cli.demonstration.script import Chapter, Step

BEGIN = "2026-03-02 09:00"
IMPORT = "import"
"""The step that imports the sample of residents' messages."""


def step(at: str, who: str, act: str, **values: Any) -> Step:
    """Return a step; ``at`` is ``MM-DD HH:MM`` of 2026, ``act`` a verb of ``case``."""
    return Step(f"2026-{at}", who, f"case.{act}", "", values)


def _opened(
    at: str, kind: str, category: str, title: str, text: str, *, unit: str, **more: Any
) -> Step:
    who = more.pop("who", "intake")
    values = {"channel": "phone", **more}
    return step(
        at,
        who,
        "receive",
        unit=unit,
        kind=kind,
        category=category,
        title=title,
        text=text,
        **values,
    )


def _verified(at: str, by: str = "verifier") -> Step:
    return step(at, by, "verify", text="现场核查，与办理情况一致。")


def _called(at: str, rated: str) -> tuple[Step, Step]:
    return (
        step(at, "caller", "call_back", reached=True, text="电话接通，反映人认可办理结果。"),
        step(rated, "caller", "rate", responded=True, solved=True, satisfied=True),
    )


CASES: dict[str, tuple[Step, ...]] = {
    "road": (
        _opened(
            "03-02 09:40", "request", "construction", "路面塌陷",
            "菜市场东门路面塌陷约半米，已有人绊倒。", unit=STREET, reporter_name="居民甲",
            reporter_contact="示例电话 001",
        ),
        step("03-02 10:05", "intake", "accept"),
        step("03-02 11:20", "coordinator", "triage", route="direct"),
        step("03-02 11:25", "coordinator", "assign", handler="city-works"),
        step("03-03 09:10", "city-works", "note_progress", text="已围挡，查明为雨水管破损。"),
        step("03-06 16:40", "city-works", "resolve", outcome="settled", text="更换雨水管并回填。"),
        _verified("03-09 10:00"),
        step("03-09 14:00", "replier", "answer", text="塌陷处已修复，感谢您的反映。"),
        *_called("03-10 09:30", "03-10 09:36"),
        step("03-10 15:00", "coordinator", "close"),
    ),
    "stalls": (
        _opened(
            "03-03 10:15", "request", "commerce_tourism", "占道经营",
            "学校门口摊贩占满人行道。", unit=STREET, channel="qr",
        ),
        step("03-03 10:40", "intake", "accept"),
        step("03-03 14:00", "coordinator", "triage", route="direct"),
        step("03-03 14:05", "coordinator", "assign", handler="city-works"),
        step("03-04 09:20", "city-works", "object", reason="not_ours",
             text="占道经营属综合执法职责。"),
        step("03-04 15:30", "coordinator", "reassign", handler="enforcement",
             reason="objection_upheld"),
        step("03-05 08:50", "enforcement", "note_progress", text="上学时段已安排固定值守。"),
        step("03-12 17:00", "enforcement", "resolve", outcome="partly_settled",
             text="划定疏导点，大部分摊贩已迁入。"),
        _verified("03-13 11:00"),
        step("03-13 15:00", "replier", "answer", text="已设疏导点，早晚有人值守。"),
        step("03-16 09:00", "coordinator", "close"),
    ),
    "noise": (
        _opened(
            "03-04 20:30", "request", "environment", "夜间施工噪声",
            "工地夜里十一点还在打桩。", unit=STREET, channel="web",
        ),
        step("03-05 08:40", "intake", "accept"),
        step("03-05 10:00", "coordinator", "triage", route="joint"),
        step("03-05 10:10", "coordinator", "assign", handler="enforcement"),
        step("03-12 09:00", "enforcement", "note_progress", text="需等第三方噪声监测报告。"),
        step("03-18 10:30", "head", "extend", clock="handle", days=10, reason="complex",
             text="监测排期所致，同意延长。"),
        step("03-24 16:00", "enforcement", "resolve", outcome="settled", text="夜间停工承诺已签。"),
        step("03-25 22:40", "verifier", "fail_verification", reason="not_done",
             text="当晚仍有车辆进出卸料。"),
        step("03-27 17:00", "enforcement", "resolve", outcome="settled",
             text="夜间车辆禁行已落实。"),
        _verified("03-30 22:30"),
        step("03-31 09:00", "replier", "answer", text="夜间十点后停止一切施工和运输。"),
        *_called("03-31 15:10", "03-31 15:16"),
        step("04-01 09:00", "coordinator", "close"),
    ),
    "lamp": (
        _opened(
            "03-05 18:10", "request", "construction", "楼道灯不亮",
            "巡查发现二单元楼道灯损坏。", unit=NORTH, who="grid-1", channel="patrol",
        ),
        step("03-06 08:45", "intake", "accept"),
        step("03-06 09:00", "coordinator", "triage", route="self_handled"),
        step("03-06 18:20", "grid-1", "resolve", outcome="settled", text="已更换灯泡三只。"),
        _verified("03-09 19:00"),
        *_called("03-10 10:20", "03-10 10:26"),
        step("03-10 16:00", "coordinator", "close"),
    ),
    "drain": (
        _opened(
            "03-06 09:15", "request", "construction", "化粪池外溢",
            "三栋后面化粪池外溢，气味很大。", unit=STREET,
        ),
        step("03-06 09:30", "intake", "accept"),
        step("03-06 10:00", "coordinator", "triage", route="direct"),
        step("03-06 10:05", "coordinator", "assign", handler="city-works"),
        step("03-11 16:00", "city-works", "resolve", outcome="settled", text="已清掏。"),
        _verified("03-12 10:00"),
        *_called("03-12 15:20", "03-12 15:26"),
        step("03-13 09:00", "coordinator", "close"),
        step("03-24 08:50", "intake", "reopen", reason="not_solved", text="来电称再次外溢。"),
        step("03-24 10:00", "coordinator", "triage", route="direct"),
        step("03-24 10:10", "coordinator", "assign", handler="city-works"),
        step("03-31 17:00", "city-works", "resolve", outcome="settled",
             text="更换塌陷管段并清掏。"),
        _verified("04-02 10:00", "inspector"),
        step("04-02 14:00", "replier", "answer", text="管段已更换，将持续观察一个月。"),
        step("04-03 09:00", "coordinator", "close"),
    ),
    "tree": (
        _opened(
            "03-09 11:00", "request", "construction", "树枝遮挡信号灯",
            "路口行道树遮挡信号灯。", unit=STREET, channel="web",
        ),
        step("03-09 11:20", "intake", "accept"),
        step("03-10 09:00", "intake", "withdraw", reason="by_reporter",
             text="反映人称园林部门已修剪。"),
    ),
    "wages": (
        _opened(
            "03-10 14:30", "request", "labour_security", "工资争议",
            "与单位的劳动争议已申请仲裁，希望同时处理。", unit=STREET, channel="window",
        ),
        step("03-10 14:50", "intake", "refuse", reason="other_remedy",
             text="已进入仲裁程序，已告知途径。"),
    ),
    "lift": (
        _opened(
            "03-11 09:20", "request", "construction", "电梯停运",
            "电梯停运五天，高层老人下不了楼。", unit=STREET,
        ),
        step("03-11 09:40", "intake", "accept"),
        step("03-11 11:00", "coordinator", "triage", route="direct"),
        step("03-11 11:05", "coordinator", "assign", handler="city-works"),
        step("03-16 10:00", "city-works", "note_progress", text="等待配件，厂家未确认日期。"),
    ),
    "wall": (
        _opened(
            "03-12 19:30", "dispute", "dispute.neighbour", "共用墙渗水",
            "两户因装修渗水起争执。", unit=SOUTH, who="grid-2", channel="patrol",
            form='{"parties":2,"sum_fen":480000}',
        ),
        step("03-13 08:40", "intake", "accept"),
        step("03-13 09:30", "coordinator", "assign", handler="mediator"),
        step("03-18 15:00", "mediator", "note_progress", text="第一次调解，双方同意先做防水检测。"),
        step("04-08 10:00", "head", "extend", clock="mediate", days=15, reason="both_agree",
             text="检测报告未出，双方书面同意延长。"),
        step("04-14 16:30", "mediator", "resolve", outcome="agreed_written",
             text="达成书面协议，施工方十日内修复。"),
        step("04-15 10:00", "caller", "call_back", reached=True, text="双方均确认协议内容。"),
        step("04-15 16:00", "coordinator", "close"),
    ),
    "family": (
        _opened(
            "03-16 10:00", "dispute", "dispute.family", "赡养争议",
            "老人请求调解子女赡养安排。", unit=STREET, channel="window", form='{"parties":3}',
        ),
        step("03-17 09:00", "intake", "refuse", reason="party_refuses",
             text="一方明确表示不接受调解，已告知诉讼途径。"),
    ),
    "cable": (
        _opened(
            "03-17 16:20", "hazard", "hazard.fire", "飞线充电",
            "六栋多处从窗口拉线充电。", unit=SOUTH, who="grid-2", channel="patrol",
            form='{"found_on":"2026-03-17","level":"major"}',
        ),
        step("03-17 17:00", "coordinator", "accept"),
        step("03-17 17:10", "coordinator", "assign", handler="enforcement"),
        step("03-20 10:00", "enforcement", "note_progress", text="清理飞线十一处，增设充电口。"),
        step("03-24 11:00", "enforcement", "resolve", outcome="removed", text="全部清理完毕。"),
        step("03-26 19:30", "verifier", "fail_verification", reason="no_evidence",
             text="三单元缺整改照片。"),
        step("03-27 10:00", "enforcement", "resolve", outcome="removed", text="已补充照片并复查。"),
        _verified("03-30 15:00"),
        step("03-31 09:30", "coordinator", "close"),
    ),
    "railing": (
        _opened(
            "03-20 08:30", "hazard", "hazard.water", "护栏松动",
            "滨河步道护栏松动约六米。", unit=NORTH, who="grid-1", channel="patrol",
            form='{"level":"minor"}',
        ),
        step("03-20 09:00", "coordinator", "accept"),
        step("03-20 09:10", "coordinator", "assign", handler="city-works"),
        step("03-23 16:00", "city-works", "resolve", outcome="removed", text="更换立柱四根。"),
        _verified("03-24 15:00"),
        step("03-25 09:00", "coordinator", "close"),
    ),
    "petition": (
        _opened(
            "03-09 09:00", "petition", "land", "征收补偿面积",
            "对房屋征收补偿面积认定有异议，请求复核。", unit=STREET, channel="visit",
        ),
        step("03-10 16:00", "intake", "accept"),
        step("03-11 09:00", "coordinator", "triage", route="joint"),
        step("03-11 09:20", "coordinator", "assign", handler="enforcement"),
        step("03-25 10:00", "enforcement", "note_progress", text="已调取测绘档案，安排复测。"),
        step("04-10 10:00", "head", "extend", clock="handle", days=30, reason="complex",
             text="复测涉及多户，同意延长三十日。"),
        step("04-14 11:00", "enforcement", "resolve", outcome="supported",
             text="复测面积增加，已更正补偿方案。"),
        _verified("04-15 15:00"),
        step("04-16 10:00", "replier", "answer", text="经复测，补偿面积已更正，书面答复已送达。"),
        step("04-16 16:00", "coordinator", "close"),
    ),
    "thanks": (
        _opened(
            "03-18 12:10", "message", "civil_affairs", "老年食堂晚餐",
            "希望老年食堂增加晚餐。", unit=STREET, who=KIOSK, channel="kiosk",
        ),
        step("03-18 14:30", "replier", "accept"),
        step("03-20 10:00", "replier", "answer", text="下月起试行晚餐预订，请提前一天登记。"),
        step("03-21 12:20", KIOSK, "rate", responded=True, satisfied=True),
        step("03-23 09:00", "replier", "close"),
    ),
}  # fmt: skip


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the import of the sample, then the steps of all cases, case by case."""
    yield Step(BEGIN, IMPORTER, IMPORT, "", {})
    for case, own in CASES.items():
        yield from (one._replace(on=f"case/{case}") for one in own)


chapter = Chapter(name="street", zh="街道诉求", steps=steps, units=UNITS, members=MEMBERS)
