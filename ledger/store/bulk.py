"""Statements for many lines: written without SQLAlchemy's work per line, read in chunks.

``Connection.execute`` spends about 4 µs per line on parameters that here need no conversion; a
view writes several lines per act. The statement is still compiled by SQLAlchemy for whatever
database is behind the connection.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Insert, Update
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.sql.compiler import SQLCompiler

CHUNK = 5_000
"""Values in one IN list: databases bound the parameters of a statement (SQLite 32,766)."""


def in_chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ``values`` in order, at most 5,000 at a time."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


FEW = 64
"""Widths up to this are all kept prepared by the driver; of the wider ones only the widest is."""

VARIABLES = 16_384
"""Parameters of one statement at most (SQLite takes 32,766, PostgreSQL 65,535). A statement runs
without the interpreter's lock, and waits for it when it is done: few and wide ones let a rebuild
decode meanwhile."""


class Bulk:
    """An INSERT or UPDATE whose parameters need no conversion, named as compiled."""

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, str | None], SQLCompiler] = {}

    def run(self, connection: Connection, lines: Sequence[dict[str, Any]]) -> int:
        """Run the statement for every line; return how many rows it wrote.

        ``lines`` must not be empty.
        """
        compiled = self._for(connection)
        if compiled.positiontup is None:
            return connection.exec_driver_sql(
                compiled.string, [dict(each) for each in lines]
            ).rowcount
        values = itemgetter(*compiled.positiontup)
        rows = [values(line) for line in lines]
        if not isinstance(self._statement, Insert):
            return connection.exec_driver_sql(compiled.string, rows).rowcount
        written = 0
        for together in _together(rows, VARIABLES // len(compiled.positiontup)):
            many = _widened(compiled.string, len(together))
            wide = tuple(chain.from_iterable(together))
            written += connection.exec_driver_sql(many, wide).rowcount
        return written

    def _for(self, connection: Connection) -> SQLCompiler:
        options = connection.get_execution_options()
        schemas = options.get("schema_translate_map")
        known = (connection.dialect.name, schemas[None] if schemas else None)
        found = self._compiled.get(known)
        if found is None:
            compiled: Compiled = self._statement.compile(
                dialect=connection.dialect,
                schema_translate_map=schemas,
                render_schema_translate=bool(schemas),
            )
            assert isinstance(compiled, SQLCompiler)
            found = self._compiled[known] = compiled
        return found


def _together(rows: list[tuple[Any, ...]], widest: int) -> Iterator[list[tuple[Any, ...]]]:
    start = 0
    while start < len(rows):
        width = widest if len(rows) - start >= widest else FEW
        yield rows[start : start + width]
        start += width


@lru_cache(maxsize=1024)
def _widened(insert: str, width: int) -> str:
    """Return a one-line INSERT with its line of values ``width`` times."""
    head, values, rest = insert.partition(" VALUES ")
    line, closing, tail = rest.partition(")")
    return f"{head}{values}{', '.join([line + closing] * width)}{tail}"
