"""RF-04: a decision was closed although steps of its kind were never taken.

What was rejected is not carried out: of it only the steps through the vote are looked for.
"""

from collections.abc import Iterator

from ledger.projections.decisions import taken
from ledger.rules.kinds.decision import DecisionKind
from ledger.rules.packs.sections import decisions
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each decision closed with steps missing."""
    for row in desk.rows("decisions", "decision"):
        book = desk.book(row.unit)
        kind = None if book is None else book.find(decisions.section, row.code)
        if kind is None or row.closed_on is None:
            continue
        done = {step.step for step in taken(row)}
        missing = [step for step in _expected(kind, row.result) if step not in done]
        if missing:
            yield Found(
                unit=row.unit,
                day=parse_date(row.closed_on),
                record=row.decision,
                about=",".join(missing),
                measure=len(missing),
            )


def _expected(kind: DecisionKind, result: str | None) -> list[str]:
    found = [step.id for step in kind.steps]
    deciding = next(number for number, step in enumerate(kind.steps) if step.decides)
    return found[: deciding + 1] if result == "rejected" else found


rule = Rule(
    id="RF-04",
    version=1,
    kind="step_missing",
    zh="决策办结时仍有步骤未办",
    en="A decision was closed with steps never taken",
    measured=Called(zh="{n} 个步骤未办", en="{n} steps"),
    source="LAW-P 四议两公开",
    find=find,
)
