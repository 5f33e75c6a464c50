"""What waits for signatures: each step that may come next, how many signed it, how many must.

The review queue of the supervision overview as a board, so that it is narrowed, replayed and taken
away like any other. Hours and points wait for their organisers and stand on their desks instead.
"""

from collections.abc import Iterator

from ledger.service.board import Board, Called, Cell, Column, Desk, Line
from ledger.service.reading.waiting import Step, Waiting, step_called, waiting


def rows(desk: Desk) -> Iterator[Line]:
    """Yield a line for each step that may come next about what waits, by unit."""
    for each in waiting(desk):
        for step in each.steps:
            yield _line(desk, each, step)


def _line(desk: Desk, each: Waiting, step: Step) -> dict[str, Cell]:
    called = step_called(desk.ledger.registry, desk.book(each.unit), each, step.id)
    return {
        "unit": each.unit,
        "code": each.code if each.words == "catalogues" else None,
        "purpose": each.code if each.words == "purpose" else None,
        "period": each.period,
        "amount": each.amount,
        "step": called.zh,
        "step_en": called.en,
        "signed": step.signed,
        "needed": step.needed,
        "record": each.stream,
        "item": each.item,
        "next": step.id,
    }


board = Board(
    name="waiting",
    zh="等待审核和签名",
    en="Waiting for signatures",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="code", zh="公开事项", en="Disclosure", form="code", words="catalogues"),
        Column(id="purpose", zh="收支用途", en="Purpose", form="code", words="purpose"),
        Column(id="period", zh="期间", en="Period"),
        Column(id="amount", zh="金额（元）", en="Amount (yuan)", form="fen"),
        Column(id="step", zh="下一步", en="Next step"),
        Column(id="step_en", zh="下一步（英文）", en="Next step"),
        Column(id="signed", zh="已签几人", en="Signed", form="count"),
        Column(id="needed", zh="须签几人", en="Needed", form="count"),
        Column(id="record", zh="记录", en="Record", form="stream"),
        Column(id="item", zh="项次", en="Item number", form="count", programs=True),
        Column(id="next", zh="步骤代码", en="Step code", programs=True),
    ),
    names=("record", "item", "next"),
    rows=rows,
    notes=(
        Called(
            zh="各步可不分先后签署的，每一步各占一行。",
            en="Where steps may be signed in any order, each is a line.",
        ),
    ),
    about=Called(
        zh="哪些公开稿和收支凭证还在等人审核签名，差几个。",
        en="Which drafts and vouchers wait for signatures, and how many are still needed.",
    ),
    empty=Called(
        zh="现在没有等待审核的。起草了公开稿、提出了收支凭证之后，还差谁签名会列在这里。",
        en="Nothing waits. Once an item is drafted or a voucher put in, what is still to be "
        "signed stands here.",
    ),
)
