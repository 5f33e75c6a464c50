"""RF-19: an appeal against a decision was not ruled on within its term."""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each appeal still open after its last day."""
    for row in desk.rows("decisions", "decision"):
        for one in row.appeals.split():
            number, _equals, due = one.partition("=")
            day = parse_date(due)
            if day < desk.day:
                yield Found(
                    unit=row.unit,
                    day=day,
                    record=row.decision,
                    about=number,
                    measure=(desk.day - day).days,
                    lasts=True,
                )


rule = Rule(
    id="RF-19",
    version=1,
    kind="appeal_undecided",
    zh="申诉逾期未裁定",
    en="An appeal is not ruled on past its term",
    measured=Called(zh="超期 {n} 天", en="{n} days late"),
    source="INF 本系统自拟",
    find=find,
)
