"""The five publics (五公开): unit by power by facet; what is missing is a line.

Content, rules and procedure are told by disclosure items; a facet nobody posted is missing. Process
and result are never written: they count the cases and decisions that exercise the power. A kind
that one listed power alone is exercised by counts for it by itself; where several share one, a
matter counts for the power it was recorded for, and those not recorded have a line of their own. A
document says here what it says while it is posted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.projections.catalogues import FACET, ITEM, LIST, MATTER, CatalogueRow
from ledger.projections.disclosures import DisclosureRow
from ledger.rules.kinds.catalogue import FACETS, WRITTEN, CatalogueKind
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import catalogue_kinds, catalogues
from ledger.rules.packs.sections.catalogues import CatalogueItem
from ledger.rules.units import unit_at
from ledger.service.board import Across, Board, Called, Cell, Column, Desk, Line
from ledger.service.reading.posted import Posted, posted

Kind = tuple[str, str]
"""What it is a kind of, and its code: ``("case", "dispute")``."""
MATTERS = Called(zh="件", en="matters")
OVER = frozenset({"closed", "rejected", "revoked"})
"""Standings in which a decision is over."""


class Documents:
    """What posted documents say, each opened once for a desk: one may tell of many powers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._found: dict[str, Posted | None] = {}

    def of(self, item: str) -> Posted | None:
        """Return what an item says, None where it is not up now."""
        if item not in self._found:
            self._found[item] = posted(self._desk.ledger, item, self._desk.point)
        return self._found[item]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A unit's list of powers: as adopted, or as packs have it where it should have adopted one."""

    unit: str
    book: Book
    items: tuple[str, ...]
    facets: dict[tuple[str, str], CatalogueRow]
    matters: tuple[CatalogueRow, ...]

    def item(self, code: str) -> CatalogueItem | None:
        """Return a power as the packs in force have it, if they still do."""
        return self.book.find(catalogues.section, code)

    def shared(self) -> dict[Kind, tuple[str, ...]]:
        """Return the powers that each kind exercises."""
        found: dict[Kind, tuple[str, ...]] = {}
        for code in self.items:
            item = self.item(code)
            for kind in () if item is None else item.kinds:
                found[kind] = (*found.get(kind, ()), code)
        return found


def rows(desk: Desk) -> Iterator[Line]:
    """Yield the facets of each power by unit, catalogue and code."""
    begun = _begun(desk)
    for place in _places(desk):
        exercised, loose = _exercised(desk, place, begun)
        told = (str(row.ref) for row in place.facets.values())
        posted = desk.store("disclosures").rows_of(told, desk.point)
        for code in place.items:
            for facet in WRITTEN:
                yield {**_power(place, code), **_written(desk, place, posted, code, facet)}
            yield from _computed(place, code, exercised)
        for (noun, kind), number in loose.items():
            yield {
                **_power(place, None),
                **_facet("process", "recorded", count=number),
                "kind": f"{noun}:{kind}",
            }


def _places(desk: Desk) -> Iterator[Place]:
    lines: dict[str, list[CatalogueRow]] = {}
    for row in desk.rows("catalogues", "line"):
        lines.setdefault(row.unit, []).append(row)
    covered = desk.covered
    for unit in sorted(covered, key=lambda unit: (desk.order(unit), unit)):
        if (book := desk.book(unit)) is None:
            continue
        standing = unit_at(covered[unit], desk.day)
        for kind in book.items(catalogue_kinds.section):
            if kind.facets:
                level = standing.level if standing else ""
                yield from _place(book, kind, unit, level, lines.get(unit, []))


def _place(
    book: Book, kind: CatalogueKind, unit: str, level: str, lines: list[CatalogueRow]
) -> Iterator[Place]:
    adopted = next((row for row in lines if (row.sort, row.code) == (LIST, kind.id)), None)
    mine = [row for row in lines if adopted and row.catalogue == adopted.catalogue]
    items = [row.code for row in mine if row.sort == ITEM]
    if adopted is None and level in kind.levels:
        # It should have one: all the packs list is missing.
        listed = book.items(catalogues.section)
        items = [item.id for item in listed if item.catalogue == kind.id]
    if items:
        yield Place(
            unit=unit,
            book=book,
            items=tuple(sorted(items)),
            facets={(row.code, str(row.facet)): row for row in mine if row.sort == FACET},
            matters=tuple(row for row in mine if row.sort == MATTER),
        )


def _begun(desk: Desk) -> dict[tuple[str, Kind], tuple[int, int]]:
    """Return how many matters of each unit and kind there are, and how many are over."""
    all_: Counter[tuple[str, Kind]] = Counter()
    over: Counter[tuple[str, Kind]] = Counter()
    cells = [
        ("case", desk.store("register").count(desk.point, by=("unit", "kind", "state"))),
        ("decision", desk.store("decisions").count(desk.point, by=("unit", "code", "standing"))),
    ]
    for noun, counted in cells:
        for (unit, code, state), number in counted.items():
            if desk.covers(str(unit)):
                key = (str(unit), (noun, str(code)))
                all_[key] += number
                over[key] += number * _is_over(desk, noun, str(unit), str(code), str(state))
    return {key: (all_[key], over[key]) for key in all_}


def _is_over(desk: Desk, noun: str, unit: str, code: str, state: str) -> bool:
    if noun == "decision":
        return state in OVER
    book = desk.book(unit)
    kinds = () if book is None else book.kinds()
    found = (kind.state(state) for kind in kinds if kind.id == code)
    return any(each is not None and not each.open for each in found)


