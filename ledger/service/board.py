"""Boards: tables anybody may read, each made from views as of one point of history.

A module in ``ledger.service.boards`` declares one attribute ``board``: what it is called, its
columns, and ``rows(desk)``. The command line, the pages and their tests take all boards alike, so
a further board is a further file. Columns say in which form their cells are; a cell of a column
with ``words`` is a code, and ``Sheet.words`` says what it is called at that time.

See docs/add-an-aggregate.md. Not handled: who may see what (every board is public), layout.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import msgspec

from ledger.errors import MalformedError, NotFound
from ledger.kernel.act import AsOf
from ledger.kernel.discovery import declared
from ledger.rules.book import Book
from ledger.rules.section import sections
from ledger.rules.time import local_date, parse_date
from ledger.rules.units import Unit
from ledger.service import boards, directory
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book
from ledger.service.reading.papers import transcribed
from ledger.store.views import ViewStore

T = TypeVar("T")

Cell = str | int | bool | None
Line = Mapping[str, Cell]
Form = Literal[
    "text", "count", "day", "unit", "stream", "code", "minutes", "fen", "mark", "board", "acts",
    "rule", "passage",
]  # fmt: skip
"""How a cell is shown: fen as yuan, minutes as hours of two decimals, a mark as yes or no; a board
as what to ask the one its column names in ``words``; acts as types of events parted by spaces;
a rule by its id in the packs of the line's unit; a passage folded away."""

AND = ", "
"""Parts several codes in one cell."""
PAGE = 5_000
"""Rows read by one query. All that a filter chooses are sorted for each page, so few and long ones;
a row takes about a kilobyte."""
NONE: Mapping[str, str] = MappingProxyType({})
MANY = 50
"""Units beyond which rows are read through instead of unit by unit."""


class BoardUnknown(NotFound):
    """No module declares a board of this name."""

    code = "board.unknown"
    zh = "没有名为“{name}”的公示板。现有：{known}。"
    en = 'There is no board "{name}". There are: {known}.'


class NotNarrowed(MalformedError):
    """A board whose lines are not told apart by day, kind or size is asked for some of them."""

    code = "board.not_narrowed"
    zh = "公示板“{name}”不能按 {by} 筛选。请去掉该条件。"
    en = "The lines of board {name} cannot be narrowed by {by}. Leave that out."


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
    """

    id: str
    zh: str
    en: str
    form: Form = "text"
    words: str | None = None
    programs: bool = False


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """What a code or a unit is called."""

    zh: str
    en: str


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What an overview shows of a board: some ``columns`` of the lines that ask for a look.

    A line does where a column of ``asks`` says anything but that all is well.
    """

    columns: tuple[str, ...]
    asks: tuple[str, ...]


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
    ``taken`` or not, and ``said`` is what is told of it.
    """

    by: str
    head: tuple[str, ...]
    step: tuple[str, ...]
    taken: str
    said: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A board as of a point: ``words`` names the codes and units of its cells, by column.

    ``transcribed`` are those of the streams it names that hold an entry typed from paper.
    """

    board: str
    zh: str
    en: str
    as_of: AsOf
    unit: str | None
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Cell], ...]
    words: dict[str, dict[str, Called]]
    notes: tuple[Called, ...] = ()
    transcribed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board: ``rows(desk)`` yields its lines in the order shown, each with every column.

    ``notes`` say below it what a reader must know to read it rightly; ``about`` is the question it
    answers, in one sentence; ``empty`` is what would fill it, for who finds it without a row.
    ``heeds`` names what of ``desk.asked`` its lines can be narrowed by; ``across`` and ``walk`` lay
    them out; ``listed`` are the columns a page lists, () for all: the others stand with each row.
    ``glance`` is what an overview takes of it. ``of`` is the aggregate whose streams it shows the
    public: a replayed stream leads to it.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: Callable[["Desk"], Iterable[Line]]
    about: Called
    empty: Called
    notes: tuple[Called, ...] = ()
    heeds: tuple[Literal["days", "kind", "size"], ...] = ()
    across: Across | None = None
    walk: Walk | None = None
    listed: tuple[str, ...] = ()
    glance: Glance | None = None
    of: str | None = None


