"""Data keys: two processes that make the same keys at once end with the same keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.store.dialect import insert_missing, sqlite_engine, writing
from ledger.store.keystore import FileKek, Keystore, create_keys
from ledger.store.postgresql import postgresql_engine
from ledger.store.tables import data_key

PAIRS = [(f"case/{number}", "reporter") for number in range(150)]


@pytest.fixture
def kek(tmp_path: Path) -> FileKek:
    (tmp_path / "kek").write_bytes(bytes(range(32)))
    return FileKek(tmp_path / "kek")


@pytest.fixture
def engine(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if dialect == "postgresql":
        made = postgresql_engine(request.getfixturevalue("database"))
    else:
        made = sqlite_engine(tmp_path / "keys.sqlite", create=True)
    create_keys(made)
    yield made
    made.dispose()


def test_keys_made_at_once_by_two_processes_are_the_same(engine: Engine, kek: FileKek) -> None:
    one, other = Keystore(engine, kek), Keystore(engine, kek)
    first = one.ensure(PAIRS[:100])
    second = other.ensure(PAIRS[50:])
    assert len(set(first.values()) | set(second.values())) == len(PAIRS)
    assert all(second[pair] == first[pair] for pair in PAIRS[50:100])
    assert {pair: Keystore(engine, kek).data_key(*pair) for pair in PAIRS} == first | second


def test_keys_all_there_already_are_read_not_made(engine: Engine, kek: FileKek) -> None:
    first = Keystore(engine, kek).ensure(PAIRS)
    assert Keystore(engine, kek).ensure(PAIRS) == first


def test_inserting_what_is_missing_tells_how_many_were(engine: Engine) -> None:
    rows = [
        {"stream": stream, "subject": subject, "wrapped": b"first"} for stream, subject in PAIRS
    ]
    with writing(engine) as connection:
        assert insert_missing(connection, data_key, rows[:70]) == 70
        assert insert_missing(connection, data_key, rows) == len(rows) - 70
        assert insert_missing(connection, data_key, rows) == 0
