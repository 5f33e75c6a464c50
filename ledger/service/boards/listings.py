"""Lists units publish: each item listed, what is stated of it since when, which case mends it.

Small powers have a board of their own (``five_publics``). An item of a list that states a fact of
its items, and of which none was stated, has a line that says so: absence is a line (S1-21, S1-22).
"""

from collections import defaultdict
from collections.abc import Iterator

from ledger.projections.catalogues import FACT, ITEM, LIST, CatalogueRow
from ledger.rules.kinds.catalogue import CatalogueKind
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import catalogue_kinds, catalogues
from ledger.service.board import Board, Called, Cell, Column, Desk, Line


def rows(desk: Desk) -> Iterator[Line]:
    """Yield the items of each list by unit, list and item, a line for each fact it may state."""
    held: dict[str, list[CatalogueRow]] = defaultdict(list)
    for row in desk.rows("catalogues", "line"):
        held[row.catalogue].append(row)
    lists = [row for lines in held.values() for row in lines if row.sort == LIST]
    for one in sorted(lists, key=lambda row: (desk.order(row.unit), row.code)):
        book = desk.book(one.unit)
        kind = book and book.find(catalogue_kinds.section, one.code)
        if book and kind and not kind.facets and desk.asked.kind in {None, one.code}:
            yield from _list(book, one, kind, held[one.catalogue])


def _list(
    book: Book, one: CatalogueRow, kind: CatalogueKind, lines: list[CatalogueRow]
) -> Iterator[Line]:
    said = {(row.code, row.fact): row for row in lines if row.sort == FACT}
    listed = (row for row in lines if row.sort == ITEM)
    for row in sorted(listed, key=lambda row: row.code):
        item = book.find(catalogues.section, row.code)
        head: dict[str, Cell] = {
            "unit": one.unit,
            "list": one.code,
            "item": row.code,
            "class": None if item is None else item.class_,
            "listed_on": row.day,
            "record": one.catalogue,
        }
        for fact in kind.facts or (None,):
            yield {**head, **_said(fact, said.get((row.code, fact)))}


def _said(fact: str | None, row: CatalogueRow | None) -> dict[str, Cell]:
    """Return what is stated of an item; of a list that states no fact, nothing."""
    if row is None:
        since = reason = matter = None
    else:
        since, reason, matter = row.day, row.reason, row.ref
    holds = None if fact is None else row is not None and row.holds
    return {"fact": fact, "holds": holds, "since": since, "reason": reason, "matter": matter}


board = Board(
    name="listings",
    zh="公布的清单",
    en="Lists",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="list", zh="清单", en="List", form="code", words="catalogue_kinds"),
        Column(id="item", zh="事项", en="Item", form="code", words="catalogues"),
        Column(id="class", zh="类别", en="Class", form="code", words="class", programs=True),
        Column(id="listed_on", zh="列入日期", en="Listed on", form="day", programs=True),
        Column(id="fact", zh="登记的情况", en="What is stated", form="code", words="fact"),
        Column(id="holds", zh="现在是否如此", en="So now", form="mark"),
        Column(id="since", zh="自何日起", en="Since", form="day"),
        Column(id="reason", zh="终止原因", en="Why no longer", form="code", words="reason"),
        Column(id="matter", zh="处理事项", en="Case that mends it", form="stream", beside=True),
        Column(id="record", zh="记录", en="Record", form="stream", programs=True),
    ),
    names=("unit", "list", "item", "fact", "record"),
    headed=("item", "list"),
    rows=rows,
    views={"catalogues": ()},
    heeds=("kind",),
    notes=(
        Called(
            zh="清单由各单位公布并随时增减，每次变更都是一条记录。列了情况而没有登记的，写“否”且没有日期。",
            en="Units publish these lists and change them, each change an entry. Where nothing was "
            "stated of an item it says no, without a day.",
        ),
        Called(
            zh="重点公共区域只列场所和视频覆盖情况，不存影像，不涉及任何个人。",
            en="Of key places only the place and whether video covers it stand here: no footage, "
            "and nothing about any person.",
        ),
    ),
    about=Called(
        zh="各单位公布了哪些清单，每一项现在是什么情况。",
        en="Which lists units publish, and how each item stands now.",
    ),
    empty=Called(
        zh="还没有单位公布清单。公布后，每一项列在这里。",
        en="No unit has published a list. Once one does, each item stands here.",
    ),
)
