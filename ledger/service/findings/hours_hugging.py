"""RF-11: volunteers of a unit bunch just above the hours that the black vest asks for.

Among people who serve as they please about as many stand just below a mark as just above it. Read
are the hours alone, never whose they are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from ledger.projections.volunteers import VolunteerRow
from ledger.rules.packs.sections import accounts
from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window, newest_of

BAND = 300
"""Minutes on either side of the mark."""
MANY = 5
TIMES = 3
"""So many just above, and so many times as many as just below, are too many."""

Bunch = tuple[str, str]


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each unit and kind, on the day the newest of them was booked."""
    above: dict[Bunch, list[VolunteerRow]] = defaultdict(list)
    below = Counter[Bunch]()
    for row in desk.rows("volunteers", "account"):
        over = _mark(desk, row)
        if over is None:
            continue
        if over < row.balance <= over + BAND:
            above[row.unit, row.kind].append(row)
        elif over - BAND < row.balance <= over:
            below[row.unit, row.kind] += 1
    for key, rows in above.items():
        if len(rows) >= MANY and len(rows) >= TIMES * below[key]:
            yield _found(desk, key, rows)


def _mark(desk: Desk, row: VolunteerRow) -> int | None:
    book = desk.book(row.unit)
    kind = None if book is None else book.find(accounts.section, row.kind)
    return None if kind is None else kind.black_over


def _found(desk: Desk, key: Bunch, rows: list[VolunteerRow]) -> Found:
    size = desk.point.size
    newest = (newest_of(desk.ledger, row.account, size) for row in rows)
    entries = tuple(sorted(index for index in newest if index is not None))
    recorded = desk.ledger.recorder.recorded_at(entries[-1])
    return Found(
        unit=key[0],
        day=local_date(recorded // 1000),
        about=key[1],
        measure=len(rows),
        entries=entries,
    )


rule = Rule(
    id="RF-11",
    version=1,
    kind="hours_hugging",
    zh="服务时长集中在刚过黑马甲门槛处",
    en="Hours bunch just above the black vest's mark",
    measured=Called(zh="{n} 个账户", en="{n} accounts"),
    source="INF 本系统自拟；门槛见该类账户",
    find=find,
)
