"""RF-14: a stated number is not what the entries make of it; neither is repaired."""

from collections.abc import Iterator

from ledger.rules.periods import parse_period
from ledger.service.board import Called, Desk
from ledger.service.figures import Reconciled, reconciled
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each figure that differs, since the period it is stated of began.

    One stated of no period differs since its unit is there. No day that passes is part of either:
    while its period runs, too, an answer to what differs holds. What a pack states was published
    before the ledger, of no period: while nothing here counts, there is nothing to hold it to.
    """
    for one in reconciled(desk):
        if one.agreement == "differs" and (one.rows or _in_the_ledger(one)):
            yield _found(desk, one)


def _in_the_ledger(one: Reconciled) -> bool:
    said = one.stated
    return said is not None and (said.record is not None or said.period is not None)


def _found(desk: Desk, one: Reconciled) -> Found:
    said = one.stated
    period = parse_period(said.period) if said and said.period else None
    begun = desk.units[one.unit].versions[0].since
    day = begun if period is None else period.first
    return Found(
        unit=one.unit,
        day=day,
        record=said.record if said else None,
        about=one.figure.id,
        measure=abs(one.difference or 0),
        lasts=True,
        said=f"{one.difference or 0}",
    )


rule = Rule(
    id="RF-14",
    version=1,
    kind="figure_differs",
    zh="公布数与账本算出的数不符",
    en="A stated number is not what the entries make of it",
    measured=Called(zh="相差 {n}", en="{n} apart"),
    source="INF 本系统自拟",
    told=("figures",),
    find=find,
)
