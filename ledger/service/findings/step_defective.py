"""RF-04: a step of a decision was out of order, short of its quorum, or not carried."""

from collections.abc import Iterator

from ledger.projections.decisions import taken
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each step taken with a defect."""
    for row in desk.rows("decisions", "decision"):
        for step in taken(row) if row.defective else ():
            if step.defects:
                yield Found(
                    unit=row.unit,
                    day=parse_date(step.day),
                    record=row.decision,
                    about=f"{step.step} {','.join(step.defects)}",
                    measure=len(step.defects),
                )


rule = Rule(
    id="RF-04",
    version=1,
    kind="step_defective",
    zh="决策步骤颠倒、到会人数不足或同意票不足",
    en="A step of a decision out of order, short of a quorum or not carried",
    measured=Called(zh="{n} 处缺陷", en="{n} defects"),
    source="LAW-V 村民委员会组织法（2025）第二十五至三十条",
    find=find,
)
