"""RF-12: everybody who rated is satisfied, and hardly anybody rated.

Ratings are compared with the closings of the same calendar year: who says nothing is not satisfied
by that.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from ledger.projections.ratings import RatingRow
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window

ENOUGH = 20
"""Closings below which few ratings say nothing."""
FEW = 10
"""Ratings are few where so many times their number were closed."""


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each such unit and year, on the day of its newest rating."""
    for year in window.years:
        yield from _of_year(desk, year)


def _of_year(desk: Desk, year: str) -> Iterator[Found]:
    rated = _ratings(desk, year)
    closed = _closed(desk, year) if rated else Counter[str]()
    for unit, ratings in rated.items():
        few = closed[unit] >= ENOUGH and len(ratings) * FEW < closed[unit]
        if few and all(row.satisfied for row in ratings):
            newest = max(ratings, key=lambda row: row.entry)
            yield Found(
                unit=unit,
                day=parse_date(newest.day),
                about=year,
                measure=len(ratings),
                entries=tuple(sorted(row.entry for row in ratings)),
            )


def _ratings(desk: Desk, year: str) -> dict[str, list[RatingRow]]:
    found: dict[str, list[RatingRow]] = defaultdict(list)
    for row in desk.rows("ratings", "rating", shelf=year):
        if row.satisfied is not None:
            found[row.unit].append(row)
    return found


def _closed(desk: Desk, year: str) -> Counter[str]:
    found = Counter[str]()
    for row in desk.rows("closings", "closings", shelf=year):
        found[row.unit] += row.number
    return found


rule = Rule(
    id="RF-12",
    version=1,
    kind="all_satisfied",
    zh="评价不足办结数的一成而满意率为百分之百",
    en="All satisfied, and fewer than one in ten of those closed rated",
    measured=Called(zh="只有 {n} 条评价", en="{n} ratings"),
    source="INF 本系统自拟",
    find=find,
)
