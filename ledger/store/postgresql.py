"""PostgreSQL: addresses without passwords, engines, and word of what others committed.

Transactions that write run READ COMMITTED and lock the head row; those that read see one moment
(REPEATABLE READ). Commits are synchronous. Every statement and every wait for a lock has
an end, and a connection that a restart of the server broke is replaced before it is used again.

The ledger's tables are in the schema ``ledger``, whose name stands in the search path of every
connection; views are in schemas of their own (`ledger.store.views.schema`). What an error means is
`ledger.store.dialect`'s to say.
"""

import logging
import os
import select
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.errors import MalformedError, StorageError
from ledger.store.dialect import BUSY_SECONDS, CHANNEL, SCHEMA, reading

STATEMENT_SECONDS = 120
"""No statement of the ledger's takes so long; one that does waits for something that is wrong."""
CONNECT_SECONDS = 10
IDLE_SECONDS = 1.0
"""A connection unused for longer is asked whether it lives; what lies between the server and us may
have dropped it without a word."""
AGAIN_SECONDS = 1.0
"""Between two attempts to listen again."""

_log = logging.getLogger(__name__)
_PREFIXES = ("postgresql://", "postgres://")
_SECRETS = ("password", "sslpassword")
_USED = "used"
_SETTINGS: Mapping[str, object] = {
    "search_path": SCHEMA,
    "synchronous_commit": "on",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{BUSY_SECONDS:.0f}s",
    "jit": "off",  # our statements are many and short
}
_CONNECT: Mapping[str, object] = {
    "application_name": "mingzhang",
    "connect_timeout": CONNECT_SECONDS,
    # A server that vanished without a word is noticed within a minute.
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 40_000,
}

Parameters = Mapping[str, Any]
"""What libpq connects with."""


class DatabaseUrlUnusable(MalformedError):
    """The address is none of a PostgreSQL database."""

    code = "database.url"
    zh = "数据库地址不可用（{why}）。请写作 postgresql://用户@主机:端口/数据库。"
    en = "The database's address is not usable ({why}). Write postgresql://USER@HOST:PORT/DATABASE."


class PasswordInUrl(MalformedError):
    """The address holds a password, which would stand in home.toml and in the shell's history."""

    code = "database.password_in_url"
    zh = (
        "数据库地址中含有口令：它会留在 home.toml 和命令历史中。"
        "请从地址中删去，改用 PGPASSFILE、PGPASSWORD 或 pg_service.conf。"
    )
    en = (
        "The database's address holds a password: it would stand in home.toml and in the shell's "
        "history. Leave it out, and give it by PGPASSFILE, PGPASSWORD or pg_service.conf."
    )


class UnsafeServer(StorageError):
    """The server does not make its commits durable."""

    code = "database.unsafe"
    zh = "数据库服务器关闭了 {setting}：断电会丢失已确认的记录。请在服务器上打开。"
    en = "The server has {setting} off: a power cut would lose what was acknowledged. Turn it on."


def is_url(text: str) -> bool:
    """Tell whether ``text`` means a PostgreSQL database."""
    return text.startswith(_PREFIXES)


def parse_url(url: str) -> Parameters:
    """Return what libpq is to connect with. Raises: DatabaseUrlUnusable, PasswordInUrl."""
    if not is_url(url):
        raise DatabaseUrlUnusable(why="postgresql://")
    try:
        found = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # libpq's own words may quote the address, and a password in it.
        raise DatabaseUrlUnusable(why="libpq") from None
    if any(name in found for name in _SECRETS):
        raise PasswordInUrl
    return found


def postgresql_engine(url: str) -> Engine:
    """Return an engine on the database at ``url``; nothing is connected yet.

    Raises: DatabaseUrlUnusable, PasswordInUrl.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        connect_args=_connecting(parse_url(url)),
        hide_parameters=True,
        use_native_hstore=False,
    )
    event.listen(engine, "begin", _enter)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_require_living, engine))
    return engine


def _connecting(parameters: Parameters) -> dict[str, Any]:
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    options = f"{parameters.get('options', '')} {settings}".strip()
    return {**_CONNECT, **parameters, "options": options}


def _enter(connection: Connection) -> None:
    # What a view's build asks for at the beginning of each of its transactions.
    enter = connection.get_execution_options().get("enter")
    if enter is not None:
        enter(connection)


def _note_use(_raw: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _require_living(
    engine: Engine, raw: "psycopg.Connection[Any]", record: ConnectionPoolEntry, _fairy: object
) -> None:
    """Have a dead connection, and all made before, replaced; asking each time costs a round trip.

    Of a server that ended there is something to read: its last words, or the end of them.
    """
    used = record.info.get(_USED)
    if used is None or (time.monotonic() - used < IDLE_SECONDS and not _spoke(raw)):
        return
    try:
        engine.dialect.do_ping(raw)  # type: ignore[arg-type]
    except psycopg.Error:
        raise exc.InvalidatePoolError from None


def _spoke(raw: "psycopg.Connection[Any]") -> bool:
    if raw.closed:
        return True
    waiting = select.poll()
    waiting.register(raw.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def same_database(one: Engine, other: Engine) -> bool:
    """Tell whether two engines lead to one database, whatever their addresses say."""
    return _identity(one) == _identity(other)


def same_cluster(one: Engine, other: Engine) -> bool:
    """Tell whether two engines lead to one server: its log and its backups hold both databases."""
    return _identity(one)[0] == _identity(other)[0]


def safe_server(engine: Engine) -> str:
    """Return the server's version, once its commits are durable. Raises: UnsafeServer."""
    with reading(engine) as connection:
        for setting in ("fsync", "full_page_writes"):
            if connection.exec_driver_sql(f"SHOW {setting}").scalar() != "on":
                raise UnsafeServer(setting=setting)
        version = connection.exec_driver_sql("SHOW server_version").scalar()
    return f"PostgreSQL {version}"


def _identity(engine: Engine) -> tuple[int, str]:
    query = "SELECT system_identifier, current_database() FROM pg_control_system()"
    with reading(engine) as connection:
        system, database = connection.exec_driver_sql(query).one()
    return system, database


class Listener:
    """Waits for word that entries were committed, by whichever process, in a thread of its own.

    Only ever a hint: whoever follows looks by itself now and then too. So nothing is lost while
    the server is away, and this goes on trying.
    """

    def __init__(self, url: str, heard: Callable[[], None]) -> None:
        self._parameters = _connecting(parse_url(url))
        self._heard = heard
        self._stopping = threading.Event()
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and close the connection."""
        self._stopping.set()
        os.write(self._woken, b"\0")
        self._thread.join()
        os.close(self._wake)
        os.close(self._woken)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                _log.info("Not listening for a moment: %s", type(error).__name__)
                self._stopping.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(**self._parameters, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._heard()  # whatever was committed before we listened
            waiting = select.poll()
            waiting.register(self._wake, select.POLLIN)
            waiting.register(connection.fileno(), select.POLLIN)
            while not self._stopping.is_set():
                waiting.poll()
                connection.pgconn.consume_input()
                if _heard_any(connection):
                    self._heard()


def _heard_any(connection: "psycopg.Connection[Any]") -> bool:
    heard = False
    while connection.pgconn.notifies() is not None:
        heard = True
    return heard
