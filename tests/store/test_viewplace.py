"""Builds of a view: switched in one step, rebuilt beside the old, started over when lost."""

import logging
import signal
import subprocess
import sys

import pytest

from ledger.kernel.view import fingerprint
from ledger.store.views import rebuild as rebuild_module
from ledger.store.views.follower import catch_up
from ledger.store.views.place import RebuildRunning
from ledger.store.views.rebuild import rebuild
from ledger.store.views.source import ViewChanged, source_of
from ledger.store.views.store import ProjectionBehind, ViewStore
from tests.store import toy
from tests.store.toy import VIEW, Log, Toy, Toys, at, everything, expected, some_acts, toy_view

N = 1200


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_module, "BATCH", 500)


@pytest.fixture
def log() -> Log:
    return Log(some_acts(N))


def opened(toys: Toys, log: Log) -> ViewStore[Toy]:
    store, _ = toys.place()
    catch_up([store], read=log.read, size=log.size)
    return store


def rebuilt(toys: Toys, log: Log) -> None:
    _, place = toys.place()
    rebuild(VIEW, place, read=log.read, size=log.size)


def test_a_view_is_found_again(toys: Toys, log: Log) -> None:
    opened(toys, log)
    store, _ = toys.place()
    assert store.position() == N
    assert toys.builds() == {"toy@1"}


def test_a_new_version_catches_up_beside_the_old(toys: Toys, log: Log) -> None:
    old = opened(toys, log)
    new, _ = toys.place(toy_view(version=2))
    assert (old.position(), new.position()) == (N, 0)
    assert toys.builds() == {"toy@1", "toy@2"}


def test_the_fingerprint_is_of_the_module_that_folds() -> None:
    assert source_of(VIEW) == fingerprint(toy)


def test_a_changed_source_is_refused_until_the_view_is_rebuilt(
    toys: Toys, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(toys, log)
    for module in ("file", "schema"):
        monkeypatch.setattr(f"ledger.store.views.{module}.source_of", lambda _: "changed")
    store, _ = toys.place()
    with pytest.raises(ViewChanged):
        store.position()
    rebuilt(toys, log)
    store, _ = toys.place()
    assert everything(store, N) == expected(log.acts, N)


def test_the_old_build_serves_until_the_new_one_is_whole_then_goes(toys: Toys, log: Log) -> None:
    store = opened(toys, log)
    _, place = toys.place()
    seen = []

    def progress(view: str, position: int, size: int) -> None:
        seen.append((view, position, size))
        assert store.position() == N
        assert store.total(at(N)) == len(expected(log.acts, N)[0])
        assert toys.builds() == {"toy@1", "toy@1.1"}

    before = [everything(store, size) for size in (0, 400, N)]
    rebuild(VIEW, place, read=log.read, size=log.size, progress=progress)
    assert seen == [("toy@1", 500, N), ("toy@1", 1000, N), ("toy@1", N, N)]
    assert toys.builds() == {"toy@1.1"}
    assert [everything(store, size) for size in (0, 400, N)] == before


def test_an_open_store_follows_into_the_new_build(toys: Toys, log: Log) -> None:
    more = some_acts(N + 50)
    log.acts = more[:N]
    store = opened(toys, log)
    rebuilt(toys, log)
    assert store.position() == N
    log.acts = more
    store.apply(more[N:], N, N + 50)
    again, _ = toys.place()
    assert everything(again, N + 50) == expected(log.acts, N + 50)


def test_a_batch_meets_a_switch_it_did_not_know_of_and_is_applied_once(
    toys: Toys, log: Log
) -> None:
    """The numbers of counter cells are another build's, and must not be taken over."""
    more = some_acts(N + 200, seed=2)
    log.acts = more[:N]
    store = opened(toys, log)
    log.acts = more[: N // 2]  # so that cells are numbered in another order
    rebuilt(toys, log)
    store.apply(more[N // 2 : N], N // 2, N)
    store.apply(more[N:], N, N + 200)
    assert everything(store, N + 200) == expected(more, N + 200)


def test_a_rebuild_that_fails_leaves_the_old_build_serving(toys: Toys, log: Log) -> None:
    store = opened(toys, log)
    _, place = toys.place()

    def unreadable(start: int, limit: int) -> list[object]:
        raise OSError("read error")

    with pytest.raises(OSError, match="read error"):
        rebuild(VIEW, place, read=unreadable, size=log.size)  # type: ignore[arg-type]
    assert everything(store, N) == expected(log.acts, N)
    again, _ = toys.place()
    assert again.position() == N
    assert toys.builds() == {"toy@1"}


KILLED = """
import sys, time
from pathlib import Path
from ledger.store.views import rebuild as module
from ledger.store.views.rebuild import rebuild
from tests.store.toy import VIEW, Log, Toys, some_acts
module.BATCH = 500
log = Log(some_acts(1200))
def progress(view, position, size):
    print(position, flush=True)
    time.sleep(60)
_, place = Toys(Path(sys.argv[1]), sys.argv[2] or None).place()
rebuild(VIEW, place, read=log.read, size=log.size, progress=progress)
"""


def test_a_killed_rebuild_leaves_the_old_build_and_is_cleaned_up(toys: Toys, log: Log) -> None:
    store = opened(toys, log)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *toys.where()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "500\n"
        with pytest.raises(RebuildRunning):
            rebuilt(toys, log)
        beside, _ = toys.place()
        assert beside.position() == N
        assert "toy@1.1" in toys.builds(), "the build under way is not touched"
        process.send_signal(signal.SIGKILL)
    assert everything(store, N) == expected(log.acts, N)
    until_let_go(toys, log)
    assert "toy@1.1" not in toys.builds()


def until_let_go(toys: Toys, log: Log) -> None:
    """Rebuild; a server may take a moment to notice that a client was killed."""
    for _ in range(1000):
        try:
            rebuilt(toys, log)
        except RebuildRunning:
            continue
        return
    raise AssertionError("the lock of a killed process is still held")


def test_a_lost_build_is_built_again_with_a_message(
    toys: Toys, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(toys, log)
    toys.lose("toy@1")
    with caplog.at_level(logging.WARNING), pytest.raises(ProjectionBehind):
        store.rows(at(N))
    (message,) = caplog.messages
    assert "of view toy@1 is missing; it is rebuilt from entry 0 as toy@1" in message
    catch_up([store], read=log.read, size=log.size)
    assert everything(store, N) == expected(log.acts, N)
    assert len(toys.builds()) == 1


def test_other_views_and_versions_are_left_alone(toys: Toys, log: Log) -> None:
    for view in (toy_view("toy"), toy_view("toy-two"), toy_view("toy", version=11)):
        store, _ = toys.place(view)
        assert store.position() == 0
    rebuilt(toys, log)
    assert toys.builds() == {"toy@1.1", "toy-two@1", "toy@11"}