def _exercised(
    desk: Desk, place: Place, begun: dict[tuple[str, Kind], tuple[int, int]]
) -> tuple[dict[str, tuple[int, int]], dict[Kind, int]]:
    """Return by power how many matters exercised it, and are over; and how many are of none."""
    exercised, over = Counter[str](), Counter[str]()
    shared = place.shared()
    loose = Counter({kind: 0 for kind, codes in shared.items() if len(codes) > 1})
    for kind, codes in shared.items():
        number, done = begun.get((place.unit, kind), (0, 0))
        if kind in loose:
            loose[kind] += number
        else:
            exercised[codes[0]] += number
            over[codes[0]] += done
    begun_here = _matters(desk, place.matters)
    for row in place.matters:
        if (found := _matter(begun_here, row)) is None:
            continue
        kind, done = found
        if kind in loose:
            loose[kind] -= 1
        elif kind in shared:  # recorded for one power, it counts for no other
            exercised[shared[kind][0]] -= 1
            over[shared[kind][0]] -= done
        exercised[row.code] += 1
        over[row.code] += done
    by_power = {code: (exercised[code], over[code]) for code in place.items}
    return by_power, {kind: number for kind, number in loose.items() if number > 0}


def _matters(desk: Desk, listed: Iterable[CatalogueRow]) -> dict[str, Any]:
    """Return what the register and the decisions say of those matters, by their streams."""
    refs = {str(row.ref) for row in listed}
    cases = {ref for ref in refs if ref.startswith("case/")}
    found = desk.store("register").rows_of(cases, desk.point)
    return {**found, **desk.store("decisions").rows_of(refs - cases, desk.point)}


def _matter(begun: Mapping[str, Any], row: CatalogueRow) -> tuple[Kind, bool] | None:
    """Return the kind of a matter and whether it is over; None where the unit has no such one."""
    found = begun.get(str(row.ref))
    if found is None or found.unit != row.unit:
        return None
    if str(row.ref).startswith("case/"):
        return ("case", found.kind), not found.open
    return ("decision", found.code), found.standing in OVER


def _power(place: Place, code: str | None) -> dict[str, Cell]:
    return {"unit": place.unit, "code": code, "kind": None}


def _facet(facet: str, state: str, **more: Cell) -> dict[str, Cell]:
    return {
        **dict.fromkeys(("day", "until", "count", "record", "title", "text")),
        "facet": facet,
        "state": state,
        **more,
    }


def _written(
    desk: Desk, place: Place, posted: Mapping[str, DisclosureRow], code: str, facet: str
) -> dict[str, Cell]:
    told = place.facets.get((code, facet))
    row = None if told is None else posted.get(str(told.ref))
    if row is None or row.unit != place.unit or not row.shown:
        return _facet(facet, "missing", record=told.ref if told else None)
    if row.withdrawn is not None:
        return _facet(facet, "withdrawn", day=row.day, record=row.item)
    up = row.standing == "published" and str(row.until) >= desk.day.isoformat()
    state = "posted" if up else "expired"
    said = desk.once(Documents).of(row.item) if up else None
    content = {"title": said.title, "text": said.text} if said else {}
    return _facet(facet, state, day=row.day, until=row.until, record=row.item, **content)


def _computed(
    place: Place, code: str, exercised: dict[str, tuple[int, int]]
) -> Iterator[dict[str, Cell]]:
    number, done = exercised[code]
    process = "recorded" if number else "none"
    result = "recorded" if done else "under_way" if number else "none"
    yield {**_power(place, code), **_facet("process", process, count=number)}
    yield {**_power(place, code), **_facet("result", result, count=done)}


board = Board(
    name="five-publics",
    zh="小微权力五公开",
    en="Five publics",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="code", zh="权力事项", en="Power", form="code", words="catalogues"),
        Column(id="facet", zh="公开方面", en="Facet", form="code", words="facet"),
        Column(id="state", zh="情况", en="Standing", form="code", words="facet_state"),
        Column(id="day", zh="公布日期", en="Posted on", form="day"),
        Column(id="until", zh="公示至", en="Posted through", form="day"),
        Column(id="title", zh="标题", en="Title"),
        Column(id="text", zh="内容", en="What it says", form="passage"),
        Column(id="count", zh="件数", en="Matters", form="count", counts=MATTERS),
        Column(id="kind", zh="未对应权力的类型", en="Kind of no power", programs=True),
        Column(id="record", zh="记录", en="Record", form="stream"),
    ),
    names=("unit", "code", "facet", "kind"),
    headed=("code", "facet"),
    rows=rows,
    views={
        "catalogues": (),
        "disclosures": (),
        "register": ("kind", "open"),
        "decisions": ("code", "standing"),
    },
    posted=True,
    notes=(
        Called(
            zh="没有公开的方面也列出。运行过程和运行结果由行使该权力的事项和决策计数得出，不另行填报。",
            en="A facet not made public is a line, too. Process and result count the cases and "
            "decisions that exercise the power; nobody reports them.",
        ),
    ),
    about=Called(
        zh="每项小微权力，清单、制度、程序、过程、结果五方面公开了没有。",
        en="Of each small power: list, rules, procedure, process and result, made public or not.",
    ),
    empty=Called(
        zh="还没有单位采用小微权力清单。采用清单后，每项权力的五个方面各占一行，没有公开的也列出。",
        en=(
            "No unit has adopted a list of small powers. Once one has, each facet of each "
            "power is a line, made public or not."
        ),
    ),
    across=Across(
        by=("code", "unit"),
        over="facet",
        codes=FACETS,
        cells=("state", "count"),
        noted=("title", "text", "until", "record"),
    ),
)
