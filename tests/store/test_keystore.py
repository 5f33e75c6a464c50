"""Data keys: two processes that make the same keys at once end with the same keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.store.dialect import insert_missing, sqlite_engine, writing
from ledger.store.keystore import FileKek, Keystore, create_keys
from ledger.store.postgresql import postgresql_engine
from ledger.store.tables import data_key, erasures

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


@pytest.fixture(params=[True, False], ids=["counted", "older home"])
def counted(request: pytest.FixtureRequest, engine: Engine) -> bool:
    """Whether the home has a count of erasures from its beginning."""
    if not request.param:
        with writing(engine) as connection:
            erasures.drop(connection)
    return bool(request.param)


@pytest.mark.usefixtures("counted")
def test_a_key_erased_by_another_process_seals_nothing_more(engine: Engine, kek: FileKek) -> None:
    one, other = Keystore(engine, kek), Keystore(engine, kek)
    first = one.ensure(PAIRS[:3])
    for round_ in (1, 2):
        other.erase(PAIRS[:1])
        again = one.ensure(PAIRS[:3])
        assert again[PAIRS[0]] != first[PAIRS[0]]
        assert again[PAIRS[1]] == first[PAIRS[1]], "of the others nothing is lost"
        assert Keystore(engine, kek).ensure(PAIRS[:3]) == again, "it is stored"
        assert (one.generation, other.generation) == (round_, round_)
        first = again


@pytest.mark.usefixtures("counted")
def test_a_key_erased_by_another_process_opens_nothing_after_a_look(
    engine: Engine, kek: FileKek
) -> None:
    one, other = Keystore(engine, kek), Keystore(engine, kek)
    one.ensure(PAIRS[:2])
    other.erase(PAIRS[:1])
    one.look()
    assert one.find(*PAIRS[0]) is None
    other.erase(PAIRS[1:2])
    one.fetch([PAIRS[1][0]])  # reads anew, so it sees by itself
    assert one.find(*PAIRS[1]) is None


def test_erasing_nothing_makes_nobody_forget(engine: Engine, kek: FileKek) -> None:
    one = Keystore(engine, kek)
    one.ensure(PAIRS[:2])
    one.erase([])
    one.look()
    assert one.generation == 0


def test_a_key_erased_while_it_is_read_is_not_remembered(engine: Engine, kek: FileKek) -> None:
    one, other = Keystore(engine, kek), Keystore(engine, kek)
    other.ensure(PAIRS[:1])

    class Interrupted:
        """Wraps as ever; between reading a key and remembering it, another process erases it."""

        wrap = staticmethod(kek.wrap)

        @staticmethod
        def unwrap(wrapped: bytes, name: bytes) -> bytes:
            other.erase(PAIRS[:1])
            one.look()
            return kek.unwrap(wrapped, name)

    one._kek = Interrupted()
    assert one.find(*PAIRS[0]) is not None, "it was there when it was read"
    assert one.find(*PAIRS[0]) is None
