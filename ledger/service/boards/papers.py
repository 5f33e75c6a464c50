"""What was typed from paper: how many signed the original, how many answered for it since."""

from collections.abc import Iterator

from ledger.projections.papers import PaperRow
from ledger.service.board import PAGE, Board, Called, Column, Desk, Line

VIEW = "papers"


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each entry typed from paper, in log order."""
    found: list[PaperRow] = []
    store, after = desk.store(VIEW), None
    while page := store.rows(desk.point, after=after, limit=PAGE):
        found += (row for row in page if row.unit is None or desk.covers(row.unit))
        after = page[-1].entry
    for row in sorted(found, key=lambda each: each.index):
        yield {
            "unit": row.unit,
            "day": row.day,
            "act": row.type,
            "stream": row.stream,
            "named": row.named,
            "confirmed": row.confirmed,
            "disputed": row.disputed,
            "waiting": row.waiting,
            "entry": row.index,
        }


board = Board(
    name="papers",
    zh="代录",
    en="Typed from paper",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="day", zh="日期", en="Day", form="day"),
        Column(id="act", zh="行为", en="Act", form="acts"),
        Column(id="stream", zh="记录", en="Record", form="stream"),
        Column(id="named", zh="原件签名人", en="Signed the paper", form="count"),
        Column(id="confirmed", zh="已本人确认", en="Confirmed it", form="count"),
        Column(id="disputed", zh="提出异议", en="Disputed it", form="count"),
        Column(id="waiting", zh="待确认", en="Waiting", form="mark"),
        Column(id="entry", zh="条目序号", en="Log index", form="entry"),
    ),
    names=("entry",),
    headed=("act", "day"),
    rows=rows,
    views={VIEW: ()},
    notes=(
        Called(
            zh="代录由经办人签署并负责，不代表原件签名人已在账本中签署；签名人可用本人密钥确认。",
            en="Whoever typed it signed it and answers for it; those who signed the paper may "
            "confirm it with their own keys.",
        ),
    ),
    about=Called(
        zh="哪些记录是照纸质材料代录的，本人确认了没有。",
        en="Which entries were typed from paper, and whether those named confirmed them.",
    ),
    empty=Called(
        zh="还没有代录的记录。把纸质材料代录入账后，列在这里，等本人确认。",
        en="Nothing was typed from paper. What is waits here for those it names to confirm it.",
    ),
)
