"""What a database may hold at all: the tables declared, and in each column its own type.

SQLite keeps whatever it is given: text in a column of integers, a trigger nobody declared. No other
check has to reckon with these, but each must survive them. Not handled here: what the values say.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    select,
    text,
)

from ledger.audit.faults import Stray
from ledger.audit.files import printable
from ledger.audit.ports import Audited, Fault
from ledger.errors import IntegrityFault
from ledger.store.dialect import reading
from ledger.store.tables import metadata

_STATISTICS = frozenset({"sqlite_stat1", "sqlite_stat4"})
"""Tables SQLite makes for itself when somebody runs ANALYZE."""


class OtherType(IntegrityFault):
    """Rows hold a value of a type this program never writes."""

    code = "audit.type"
    zh = (
        "数据表 {table} 有 {count} 行的 {column} 列类型不对：并非本程序所写。请保留现场并查明来源。"
    )
    en = (
        "{count} rows of table {table} hold in {column} a value of a type this program never "
        "writes. Keep this copy and find out who put it there."
    )


class PartMissing(IntegrityFault):
    """The database lacks a table or index that belongs to it."""

    code = "audit.part_missing"
    zh = "数据库缺少 {what}。请保留现场，从备份恢复。"
    en = "The database lacks its {what}. Keep this copy, restore from a backup."


class StoreCheck:
    """The ledger's database holds the tables declared and no others, their columns well typed."""

    name = "store"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look(self, _batch: Sequence[Audited]) -> Iterable[Fault]:
        """Look at nothing: rows are counted at the end."""
        return ()

    def finish(self, _size: int) -> Iterable[Fault]:
        """Yield every stray or missing part, and the columns with values of another type."""
        with reading(self._engine) as connection:
            extra, missing = compared_parts(connection, metadata)
            for part in extra:
                yield Fault(None, Stray(what=part))
            for part in missing:
                yield Fault(None, PartMissing(what=part))
            for table in metadata.sorted_tables:
                if f"table {table.name}" not in missing:
                    yield from _mistyped(connection, table)


def compared_parts(connection: Connection, declared: MetaData) -> tuple[list[str], list[str]]:
    """Return the parts (tables, indexes, triggers) beyond those ``declared``, and those missing."""
    expected = {
        f"{kind} {part.name}"
        for table in declared.sorted_tables
        for kind, parts in (("table", (table,)), ("index", table.indexes))
        for part in parts
    }
    # Parts without text are those SQLite makes itself for keys and unique columns.
    kept = connection.execute(text("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL"))
    found = {f"{kind} {printable(str(name))}" for kind, name in kept if name not in _STATISTICS}
    return sorted(found - expected), sorted(expected - found)


def _mistyped(connection: Connection, table: Table) -> Iterator[Fault]:
    counts = [func.count().filter(_other_type(column)) for column in table.columns]
    found = connection.execute(select(*counts).select_from(table)).one()
    for column, count in zip(table.columns, found, strict=True):
        if count:
            yield Fault(None, OtherType(table=table.name, column=column.name, count=count))


def _other_type(column: Column[object]) -> ColumnElement[bool]:
    if isinstance(column.type, LargeBinary):
        kind = "blob"
    else:
        kind = "integer" if isinstance(column.type, Integer) else "text"
    return func.typeof(column).not_in([kind, "null"] if column.nullable else [kind])
