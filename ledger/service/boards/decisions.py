"""Decisions: a line per step of each decision, taken or missing, with its votes and defects.

A step not taken is a line, too. How a vote stood is shown as counts; what the law asked is the rule
cited.
"""

from collections.abc import Iterator

from ledger.projections.decisions import DecisionRow, Taken, taken
from ledger.rules.kinds.decision import Step
from ledger.rules.packs.sections import decisions
from ledger.service.board import Board, Called, Cell, Column, Desk, Line, News, Walk
from ledger.service.findings.listing_expired import expires


def rows(desk: Desk) -> Iterator[Line]:
    """Yield the steps of each decision in their order, the newest decision first."""
    found: list[DecisionRow] = list(desk.rows("decisions", "decision"))
    found.sort(key=lambda row: (row.proposed_on, row.decision), reverse=True)
    for row in found:
        book = desk.book(row.unit)
        kind = None if book is None else book.find(decisions.section, row.code)
        steps = {one.step: one for one in taken(row)}
        declared = kind.steps if kind is not None else ()
        for number, step in enumerate(declared, start=1):
            done = steps.get(step.id)
            outcome = row.result if step.decides and done is not None else None
            shown = _step(desk, number, step, done)
            yield {**_decision(desk, row), **shown, "outcome": outcome}
        if not declared:
            yield {**dict.fromkeys(column.id for column in COLUMNS), **_decision(desk, row)}


def _decision(desk: Desk, row: DecisionRow) -> dict[str, Cell]:
    last = expires(desk, row)
    return {
        "unit": row.unit,
        "code": row.code,
        "proposed_on": row.proposed_on,
        "standing": row.standing,
        "result": row.result,
        "expires": last.isoformat() if last else None,
        "appealed": row.appealed or None,
        "appeals_open": len(row.appeals.split()) or None,
        "decision": row.decision,
    }


def _step(desk: Desk, number: int, step: Step, done: Taken | None) -> dict[str, Cell]:
    posted = done is not None and done.until is not None
    return {
        "number": number,
        "step": step.zh,
        "step_en": step.en,
        "taken": done is not None,
        "day": done and done.day,
        "present": done and done.present,
        "total": done and done.total,
        "ayes": done and done.ayes,
        "until": done and done.until,
        "up": posted and str(done and done.until) >= desk.day.isoformat(),
        "defects": (done and ", ".join(done.defects)) or None,
        "rule": step.quorum or step.posting,
    }


COLUMNS = (
    Column(id="unit", zh="单位", en="Unit", form="unit"),
    Column(id="code", zh="类型", en="Kind", form="code", words="decisions"),
    Column(id="proposed_on", zh="提出日期", en="Proposed on", form="day"),
    Column(id="standing", zh="状态", en="Standing", form="code", words="decision_standing"),
    Column(id="result", zh="表决结果", en="Result of the vote", form="code", words="result"),
    Column(id="number", zh="步骤序号", en="Step number", form="count"),
    Column(id="step", zh="步骤", en="Step (Chinese)"),
    Column(id="step_en", zh="步骤（英文）", en="Step"),
    Column(id="taken", zh="已办", en="Taken", form="mark"),
    Column(id="day", zh="办理日期", en="Day", form="day"),
    Column(id="present", zh="实到", en="Present", form="count"),
    Column(id="total", zh="应到", en="Members", form="count"),
    Column(id="ayes", zh="同意", en="Ayes", form="count"),
    Column(id="outcome", zh="本步表决", en="Vote at this step", form="code", words="result"),
    Column(id="until", zh="公示至", en="Posted through", form="day"),
    Column(id="up", zh="公示期内", en="Still to be posted", form="mark"),
    Column(id="defects", zh="缺陷", en="Defects", form="code", words="defect"),
    Column(id="rule", zh="依据", en="Rule", form="rule"),
    Column(id="expires", zh="结果有效至", en="Stands until", form="day"),
    Column(id="appealed", zh="申诉", en="Appeals", form="count"),
    Column(id="appeals_open", zh="其中待裁定", en="Of these not ruled on", form="count"),
    Column(id="decision", zh="记录", en="Record", form="stream"),
)

board = Board(
    name="decisions",
    zh="议事决策进度",
    en="Decisions",
    columns=COLUMNS,
    names=("decision", "number"),
    headed=("code", "step", "step_en"),
    by="code",
    rows=rows,
    views={"decisions": ()},
    of="decision",
    news=News(facts=("closed", "revoked"), view="decisions", words="decisions"),
    walk=Walk(
        by="decision",
        head=("code", "unit", "proposed_on", "standing", "expires", "appealed", "appeals_open"),
        step=("step", "step_en"),
        taken="taken",
        said=("day", "present", "total", "ayes", "until", "defects"),
        outcome="outcome",
    ),
    notes=(
        Called(
            zh="没有办理的步骤也列出；缺陷由程序按当日有效的法律计算，登记时不能隐去。",
            en="Steps not taken are lines, too; defects are computed from the law of the day.",
        ),
    ),
    about=Called(
        zh="四议两公开走到哪一步，每一步谁、多少人通过。",
        en="How far each collective decision has come, and how many carried each step.",
    ),
    empty=Called(
        zh="还没有需要集体讨论决定的事项。提出一项议题后，它走过的每一步都会列在这里。",
        en="No collective decision has been begun. Each step of one that is "
        "proposed is shown here.",
    ),
)
