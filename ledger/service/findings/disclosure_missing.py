"""RF-01: what had to be disclosed for a period was not, came late, or was taken back."""

from collections.abc import Iterator

from ledger.rules.compliance import Line
from ledger.service.board import Called, Desk
from ledger.service.compliance import of_desk
from ledger.service.finding import Found, Rule, Window

WRONG = frozenset({"missing", "late", "withdrawn"})


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each duty to disclose that was not met in time, since its deadline."""
    for line in of_desk(desk, window.since):
        of, _ = line.duty.obligation.evidence
        if of == "disclosure_item" and line.verdict in WRONG:
            yield _found(desk, line)


def _found(desk: Desk, line: Line) -> Found:
    duty = line.duty
    until = line.done_on if line.verdict == "late" and line.done_on else desk.day
    return Found(
        unit=duty.unit,
        day=duty.deadline,
        record=line.by[0] if line.by else None,
        about=f"{duty.obligation.id} {duty.period} {line.verdict}",
        measure=(until - duty.deadline).days,
        lasts=line.verdict != "late",
    )


rule = Rule(
    id="RF-01",
    version=1,
    kind="disclosure_missing",
    zh="应公开的期间内容缺失、逾期或撤回",
    en="What was due to be disclosed for a period is missing, late or taken back",
    measured=Called(zh="逾期 {n} 天", en="{n} days late"),
    source="LAW-V 村民委员会组织法（2025）第三十五条；LOCAL",
    told=("obligations", "", "verdict"),
    find=find,
)
