"""Importables: tables that go into the ledger and come out of it, each one declared module.

A module of ``ledger.service.imports.importables`` declares ``importable``: its columns, what tells
its rows apart, the rows the ledger holds, and the commands that record one. From that alone follow
``mingzhang template``, ``mingzhang import`` and ``mingzhang export table``; discovery finds it.

``Intake`` is what an import knows as it goes: units by code, words by list, ids. Ids are HMACs
under the home's import secret over (system, fact, what tells it apart), as for messages, so that
the same row a second time finds what is there and nobody else can match the log to the table.
"""

import hmac
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, NamedTuple, TypeVar, cast

import ledger.service.imports.importables
from ledger.entry import ids
from ledger.errors import LedgerError, MalformedError, NotFound, RuleViolation
from ledger.kernel.aggregate import Command
from ledger.kernel.discovery import declared
from ledger.rules.packs.book import Book
from ledger.rules.packs.section import Section
from ledger.rules.time import OccurredLater
from ledger.rules.units import Unit
from ledger.rules.words import Word
from ledger.service.acts.commands import BadValue, parse_command
from ledger.service.directory import units
from ledger.service.imports.tables import Column
from ledger.service.ledger import Ledger, today
from ledger.service.packs import choices
from ledger.service.packs.books import book_at

T = TypeVar("T")

SYSTEM = "tables"


class TableUnknown(NotFound):
    """No such table is declared."""

    code = "import.table_unknown"
    zh = "没有名为 {name} 的表。现有：{known}。"
    en = "There is no table {name}. There are: {known}."


class CellMissing(MalformedError):
    """A cell that every row must fill is empty."""

    code = "import.cell_missing"
    zh = "“{column}”为空。请填写该单元格后再次导入。"
    en = "{column} is empty. Fill in the cell and import again."


class WordUnknown(NotFound):
    """A cell names nothing on the list its column is chosen from."""

    code = "import.word_unknown"
    zh = "“{column}”所填不在可选之列。可选：{known}。请更正该单元格后再次导入。"
    en = "{column} is none of those there are: {known}. Correct the cell and import again."


class UnitMissing(NotFound):
    """A row names a unit that stands nowhere, nor is recorded by a row above."""

    code = "import.unit_missing"
    zh = "“{column}”所写单位 {unit} 未设立，本表中也没有（或该行已被退回）。请先设立，或更正代码。"
    en = "{column}: no unit {unit} stands, nor is one set up by this table. Set it up, or correct."


class RowRepeated(RuleViolation):
    """Two rows of one file tell of the same thing."""

    code = "import.row_repeated"
    zh = "与第 {row} 行重复（{columns} 相同）。请只留一行，或更正后再次导入。"
    en = "Row {row} is of the same {columns}. Keep one of them, or correct it, and import again."


class DiffersFromLedger(RuleViolation):
    """The ledger holds something else of what the row tells of."""

    code = "import.differs_from_ledger"
    zh = "账本中已有此项，但“{columns}”不同；导入从不覆盖。如确有变更，请另行办理变更或更正。"
    en = (
        "The ledger has it with another {columns}, and imports never overwrite. "
        "A true change is an act of its own."
    )


