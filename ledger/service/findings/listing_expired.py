"""RF-21: the result of a review is still posted though it stands no longer, or was overturned."""

from collections.abc import Iterator
from datetime import date

from ledger.projections.decisions import DecisionRow
from ledger.rules.calendars import due_date
from ledger.rules.packs.sections import decisions
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each review whose result is up beyond its time."""
    for row in desk.rows("decisions", "decision"):
        if row.up and (last := expires(desk, row)) is not None and last < desk.day:
            yield Found(
                unit=row.unit,
                day=last,
                record=row.decision,
                about=row.up.replace(" ", ","),
                measure=(desk.day - last).days,
                lasts=True,
            )


def expires(desk: Desk, row: DecisionRow) -> date | None:
    """Return the last day a result stands, None where it has none or was never reached."""
    book = desk.book(row.unit)
    kind = None if book is None else book.find(decisions.section, row.code)
    if book is None or kind is None or kind.lasts is None or row.decided_on is None:
        return None
    since = parse_date(row.decided_on)
    rule = book.find_rule(kind.lasts, since)
    if rule is None or rule.term is None:
        return None
    return due_date(since, rule.term.value, rule.term.unit, book.holidays).day


rule = Rule(
    id="RF-21",
    version=1,
    kind="listing_expired",
    zh="评议结果已满期限仍在公布",
    en="The result of a review is posted beyond its time",
    measured=Called(zh="超期 {n} 天", en="for {n} days"),
    source="INF 国办发〔2020〕49号的要求，期限本系统自拟",
    find=find,
)
