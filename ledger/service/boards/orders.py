"""Service orders by unit: claimed, confirmed, the minutes they gave, what is still to credit.

Of the confirmed those are counted apart that were so on the day they were ordered (S1-21); who
ordered was satisfied with so many of those she said anything of.
"""

from collections import Counter
from collections.abc import Iterator

from ledger.service.board import Board, Called, Column, Desk, Line, of_whole

VIEW = "orders"
COUNTED = (
    "claimed",
    "confirmed",
    "same_day",
    "volunteers",
    "minutes",
    "owing",
    "satisfied",
    "said",
)


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each unit with an order somebody claimed."""
    found: dict[str, Counter[str]] = {}
    orders = list(desk.rows(VIEW, "order"))
    cases = desk.store("register").rows_of((row.order for row in orders), desk.point)
    for row in orders:
        count = found.setdefault(row.unit, Counter())
        count["claimed"] += 1
        count["confirmed"] += row.confirmed_on is not None
        case = cases.get(row.order)
        if case is not None:
            count["same_day"] += row.confirmed_on == case.received_on
            count["satisfied"] += case.satisfied is True
            count["said"] += case.satisfied is not None
        count["volunteers"] += row.given
        count["minutes"] += row.minutes
        count["owing"] += row.owing
    for unit in sorted(found, key=desk.order):
        count = found[unit]
        satisfied = of_whole(count["satisfied"], count["said"])
        yield {"unit": unit, **{name: count[name] for name in COUNTED}, "satisfied_of": satisfied}


board = Board(
    name="orders",
    zh="四单制服务订单",
    en="Service orders",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="claimed", zh="已接单", en="Claimed", form="count"),
        Column(id="confirmed", zh="已确认", en="Confirmed", form="count"),
        Column(id="same_day", zh="其中当日办结", en="Of these the same day", form="count"),
        Column(id="volunteers", zh="服务人次", en="Volunteers", form="count"),
        Column(id="minutes", zh="计时", en="Hours given", form="minutes"),
        Column(id="owing", zh="尚未入账", en="Still to credit", form="count"),
        Column(id="satisfied_of", zh="满意", en="Satisfied", form="count"),
        Column(id="satisfied", zh="满意件数", en="Satisfied: number", form="count", programs=True),
        Column(
            id="said", zh="对是否满意作答", en="Satisfied: answered", form="count", programs=True
        ),
    ),
    names=("unit",),
    rows=rows,
    views={VIEW: (), "register": ("received_on", "satisfied")},
    notes=(
        Called(
            zh="已接单指曾有人接单的订单；点单总数见事项统计。满意的分母是评过是否满意的订单。",
            en="Claimed: orders somebody ever claimed; all that were ordered are among the cases. "
            "Satisfied are so many of the orders rated for it.",
        ),
    ),
    about=Called(
        zh="居民点的单、谁接的单、办得满意不满意。",
        en="What residents ordered, who took it, and whether they were satisfied.",
    ),
    empty=Called(
        zh="还没有服务订单。居民提出一项服务需求后，从点单到评单都列在这里。",
        en="No service has been ordered. An order is followed here from request to rating.",
    ),
)
