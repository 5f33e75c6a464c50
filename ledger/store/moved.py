"""What a ledger that moved to another database leaves behind: no head, and a note of where it went.

Whoever appends holds the head row, so taking it away stops every writer at once, those of running
processes too; two homes that both go on writing would be a fork. The entries stay readable.
"""

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    delete,
    insert,
    select,
)

from ledger.errors import IntegrityFault, LedgerError, StorageError
from ledger.store.tables import TEXT, head

_metadata = MetaData()
_moved = Table(
    "moved",
    _metadata,
    Column("place", TEXT, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
)


class LedgerMoved(StorageError):
    """The ledger is in another database now."""

    code = "storage.moved"
    zh = (
        "账本已迁至 {place}，此处只留旧副本，不再写入。请重启服务；"
        "如迁移曾中断，请再运行一次 mingzhang copy --to {place}。"
    )
    en = (
        "The ledger has moved to {place}; here is an old copy that nobody writes to. Start the "
        "server again; if the move was interrupted, run `mingzhang copy --to {place}` once more."
    )


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ledger went, and its size and root (32 bytes) then."""

    place: str
    size: int
    root: bytes


def leave_note(connection: Connection, note: Note) -> None:
    """Take the head away and say where it went; the transaction holds the head's lock."""
    _metadata.create_all(connection)
    connection.execute(insert(_moved), msgspec.structs.asdict(note))
    connection.execute(delete(head))


def find_note(connection: Connection) -> Note | None:
    """Return the note, None where no ledger moved away."""
    if not connection.dialect.has_table(connection, _moved.name):
        return None
    row = connection.execute(select(_moved)).mappings().first()
    return None if row is None else Note(**row)


def without_head(connection: Connection) -> LedgerError:
    """Return why a database of ours has no head row."""
    note = find_note(connection)
    if note is None:
        return IntegrityFault(why="the head row is missing")
    return LedgerMoved(place=note.place)
