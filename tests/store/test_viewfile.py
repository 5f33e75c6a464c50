"""Builds of a view: switched in one step, rebuilt beside the old, started over when deleted."""

import logging
import threading
from pathlib import Path

import pytest

from ledger.kernel.view import View
from ledger.store.views import rebuild as rebuild_module
from ledger.store.views.file import Builds, ViewFile, open_build, view_in
from ledger.store.views.follower import catch_up
from ledger.store.views.rebuild import rebuild
from ledger.store.views.source import prepare, source_of
from ledger.store.views.store import ProjectionBehind, ViewStore
from ledger.store.views.tables import view_tables
from tests.store.toy import VIEW, Log, Toy, at, everything, expected, some_acts, toy_view

N = 1200


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_module, "BATCH", 500)


@pytest.fixture
def log() -> Log:
    return Log(some_acts(N))


def open_view(view: View[Toy], folder: Path) -> tuple[ViewStore[Toy], ViewFile]:
    """The view in ``folder``, its file opened."""
    store, file = view_in(view, folder)
    file.engine()
    return store, file


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
    _, place = view_in(VIEW, tmp_path)
    rebuild(VIEW, place, read=log.read, size=log.size)
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


def test_many_that_start_one_view_at_once_start_one_file(tmp_path: Path) -> None:
    """Each is a process's own; none may take another's new file for a leftover."""
    views = [view_in(VIEW, tmp_path) for _ in range(8)]
    together, positions = threading.Barrier(8), list[int]()

    def start(store: ViewStore[Toy]) -> None:
        together.wait()
        positions.append(store.position())

    threads = [threading.Thread(target=start, args=(store,)) for store, _ in views]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert positions == [0] * 8
    assert [store.position() for store, _ in views] == positions
    for _, file in views:
        file.close()
    assert [file.name for file in tmp_path.glob("*.sqlite")] == ["toy@1.sqlite"]
