"""Importing a table into a pack's folder: all of its rows or none, held to the pack they join.

The file is written once the whole pack would be as sound with it as it was without: rows that a
check of the pack finds fault with are refused by row. A row the pack has already is passed over,
one that says something else of the same thing is refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ledger.errors import RuleViolation
from ledger.rules.files.csv_table import line_of_row
from ledger.rules.packs.book import Book
from ledger.rules.packs.check import Checked, check_pack
from ledger.rules.packs.pack import PackFiles
from ledger.rules.words import Word
from ledger.service.imports.importable import Fault, PackTable, Row, Words, repeated
from ledger.service.imports.importing import in_order, parse_rows
from ledger.service.imports.tables import RawRow, csv_bytes, parse_table

Find = Callable[[str], PackFiles | None]
"""Returns the files of a pack by name, None when there is none."""


class DiffersFromPack(RuleViolation):
    """The pack holds something else under this id."""

    code = "import.differs_from_pack"
    zh = "规则包的 {file} 中已有此编号，但“{columns}”不同；导入从不覆盖。如需变更，请修改该文件。"
    en = "The pack's {file} has this id with another {columns}. To change it, edit that file."


class Joined(NamedTuple):
    """What a file becomes: ``data`` is None where rows are refused; then nothing is written."""

    data: bytes | None
    added: int
    known: int
    faults: tuple[Fault, ...]


def join_pack(table: PackTable, raw: Sequence[RawRow], files: PackFiles, find: Find) -> Joined:
    """Return the pack's file with the rows of a table, and what is wrong with them."""
    before = check_pack(files, find)
    words = Words(lambda name: _words(before.book, name))
    rows, broken, faults = parse_rows(words, table, raw)
    held = parse_rows(words, table, _existing(table, files)).rows
    by_key = {table.key(row): row for row in held}
    faults += chain(repeated(table, rows, broken), _differing(table, rows, by_key))
    new = [row for row in rows if table.key(row) not in by_key]
    data = _written(table, [*held, *new])
    if not faults:
        places = {line_of_row(data, (len(held) + at,)): row for at, row in enumerate(new)}
        faults += _unsound(table, before, check_pack({**files, table.path: data}, find), places)
    if faults:
        return Joined(None, 0, 0, in_order(faults))
    return Joined(data, len(new), len(rows) - len(new), ())


def write(table: PackTable, folder: Path, data: bytes) -> None:
    """Write the file into a pack's folder."""
    path = folder / table.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _words(book: Book | None, name: str) -> Sequence[Word]:
    return () if book is None else book.words(name)


def _existing(table: PackTable, files: PackFiles) -> Sequence[RawRow]:
    data = files.get(table.path)
    return () if data is None else parse_table(data, table.columns)


def _differing(
    table: PackTable, rows: Sequence[Row], held: Mapping[tuple[str, ...], Row]
) -> Iterator[Fault]:
    for row in rows:
        if (known := held.get(table.key(row))) is None:
            continue
        differing = [c.zh for c in table.columns if row.of(c.id) not in {"", known.of(c.id)}]
        if differing:
            why = DiffersFromPack(file=table.path, columns="、".join(differing))
            yield Fault(row.number, "", why)


def _written(table: PackTable, rows: Sequence[Row]) -> bytes:
    names = [column.id for column in table.columns]
    return csv_bytes([names, *([row.of(name) for name in names] for row in rows)])


def _unsound(
    table: PackTable, before: Checked, after: Checked, places: Mapping[int, Row]
) -> Iterator[Fault]:
    """Yield the faults the pack has now and had not, by the row they are of."""
    known = {(each.code, str(each.facts)) for each in before.faults}
    for error in after.faults:
        row = places.get(int(str(error.facts["line"])))
        of_file = str(error.facts["file"]).endswith(table.path)
        if of_file and row is not None and (error.code, str(error.facts)) not in known:
            yield Fault(row.number, "", error)
