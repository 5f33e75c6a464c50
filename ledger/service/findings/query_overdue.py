"""RF-19: a resident's question about an item was not answered within its term."""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each question still open after its last day."""
    for row in desk.rows("disclosures", "item"):
        for one in row.queries.split():
            number, _, due = one.partition("=")
            day = parse_date(due)
            if day < desk.day:
                late = (desk.day - day).days
                yield Found(
                    unit=row.unit, day=day, record=row.item, about=number, measure=late, lasts=True
                )


rule = Rule(
    id="RF-19",
    version=1,
    kind="query_overdue",
    zh="居民询问逾期未答复",
    en="A resident's question is unanswered past its term",
    measured=Called(zh="超期 {n} 天", en="{n} days late"),
    source="LOCAL 上海市实施办法第二十四条",
    find=find,
)
