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

Row = tuple[Any, ...]
"""Values of one line, in the order of its columns."""

CHUNK = 5_000
"""Values in one IN list: databases bound the parameters of a statement (SQLite 32,766)."""


def in_chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ``values`` in order, at most 5,000 at a time."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


STEPS = (1024, 256, 64)
"""Widths the driver keeps prepared, beside the widest and those below the least of these."""

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
        names = compiled.positiontup
        if len(names) == 1:  # of one name the getter returns no tuple
            return self._run(connection, compiled, [(line[names[0]],) for line in lines])
        return self._run(connection, compiled, list(map(itemgetter(*names), lines)))

    def insert(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run an INSERT of whole rows, values in the order of the table's columns.

        ``rows`` must not be empty. A view writes several rows per act, and a dict for each of
        them costs more than the database does.
        """
        compiled, columns = self._for(connection), self._statement.table.c.keys()
        if compiled.positiontup is None:
            return connection.exec_driver_sql(
                compiled.string, [dict(zip(columns, row, strict=True)) for row in rows]
            ).rowcount
        assert compiled.positiontup == columns, "an INSERT without values names every column"
        return self._run(connection, compiled, rows)

    def _run(self, connection: Connection, compiled: SQLCompiler, rows: Sequence[Row]) -> int:
        assert compiled.positiontup is not None
        if not isinstance(self._statement, Insert):
            return connection.exec_driver_sql(compiled.string, list(rows)).rowcount
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


def _together(rows: Sequence[Row], widest: int) -> Iterator[Sequence[Row]]:
    start = 0
    for width in (widest, *(step for step in STEPS if step < widest)):
        while len(rows) - start >= width:
            yield rows[start : start + width]
            start += width
    if start < len(rows):
        yield rows[start:]


@lru_cache(maxsize=1024)
def _widened(insert: str, width: int) -> str:
    """Return a one-line INSERT with its line of values ``width`` times."""
    head, values, rest = insert.partition(" VALUES ")
    line, closing, tail = rest.partition(")")
    return f"{head}{values}{', '.join([line + closing] * width)}{tail}"
