"""What a board declares, and the ``Desk`` its lines are made from: a point, a unit, the views.

A module in ``ledger.service.boards`` declares one attribute ``board``: what it is called, its
columns, and ``rows(desk)``. The command line, the pages and their tests take all boards alike, so
a further board is a further file. Columns say in which form their cells are.

See docs/add-an-aggregate.md. What is made of a board: ``sheet``. Not handled: who may see what
(every board is public), layout.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, TypeVar, TypeVarTuple

import msgspec

from ledger.kernel.act import AsOf
from ledger.rules.packs.book import Book
from ledger.rules.packs.section import sections
from ledger.rules.time import local_date, parse_date
from ledger.rules.units import Unit
from ledger.service import directory
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book
from ledger.service.reading.booked import Voucher
from ledger.store.views.store import ViewStore

T = TypeVar("T")
About = TypeVarTuple("About")

Cell = str | int | bool | None
Line = Mapping[str, Cell]
Form = Literal[
    "text", "count", "day", "unit", "stream", "code", "minutes", "fen", "mark", "board", "acts",
    "rule", "passage", "entry",
]  # fmt: skip
"""How a cell is shown: fen as yuan, minutes as hours of two decimals, a mark as yes or no; a board
as what to ask the one its column names in ``words``; acts as types of events parted by spaces;
a rule by its id in the packs of the line's unit; a passage folded away; an entry by its number in
the log, which is no count."""

AND = ", "
"""Parts several codes in one cell."""
PAGE = 5_000
"""Rows read by one query. All that a filter chooses are sorted for each page, so few and long ones;
a row takes about a kilobyte."""
NONE: Mapping[str, str] = MappingProxyType({})
MANY = 50
"""Units beyond which rows are read through instead of unit by unit."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines of a board are asked for: of days ``since`` to ``until``, of one kind.

    ``after`` is a size: only what was recorded after it.
    """

    since: date | None = None
    until: date | None = None
    kind: str | None = None
    after: int | None = None


ALL = Asked()


def parse_asked(
    since: str | None = None,
    until: str | None = None,
    kind: str | None = None,
    after: int | None = None,
) -> Asked:
    """Return what is asked for from days written YYYY-MM-DD. Raises: BadDate."""
    return Asked(
        since=None if since is None else parse_date(since),
        until=None if until is None else parse_date(until),
        kind=kind,
        after=after,
    )


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column; ``words`` is the code list (or several), or the section of a pack, of its cells.

    One that is for ``programs`` is in data and exports, and on the page of its row alone.
    ``counts`` says what its numbers are of, or which column holds the code of what they are of.
    A stream that a line only mentions is ``beside`` it: the line does not rest on its entries.
    """

    id: str
    zh: str
    en: str
    form: Form = "text"
    words: str | None = None
    programs: bool = False
    counts: "Called | str | None" = None
    beside: bool = False


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """What a code or a unit is called."""

    zh: str
    en: str


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What an overview shows of a board: some ``columns`` of the lines that ask for a look.

    A line does where a column of ``asks`` says anything but that all is well; where none does,
    ``calm`` is said. ``zh`` and ``en`` are its heading there, ``place`` its turn.
    """

    zh: str
    en: str
    columns: tuple[str, ...]
    asks: tuple[str, ...]
    calm: "Called | None" = None
    place: int = 100


class Across(msgspec.Struct, frozen=True, kw_only=True):
    """How a page may lay lines side by side: one row for lines that agree in ``by``.

    A column stands for each of ``codes``, which the cells of ``over`` are, and shows ``cells``.
    What ``noted`` columns say, often the same of many, is numbered and said once below.
    """

    by: tuple[str, ...]
    over: str
    codes: tuple[str, ...]
    cells: tuple[str, ...]
    noted: tuple[str, ...] = ()


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """How a page may show lines that are the steps of one thing: under one heading, in order.

    Lines of one thing agree in ``by``; ``head`` is said of it once. A step is called ``step``, is
    ``taken`` or not, and ``said`` is what is told of it. ``outcome`` is what the step that
    decides came to: after one that is ``rejected``, or where the thing's ``standing`` is
    ``revoked``, what is not taken is no longer owed.
    """

    by: str
    head: tuple[str, ...]
    step: tuple[str, ...]
    taken: str
    said: tuple[str, ...]
    outcome: str | None = None


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Which acts on the streams a board is ``of`` are told as new: those that end something.

    They are told by the stream's row in ``view``: its member ``code`` says of which kind it is, a
    word of the packs' section ``words``.
    """

    facts: tuple[str, ...]
    view: str
    words: str
    code: str = "code"


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board: ``rows(desk)`` yields its lines in the order shown, each with every column.

    ``names`` are the columns that tell which row it is, the same from day to day; the others say
    how it stands. ``notes`` say below it what a reader must know to read it rightly; ``about`` is
    the question it answers, in one sentence; ``empty`` is what would fill it, for who finds it
    without a row.
    ``heeds`` names what of ``desk.asked`` its lines can be narrowed by; ``across`` and ``walk`` lay
    them out; ``listed`` are the columns a page lists, () for all: the others stand with each row.
    ``headed`` are the columns that say in words what a line is of: the first heads its card, all
    of them its own page; () for the first one listed. ``by`` is the column by which readers take a
    part of a long board: a period, a month, a kind.
    ``posted`` tells that a line may say what a document says while it is posted: whoever keeps the
    board keeps it for the day, no longer.
    ``views`` are all that its lines are read from, each with the members they rest on, () for any;
    ``besides`` are the aggregates read without a view. Only what touched those, a unit or a pack
    can have changed a line (`ledger.service.reading.board_steps`). None: any entry can.
    ``adds`` are the vouchers a line adds up, told on its page, where it is a line of money.
    ``glance`` is what an overview takes of it. ``of`` is the aggregate whose streams it shows the
    public: a replayed stream leads to it. ``news`` is what residents are told of them.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    rows: Callable[["Desk"], Iterable[Line]]
    about: Called
    empty: Called
    notes: tuple[Called, ...] = ()
    heeds: tuple[Literal["days", "kind", "size"], ...] = ()
    across: Across | None = None
    walk: Walk | None = None
    listed: tuple[str, ...] = ()
    headed: tuple[str, ...] = ()
    by: str | None = None
    posted: bool = False
    views: Mapping[str, tuple[str, ...]] | None = None
    besides: frozenset[str] = frozenset()
    adds: Callable[["Desk", Line], list[Voucher]] | None = None
    glance: Glance | None = None
    of: str | None = None
    news: News | None = None


