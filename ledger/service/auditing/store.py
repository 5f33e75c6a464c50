"""What a database may hold at all: the tables declared, and in each column its own type.

No other check has to reckon with anything else, but each must survive it (`ledger.store.parts`).
Not handled here: what the values say.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, MetaData, Table, func, select

from ledger.audit.faults import Stray
from ledger.audit.files import printable
from ledger.audit.ports import Fault
from ledger.errors import IntegrityFault
from ledger.store.dialect import reading
from ledger.store.parts import of_other_type, parts_declared, parts_of
from ledger.store.tables import metadata


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
    """The ledger's database holds what is declared and no more, well typed (an ``Apart``)."""

    name = "store"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, _size: int) -> tuple[list[Fault], None]:
        """Return every stray or missing part, and the columns with values of another type."""
        return list(self._found()), None

    def _found(self) -> Iterator[Fault]:
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
    expected = parts_declared(connection, declared)
    found = {printable(part) for part in parts_of(connection)}
    return sorted(found - expected), sorted(expected - found)


def _mistyped(connection: Connection, table: Table) -> Iterator[Fault]:
    counts = [func.count().filter(of_other_type(connection, column)) for column in table.columns]
    found = connection.execute(select(*counts).select_from(table)).one()
    for column, count in zip(table.columns, found, strict=True):
        if count:
            yield Fault(None, OtherType(table=table.name, column=column.name, count=count))
