"""RF-05: two persons sign each other's work at one unit; each signature alone was lawful.

Who signs her own work is refused when she does; that two take turns is only seen over time.
"""

from collections import defaultdict
from collections.abc import Iterator

from ledger.projections.approvals import signers
from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window

Pair = tuple[str, str, str]
Signed = tuple[str, str, int]


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each pair at a unit, on the day of its newest signature."""
    pairs = _pairs(desk, window)
    for (unit, author, signer), signed in pairs.items():
        back = pairs.get((unit, signer, author))
        if author < signer and back:
            both = sorted((*signed, *back))
            yield Found(
                unit=unit,
                day=parse_date(both[-1][0]),
                record=both[-1][1].partition(" ")[0],
                measure=min(len(signed), len(back)),
                entries=tuple(sorted(index for _, _, index in both)),
            )


def _pairs(desk: Desk, window: Window) -> dict[Pair, list[Signed]]:
    found: dict[Pair, list[Signed]] = defaultdict(list)
    rows = (row for year in window.years for row in desk.rows("approvals", "work", shelf=year))
    for row in rows:
        if not window.since <= parse_date(row.day) <= window.until:
            continue
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
