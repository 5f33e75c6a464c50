"""Units as of a point: code, name, level, law, where each belongs, what it came from and became.

A level is called what the packs in force there call it. Numbers are those stated of a unit, each
with the day it was counted on; of one number the newest day stands.
"""

from collections import defaultdict
from collections.abc import Iterator

from ledger.rules.units import Unit
from ledger.service.board import Board, Called, Cell, Column, Desk, Line


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each unit established by the day, by code; those dissolved, too."""
    numbers, became = _numbers(desk), _came_from(desk)
    found = [(name, unit) for name, unit in desk.units.items() if desk.covers(name)]
    for name, unit in sorted(found, key=lambda each: (desk.order(each[0]), each[0])):
        if unit.versions[0].since <= desk.day:
            yield {**_now(desk, name, unit), "from": became[name], "numbers": numbers[name]}


def _now(desk: Desk, name: str, unit: Unit) -> dict[str, Cell]:
    version = unit.placed(desk.day)
    gone = unit.dissolved if unit.dissolved and unit.dissolved <= desk.day else None
    after = unit.successors if gone else tuple(part for day, part in unit.parts if day <= desk.day)
    return {
        "unit": name,
        "level": version.level,
        "regime": version.regime,
        "parent": version.parent,
        "mode": unit.mode(desk.day),
        "since": unit.versions[0].since.isoformat(),
        "dissolved": gone.isoformat() if gone else None,
        "into": ", ".join(desk.label(each).zh for each in after) or None,
        "record": name,
    }


def _came_from(desk: Desk) -> dict[str, Cell]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, unit in desk.units.items():
        gone = unit.dissolved is not None and unit.dissolved <= desk.day
        split = [part for day, part in unit.parts if day <= desk.day]
        for each in (*(unit.successors if gone else ()), *split):
            found[each].append(desk.label(name).zh)
    return defaultdict(lambda: None, {name: ", ".join(each) for name, each in found.items()})


def _numbers(desk: Desk) -> dict[str, Cell]:
    newest: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    for row in desk.rows("unit_facts", "fact"):
        before = newest[row.unit].get(row.code, ("", 0))
        if before[0] <= row.day <= desk.day.isoformat():
            newest[row.unit][row.code] = (row.day, row.value)
    return defaultdict(lambda: None, {unit: _said(desk, unit, of) for unit, of in newest.items()})


def _said(desk: Desk, unit: str, stated: dict[str, tuple[str, int]]) -> str | None:
    book = desk.book(unit)
    words = {code: code if book is None else book.word("counted", code, "zh") for code in stated}
    said = (f"{words[code]} {value} ({day})" for code, (day, value) in sorted(stated.items()))
    return ", ".join(said) or None


board = Board(
    name="units",
    zh="单位",
    en="Units",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="level", zh="层级", en="Level", form="code", words="level"),
        Column(id="regime", zh="适用组织法", en="Organic law", form="code", words="regime"),
        Column(id="parent", zh="上级单位", en="Under", form="unit"),
        Column(id="mode", zh="状态", en="Mode", form="code", words="mode"),
        Column(id="since", zh="设立日期", en="Since", form="day"),
        Column(id="dissolved", zh="撤销日期", en="Dissolved on", form="day"),
        Column(id="from", zh="由何单位合并或分设而来", en="Came from"),
        Column(id="into", zh="并入或分设为", en="Became"),
        Column(id="numbers", zh="数字（统计日）", en="Numbers (as counted on)"),
        Column(id="record", zh="记录", en="Record", form="stream"),
    ),
    names=("unit",),
    rows=rows,
    views={"unit_facts": ()},
    notes=(
        Called(
            zh="单位合并后，原单位的记录在承接单位的公示板上仍可查到；分设的，留在原单位。",
            en="What was recorded at a merged unit is found at the one that took over.",
        ),
    ),
    about=Called(
        zh="有哪些单位，合并、分设、改名前后是什么关系。",
        en="Which units there are, and what became of those merged, split or renamed.",
    ),
    empty=Called(
        zh="还没有设立单位。登记员设立第一个单位后，列在这里。",
        en="No unit has been established. The first one appears once a registrar establishes it.",
    ),
)
