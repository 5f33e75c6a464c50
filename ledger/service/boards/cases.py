"""Cases by unit and kind: received, open, overdue, standing still, closed, mediated.

Each number counts rows of the register. Imported cases are counted with the others and told apart
in a column of their own: their days are those of the old system. Mediated is a number of the
mediations that ended: how many there were stands beside it, refusals apart, and no rate is made of
them. Not handled: rates of response, solution, satisfaction.
"""

from collections.abc import Iterator

from ledger.projections.register import AGREED, ENDED, OPEN_CASES, due_before
from ledger.service.board import Board, Called, Column, Desk, Line, News

VIEW = "register"
BY = ("unit", "kind")


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each unit and kind with at least one case."""
    store, at, late = desk.store(VIEW), desk.point, due_before(desk.day)
    received = store.count(at, by=BY)
    still = store.count(at, by=BY, where=OPEN_CASES)
    overdue = store.count(at, by=BY, where=OPEN_CASES, below=late)
    suspended = store.count(at, by=BY, where={**OPEN_CASES, "suspended": True})
    imported = store.count(at, by=BY, where={"imported": True})
    mediated = store.count(at, by=(*BY, "mediation"))
    for key in sorted(received, key=lambda key: (desk.order(str(key[0])), key)):
        unit, kind = map(str, key)
        if desk.covers(unit):
            yield {
                "unit": unit,
                "kind": kind,
                "received": received[key],
                "open": still.get(key, 0),
                "overdue": overdue.get(key, 0),
                "suspended": suspended.get(key, 0),
                "closed": received[key] - still.get(key, 0),
                "agreed": sum(mediated.get((*key, stands), 0) for stands in AGREED),
                "mediations": sum(mediated.get((*key, stands), 0) for stands in ENDED),
                "declined": mediated.get((*key, "declined"), 0),
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
        Column(id="suspended", zh="其中中止", en="Of these standing still", form="count"),
        Column(id="closed", zh="不再在办", en="No longer open", form="count"),
        Column(id="agreed", zh="调解达成协议", en="Mediated: agreed", form="count"),
        Column(id="mediations", zh="调解终结", en="Mediations ended", form="count"),
        Column(id="declined", zh="拒绝调解", en="Mediation refused", form="count"),
        Column(id="imported", zh="其中导入", en="Imported among all", form="count"),
    ),
    names=("unit", "kind"),
    rows=rows,
    of="case",
    news=News(facts=("closed",), view="register", words="cases", code="kind"),
    notes=(
        Called(
            zh="登记 = 在办 + 不再在办；超期按所查时点判断，依规中止计期的不计超期。",
            en="Received = open + no longer open; overdue is judged at the time asked about, and "
            "what stands still by a rule is not overdue.",
        ),
        Called(
            zh="调解达成协议是调解终结中的件数；书面协议以签署生效为准。排查次数与此单位不同，不可相除。",
            en="Mediated are so many of the mediations ended, written ones once signed. Sweeps are "
            "counted in another unit: never divide one by the other.",
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
