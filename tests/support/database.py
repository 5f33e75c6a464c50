"""What a home's ledger holds, by a hand that knows nothing of the store: plain SQL on the driver.

The statements are both databases' own; a question mark stands for each value.
"""

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

TABLES = ("entry", "tag", "tile", "vault", "head")


@contextmanager
def connected(home: Path) -> Iterator[Any]:
    """Open the home's ledger past everything; what was changed is kept when the block ends."""
    address = tomllib.loads((home / "home.toml").read_text("utf-8")).get("database")
    if address is None:
        with closing(sqlite3.connect(home / "ledger.sqlite")) as file, file:
            yield file
    else:
        with psycopg.connect(address, options="-c search_path=ledger") as connection:
            yield connection


def execute(home: Path, statement: str, *values: Any) -> int:
    """Run a statement on a home's ledger; return how many rows it changed, -1 if that is unsaid."""
    with connected(home) as connection:
        return int(connection.execute(_marked(connection, statement), values).rowcount)


def execute_in_view(home: Path, view: str, statement: str, *values: Any) -> int:
    """Run a statement on the build of a view; return how many rows it changed, as ``execute``."""
    with _connected_to_view(home, view) as connection:
        return int(connection.execute(_marked(connection, statement), values).rowcount)


def rows(home: Path, query: str, *values: Any) -> list[Any]:
    """Return what a query finds in a home's ledger, as plain tuples."""
    with connected(home) as connection:
        return list(connection.execute(_marked(connection, query), values).fetchall())


def snapshot(home: Path) -> dict[str, list[Any]]:
    """Return all rows of a home's ledger by table, in one order, as a backup would keep them."""
    return {table: sorted(rows(home, f"SELECT * FROM {table}"), key=repr) for table in TABLES}


def put_back(home: Path, kept: dict[str, list[Any]]) -> None:
    """Let a home's ledger hold what it held when ``kept`` was taken."""
    with connected(home) as connection:
        for table, lines in kept.items():
            connection.execute(f"DELETE FROM {table}")
            for line in lines:
                marks = ", ".join("?" * len(line))
                insert = f"INSERT INTO {table} VALUES ({marks})"
                connection.execute(_marked(connection, insert), line)


@contextmanager
def _connected_to_view(home: Path, view: str) -> Iterator[Any]:
    with connected(home) as connection:
        if not isinstance(connection, sqlite3.Connection):
            named = "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s"
            ((schema,),) = connection.execute(named, [f"{view}@%"]).fetchall()
            connection.execute("SELECT set_config('search_path', quote_ident(%s), true)", [schema])
            yield connection
            return
    (path,) = (home / "views").glob(f"{view}@*.sqlite")
    with closing(sqlite3.connect(path)) as file, file:
        yield file


def _marked(connection: Any, statement: str) -> str:
    return statement if isinstance(connection, sqlite3.Connection) else statement.replace("?", "%s")
