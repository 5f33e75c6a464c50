"""What differs between databases, in one place: engines, transactions, error translation.

SQLite runs in WAL mode with ``synchronous=FULL``: a commit is durable when it returns. A writing
transaction takes its lock at once (``BEGIN IMMEDIATE``), so whoever appends never deadlocks on an
upgrade. PostgreSQL runs READ COMMITTED and locks the head row (``FOR UPDATE``) instead; its
engines are `ledger.store.postgresql`'s.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateSchema

from ledger.errors import StorageError
from ledger.store.bulk import Bulk

BUSY_SECONDS = 30.0
SCHEMA, CHANNEL = "ledger", "mingzhang"
"""On PostgreSQL: where the ledger's tables are, and where its commits are announced."""
TURN_SECONDS = 0.0005
_WRITE = "BEGIN IMMEDIATE"
READER_KIB, WRITER_KIB = 8 * 1024, 64 * 1024
"""Pages a connection keeps. Who writes finds the places of ids that come in no order; who reads has
the operating system's cache, which all connections share."""
PREPARED = 1_024
"""Statements a connection keeps prepared: one per table and number of lines inserted at once."""


class StoreBusy(StorageError):
    """Another program holds the database's lock."""

    code = "storage.busy"
    zh = "数据库正被其他程序占用。内容未写入，请稍后重试，并检查是什么程序锁定了它。"
    en = "Another program holds the database. Nothing was written; see what locks it, try again."


class StoreFull(StorageError):
    """The disk is full."""

    code = "storage.full"
    zh = "磁盘空间已满。内容未写入，请清理磁盘后重试。"
    en = "The disk is full. Nothing was written; free some space, then try again."


class StoreReadOnly(StorageError):
    """The database cannot be written."""

    code = "storage.read_only"
    zh = "数据库不可写。内容未写入；请检查文件权限，或改连主库（所连可能是只读备库）。"
    en = (
        "The database cannot be written. Nothing was written; check the file's permissions, or "
        "connect to the primary server: this may be a standby."
    )


class StoreSlow(StorageError):
    """A statement took longer than any should."""

    code = "storage.timeout"
    zh = "数据库未在限定时间内答复。内容未写入；请检查数据库负载和磁盘后重试。"
    en = (
        "The database did not answer in time. Nothing was written; look at its load and its disk, "
        "then try again."
    )


class DatabaseTaken(StorageError):
    """The database holds a ledger already."""

    code = "storage.taken"
    zh = "该数据库中已有账本，不会覆盖。请另建一个空数据库。"
    en = "This database holds a ledger already and will not be overwritten. Create an empty one."


class StoreGone(StorageError):
    """The database is missing, not a database, or went away."""

    code = "storage.gone"
    zh = "数据库不可用（{why}）。内容未写入，请检查存储后重新打开。"
    en = "The database is not available ({why}). Nothing was written; check it, then open it again."


class OutcomeUnknown(StorageError):
    """The connection broke during a commit: it may have happened or not."""

    code = "storage.outcome_unknown"
    zh = (
        "提交时与数据库的连接中断，尚不知是否已写入。请待数据库恢复后原样重新提交："
        "若已写入，将得到首次的回执。"
    )
    en = (
        "The connection to the database broke during the commit, so it is not known whether the "
        "entries are stored. Once it is back send the same again; stored ones get their receipt."
    )


_CONNECT = {
    "timeout": BUSY_SECONDS,
    "check_same_thread": False,
    "cached_statements": PREPARED,
}


def sqlite_engine(path: Path, *, create: bool = False, writer_kib: int = WRITER_KIB) -> Engine:
    """Return an engine on a SQLite file; ``create`` allows the file to be new.

    ``writer_kib`` is how much of the file a connection that writes keeps in memory.
    """
    # mode=rw: a missing file is an error to be told, never an empty ledger made in silence.
    query = {"mode": "rwc" if create else "rw", "uri": "true"}
    url = URL.create("sqlite", database=path.absolute().as_uri(), query=query)
    # The connection used last is used next: its pages are in memory already, and of those a burst
    # opened the others stay small.
    engine = create_engine(url, connect_args=_CONNECT, hide_parameters=True, pool_use_lifo=True)
    file = _SameFile(path)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", file.require)
    event.listen(engine, "begin", file.require)
    event.listen(engine, "begin", partial(_begin_sqlite, writer_kib))
    return engine


def frozen_engine(path: Path) -> Engine:
    """Return an engine on a SQLite file that nobody writes: nothing is made beside it."""
    query = {"mode": "ro", "immutable": "1", "uri": "true"}
    url = URL.create("sqlite", database=path.absolute().as_uri(), query=query)
    return create_engine(url, connect_args=_CONNECT, hide_parameters=True)


