"""Builds of a view: switched in one step, rebuilt beside the old, started over when deleted."""

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.kernel.view import fingerprint
from ledger.store import rebuild as rebuild_module
from ledger.store.follower import catch_up
from ledger.store.rebuild import rebuild
from ledger.store.viewfile import Builds, RebuildRunning, open_build, open_view
from ledger.store.views import ProjectionBehind, ViewChanged, ViewStore, prepare, source_of
from ledger.store.viewtable import view_tables
from tests.store import toy
from tests.store.toy import VIEW, Log, Toy, at, everything, expected, some_acts, toy_view

N = 1200


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_module, "BATCH", 500)


@pytest.fixture
def log() -> Log:
    return Log(some_acts(N))


def names(folder: Path) -> set[str]:
    """The files of builds, without those SQLite keeps beside an open one."""
    return {file.name for file in folder.iterdir() if file.suffix in {".sqlite", ".current"}}


def opened(folder: Path, log: Log) -> ViewStore[Toy]:
    store, _ = open_view(VIEW, folder)
    catch_up([store], read=log.read, size=log.size)
    return store


def test_a_view_is_a_file_of_its_own_and_is_found_again(tmp_path: Path, log: Log) -> None:
    opened(tmp_path / "views", log)
    store, _ = open_view(VIEW, tmp_path / "views")
    assert store.position() == N
    assert names(tmp_path / "views") == {"toy@1.sqlite", "toy@1.current"}


def test_a_new_version_catches_up_beside_the_old(tmp_path: Path, log: Log) -> None:
    old = opened(tmp_path, log)
    new, _ = open_view(toy_view(version=2), tmp_path)
    assert (old.position(), new.position()) == (N, 0)
    assert {"toy@1.sqlite", "toy@2.sqlite"} < names(tmp_path)


def test_the_fingerprint_is_of_the_module_that_folds() -> None:
    assert source_of(VIEW) == fingerprint(toy)