def of_whole(part: int, whole: int) -> Cell:
    """Return so many of so many, as 3/4; None of nothing."""
    return f"{part}/{whole}" if whole else None


class Desk:
    """What a board may read: views as of a point, for one unit and those under it, or for all.

    A unit merged into another by the day is under that other; ``units`` are all there were by the
    point, as they were known then.
    """

    def __init__(self, ledger: Ledger, point: AsOf, unit: str | None, asked: Asked = ALL) -> None:
        self.ledger = ledger
        self.point = point
        self.unit = unit
        self.asked = asked
        self._books: dict[str, Book | None] = {}
        self._made: dict[object, Any] = {}
        self.units = dict(directory.units_at(ledger, point.size))
        self.within: frozenset[str] | None = None if unit is None else self._under(unit)

    @property
    def day(self) -> date:
        """The local day of the point, on which terms and windows are judged."""
        return local_date(self.point.at // 1000)

    def covers(self, unit: str) -> bool:
        """Tell whether ``unit`` is the one asked about, or under it on the day."""
        return self.within is None or unit in self.within

    def store(self, view: str) -> ViewStore[Any]:
        """Return a view of this ledger."""
        return self.ledger.views[view]

    def rows(
        self, view: str, key: str, below: Mapping[str, str] = NONE, /, **where: Cell
    ) -> Iterator[Any]:
        """Yield the rows of a view that hold, by ``key``, the member that is its key.

        Chosen are those whose members equal ``where`` and are less than ``below``. Of one unit and
        those under it they are found unit by unit; others are not read, unless there are many.
        """
        if self.within is None or len(self.within) > MANY:
            found = self._paged(view, key, where, below)
            yield from (row for row in found if self.covers(row.unit))
            return
        for unit in sorted(self.within):
            yield from self._paged(view, key, {**where, "unit": unit}, below)

    def _paged(
        self, view: str, key: str, where: Mapping[str, Cell], below: Mapping[str, str]
    ) -> Iterator[Any]:
        store, after = self.store(view), None
        while True:
            page = store.rows(self.point, where=where, below=below, after=after, limit=PAGE)
            yield from page
            if len(page) < PAGE:
                return
            after = getattr(page[-1], key)

    @property
    def covered(self) -> Mapping[str, Unit]:
        """The unit asked about and those under it, or all, by their ids."""
        return {name: unit for name, unit in self.units.items() if self.covers(name)}

    def of(self, unit: str) -> "Desk":
        """Return the desk of another unit and those under it, at the same point."""
        found = copy(self)
        found.unit, found.within = unit, self._under(unit)
        found._made = {}  # noqa: SLF001 - its own class
        return found

    def book(self, unit: str) -> Book | None:
        """Return the packs in force at a unit on the day; None where there are none."""
        if unit not in self._books:
            seconds, size = self.point.at // 1000, self.point.size
            self._books[unit] = find_book(self.ledger, unit, seconds, size=size)
        return self._books[unit]

    def once(self, make: Callable[["Desk", *About], T], *about: *About) -> T:
        """Return ``make(desk, *about)``, made once for this desk, for whatever reads it too."""
        key = (make, *about)
        if key not in self._made:
            self._made[key] = make(self, *about)
        found: T = self._made[key]
        return found

    def label(self, unit: str) -> Called:
        """Return a unit's code and name on the day."""
        found = self.units.get(unit)
        if found is None:
            return Called(zh=unit, en=unit)
        version = found.placed(self.day)
        text = f"{version.code} {version.name}"
        return Called(zh=text, en=text)

    def called(self, unit: str, tables: str, code: str) -> Called:
        """Return what a code of one of some lists, or of a section of packs, is called at a unit.

        A code that none of them knows is what it is called.
        """
        book = self.book(unit)
        if book is None:
            return Called(zh=code, en=code)
        for section in sections():
            if section.name == tables and (found := book.find(section, code)) is not None:
                return Called(zh=found.zh, en=found.en)
        return Called(**{lang: _word(book, tables, code, lang) for lang in ("zh", "en")})

    def order(self, unit: str) -> str:
        """Return what units are sorted by: their code."""
        return self.label(unit).zh

    def _under(self, top: str) -> frozenset[str]:
        found = {top}
        while more := {
            name
            for name, unit in self.units.items()
            if name not in found and not found.isdisjoint(_belongs(unit, self.day))
        }:
            found |= more
        return frozenset(found)


def _word(book: Book, tables: str, code: str, lang: str) -> str:
    said = (book.word(table, code, lang) for table in tables.split())
    return next((word for word in said if word != code), code)


def _belongs(unit: Unit, day: date) -> set[str | None]:
    """Return where a unit's records are looked for: above it, and where it was merged into.

    What was split among several is nobody's alone and stays where it was.
    """
    merged = unit.dissolved is not None and unit.dissolved <= day and len(unit.successors) == 1
    return {unit.placed(day).parent, *(unit.successors if merged else ())}
