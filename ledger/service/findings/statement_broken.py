"""RF-18: a posted statement of money does not open with what the one before it closed with.

Each adds up by itself, which is a rule. What is between two is found here, of units, too, that keep
no books in this ledger. Where the one before is missing, its absence is the finding.
"""

from collections import defaultdict
from collections.abc import Iterator

from ledger.rules.periods import Period, following
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.statements import posted


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such statement, on the first day of its period."""
    statements = desk.once(posted)
    closings: dict[tuple[str, str, Period], list[int]] = defaultdict(list)
    for one in statements:
        closings[one.row.unit, one.row.code, following(one.period)].append(one.sums.closing)
    left = {key: list(before) for key, before in closings.items()}
    for one in statements:
        key = (one.row.unit, one.row.code, one.period)
        if key not in left:
            continue
        if one.sums.opening in left[key]:
            left[key].remove(one.sums.opening)
            continue
        yield Found(
            unit=one.row.unit,
            day=one.period.first,
            record=one.row.item,
            about=f"{one.row.code} {one.row.period}",
            measure=min(abs(one.sums.opening - closing) for closing in closings[key]),
        )


rule = Rule(
    id="RF-18",
    version=1,
    kind="statement_broken",
    zh="公布的期初余额与上期公布的期末余额不符",
    en="A posted statement does not open with what the one before it closed with",
    measured=Called(zh="相差 {yuan} 元", en="{yuan} yuan apart"),
    source="INF 本系统自拟：余额连续",
    told=("catalogues", ""),
    find=find,
)