def board_of(stream: str) -> str | None:
    """Return the board on which the public sees what a stream holds, by name, if there is one."""
    aggregate = stream.partition("/")[0]
    return next((board.name for board in boards_declared().values() if board.of == aggregate), None)


@cache
def boards_declared() -> Mapping[str, Board]:
    """Return all boards this program declares, by name."""
    return {board.name: board for board in declared(boards, "board")}


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
        return found

    def book(self, unit: str) -> Book | None:
        """Return the packs in force at a unit on the day; None where there are none."""
        if unit not in self._books:
            seconds, size = self.point.at // 1000, self.point.size
            self._books[unit] = find_book(self.ledger, unit, seconds, size=size)
        return self._books[unit]

    def once(self, make: Callable[["Desk"], T]) -> T:
        """Return ``make(desk)``, made once for this desk, for whatever several rules read."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def label(self, unit: str) -> Called:
        """Return a unit's code and name on the day."""
        found = self.units.get(unit)
        if found is None:
            return Called(zh=unit, en=unit)
        version = found.placed(self.day)
        text = f"{version.code} {version.name}"
        return Called(zh=text, en=text)

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


def make_sheet(
    ledger: Ledger, name: str, point: AsOf, unit: str | None = None, asked: Asked = ALL
) -> Sheet:
    """Return a board as of ``point``, for ``unit`` and those under it, or for all.

    Raises:
        BoardUnknown: no such board.
        NotNarrowed: it is not told apart by day, kind or size.
        ProjectionBehind: a view has not read that far.
    """
    known = boards_declared()
    if name not in known:
        raise BoardUnknown(name=name, known=", ".join(known) or "-")
    board, desk = known[name], Desk(ledger, point, unit, asked)
    _require_heeded(board, asked)
    lines = tuple(dict(line) for line in board.rows(desk))
    return Sheet(
        board=name,
        zh=board.zh,
        en=board.en,
        as_of=point,
        unit=unit,
        columns=board.columns,
        rows=lines,
        words={
            column.id: _words(desk, column, lines)
            for column in board.columns
            if column.form in {"unit", "code"}
        },
        notes=board.notes,
        transcribed=_transcribed(desk, board, lines),
    )


def _require_heeded(board: Board, asked: Asked) -> None:
    given = {"days": asked.since or asked.until, "kind": asked.kind, "size": asked.after}
    for by, value in given.items():
        if value is not None and by not in board.heeds:
            raise NotNarrowed(name=board.name, by=by)


def _transcribed(desk: Desk, board: Board, lines: Iterable[Line]) -> tuple[str, ...]:
    columns = [column.id for column in board.columns if column.form == "stream"]
    cells = (line[column] for line in lines for column in columns)
    streams = {cell for cell in cells if isinstance(cell, str)}
    return tuple(sorted(transcribed(desk.ledger, streams, desk.point.size)))


def _words(desk: Desk, column: Column, lines: Iterable[Line]) -> dict[str, Called]:
    found: dict[str, Called] = {}
    for line in lines:
        cell = line[column.id]
        if isinstance(cell, str) and cell not in found:
            found[cell] = _called(desk, column, cell, line)
    return found


def _called(desk: Desk, column: Column, cell: str, line: Line) -> Called:
    if column.form == "unit":
        return desk.label(cell)
    book = desk.book(str(line.get("unit") or desk.unit or ""))
    if book is None or column.words is None:
        return Called(zh=cell, en=cell)
    if AND in cell:
        each = [_called(desk, column, one, line) for one in cell.split(AND)]
        return Called(zh="、".join(one.zh for one in each), en=AND.join(one.en for one in each))
    for section in sections():
        if section.name == column.words and (found := book.find(section, cell)) is not None:
            return Called(zh=found.zh, en=found.en)
    return Called(**{lang: _word(book, column.words, cell, lang) for lang in ("zh", "en")})


def _word(book: Book, tables: str, cell: str, lang: str) -> str:
    said = (book.word(table, cell, lang) for table in tables.split())
    return next((word for word in said if word != cell), cell)


def _belongs(unit: Unit, day: date) -> set[str | None]:
    """Return where a unit's records are looked for: above it, and where it was merged into.

    What was split among several is nobody's alone and stays where it was.
    """
    merged = unit.dissolved is not None and unit.dissolved <= day and len(unit.successors) == 1
    return {unit.placed(day).parent, *(unit.successors if merged else ())}
