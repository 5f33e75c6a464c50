"""The rows of figures: each record a computed number adds up, with how much it adds."""

from collections.abc import Iterator

from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.figures import defined, places
from ledger.service.measures import Counted, counted_rows


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each record, of one figure or of all, by unit and day."""
    asked = desk.asked
    for place, _ in places(desk):
        for figure in defined(place):
            if asked.kind not in {None, figure.id}:
                continue
            found = counted_rows(place, figure, asked.since, asked.until)
            for row in sorted(found, key=lambda row: _order(desk, row)):
                yield {
                    "figure": figure.id,
                    "unit": row.unit,
                    "item": row.item,
                    "day": row.day,
                    "amount": row.amount,
                    "out_of": row.out_of,
                    "record": row.record,
                }


def _order(desk: Desk, row: Counted) -> tuple[str, str, str]:
    return desk.order(row.unit), row.day or "", row.item or ""


board = Board(
    name="figure-rows",
    zh="指标逐条",
    en="Rows of figures",
    columns=(
        Column(id="figure", zh="指标", en="Figure", form="code", words="figures"),
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="item", zh="清单事项", en="Listed item", form="code", words="catalogues"),
        Column(id="day", zh="日期", en="Day", form="day"),
        Column(id="amount", zh="数量", en="Amount", form="count"),
        Column(id="out_of", zh="分母", en="Out of", form="count"),
        Column(id="record", zh="记录", en="Record", form="stream"),
    ),
    names=("figure", "unit", "item", "day", "record"),
    headed=("figure", "item", "day"),
    rows=rows,
    heeds=("days", "kind"),
    notes=(
        Called(
            zh="各条数量相加即为账本数；有分母的，相加后再相除。没有日期的是截至所查时点的存量。",
            en="The amounts add up to the computed number; of a rate, divided by what they are out "
            "of, added up. Those without a day are as of the time.",
        ),
    ),
    about=Called(
        zh="账本数是由哪些记录加出来的。",
        en="Which records a computed number adds up.",
    ),
    empty=Called(
        zh="这个指标在所查的期间里没有记录。请从“公布数与账本数核对”选一个指标进入。",
        en="This figure has no record in the period asked about. Start from the board of figures.",
    ),
)
