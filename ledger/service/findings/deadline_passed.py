"""RF-07: a term of an open case has ended, and the case is not done."""

from collections.abc import Iterator

from ledger.projections.register import OPEN_CASES, due_before
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each open case, on the last day of the term that ended first."""
    for row in desk.rows("register", "case", due_before(desk.day), **OPEN_CASES):
        if row.due is not None:
            due = parse_date(row.due)
            late = (desk.day - due).days
            yield Found(
                unit=row.unit, day=due, record=row.case, about=row.clock, measure=late, lasts=True
            )


rule = Rule(
    id="RF-07",
    version=1,
    kind="deadline_passed",
    zh="在办事项已过期限",
    en="An open case is past its term",
    measured=Called(zh="超期 {n} 天", en="{n} days late"),
    source="INF 期限见该类事项所引规则",
    find=find,
)
