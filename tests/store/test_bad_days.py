"""Bad days of a machine: a full disk, a locked, missing, replaced, broken or read-only database.

Each is a clear error with a stable code; nothing is stored by halves, nothing acknowledged is lost,
and the same submission is taken once the day is better.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from ledger.bootstrap import FounderKey, found_ledger, open_ledger
from ledger.entry.entry import parse_entry
from ledger.errors import IntegrityFault, LedgerError, StorageError, all_errors
from ledger.rules.packs import book
from ledger.rules.packs import pack as packs
from ledger.service.acts.submit import submit
from ledger.service.ledger import as_of
from ledger.service.office import do, keep_shipped
from ledger.service.reading.replay import replay
from ledger.service.reading.values import open_groups
from ledger.store import databases, dialect, home
from ledger.store.dialect import (
    StoreBusy,
    StoreFull,
    StoreGone,
    StoreReadOnly,
    sqlite_engine,
    writing,
)
from ledger.store.files import copy_durably, create_exclusively, save_atomically
from ledger.store.home import (
    HomeExists,
    HomeMissing,
    HomeOtherFormat,
    PackNotKept,
    create_home,
    founding,
)
from ledger.store.keystore import KekMissing
from tests.support.gwt import person
from tests.support.office import Office, append, counts, drafted, presented
from tests.support.soundness import require_sound
from tests.support.trust import a_key

pytestmark = pytest.mark.dialect("sqlite")  # the bad days of a server: test_postgresql.py


def refused(office: Office, error: type[LedgerError], sent: list[bytes]) -> LedgerError:
    """Assert that a submission is refused for this reason, and that it says what to do."""
    with pytest.raises(error) as found:
        submit(office.ledger, sent)
    assert found.value.code in {each.code for each in all_errors()}
    assert found.value.text("zh").endswith("。")
    return found.value


def copied(path: Path, data: bytes) -> None:
    source = path.parent.with_name("source")
    source.write_bytes(data)
    copy_durably(source, path)


def request(office: Office) -> list[bytes]:
    return presented(office.ledger, office.hands["intake_clerk"], office.receive())


@contextmanager
def pragma(engine: Engine, words: str) -> Iterator[None]:
    """Let every connection of an engine begin with a PRAGMA while the block runs."""

    def say(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA {words}")

    engine.dispose()
    event.listen(engine, "connect", say)
    yield
    event.remove(engine, "connect", say)
    engine.dispose()


def pages(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


# A full disk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["ledger", "keys"])
def test_a_full_disk_takes_nothing_in_and_loses_nothing(office: Office, which: str) -> None:
    engine, path = {
        "ledger": (office.ledger.recorder.engine, office.path / "ledger.sqlite"),
        "keys": (office.ledger.keystore._engine, office.path / "keys" / "keys.sqlite"),
    }[which]
    first = office.size
    with pragma(engine, f"max_page_count={pages(path)}"):
        taken = until_full(office)
        before, sent = counts(office.path), request(office)
        refused(office, StoreFull, sent)
        assert counts(office.path) == before
        assert before["entry"] == first + taken
    assert submit(office.ledger, sent).entries[0].index == first + taken
    require_sound(office.path)


def until_full(office: Office) -> int:
    """Take requests in until the disk is full; return how many were."""
    for taken in range(200):
        try:
            office.a_case()
        except StoreFull:
            return taken
    raise AssertionError("the disk never filled up")


LIMITED = """
import resource, sys
from pathlib import Path
from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError
from ledger.service.directory import hand_with
from ledger.service.office import do
from ledger.aggregates.case.commands import Receive
from ledger.store.clock import SimulatedClock
from tests.support.trust import a_key

