"""RF-11: a payment of the amount from which on spending needs a decision of its own.

No act of an account names the decision a payment rests on, and nothing refuses one without any. So
each is told: the committee looks for its decision and answers the finding by what it found. Not
handled: finding the decision; payments just below the line, or split, which are told apart.
"""

from collections.abc import Iterator

from ledger.rules.time import parse_date
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.spending import grouped


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each such payment, on its day; the measure is its amount in fen."""
    for (account, _), paid in grouped(desk, window.years, lambda one: one.row.purpose).items():
        for one in paid:
            if one.row.amount >= one.limit:
                yield Found(
                    unit=one.row.unit,
                    day=parse_date(one.row.day),
                    record=account,
                    about=f"{one.row.purpose} {one.row.day}",
                    measure=one.row.amount,
                    entries=(one.row.entry,),
                )


rule = Rule(
    id="RF-11",
    version=1,
    kind="payment_large",
    zh="大额支出须另行民主决策，请核对所依据的决议",
    en="A payment that needs a decision of its own: look for the decision it rests on",
    measured=Called(zh="{yuan} 元", en="{yuan} yuan"),
    source="INF 本系统自拟；金额线见该类账户所引规则",
    told=("purpose", ""),
    find=find,
)
