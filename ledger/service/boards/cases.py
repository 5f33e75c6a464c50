"""Cases by unit and kind: received, open, overdue, closed; each number counts rows of the register.

Imported cases are counted with the others and told apart in a column of their own: their days are
those of the old system. Not handled: rates of response, solution, satisfaction.
"""

from collections.abc import Iterator

from ledger.projections.register import OPEN_CASES, due_before
from ledger.service.board import Board, Called, Column, Desk, Line

VIEW = "register"
BY = ("unit", "kind")


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each unit and kind with at least one case."""
    store, at, late = desk.store(VIEW), desk.point, due_before(desk.day)
    received = store.count(at, by=BY)
    still = store.count(at, by=BY, where=OPEN_CASES)
    overdue = store.count(at, by=BY, where=OPEN_CASES, below=late)
    imported = store.count(at, by=BY, where={"imported": True})
    for key in sorted(received, key=lambda key: (desk.order(str(key[0])), key)):
        unit, kind = map(str, key)
        if desk.covers(unit):
            yield {
                "unit": unit,
                "kind": kind,
                "received": received[key],
                "open": still.get(key, 0),
                "overdue": overdue.get(key, 0),
                "closed": received[key] - still.get(key, 0),
                "imported": imported.get(key, 0),
            }


board = Board(
    name="cases",
    zh="事项统计",
    en="Cases",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="kind", zh="类型", en="Kind", form="code", words="cases"),
        Column(id="received", zh="登记", en="Received", form="count"),
        Column(id="open", zh="在办", en="Open", form="count"),
        Column(id="overdue", zh="其中超期", en="Of these overdue", form="count"),
        Column(id="closed", zh="不再在办", en="No longer open", form="count"),
        Column(id="imported", zh="其中导入", en="Imported among all", form="count"),
    ),
    rows=rows,
    notes=(
        Called(
            zh="登记 = 在办 + 不再在办；超期按所查时点判断。",
            en="Received = open + no longer open; overdue is judged at the time asked about.",
        ),
    ),
    about=Called(
        zh="各单位登记了多少件事，办了多少，超期多少。",
        en="How many matters each unit received, how many are open, how many are late.",
    ),
    empty=Called(
        zh="还没有登记任何事项。居民反映或网格员上报一件事后，这里就会开始统计。",
        en="No matter has been received. Counting starts with the first one a "
        "resident or grid worker reports.",
    ),
)