class _SameFile:
    """Holds an engine to the file it opened first.

    SQLite goes on writing to a file that was deleted or replaced under it: what it then calls
    durable nobody finds again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._first: tuple[int, int] | None = None

    def require(self, *_: object) -> None:
        """Raise StoreGone when the path names another file than at first, or none."""
        try:
            found = self._path.stat()
        except OSError:
            raise StoreGone(why="its file is gone") from None
        same = (found.st_dev, found.st_ino)
        if self._first is None:
            self._first = same
        if same != self._first:
            raise StoreGone(why="its file was replaced")


# The driver looks in three places for how to adapt each value that is no int, float or text, and
# then takes it as it is: half of the time of inserting a view's row. Told how, it looks in one.
sqlite3.register_adapter(bool, {False: 0, True: 1}.__getitem__)
sqlite3.register_adapter(type(None), {None: None}.get)
sqlite3.register_adapter(bytes, bytes)


PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "cache_size": f"-{READER_KIB}",
}
"""What every connection to SQLite is told."""


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    # Bytes that are no text come as what no text of ours equals: one row of them, put there by
    # somebody, would else end every reading, the audit's too.
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    for pragma, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {pragma}={value}")


def _begin_sqlite(writer_kib: int, connection: Connection) -> None:
    begin = connection.get_execution_options().get("begin", "BEGIN")
    if begin == _WRITE:
        if not connection.info.get(_WRITE):
            connection.exec_driver_sql(f"PRAGMA cache_size=-{writer_kib}")
            connection.info[_WRITE] = True
        _take_turn(connection)
    else:
        connection.exec_driver_sql(begin)


def _take_turn(connection: Connection) -> None:
    """Begin to write as soon as whoever writes now is done.

    SQLite itself waits in sleeps that grow to 100 ms; several processes that append in turns
    would mostly sleep.
    """
    raw = connection.connection.driver_connection
    assert raw is not None
    until = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _began(raw):
            if time.monotonic() > until:
                raise StoreBusy
            time.sleep(TURN_SECONDS)
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")


def _began(raw: Any) -> bool:
    try:
        raw.execute(_WRITE)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise _translate(error) from error
        return False
    return True


_READING: Mapping[str, Mapping[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a read transaction: everything read in it is of one moment. Raises: StorageError."""
    options = _READING[engine.dialect.name]
    with (
        translated(),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction; it is durable when the block ends.

    Raises: OutcomeUnknown when the server went away while it was asked to commit; StorageError.
    """
    with (
        translated(),
        engine.connect().execution_options(begin=_WRITE) as connection,
        connection.begin() as transaction,
    ):
        yield connection
        try:
            transaction.commit()
        except exc.DBAPIError as error:
            if error.connection_invalidated:
                raise OutcomeUnknown from None
            raise


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, leaving those whose primary key is there already; return how many were new."""
    return _inserting_missing(connection.dialect.name, table).run(connection, rows)


@cache
def _inserting_missing(dialect: str, table: Table) -> Bulk:
    build = {"sqlite": sqlite, "postgresql": postgresql}[dialect]
    return Bulk(build.insert(table).on_conflict_do_nothing())


def lay_out(connection: Connection, metadata: MetaData) -> None:
    """Create the tables of a database that has none. Raises: DatabaseTaken."""
    if connection.dialect.name == "postgresql":
        if connection.dialect.has_schema(connection, SCHEMA):
            raise DatabaseTaken
        connection.execute(CreateSchema(SCHEMA))
    metadata.create_all(connection)


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send statements whose results nobody reads as one message, and await all answers once.

    To a file they go one by one. What a server refuses is raised when the block ends.
    """
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.pipeline():
            yield
    else:
        yield


def announce(connection: Connection, size: int) -> None:
    """Let followers in other processes know of the commit to come; SQLite has no way to."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, str(size)))


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours, so that no caller knows which database it is."""
    try:
        yield
    except exc.DBAPIError as error:
        if error.orig is None or not hasattr(error.orig, "sqlstate"):
            raise _translate(error.orig) from error
        # Without its cause: PostgreSQL's words quote the values a statement was given.
        raise _meant_by(error.orig, connected=bool(error.statement)) from None
    except sqlite3.Error as error:
        raise _translate(error) from error
    except exc.TimeoutError as error:
        raise StoreBusy from error
    except Exception as error:
        if not hasattr(error, "sqlstate"):
            raise
        # The driver's own, of statements sent together.
        raise _meant_by(error, connected=True) from None


_STATES: Mapping[str, type[StorageError]] = {
    "25006": StoreReadOnly,
    "40001": StoreBusy,
    "40P01": StoreBusy,
    "53100": StoreFull,
    "55P03": StoreBusy,
    "57014": StoreSlow,
}
"""SQLSTATE (PostgreSQL's appendix A): read-only transaction, serialization failure, deadlock, disk
full, lock not available, query cancelled."""


def _meant_by(error: BaseException, *, connected: bool) -> StorageError:
    state: str | None = getattr(error, "sqlstate", None)
    if (meant := _STATES.get(state or "")) is not None:
        return meant()
    name = type(error).__name__
    if state is None and not connected:
        # No connection at all: what libpq says of the way there quotes nothing.
        return StoreGone(why=str(error).splitlines()[0])
    return StoreGone(why=f"{name} {state}" if state else name)


_MEANING: tuple[tuple[str, type[StorageError]], ...] = (
    ("locked", StoreBusy),
    ("busy", StoreBusy),
    ("disk is full", StoreFull),
    ("No space left", StoreFull),
    ("readonly", StoreReadOnly),
    ("read-only", StoreReadOnly),
)


def _translate(error: BaseException | None) -> StorageError:
    message = str(error)
    # What readers and writers share is a file that grows as they connect: SQLite calls a disk
    # without room for it an input/output error.
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHMSIZE:
        return StoreFull()
    for words, cls in _MEANING:
        if words in message:
            return cls()
    return StoreGone(why=message.splitlines()[0])
