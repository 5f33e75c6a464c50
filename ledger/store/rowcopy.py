"""Rows from any database of ours to any other, in the form they are stored in.

A backup of a ledger is SQLite files whatever the ledger itself runs on, so that there is one form
to verify, keep and restore. Reading is one transaction of the source's: all rows are of one moment.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, insert, select

from ledger.store.bulk import Bulk
from ledger.store.dialect import sqlite_engine, writing
from ledger.store.files import fsync_file, fsync_folder

CHUNK = 2_000


@contextmanager
def new_database(path: Path, tables: Iterable[Table]) -> Iterator[Connection]:
    """Make a SQLite file with ``tables``; when the block ends it is one file, and durable."""
    engine = sqlite_engine(path, create=True)
    try:
        with writing(engine) as connection:
            for table in tables:
                table.create(connection)
            yield connection
    finally:
        engine.dispose()  # the last connection takes the write-ahead log in and removes it
    path.chmod(0o600)
    fsync_file(path)
    fsync_folder(path.parent)


def copy_rows(
    source: Connection, target: Connection, table: Table, *where: ColumnElement[bool]
) -> int:
    """Copy the rows of ``table`` that ``where`` chooses; return how many."""
    order = table.primary_key.columns
    found = source.execute(
        select(table).where(*where).order_by(*order), execution_options={"yield_per": CHUNK}
    )
    into, copied = Bulk(insert(table)), 0
    for rows in found.mappings().partitions():
        copied += into.run(target, [dict(row) for row in rows])
    return copied
