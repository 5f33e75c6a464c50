"""The tables of a view, made from its row struct; no SQL is written by hand for a view.

``row``: one line per version of a row, holding at sizes valid_from < size <= valid_to.
``cell_<n>``: one line per group of the n-th declared count; ``move_<n>`` and ``snapshot_<n>``:
its totals through time (`ledger.store.views.cells`). ``position``: how far the view has read, and
from which source.

The columns of each declared list lead an index, so lists filtered by them stay fast.
Not handled here: what is in the rows (`ledger.store.views.fold`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from msgspec import inspect
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    bindparam,
    insert,
    literal_column,
    update,
)
from sqlalchemy.types import TypeEngine

from ledger.kernel.view import Row, View
from ledger.store.bulk import Bulk
from ledger.store.tables import TEXT
from ledger.store.views.interval import OPEN

_TYPES: Mapping[type[inspect.Type], TypeEngine[Any]] = {
    inspect.StrType: TEXT,
    inspect.IntType: BigInteger(),
    inspect.BoolType: Boolean(),
}
_OWN = frozenset({"key", "valid_from", "valid_to", "node"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """The counter cells of one declared count, grouped by the columns ``by``."""

    by: tuple[str, ...]
    cell: Table
    move: Table
    snapshot: Table
    append_moves: Bulk


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewTables:
    """All tables of one view; ``members`` names its row struct's members in order."""

    metadata: MetaData
    position: Table
    row: Table
    members: tuple[str, ...]
    cells: tuple[Cells, ...]
    close_rows: Bulk
    open_rows: Bulk


@lru_cache(maxsize=256)  # an audit opens each view thrice; what is compiled for a table is its own
def view_tables(view: View[Any]) -> ViewTables:
    """Return the tables of ``view``; the same ones each time.

    Raises: TypeError when a member is not str, int, bool or None, or bears a name of the store's.
    """
    metadata = MetaData()
    types = _column_types(view.row)
    row = _row(view, types, metadata)
    still_open = row.c.valid_to == literal_column(str(OPEN))
    closing = update(row).where(row.c.key == bindparam("closed_key"), still_open)
    return ViewTables(
        metadata=metadata,
        position=_position(metadata),
        row=row,
        members=tuple(types),
        cells=tuple(_cells(n, by, types, metadata) for n, by in enumerate(view.counts)),
        close_rows=Bulk(closing.values(valid_to=bindparam("at"), node=bindparam("fork"))),
        open_rows=Bulk(insert(row)),
    )


def _position(metadata: MetaData) -> Table:
    return Table(
        "position",
        metadata,
        Column("view", TEXT, primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("fingerprint", TEXT, nullable=False),
    )


def _row(view: View[Any], types: Mapping[str, TypeEngine[Any]], metadata: MetaData) -> Table:
    table = Table(
        "row",
        metadata,
        Column("key", TEXT, primary_key=True),
        # (key, valid_to) finds the newest version of a key at once, however long its history.
        Column("valid_to", BigInteger, primary_key=True, autoincrement=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("node", BigInteger, nullable=False),
        *(Column(name, type_) for name, type_ in types.items()),
    )
    for by in view.listed_by:
        columns = (table.c[name] for name in by)
        # Both ends, so that a version which hangs on a node but does not hold is never fetched.
        ends = (table.c.node, table.c.valid_from, table.c.valid_to)
        Index(f"row_by_{'_'.join(by)}", *columns, *ends)
    return table


def _cells(
    n: int, by: tuple[str, ...], types: Mapping[str, TypeEngine[Any]], metadata: MetaData
) -> Cells:
    cell = Table(
        f"cell_{n}",
        metadata,
        Column("cell", Integer, primary_key=True, autoincrement=False),
        Column("label", TEXT, nullable=False, unique=True),
        *(Column(f"by_{name}", types[name]) for name in by),
    )
    move = Table(
        f"move_{n}",
        metadata,
        Column("log_index", BigInteger, primary_key=True, autoincrement=False),
        Column("cell", Integer, primary_key=True, autoincrement=False),
        Column("by", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    snapshot = Table(
        f"snapshot_{n}",
        metadata,
        Column("size", BigInteger, primary_key=True, autoincrement=False),
        Column("cell", Integer, primary_key=True, autoincrement=False),
        Column("total", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    bulk = Bulk(insert(move))
    return Cells(by=by, cell=cell, move=move, snapshot=snapshot, append_moves=bulk)


def _column_types(row: type[Row]) -> dict[str, TypeEngine[Any]]:
    described = inspect.type_info(row)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{row.__name__} is not a struct")
    return {field.name: _column_type(row, field) for field in described.fields}


def _column_type(row: type[Row], field: inspect.Field) -> TypeEngine[Any]:
    union = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    found = [_TYPES.get(type(one)) for one in union if not isinstance(one, inspect.NoneType)]
    if len(found) != 1 or found[0] is None or field.name in _OWN:
        raise TypeError(f"{row.__name__}.{field.name} cannot be a column of a view")
    return found[0]
