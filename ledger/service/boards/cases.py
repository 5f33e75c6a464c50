"""Cases by unit and kind: received, open, overdue, closed, in time, rated, mediated.

Each number counts rows of the register. Imported cases are counted with the others and told apart
in a column of their own: their days are those of the old system. What is part of something stands
as so many of so many (domain X-18: no rate without its denominator), and no percentage is made of
it: closed in time are so many of the closed, the three verdicts (三率: 响应, 解决, 满意) so many of
the reporters who said anything of that, mediated so many of the mediations that ended.
"""

from collections.abc import Iterator, Mapping

from ledger.projections.register import AGREED, ENDED, OPEN_CASES, due_before
from ledger.service.board import Board, Called, Cell, Column, Desk, Line, News, of_whole

VIEW = "register"
BY = ("unit", "kind")
MEMBERS = (
    "kind", "open", "due", "suspended", "imported", "missed", "mediation",
    "responded", "solved", "satisfied",
)  # fmt: skip
"""What of a case is counted."""
CLOSED = {"open": False}
VERDICTS = {
    "responded": Called(zh="有回应", en="Responded"),
    "solved": Called(zh="已解决", en="Solved"),
    "satisfied": Called(zh="满意", en="Satisfied"),
}
"""What a reporter says of how her matter was handled (三率), by its member."""
Key = tuple[Cell, ...]


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each unit and kind with at least one case."""
    store, at, late = desk.store(VIEW), desk.point, due_before(desk.day)
    received = store.count(at, by=BY)
    still = store.count(at, by=BY, where=OPEN_CASES)
    overdue = store.count(at, by=BY, where=OPEN_CASES, below=late)
    suspended = store.count(at, by=BY, where={**OPEN_CASES, "suspended": True})
    imported = store.count(at, by=BY, where={"imported": True})
    in_time = store.count(at, by=BY, where={**CLOSED, "missed": 0})
    verdicts = {name: store.count(at, by=(*BY, name)) for name in VERDICTS}
    mediated = store.count(at, by=(*BY, "mediation"))
    for key in sorted(received, key=lambda key: (desk.order(str(key[0])), key)):
        unit, kind = map(str, key)
        if desk.covers(unit):
            closed = received[key] - still.get(key, 0)
            agreed = sum(mediated.get((*key, stands), 0) for stands in AGREED)
            ended = sum(mediated.get((*key, stands), 0) for stands in ENDED)
            yield {
                "unit": unit,
                "kind": kind,
                "received": received[key],
                "open": still.get(key, 0),
                "overdue": overdue.get(key, 0),
                "suspended": suspended.get(key, 0),
                "closed": closed,
                **_part("in_time", in_time.get(key, 0), closed),
                **_verdicts(verdicts, key),
                **_part("agreed", agreed, ended),
                "mediations": ended,
                "declined": mediated.get((*key, "declined"), 0),
                "imported": imported.get(key, 0),
            }


def _verdicts(counted: Mapping[str, Mapping[Key, int]], key: Key) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name in VERDICTS:
        yes, no = (counted[name].get((*key, said), 0) for said in (True, False))
        cells |= {**_part(name, yes, yes + no), f"{name}_said": yes + no}
    return cells


def _numbers(name: str, said: Called) -> Iterator[Column]:
    """Yield the columns of a verdict for programs: its numerator, its denominator."""
    yes = Called(zh=f"{said.zh}件数", en=f"{said.en}: number")
    all_ = Called(zh=f"对是否{said.zh}作答", en=f"{said.en}: answered")
    yield Column(id=name, zh=yes.zh, en=yes.en, form="count", programs=True)
    yield Column(id=f"{name}_said", zh=all_.zh, en=all_.en, form="count", programs=True)


def _part(name: str, part: int, whole: int) -> dict[str, Cell]:
    """Return a number and, where there is anything to be part of, how it is read."""
    return {name: part, f"{name}_of": of_whole(part, whole)}


board = Board(
    name="cases",
    zh="事项统计",
    en="Cases",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="kind", zh="类型", en="Kind", form="code", words="cases"),
        Column(id="received", zh="登记", en="Received", form="count"),
        Column(id="open", zh="在办", en="Open", form="count"),
        Column(id="overdue", zh="其中超期", en="Overdue", form="count"),
        Column(id="suspended", zh="其中中止", en="Of these standing still", form="count"),
        Column(id="closed", zh="不再在办", en="Ended", form="count"),
        Column(id="in_time_of", zh="其中未超期", en="In time", form="count"),
        *(
            Column(id=f"{name}_of", zh=said.zh, en=said.en, form="count")
            for name, said in VERDICTS.items()
        ),
        Column(id="agreed_of", zh="调解成", en="Agreed", form="count"),
        Column(id="imported", zh="其中导入", en="Imported", form="count"),
        Column(id="declined", zh="拒绝调解", en="Mediation refused", form="count"),
        Column(id="agreed", zh="调解达成协议", en="Agreements", form="count", programs=True),
        Column(id="mediations", zh="调解终结", en="Mediations ended", form="count", programs=True),
        Column(id="in_time", zh="未超期件数", en="Number in time", form="count", programs=True),
        *(column for name, said in VERDICTS.items() for column in _numbers(name, said)),
    ),
    names=("unit", "kind"),
    headed=("kind",),
    rows=rows,
    views={VIEW: MEMBERS},
    listed=(
        "unit",
        "kind",
        "received",
        "open",
        "overdue",
        "closed",
        "in_time_of",
        "responded_of",
        "solved_of",
        "satisfied_of",
        "agreed_of",
        "imported",
    ),
    of="case",
    news=News(facts=("closed",), view="register", words="cases", code="kind"),
    notes=(
        Called(
            zh="登记 = 在办 + 不再在办；超期按所查时点判断，依规中止计期的不计超期。",
            en="Received = open + ended; overdue is judged at the time asked about, and "
            "what stands still by a rule is not overdue.",
        ),
        Called(
            zh="未超期是不再在办的事项中，各项期限都在届满前办到的；有回应、已解决、满意的分母是对该项"
            "作过答的反映人，以各自最近一次为准，重办不抹去；没有作答的不计。",
            en="In time are, of those ended, the ones no term of which had run out before. "
            "Verdicts are of the reporters who gave one, the latest of each; reopening takes none "
            "away, and who said nothing is not counted.",
        ),
        Called(
            zh="调解成的分母是已终结的调解；书面协议以签署生效为准。排查次数与此单位不同，不可相除。",
            en="Agreed are so many of the mediations ended, written ones once signed. Sweeps are "
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
