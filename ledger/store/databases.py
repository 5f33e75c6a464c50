"""Which database a home's ledger, keys and views are in: the one place that chooses a dialect."""

import os
from collections.abc import Iterator
from importlib import import_module
from threading import Event
from types import ModuleType
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.schema import DropSchema

from ledger.errors import StorageError
from ledger.kernel.view import Row, View
from ledger.store.dialect import SCHEMA, sqlite_engine, writing
from ledger.store.home import Home
from ledger.store.views.file import view_in
from ledger.store.views.follower import Stopping
from ledger.store.views.place import ViewPlace
from ledger.store.views.schema import ViewSchema
from ledger.store.views.store import ViewStore

R = TypeVar("R", bound=Row)

DATABASE_VARIABLE = "MINGZHANG_DATABASE_URL"


class KeysBesideLedger(StorageError):
    """The keys are to be in the ledger's own database."""

    code = "keys.beside_ledger"
    zh = (
        "密钥库不能与账本在同一数据库：账本的备份会连同密钥一起恢复，销毁便不再有效。"
        "请另用一个数据库，最好在另一台服务器上。"
    )
    en = (
        "The keys cannot be in the ledger's own database: its backups would bring erased keys "
        "back. Use another database, best on another server."
    )


def _postgresql() -> ModuleType:
    # Its driver takes 0.1 s to load: whoever keeps files does not wait for it.
    return import_module("ledger.store.postgresql")


def _engine(address: str) -> Engine:
    made: Engine = _postgresql().postgresql_engine(address)
    return made


def address_of(home: Home) -> str | None:
    """Return where the ledger's PostgreSQL database is, None when it is in a file.

    The environment may lead to another server, after a fail-over; it makes no file a database.
    """
    return home.database and (os.environ.get(DATABASE_VARIABLE) or home.database)


def ledger_engine(home: Home, *, create: bool = False) -> Engine:
    """Return an engine on the home's ledger; ``create`` allows its file to be new."""
    address = address_of(home)
    return _engine(address) if address else sqlite_engine(home.ledger, create=create)


def open_database(home: Home, *, create: bool = False) -> Engine:
    """Return an engine on just the database the home names, whatever the environment says."""
    address = home.database
    return _engine(address) if address else sqlite_engine(home.ledger, create=create)


def keys_engine(home: Home, ledger: Engine, *, create: bool = False) -> Engine:
    """Return an engine on the home's keys, which are apart from its ``ledger``.

    Raises: KeysBesideLedger; StorageError when one of two servers cannot be reached.
    """
    if home.keys_database is None:
        return sqlite_engine(home.keys, create=create)
    engine = _engine(home.keys_database)
    if home.database and _postgresql().same_database(engine, ledger):
        engine.dispose()
        raise KeysBesideLedger
    return engine


def on_one_server(home: Home, ledger: Engine) -> bool:
    """Tell whether the keys are in another database of the ledger's own server."""
    if not (home.database and home.keys_database):
        return False
    keys = _engine(home.keys_database)
    try:
        return bool(_postgresql().same_cluster(keys, ledger))
    finally:
        keys.dispose()


def server_of(ledger: Engine) -> str | None:
    """Return the server's version, None for a file. Raises: UnsafeServer."""
    if ledger.dialect.name == "sqlite":
        return None
    found: str = _postgresql().safe_server(ledger)
    return found


def placed_view(view: View[R], home: Home, ledger: Engine) -> tuple[ViewStore[R], ViewPlace]:
    """Return a view's store and the place of its builds, opened on first use."""
    if home.database is None:
        return view_in(view, home.views)
    place = ViewSchema(ledger, view)
    return ViewStore(view, place.engine), place


def listen(home: Home, grown: Event) -> Stopping | None:
    """Let ``grown`` be set at each commit of any process, where the database tells."""
    address = address_of(home)
    if not address:
        return None
    made: Stopping = _postgresql().Listener(address, grown.set)
    return made


def is_address(text: str) -> bool:
    """Tell whether ``text`` means a PostgreSQL database, not a folder."""
    return "://" in text


def require_addresses(*addresses: str | None) -> None:
    """Refuse what is no address of a database. Raises: DatabaseUrlUnusable, PasswordInUrl."""
    for address in addresses:
        if address is not None:
            _postgresql().parse_url(address)


def databases_of(home: Home) -> Iterator[Engine]:
    """Yield engines on what of a home is not in its folder."""
    for address in (home.database, home.keys_database):
        if address is not None:
            engine = _engine(address)
            yield engine
            engine.dispose()


def remove_tables(engine: Engine) -> None:
    """Remove a ledger or keys nobody has used yet; a file goes with its folder."""
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.execute(DropSchema(SCHEMA, cascade=True, if_exists=True))