class LeftOut(RuleViolation):
    """A row stands or falls with another one, which was refused."""

    code = "import.left_out_with"
    zh = "与第 {row} 行一并退回：两行须一起成立。请先更正第 {row} 行。"
    en = "Left out with row {row}: the two stand together. Correct row {row} first."


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row, each cell in its one spelling: codes where a column has words; empty where absent.

    ``number`` is the row as the spreadsheet shows it.
    """

    number: int
    cells: Mapping[str, str]

    def of(self, column: str) -> str:
        """Return a cell."""
        return self.cells.get(column, "")

    def get(self, column: str) -> str | None:
        """Return a cell, None where it is empty."""
        return self.cells.get(column) or None


class Held(NamedTuple):
    """A row the ledger holds, and the stream it is about."""

    stream: str
    cells: Mapping[str, str]


class Fault(NamedTuple):
    """What is wrong with a row, in which column (by id, empty for none)."""

    row: int
    column: str
    why: LedgerError


class Fact(NamedTuple):
    """One entry to be: what it is of (``name`` and ``of`` give its id), and the command."""

    name: str
    of: tuple[str, ...]
    command: Command


def nothing(*_: object) -> Iterable[Any]:
    """Yield nothing."""
    return ()


def as_they_are(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows in their own order."""
    return rows


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """What every table has: its columns, and ``key(row)``, which tells its rows apart.

    ``told_by`` says in words by which columns.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    told_by: str
    key: Callable[[Row], tuple[str, ...]]

    def heading(self, column: str) -> str:
        """Return what a column is headed, empty for none of this table."""
        return next((each.zh for each in self.columns if each.id == column), "")


@dataclass(frozen=True, kw_only=True, eq=False)
class Importable(Table):
    """A table of what is recorded in the log.

    ``held(intake)`` yields the rows the ledger holds, in the order
    recorded; ``plan(intake, row)`` the entries that record one, all or none. ``check`` finds what
    rows of one file show together, ``order`` brings first what others need. ``second`` gives the
    commands by which another person stands behind a row that was recorded. ``role`` is the one to
    sign in; ``by_device`` lets the import device sign where nobody is named.
    """

    held: Callable[["Intake"], Iterable[Held]]
    plan: Callable[["Intake", Row], Sequence[Fact]]
    check: Callable[["Intake", Sequence[Row]], Iterable[Fault]] = nothing
    order: Callable[[Sequence[Row]], Sequence[Row]] = as_they_are
    second: Callable[["Intake", Held], Sequence[Command]] | None = None
    role: str | None = None
    by_device: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class PackTable(Table):
    """A table of what a pack holds: the CSV file ``path`` of a pack, an item of ``section`` a row.

    It is recorded by nobody: it goes into a pack's folder, and is in force once the pack is
    adopted. ``listed`` tells which items of the section the file holds.
    """

    path: str
    section: Section[Any]
    listed: Callable[[Any], bool]


@cache
def importables() -> Mapping[str, Table]:
    """Return all tables this program declares, by name."""
    return {each.name: each for each in declared(ledger.service.imports.importables, "importable")}


def importable_named(name: str) -> Table:
    """Return a table. Raises: TableUnknown."""
    known = importables()
    if name not in known:
        raise TableUnknown(name=name, known=", ".join(known))
    return known[name]


class Words:
    """What cells of columns with words may say; ``lookup(list)`` gives the words of one."""

    def __init__(self, lookup: Callable[[str], Iterable[Word]]) -> None:
        self._lookup = cache(lambda table: tuple(lookup(table)))

    def code(self, column: Column, text: str) -> str:
        """Return the code a cell means: a code, or its words. Raises: WordUnknown."""
        words = self._of(column)
        if not words or any(word.id == text for word in words):
            return text
        for word in words:
            if _alike(text) in {_alike(word.zh), _alike(word.en)}:
                return word.id
        known = ", ".join(word.zh for word in words)
        raise WordUnknown(column=column.zh, known=known)

    def offered(self, column: Column) -> tuple[str, ...]:
        """Return what may be written in a column: of each code what ``label`` makes of it."""
        return tuple(self.label(column, word.id) for word in self._of(column))

    def label(self, column: Column, code: str) -> str:
        """Return the words of a code, where no other code or words are spelt so; else the code."""
        words = self._of(column)
        label = next((word.zh for word in words if word.id == code), code)
        spelt = [name for word in words for name in {word.id, word.zh, word.en}]
        return label if spelt.count(label) == 1 else code

    def _of(self, column: Column) -> tuple[Word, ...]:
        assert column.words is not None
        return column.words if isinstance(column.words, tuple) else self._lookup(column.words)


@dataclass
class Intake:
    """What an import or an export knows as it goes; writes nothing.

    ``actor`` signs. ``made`` holds the streams this run made, by fact.
    """

    ledger: Ledger
    system: str = SYSTEM
    actor: str = ""
    made: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def id_of(self, fact: str, of: tuple[str, ...], what: str) -> str:
        """Return the id (26 characters) of a fact: of its entry, or of the stream it begins."""
        text = "\n".join((self.system, what, fact, *(f"{len(each)}:{each}" for each in of)))
        return ids.id_from_bytes(hmac.digest(self._secret, text.encode(), "sha256"))

    def stream(self, aggregate: str, fact: str, of: tuple[str, ...]) -> str:
        """Return the stream that a fact begins."""
        return f"{aggregate}/{self.id_of(fact, of, 'stream')}"

    def jti(self, fact: Fact) -> str:
        """Return the id of a fact's entry."""
        return self.id_of(fact.name, fact.of, "entry")

    def command(self, name: str, **fields: Any) -> Command:
        """Return a command. Raises: BadValue."""
        given = {member: value for member, value in fields.items() if value is not None}
        return parse_command(self.ledger, name, given)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Return what ``make()`` returned the first time; of before this run."""
        if what not in self._once:
            self._once[what] = make()
        return cast(T, self._once[what])

    # -- units -------------------------------------------------------------------------------

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The units that stand or will, by the code of today or of their first day."""
        return {
            unit.placed(self.day).code: name
            for name, unit in self._units.items()
            if unit.dissolved is None or self.day < unit.dissolved
        }

    def unit(self, code: str, column: Column) -> str:
        """Return the unit of a code. Raises: UnitMissing."""
        found = self.made.get(("unit", (code,))) or self.units.get(code)
        if found is None:
            raise UnitMissing(column=column.zh, unit=code)
        return found

    def unit_code(self, unit: str | None) -> str:
        """Return the code a unit bears today, empty for none."""
        found = self._units.get(unit or "")
        return found.placed(self.day).code if found else ""

    def plain(self, fact: object) -> object:
        """Return a fact of a refusal as people say it: a unit by its code."""
        made = {stream: of[0] for (name, of), stream in self.made.items() if name == "unit"}
        return made.get(str(fact)) or self.unit_code(str(fact)) or fact

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        return dict(units(self.ledger))

    @cached_property
    def day(self) -> date:
        """The ledger's day."""
        return today(self.ledger)

    # -- words and packs ---------------------------------------------------------------------

    @cached_property
    def words(self) -> "Words":
        """The words of the packs in effect."""
        return Words(lambda table: choices.words_of(self.ledger, table))

    def book(self, unit: str) -> Book:
        """Return the book in force for a unit now. Raises: NoPackAdopted."""
        at = self.ledger.clock.now_ms() // 1000
        return self.once(f"book of {unit}", lambda: book_at(self.ledger, unit, at))

    _once: dict[str, object] = field(default_factory=dict)

    @cached_property
    def _secret(self) -> bytes:
        return self.ledger.home.import_secret()


