"""RF-14: a posted statement of money is not what the unit's own books say of the period.

It agrees with all accounts of the unit together; where several are posted of one period, also with
one account: what only one statement leaves out is left out. A unit that keeps no books here, or has
booked nothing up to the period, is held to nothing.
"""

from collections import Counter
from collections.abc import Iterator

from ledger.rules.kinds.disclosure import BALANCE
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.statements import Sums, booked, books, posted


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such statement, on the last day of its period."""
    accounts, statements = books(desk), desk.once(posted)
    many = Counter((one.row.unit, one.period) for one in statements)
    for one in statements:
        told = [booked(account, one.period) for account in accounts.get(one.row.unit, ())]
        said = [sums for sums in told if sums is not None]
        if not said:
            continue
        together = Sums(*(sum(members) for members in zip(*said, strict=True)))
        parts = said if many[one.row.unit, one.period] > 1 else []
        if one.sums not in {together, *parts}:
            yield Found(
                unit=one.row.unit,
                day=one.period.last,
                record=one.row.item,
                about=f"{one.row.code} {one.row.period}",
                measure=one.sums.apart(together),
                said=" ".join(map("=".join, zip(BALANCE, map(str, together), strict=True))),
            )


rule = Rule(
    id="RF-14",
    version=1,
    kind="statement_differs",
    zh="公布的财务收支与本单位账户所记不符",
    en="A posted statement of money is not what the unit's accounts say",
    measured=Called(zh="相差 {n} 分", en="{n} fen apart"),
    source="INF 本系统自拟：账表相符",
    told=("catalogues", ""),
    find=find,
)
