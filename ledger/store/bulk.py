"""Statements for many lines: written without SQLAlchemy's work per line, read in chunks.

``Connection.execute`` spends about 4 µs per line on parameters that here need no conversion; a
view writes several lines per act. The statement is still compiled by SQLAlchemy for whatever
database is behind the connection. An INSERT of many lines is one statement: SQLite takes their
values side by side, PostgreSQL an array for each column.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Dialect, FromClause, Insert, Update
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.sql.compiler import SQLCompiler

T = TypeVar("T")

Row = tuple[Any, ...]
"""Values of one line, in the order of its columns."""

CHUNK = 5_000
"""Values in one IN list: databases bound the parameters of a statement (SQLite 32,766)."""


def in_chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield ``values`` in order, at most 5,000 at a time."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


STEPS = (1024, 256, 64, 32, 16, 8, 4, 2, 1)
"""Widths of statements, beside the widest: few, since the driver keeps each of them prepared, and
that takes room for every value."""

VARIABLES = 16_384
"""Parameters of one statement at most (SQLite takes 32,766). A statement runs without the
interpreter's lock, and waits for it when it is done: few and wide ones let a rebuild decode
meanwhile."""


class Bulk:
    """An INSERT or UPDATE whose parameters need no conversion, named as compiled."""

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, str | None], _Form] = {}

    def run(self, connection: Connection, lines: Sequence[dict[str, Any]]) -> int:
        """Run the statement for every line; return how many rows it wrote.

        ``lines`` must not be empty.
        """
        form = self._form(connection)
        if len(form.names) == 1:  # of one name the getter returns no tuple
            return form.run(connection, [(line[form.names[0]],) for line in lines])
        return form.run(connection, list(map(itemgetter(*form.names), lines)))

    def insert(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run an INSERT of whole rows, values in the order of the table's columns.

        ``rows`` must not be empty. A view writes several rows per act, and a dict for each of
        them costs more than the database does.
        """
        form = self._form(connection)
        assert list(form.names) == self._statement.table.c.keys(), "every column has its value"
        return form.run(connection, rows)

    def _form(self, connection: Connection) -> "_Form":
        options = connection.get_execution_options()
        schemas = options.get("schema_translate_map")
        known = (connection.dialect.name, schemas[None] if schemas else None)
        found = self._forms.get(known)
        if found is None:
            compiled: Compiled = self._statement.compile(
                dialect=connection.dialect,
                schema_translate_map=schemas,
                render_schema_translate=bool(schemas),
            )
            assert isinstance(compiled, SQLCompiler)
            found = self._forms[known] = _form_of(self._statement, compiled)
        return found


class _Form(Protocol):
    """A statement as one database takes it for many lines, values in the order of ``names``."""

    names: Sequence[str]

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run the statement for every row; return how many it wrote."""
        ...


def _form_of(statement: Insert | Update, compiled: SQLCompiler) -> _Form:
    if isinstance(statement, Update):
        return _Each(compiled)
    return _Arrays(compiled, statement.table) if compiled.positiontup is None else _Wide(compiled)


class _Each:
    """An UPDATE, by the driver's own way of doing one for each line."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self._text = compiled.string
        self._positional = compiled.positiontup is not None
        self.names: Sequence[str] = compiled.positiontup or list(compiled.binds)

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        lines: Sequence[Any] = rows
        if not self._positional:
            lines = [dict(zip(self.names, row, strict=True)) for row in rows]
        # One line needs none of what the driver sets up for many.
        given = list(lines) if len(lines) > 1 else lines[0]
        return connection.exec_driver_sql(self._text, given).rowcount


class _Wide:
    """An INSERT with its line of values as often as there are lines."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self._text = compiled.string
        self.names: Sequence[str] = compiled.positiontup or ()

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        written = 0
        for together in _together(rows, VARIABLES // len(self.names)):
            many = _widened(self._text, len(together))
            wide = tuple(chain.from_iterable(together))
            written += connection.exec_driver_sql(many, wide).rowcount
        return written


class _Arrays:
    """An INSERT of what one array per column holds, sent as it is (``%b``), not as text.

    The same statement for any number of lines, so the server keeps it prepared.
    """

    def __init__(self, compiled: SQLCompiler, table: FromClause) -> None:
        self.names: Sequence[str] = list(compiled.binds)
        head, _, rest = compiled.string.partition(" VALUES ")
        types = [_type(table.c[name], compiled.dialect) for name in self.names]
        pairs = zip(self.names, types, strict=True)
        arrays = ", ".join(f"%({name})b::{of}[]" for name, of in pairs)
        tail = rest.rpartition(")")[2]
        self._text = f"{head} SELECT * FROM unnest({arrays}){tail}"  # noqa: S608 - our own names

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        columns = map(list, zip(*rows, strict=True))
        arrays = dict(zip(self.names, columns, strict=True))
        return connection.exec_driver_sql(self._text, arrays).rowcount


def _type(column: "ColumnElement[Any]", dialect: Dialect) -> str:
    return column.type.compile(dialect=dialect).partition(" COLLATE ")[0]


def _together(rows: Sequence[Row], widest: int) -> Iterator[Sequence[Row]]:
    start = 0
    for width in (widest, *(step for step in STEPS if step < widest)):
        while len(rows) - start >= width:
            yield rows[start : start + width]
            start += width


@lru_cache(maxsize=1024)
def _widened(insert: str, width: int) -> str:
    """Return a one-line INSERT with its line of values ``width`` times."""
    head, values, rest = insert.partition(" VALUES ")
    line, closing, tail = rest.partition(")")
    return f"{head}{values}{', '.join([line + closing] * width)}{tail}"
