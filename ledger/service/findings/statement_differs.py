"""RF-14: a posted statement of money is not what the unit's own books say of the period.

It agrees with all accounts of the unit together, or is one of several of the period that tell the
accounts one by one, each once and none with money left out. A unit that keeps no books here, or has
booked nothing up to the period, is held to nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ledger.rules.kinds.disclosure import BALANCE
from ledger.rules.periods import Period
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.statements import Statement, Sums, books, posted


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such statement, on the last day of its period."""
    accounts = books(desk)
    stated: dict[tuple[str, Period], list[Statement]] = defaultdict(list)
    for one in desk.once(posted):
        stated[one.row.unit, one.period].append(one)
    for (unit, period), statements in stated.items():
        told = [account.booked(period) for account in accounts.get(unit, ())]
        said = [sums for sums in told if sums is not None]
        if not said:
            continue
        together = Sums(*(sum(members) for members in zip(*said, strict=True)))
        for one in differing(statements, said, together):
            yield Found(
                unit=unit,
                day=period.last,
                record=one.row.item,
                about=f"{one.row.code} {one.row.period}",
                measure=one.sums.apart(together),
                said=" ".join(map("=".join, zip(BALANCE, map(str, together), strict=True))),
            )


def differing(
    statements: Sequence[Statement], said: Sequence[Sums], together: Sums
) -> list[Statement]:
    """Return the statements of a period that agree neither with the whole nor with a part of it.

    Where nobody tells the whole and the parts leave an account with money out, the last differs.
    """
    untold, differ = Counter(said), []
    parts = [one for one in statements if one.sums != together]
    for one in parts:
        if untold[one.sums]:
            untold[one.sums] -= 1
        else:
            differ.append(one)
    if not differ and len(parts) == len(statements) and any(map(any, untold.elements())):
        differ = parts[-1:]
    return differ


rule = Rule(
    id="RF-14",
    version=1,
    kind="statement_differs",
    zh="公布的财务收支与本单位账户所记不符",
    en="A posted statement of money is not what the unit's accounts say",
    measured=Called(zh="相差 {yuan} 元", en="{yuan} yuan apart"),
    source="INF 本系统自拟：账表相符",
    told=("catalogues", ""),
    find=find,
)
