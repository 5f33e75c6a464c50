"""Cases by module of basic data (9+X): warned of, dispatched, dealt with (S1-23).

Packs say which category is of which module (``modules.csv``). Each module is a line, also where
nothing was reported; what no pack puts under one is told last. Registers of persons belong to three
of the modules and are not kept here: what is counted are matters, never people.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import product

from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import modules
from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.figures import places

VIEW = "register"
BY = ("unit", "category", "handled", "open")
UNSORTED = "unsorted"
"""The module of categories that are of none."""
Counts = Mapping[tuple[str, bool, bool], int]
"""How many cases there are by module, whether ever given to somebody, whether open."""
FOUR = tuple(product((True, False), repeat=2))


def rows(desk: Desk) -> Iterator[Line]:
    """Yield a line for each module, of the unit asked about and those under it."""
    for place, _ in places(desk):
        unit, counts = place.unit or "", _counts(place)
        for module in _named(place.book(unit), place.day):
            line = _line(unit, module, counts)
            if module != UNSORTED or line["warned"]:
                yield line


def _named(book: Book | None, day: date) -> list[str]:
    """Return the modules packs name, what is of none last.

    One whose rules are none of them in force on the day is not there; one no category is of is.
    """
    if book is None:
        return []
    ruled = {each.module for each in book.items(modules.section)}
    absent = ruled - set(_modules(book, day).values())
    found = [word.id for word in book.words("module") if word.id not in absent]
    return sorted(found, key=lambda module: module == UNSORTED)


def _counts(desk: Desk) -> Counts:
    found = Counter[tuple[str, bool, bool]]()
    modules_at = cache(lambda unit: _modules(desk.book(unit), desk.day))
    for key, number in desk.store(VIEW).count(desk.point, by=BY).items():
        unit, category, given, still = key
        if desk.covers(str(unit)):
            module = modules_at(str(unit)).get(str(category), UNSORTED)
            found[module, bool(given), bool(still)] += number
    return found


def _modules(book: Book | None, day: date) -> dict[str, str]:
    """Return the module of each category, by the rules in force on the day."""
    if book is None:
        return {}
    return {
        each.id: each.module
        for each in book.items(modules.section)
        if book.find_rule(each.rule, day) is not None
    }


def _line(unit: str, module: str, counts: Counts) -> Line:
    of = {(given, still): counts.get((module, given, still), 0) for given, still in FOUR}
    return {
        "unit": unit,
        "module": module,
        "warned": sum(of.values()),
        "dispatched": of[True, True] + of[True, False],
        "dealt_with": of[True, False],
        "open": of[True, True] + of[False, True],
    }


board = Board(
    name="modules",
    zh="综治模块统计",
    en="Modules",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="module", zh="模块", en="Module", form="code", words="module"),
        Column(id="warned", zh="预警（登记）", en="Warned of", form="count"),
        Column(id="dispatched", zh="其中派单", en="Of these dispatched", form="count"),
        Column(id="dealt_with", zh="派单后办结", en="Dispatched and dealt with", form="count"),
        Column(id="open", zh="在办", en="Open", form="count"),
    ),
    names=("unit", "module"),
    headed=("module",),
    rows=rows,
    views={VIEW: ("category", "handled", "open")},
    notes=(
        Called(
            zh="按事项类别归入 GB/T 31000—2015 的九个模块和本地模块（9+X），含下级单位。",
            en="Categories fall under the nine modules of GB/T 31000-2015 and local ones (9+X). "
            "Units under the one named are counted with it.",
        ),
        Called(
            zh="只统计事项，不建人员名册：实有人口、特殊人群、重点青少年的个人信息不为本账本的目的所必需"
            "（个人信息保护法第六条、第二十八条）。综治组织由单位和任职登记。",
            en="Matters are counted and no register of people is kept: personal data of residents, "
            "special groups and youth is not needed for what this ledger is for (Personal "
            "Information Protection Law, Arts. 6, 28). Organisations are units and posts.",
        ),
    ),
    about=Called(
        zh="各模块预警了多少件，派了多少单，办结了多少。",
        en="How many matters of each module were reported, dispatched, dealt with.",
    ),
    empty=Called(
        zh="还没有登记任何事项。网格员巡查上报一件事后，这里按模块开始统计。",
        en="No matter has been received. Counting by module starts with the first one reported.",
    ),
)
