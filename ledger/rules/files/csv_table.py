"""Reading one CSV table of a pack into typed rows, with errors that name file and line.

UTF-8, RFC 4180, a header of exactly the row type's members in any order; one that has a default
may be left out. An empty cell is an absent member. A path begins with the row's position from 0.
Not handled: other encodings and separators (``mingzhang import`` reads what people have).
"""

import csv
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import TypeVar

import msgspec

from ledger.rules.files.toml_file import PackInvalid, decode_text
from ledger.rules.files.toml_lines import Path

T = TypeVar("T", bound=msgspec.Struct)

_COLUMN = re.compile(r" - at `\$\.([^`]+)`$")
# msgspec 0.22 crashes when two threads are the first to use one type; see ``toml_file``.
_FIRST_USE = Lock()


class WrongHeader(PackInvalid):
    """A table's header lacks a column, has one nobody reads, or has one twice."""

    code = "pack.wrong_header"
    zh = "{file}:{line}：表头应为 {columns}（次序不限）。请修改表头后重试。"
    en = "{file}:{line}: the header should be {columns}, in any order. Correct it and try again."


def parse_csv(file: str, data: bytes, row: type[T]) -> tuple[T, ...]:
    """Return the rows of ``file``.

    Raises:
        PackInvalid: not UTF-8, not CSV, another header, or a row of another shape.
    """
    lines = _lines(file, decode_text(file, data))
    if not lines:
        return ()
    header, *body = lines
    _require_header(file, header[1], row)
    return tuple(_row(file, line, header[1], cells, row) for line, cells in body)


def line_of_row(data: bytes, path: Path) -> int:
    """Return the line on which the row of ``path`` begins; the header's for a path without one."""
    begins = _begins(data)
    position = path[0] + 1 if path and isinstance(path[0], int) else 0
    return begins[position] if position < len(begins) else 1


# One refused table often has several things wrong.
@lru_cache(maxsize=4)
def _begins(data: bytes) -> tuple[int, ...]:
    return tuple(line for line, _ in _lines("", data.decode()))


def _lines(file: str, text: str) -> list[tuple[int, list[str]]]:
    """Return the line each record begins on, with its cells; empty lines are no records."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found, begins = [], 1
    try:
        for cells in reader:
            if cells:
                found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise PackInvalid(file=file, line=begins, why=str(error)) from None
    return found


def _require_header(file: str, header: Sequence[str], row: type[msgspec.Struct]) -> None:
    fields = msgspec.structs.fields(row)
    known = {field.encode_name for field in fields}
    needed = {field.encode_name for field in fields if field.required}
    given = set(header)
    if len(given) != len(header) or not needed <= given <= known:
        columns = ",".join(field.encode_name for field in fields)
        raise WrongHeader(file=file, line=1, columns=columns)


def _row(file: str, line: int, header: Sequence[str], cells: Sequence[str], row: type[T]) -> T:
    if len(cells) != len(header):
        why = f"{len(cells)} cells under a header of {len(header)}"
        raise PackInvalid(file=file, line=line, why=why)
    members = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    try:
        with _FIRST_USE:
            return msgspec.convert(members, row, strict=False)
    except msgspec.ValidationError as error:
        raise PackInvalid(file=file, line=line, why=_in_column(str(error))) from None


def _in_column(message: str) -> str:
    """Return msgspec's message with the column it is about in front."""
    found = _COLUMN.search(message)
    return f"{found[1]}: {_COLUMN.sub('', message)}" if found else message
