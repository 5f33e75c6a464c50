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


def execute(home: Path, statement: str, *values: Any) -> None:
    """Run a statement on a home's ledger."""
    with connected(home) as connection:
        connection.execute(_marked(connection, statement), values)


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


def _marked(connection: Any, statement: str) -> str:
    return statement if isinstance(connection, sqlite3.Connection) else statement.replace("?", "%s")