def _alike(text: str) -> str:
    """Return a word so that width, case and spaces make no difference: people type either."""
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def column_of(table: Table, why: LedgerError) -> str:
    """Return the id of the column a refusal is about, empty where it does not say."""
    named = {str(why.facts.get(name, "")) for name in ("column", "member", "field")}
    if isinstance(why, OccurredLater):
        named.add("day")  # tables tell by it when what a row says happened
    if isinstance(why, BadValue):
        named.add(str(why.facts["member"]).partition("[")[0])
    found = (each.id for each in table.columns if {each.id, each.zh} & named)
    return next(found, "")


def repeated(
    table: Table,
    rows: Sequence[Row],
    broken: Sequence[Row],
    held: Callable[[tuple[str, ...]], int] = lambda _: 0,
) -> Iterator[Fault]:
    """Yield a fault for every row that another row tells of as well: nobody knows which is so.

    The other one may be ``broken``, refused for its cells already. As many as the ledger has,
    ``held(key)``, are none too many: it was told of them one by one.
    """
    by_key: dict[tuple[str, ...], list[int]] = {}
    for row in (*rows, *broken):
        by_key.setdefault(table.key(row), []).append(row.number)
    for row in rows:
        same = by_key[table.key(row)]
        if len(same) > max(1, held(table.key(row))):
            other = next(number for number in same if number != row.number)
            yield Fault(row.number, "", RowRepeated(row=other, columns=table.told_by))
