"""RF-05: two persons sign each other's work at one unit; each signature alone was lawful.

Who signs her own work is refused when she does; that two take turns is only seen over time.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from ledger.projections.approvals import signers
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window

Pair = tuple[str, str, str]
Signed = tuple[str, str, int]


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each pair at a unit and year, on the day of its newest signature.

    That rests on what they signed from the beginning of the year before on.
    """
    years = (str(window.since.year - 1), *window.years)
    signed = [_signed(desk, year) for year in years]
    for before, year in pairwise(signed):
        for unit, one, other in sorted({(unit, min(two), max(two)) for unit, *two in year}):
            there, back = (
                before.get(way, []) + year.get(way, [])
                for way in ((unit, one, other), (unit, other, one))
            )
            if there and back:
                yield _found(unit, there, back)


def _found(unit: str, there: list[Signed], back: list[Signed]) -> Found:
    both = sorted((*there, *back))
    day, work, _ = both[-1]
    return Found(
        unit=unit,
        day=parse_date(day),
        record=work.partition(" ")[0],
        measure=min(len(there), len(back)),
        entries=tuple(sorted(index for _, _, index in both)),
    )


def _signed(desk: Desk, year: str) -> dict[Pair, list[Signed]]:
    found: dict[Pair, list[Signed]] = defaultdict(list)
    for row in desk.rows("approvals", "work", shelf=year):
        for person, index in signers(row):
            if person != row.author:
                found[row.unit, row.author, person].append((row.day, row.work, index))
    return found


rule = Rule(
    id="RF-05",
    version=1,
    kind="circular_approval",
    zh="两人互相审核对方经办的事项",
    en="Two persons sign each other's work",
    measured=Called(zh="往返 {n} 次", en="{n} times in turn"),
    source="INF 本系统自拟：互相审批",
    find=find,
)
