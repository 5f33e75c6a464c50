"""Official numbers by series: each in order, what bears it, which were made void and why."""

from collections.abc import Iterator
from operator import attrgetter

from ledger.projections.numbers import NumberRow
from ledger.rules.time import parse_date
from ledger.service.board import PAGE, Board, Called, Column, Desk, Line
from ledger.service.reading.numbers import Taken, series_of, written

VIEW = "numbers"


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each number, by whose series and rank.

    A series that a unit took part in is read whole, since a number is a rank in it; no other is.
    """
    counted = desk.store(VIEW).count(desk.point, by=("series", "unit"))
    tags = sorted({str(tag) for tag, unit in counted if desk.covers(str(unit))})
    series = {tag: _of_series(desk, tag) for tag in tags}
    for tag in sorted(series, key=lambda each: (desk.order(series[each][0].of), each)):
        for rank, row in enumerate(series[tag], start=1):
            if desk.covers(row.unit) and _asked(desk, row):
                yield _line(desk, row, rank)


def _of_series(desk: Desk, series: str) -> list[NumberRow]:
    found: list[NumberRow] = []
    store, after = desk.store(VIEW), None
    while page := store.rows(desk.point, where={"series": series}, after=after, limit=PAGE):
        found += page
        after = page[-1].stream
    return sorted(found, key=attrgetter("entry"))


def _asked(desk: Desk, row: NumberRow) -> bool:
    asked, day = desk.asked, parse_date(row.day)
    return not (
        (asked.since and day < asked.since)
        or (asked.until and day > asked.until)
        or (asked.kind and row.line != asked.kind)
    )


def _line(desk: Desk, row: NumberRow, rank: int) -> Line:
    taken = Taken(
        pack=row.pack,
        line=row.line,
        unit=row.of,
        year=row.year,
        day=parse_date(row.day),
        entry=row.entry,
    )
    void = row.reason in series_of(desk.ledger, row.pack, row.line).void
    return {
        "number": written(desk.ledger, taken, rank),
        "line": row.line,
        "unit": row.unit,
        "day": row.day,
        "stream": row.stream,
        "void": void,
        "reason": row.reason if void else None,
        "entry": row.withdrawn if void else row.entry,
    }


board = Board(
    name="numbers",
    zh="正式编号",
    en="Official numbers",
    columns=(
        Column(id="number", zh="编号", en="Number"),
        Column(id="line", zh="序列", en="Series", form="code", words="numbers"),
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="day", zh="编号日期", en="Taken on", form="day"),
        Column(id="stream", zh="记录", en="Record", form="stream"),
        Column(id="void", zh="作废", en="Void", form="mark"),
        Column(id="reason", zh="作废原因", en="Why void", form="code", words="reason"),
        Column(id="entry", zh="条目序号", en="Log index", form="entry"),
    ),
    names=("line", "number", "stream"),
    rows=rows,
    views={VIEW: ()},
    notes=(
        Called(
            zh="号码是该记录在本序列中的入账次序，没有空号；作废的仍占号，并列出作废的条目。",
            en="A number is the rank of its record in the series: there are no gaps. A void one "
            "stays taken, and the entry that made it void is named.",
        ),
    ),
    heeds=("days", "kind"),
    about=Called(
        zh="每个正式编号给了哪条记录，有没有空号。",
        en="Which record has which official number, and that none is skipped.",
    ),
    empty=Called(
        zh="还没有取过正式编号的记录。办理须编号的事项后，每个号码占一行。",
        en="No record has taken an official number. Each one taken is a line here.",
    ),
)