home, unit, spare = sys.argv[1:]
clock = SimulatedClock(0)
with open_ledger(Path(home), clock=clock) as ledger:
    clock.set(ledger.recorder.head().last_at)
    clerk = hand_with(ledger, a_key("intake_clerk"))
    told = Receive(unit=unit, kind="request", channel="phone", text="x" * 5000)
    print(do(ledger, clerk, told).entries[0].index, flush=True)
    largest = max(file.stat().st_size for file in Path(home).rglob("*sqlite*"))
    limit = largest + int(spare)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        while True:
            print(do(ledger, clerk, told).entries[0].index, flush=True)
    except LedgerError as error:
        print(error.code, flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(do(ledger, clerk, told).entries[0].index, flush=True)
"""


@pytest.mark.parametrize("spare", [1, 30_000, 100_001])
def test_files_that_may_grow_no_more_lose_nothing(office: Office, spare: int) -> None:
    before = office.size
    office.ledger.close()
    command = [sys.executable, "-c", LIMITED, office.path, office.unit, str(spare)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *told, code, after = done.stdout.split()
    assert code.startswith("storage."), code
    assert [int(index) for index in told] == list(range(before, before + len(told)))
    entries = require_sound(office.path)
    assert int(after) == len(entries) - 1 == before + len(told)


def test_a_pack_that_does_not_fit_is_not_kept_by_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with founding(tmp_path / "home"):
        laid_out = create_home(tmp_path / "home", origin="ledger.example/full", simulated=False)
    files = packs.shipped("cn-base")
    writing, left = os.write, [3]

    def filling_up(handle: int, data: Any) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return writing(handle, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", filling_up)
        with pytest.raises(StorageError, match="No space left"):
            laid_out.keep_pack("d", files)
    assert list(laid_out.packs.iterdir()) == []
    laid_out.keep_pack("d", files)
    assert laid_out.shelf("d") == files


def test_what_a_disk_takes_in_parts_is_written_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: writing(handle, bytes(data[:7])))
    data = bytes(range(256))
    save_atomically(tmp_path / "a", data)
    create_exclusively(tmp_path / "b", data)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == data


@pytest.mark.parametrize("put", [create_exclusively, save_atomically, copied])
def test_what_does_not_fit_leaves_no_part_that_takes_the_last_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path, bytes], None]
) -> None:
    writing, left = os.write, [2]

    def filling_up(handle: int, data: Any) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return writing(handle, bytes(data[:7]))

    folder = tmp_path / "folder"
    folder.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", filling_up)
        with pytest.raises(OSError, match="No space left"):
            put(folder / "file", bytes(range(256)))
    assert list(folder.iterdir()) == []
    put(folder / "file", b"fits")
    assert (folder / "file").read_bytes() == b"fits"


# A locked database --------------------------------------------------------------------------------


def test_a_locked_database_is_named_and_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, before = request(office), counts(office.path)
    holder = sqlite3.connect(office.path / "ledger.sqlite", isolation_level=None)
    office.ledger.writer()
    with monkeypatch.context() as patched:
        patched.setattr(dialect, "BUSY_SECONDS", 0.05)
        holder.execute("BEGIN IMMEDIATE")
        refused(office, StoreBusy, sent)
        assert replay(office.ledger, f"log/{office.ledger.home.origin}", as_of(office.ledger))
        holder.execute("ROLLBACK")
        assert counts(office.path) == before
        submit(office.ledger, sent)
    holder.close()
    require_sound(office.path)


def test_locked_keys_keep_the_entry_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, before = request(office), counts(office.path)
    holder = sqlite3.connect(office.path / "keys" / "keys.sqlite", isolation_level=None)
    with monkeypatch.context() as patched:
        patched.setattr(dialect, "BUSY_SECONDS", 0.05)
        holder.execute("BEGIN IMMEDIATE")
        refused(office, StoreBusy, sent)
        holder.execute("ROLLBACK")
    holder.close()
    assert counts(office.path) == before
    submit(office.ledger, sent)
    require_sound(office.path)


def test_no_connection_left_is_a_busy_store(office: Office) -> None:
    engine = sqlite_engine(office.path / "ledger.sqlite")
    engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    held = [engine.connect() for _ in range(15)]
    with pytest.raises(StoreBusy), dialect.reading(engine):
        pass
    for connection in held:
        connection.close()
    engine.dispose()


# A database that cannot be written, or went away -------------------------------------------------


def test_a_read_only_database_is_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = office.a_case()
    office.ledger.close()

    def read_only(path: Path, *, create: bool = False) -> Engine:
        engine = sqlite_engine(path, create=create)
        event.listen(engine, "connect", lambda connection, _: connection.execute(
            "PRAGMA query_only=ON"))  # fmt: skip
        return engine

    monkeypatch.setattr(databases, "sqlite_engine", read_only)
    reopened = office.opened_beside()
    assert len(replay(reopened.ledger, stream, as_of(reopened.ledger))) == 1
    refused(reopened, StoreReadOnly, request(reopened))
    reopened.ledger.close()


@pytest.mark.parametrize("deed", ["deleted", "replaced"])
@pytest.mark.parametrize("which", ["ledger.sqlite", "keys/keys.sqlite"])
def test_a_file_that_went_away_under_a_running_ledger_takes_nothing_in(
    office: Office, tmp_path: Path, deed: str, which: str
) -> None:
    """SQLite itself would go on writing into the file nobody finds again."""
    sent, file = request(office), office.path / which
    office.a_case()
    shutil.copy2(file, tmp_path / "copy")
    kept = tmp_path / "kept"
    file.rename(kept)
    if deed == "replaced":
        shutil.copy2(tmp_path / "copy", file)
    refused(office, StoreGone, sent)
    refused(office, StoreGone, sent)
    office.ledger.close()
    file.unlink(missing_ok=True)
    kept.rename(file)
    again = office.opened_beside()
    assert not submit(again.ledger, sent).again
    again.ledger.close()
    require_sound(office.path)


@pytest.mark.parametrize(
    ("file", "bytes_", "error"),
    [
        ("ledger.sqlite", None, StoreGone),
        ("ledger.sqlite", b"not a database, but long enough to be read as one" * 100, StoreGone),
        ("ledger.sqlite", b"", StoreGone),
        ("keys/kek", None, KekMissing),
        ("keys/kek", b"short", KekMissing),
        ("home.toml", None, HomeMissing),
        ("home.toml", b"\xff\xfe", StorageError),
        ("home.toml", b"format = ", StorageError),
        ("home.toml", b"", HomeOtherFormat),
        ("home.toml", b"format = 2\n", HomeOtherFormat),
        ("home.toml", b'format = "1"\n', HomeOtherFormat),
        ("home.toml", b"format = 1\n", StorageError),
        ("home.toml", b"format = 1\norigin = 7\n", StorageError),
        ("home.toml", b'format = 1\norigin = "ledger.example/other"\n', IntegrityFault),
    ],
)
def test_a_home_with_a_broken_part_is_not_opened(
    office: Office, file: str, bytes_: bytes | None, error: type[LedgerError]
) -> None:
    office.ledger.close()
    path = office.path / file
    if bytes_ is None:
        path.unlink()
    else:
        path.write_bytes(bytes_)
    with pytest.raises(error) as found:
        open_ledger(office.path, clock=office.clock)
    assert found.value.code != "ledger"
    assert "?" not in found.value.text("en")
    if bytes_ is None:
        assert not path.exists(), "nothing is made anew in silence"


def test_without_the_keys_file_public_members_are_read_and_nothing_sealed_is_taken(
    office: Office,
) -> None:
    stream = office.a_case()
    index = office.size - 1
    office.ledger.close()
    (office.path / "keys" / "keys.sqlite").unlink()
    reopened = office.opened_beside()
    (step,) = replay(reopened.ledger, stream, as_of(reopened.ledger))
    assert step.state.state == "received"
    (state,) = reopened.ledger.recorder.states(index, index + 1)
    with pytest.raises(StoreGone):
        open_groups(reopened.ledger, index, parse_entry(state).signed.claims)
    before = counts(office.path)
    refused(reopened, StoreGone, request(reopened))
    assert counts(office.path) == before
    reopened.ledger.close()


@pytest.fixture
def forgetful() -> None:
    """Forget every pack read before, as a new process has."""
    for remembered in (book._pack, book._book, home._read_pack):
        remembered.cache_clear()


@pytest.mark.usefixtures("forgetful")
def test_a_pack_that_went_away_is_named(office: Office) -> None:
    office.ledger.close()
    shutil.rmtree(office.path / "packs")
    (office.path / "packs").mkdir()
    reopened = office.opened_beside()
    with pytest.raises(PackNotKept) as found:
        reopened.a_case()
    assert "packs" in found.value.text("en")
    keep_shipped(reopened.ledger, "cn-base")
    keep_shipped(reopened.ledger, "cn-law")
    reopened.a_case()
    reopened.ledger.close()
    require_sound(office.path, rules=True)


@pytest.mark.usefixtures("forgetful")
def test_a_pack_changed_on_disk_rules_nothing(office: Office) -> None:
    office.ledger.close()
    for file in (office.path / "packs").rglob("request.toml"):
        file.write_bytes(file.read_bytes().replace(b'"intake_clerk"', b'"liaison"'))
    reopened = office.opened_beside()
    before = counts(office.path)
    with pytest.raises(LedgerError) as found:
        do(reopened.ledger, reopened.hands["liaison"], reopened.receive())
    assert found.value.code.startswith("pack.")
    assert counts(office.path) == before
    reopened.ledger.close()


def test_a_home_is_never_laid_over_another(office: Office, tmp_path: Path) -> None:
    office.ledger.close()
    before = {file: file.read_bytes() for file in office.path.rglob("*") if file.is_file()}
    founders = [FounderKey(person("an"), a_key("an"))]
    with pytest.raises(HomeExists):
        found_ledger(office.path, origin="ledger.example/2", founders=founders, threshold=1)
    assert {file: file.read_bytes() for file in office.path.rglob("*") if file.is_file()} == before
    with pytest.raises(HomeMissing):
        open_ledger(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_after_a_bad_day_the_same_drafts_are_taken(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = drafted(office.ledger, office.hands["intake_clerk"], office.receive())
    append(office.ledger, drafted(office.ledger, office.hands["intake_clerk"], office.receive()))
    with pragma(office.ledger.recorder.engine, "query_only=ON"), pytest.raises(StoreReadOnly):
        append(office.ledger, made)
    assert not append(office.ledger, made).again
    require_sound(office.path)


def test_a_failed_statement_quotes_nothing_it_was_given(office: Office) -> None:
    secret = "not for any log"
    with pytest.raises(StorageError) as told, writing(office.ledger.recorder.engine) as connection:
        connection.execute(text("INSERT INTO no_such_table VALUES (:it)"), {"it": secret})
    assert secret not in "".join(traceback.format_exception(told.value))