def test_a_changed_source_is_refused_until_the_view_is_rebuilt(
    tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(tmp_path, log)
    for module in ("viewfile", "rebuild"):
        monkeypatch.setattr(f"ledger.store.{module}.source_of", lambda _: "changed")
    with pytest.raises(ViewChanged):
        open_view(VIEW, tmp_path)
    rebuild(VIEW, tmp_path, read=log.read, size=log.size)
    store, _ = open_view(VIEW, tmp_path)
    assert everything(store, N) == expected(log.acts, N)


def test_the_old_build_serves_until_the_new_one_is_whole_then_goes(
    tmp_path: Path, log: Log
) -> None:
    store = opened(tmp_path, log)
    seen = []

    def progress(view: str, position: int, size: int) -> None:
        seen.append((view, position, size))
        assert store.position() == N
        assert store.total(at(N)) == len(expected(log.acts, N)[0])
        assert names(tmp_path) == {"toy@1.sqlite", "toy@1.1.sqlite", "toy@1.current"}

    before = [everything(store, size) for size in (0, 400, N)]
    rebuild(VIEW, tmp_path, read=log.read, size=log.size, progress=progress)
    assert seen == [("toy@1", 500, N), ("toy@1", 1000, N), ("toy@1", N, N)]
    assert {
        file.name for file in tmp_path.iterdir() if file.name.startswith("toy@1.sqlite")
    } == set()
    assert names(tmp_path) == {"toy@1.1.sqlite", "toy@1.current"}
    assert [everything(store, size) for size in (0, 400, N)] == before


def test_an_open_store_follows_into_the_new_build(tmp_path: Path, log: Log) -> None:
    more = some_acts(N + 50)
    log.acts = more[:N]
    store = opened(tmp_path, log)
    rebuild(VIEW, tmp_path, read=log.read, size=log.size)
    log.acts = more
    store.apply(more[N:], N, N + 50)
    again, _ = open_view(VIEW, tmp_path)
    assert everything(again, N + 50) == expected(log.acts, N + 50)


def test_a_switch_is_seen_though_the_old_build_is_still_there(tmp_path: Path, log: Log) -> None:
    store = opened(tmp_path, log)
    builds = Builds(tmp_path, "toy@1")
    with builds.locked():
        new = builds.next()
        engine = open_build(new, create=True)
        prepare(engine, VIEW, view_tables(VIEW), source_of(VIEW))
        engine.dispose()
        builds.switch(new)
        assert (tmp_path / "toy@1.sqlite").exists()
        assert store.position() == 0


def test_a_rebuild_that_fails_leaves_the_old_build_serving(tmp_path: Path, log: Log) -> None:
    store = opened(tmp_path, log)

    def unreadable(start: int, limit: int) -> list[object]:
        raise OSError("read error")

    with pytest.raises(OSError, match="read error"):
        rebuild(VIEW, tmp_path, read=unreadable, size=log.size)  # type: ignore[arg-type]
    assert everything(store, N) == expected(log.acts, N)
    open_view(VIEW, tmp_path)
    assert names(tmp_path) == {"toy@1.sqlite", "toy@1.current"}


KILLED = """
import sys, time
from pathlib import Path
from ledger.store import rebuild as module
from ledger.store.rebuild import rebuild
from tests.store.toy import VIEW, Log, some_acts
module.BATCH = 500
log = Log(some_acts(1200))
def progress(view, position, size):
    print(position, flush=True)
    time.sleep(60)
rebuild(VIEW, Path(sys.argv[1]), read=log.read, size=log.size, progress=progress)
"""


def test_a_killed_rebuild_leaves_the_old_build_and_is_cleaned_up(tmp_path: Path, log: Log) -> None:
    store = opened(tmp_path, log)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "500\n"
        with pytest.raises(RebuildRunning):
            rebuild(VIEW, tmp_path, read=log.read, size=log.size)
        open_view(VIEW, tmp_path)  # does not touch the build under way
        assert "toy@1.1.sqlite" in names(tmp_path)
        process.send_signal(signal.SIGKILL)
    assert everything(store, N) == expected(log.acts, N)
    again, _ = open_view(VIEW, tmp_path)
    assert not [file for file in tmp_path.iterdir() if file.name.startswith("toy@1.1.")]
    assert everything(again, N) == expected(log.acts, N)


def test_a_deleted_file_is_built_again_with_a_message(
    tmp_path: Path, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(tmp_path, log)
    (tmp_path / "toy@1.sqlite").unlink()
    with caplog.at_level(logging.WARNING), pytest.raises(ProjectionBehind):
        store.rows(at(N))
    assert caplog.messages == [
        "The file of view toy@1 is missing; it is rebuilt from entry 0 as toy@1.1.sqlite."
    ]
    catch_up([store], read=log.read, size=log.size)
    assert everything(store, N) == expected(log.acts, N)
    assert names(tmp_path) == {"toy@1.1.sqlite", "toy@1.current"}


@pytest.mark.parametrize("pointer", [b"", b"toy@1.7.sqlite\n", b"../toy@1.sqlite\n", b"\xff\n"])
def test_a_damaged_pointer_starts_a_new_build(tmp_path: Path, log: Log, pointer: bytes) -> None:
    opened(tmp_path, log)
    (tmp_path / "toy@1.current").write_bytes(pointer)
    store, _ = open_view(VIEW, tmp_path)
    assert store.position() == 0
    assert names(tmp_path) == {"toy@1.1.sqlite", "toy@1.current"}


def test_a_file_that_is_no_database_can_be_rebuilt(tmp_path: Path, log: Log) -> None:
    _, file = open_view(VIEW, tmp_path)
    file.close()
    (tmp_path / "toy@1.sqlite").write_bytes(b"not a database" * 500)
    rebuild(VIEW, tmp_path, read=log.read, size=log.size)
    store, _ = open_view(VIEW, tmp_path)
    assert everything(store, N) == expected(log.acts, N)


def test_other_views_and_versions_are_left_alone(tmp_path: Path, log: Log) -> None:
    for view in (toy_view("toy"), toy_view("toy-two"), toy_view("toy", version=11)):
        open_view(view, tmp_path)
    builds = Builds(tmp_path, "toy@1")
    with builds.locked():
        builds.remove_all_but(tmp_path / "none")
    assert names(tmp_path) >= {"toy-two@1.sqlite", "toy@11.sqlite"}
    assert "toy@1.sqlite" not in names(tmp_path)
