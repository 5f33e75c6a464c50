"""The follower: every view gets every entry once, whatever stops one of them."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from ledger.kernel.act import Act
from ledger.store.views import follower as follower_module
from ledger.store.views.follower import EntriesMissing, Follower, catch_up
from ledger.store.views.rebuild import rebuild
from ledger.store.views.store import ProjectionBehind
from tests.store.toy import (
    VIEW,
    Log,
    Put,
    Toy,
    Toys,
    act,
    everything,
    expected,
    some_acts,
    toy_fold,
    toy_view,
)


@pytest.fixture
def log() -> Log:
    return Log(some_acts(1200))


@pytest.fixture
def running() -> Iterator[list[Follower]]:
    """Followers to stop when the test ends."""
    started: list[Follower] = []
    yield started
    for one in started:
        one.stop()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(follower_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(follower_module, "LOCATE_SECONDS", 0.02)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)


def failing_fold(bad: set[int]) -> Callable[..., Toy | None]:
    def fold(row: Toy | None, one: Act, key: str) -> Toy | None:
        if one.index in bad:
            raise ValueError("李大爷 138-0000-0000")
        return toy_fold(row, one, key)

    return fold


def test_a_follower_applies_what_is_there_and_what_comes(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    store, grown = toys.store(), threading.Event()
    one = Follower([store], read=log.read, size=log.size, grown=grown)
    running.append(one)
    one.start()
    one.wait_for(1200, timeout=10)
    log.acts += [act(i, Put(keys=("k1",), colour="red")) for i in range(1200, 1210)]
    grown.set()
    one.wait_for(1210, timeout=10)
    assert everything(store, 1210) == expected(log.acts, 1210)


def test_entries_of_other_processes_are_found_without_a_signal(
    toys: Toys, running: list[Follower]
) -> None:
    log, store = Log(), toys.store()
    one = Follower([store], read=log.read, size=log.size)
    running.append(one)
    one.start()
    one.wait_for(0)
    log.acts = some_acts(5)
    one.wait_for(5, timeout=10)
    assert everything(store, 5) == expected(log.acts, 5)


def test_waiting_for_a_view_that_does_not_come_says_how_far_it_is(toys: Toys, log: Log) -> None:
    idle = Follower([toys.store()], read=log.read, size=log.size)
    with pytest.raises(ProjectionBehind) as refused:
        idle.wait_for(1200, timeout=0.01)
    assert refused.value.code == "projection.behind"
    assert refused.value.facts == {"view": "toy@1", "position": 0, "size": 1200}
    idle.wait_for(1200, timeout=0.01, views=())  # nothing asked of any view


def test_waiting_for_one_view_does_not_wait_for_another(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    good = toys.store("good", toy_view("good"))
    bad = toys.store("bad", toy_view("bad", failing_fold({0, 1, 2})))
    one = Follower([bad, good], read=log.read, size=log.size)
    running.append(one)
    one.start()
    one.wait_for(1200, timeout=10, views={"good"})
    with pytest.raises(ProjectionBehind):
        one.wait_for(1200, timeout=0.05)


def test_two_followers_on_one_file_apply_each_act_once(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    stores = [toys.store() for _ in range(2)]
    running += [Follower([store], read=log.read, size=log.size) for store in stores]
    for one in running:
        one.start()
    for one in running:
        one.wait_for(1200, timeout=10)
        assert one.status()[0].error is None
    assert everything(stores[0], 1200) == expected(log.acts, 1200)


def test_a_failing_view_is_shown_retried_and_recovers_while_others_go_on(
    toys: Toys, log: Log, running: list[Follower], caplog: pytest.LogCaptureFixture
) -> None:
    bad = {index for index in range(600, 700) if log.acts[index].aggregate == "toy"}
    good = toys.store("good", toy_view("good"))
    stuck = toys.store("stuck", toy_view("stuck", failing_fold(bad)))
    one = Follower([stuck, good], read=log.read, size=log.size)
    running.append(one)
    with caplog.at_level(logging.ERROR):
        one.start()
        one.wait_for(1200, timeout=10, views={"good"})
        until(lambda: one.status()[0].failures >= 3)
        status = one.status()
        assert (status[0].view, status[0].position, status[0].error) == (
            "stuck@1",
            500,
            "ValueError",
        )
        assert (status[1].view, status[1].position, status[1].error) == ("good@1", 1200, None)
        bad.clear()
        one.wait_for(1200, timeout=10)
    assert one.status()[0].error is None
    assert everything(stuck, 1200) == expected(log.acts, 1200)
    assert "View stuck@1 stopped: ValueError at test_follower.py" in caplog.text
    assert "李大爷" not in caplog.text


def test_a_log_that_cannot_be_read_stops_nothing_for_good(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    broken = threading.Event()
    broken.set()

    def size() -> int:
        if broken.is_set():
            raise OSError("gone")
        return log.size()

    one = Follower([toys.store()], read=log.read, size=size)
    running.append(one)
    one.start()
    until(lambda: one.status()[0].error == "OSError")
    broken.clear()
    one.wait_for(1200, timeout=10)


def test_entries_that_should_be_there_and_are_not_are_a_fault(toys: Toys, log: Log) -> None:
    store = toys.store()
    with pytest.raises(EntriesMissing) as fault:
        catch_up(
            [store], read=lambda start, limit: log.read(start, limit)[: 700 - start], size=log.size
        )
    assert fault.value.facts == {"start": 700}
    assert store.position() == 700


def test_views_at_one_position_share_one_reading(toys: Toys, log: Log) -> None:
    stores = [toys.store(name, toy_view(name)) for name in ("a", "b", "c")]
    catch_up(stores, read=log.read, size=log.size)
    assert log.starts == [0, 500, 1000]


def test_a_view_being_built_does_not_hold_up_the_others(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    serving = toys.store("a", toy_view("a"))
    catch_up([serving], read=log.read, size=lambda: 1000)
    log.starts.clear()
    one = Follower([toys.store("b", toy_view("b")), serving], read=log.read, size=log.size)
    running.append(one)
    one.start()
    one.wait_for(1200, timeout=10)
    assert log.starts == [0, 1000, 500, 1000]


def test_catching_up_reports_each_batch(toys: Toys, log: Log) -> None:
    seen: list[tuple[str, int, int]] = []
    one = Follower([toys.store()], read=log.read, size=log.size)
    one.catch_up(lambda *step: seen.append(step))
    assert seen == [("toy@1", 500, 1200), ("toy@1", 1000, 1200), ("toy@1", 1200, 1200)]
    assert [each.position for each in one.status()] == [1200]


def test_a_follower_goes_on_in_a_rebuilt_file(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    store, place = toys.place()
    one = Follower([store], read=log.read, size=log.size)
    running.append(one)
    one.start()
    one.wait_for(1200, timeout=10)
    rebuild(VIEW, place, read=log.read, size=lambda: 700)
    until(lambda: store.position() == 1200)
    assert everything(store, 1200) == expected(log.acts, 1200)


def test_a_deleted_file_fills_again_though_nothing_new_comes(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    store, _ = toys.place()
    one = Follower([store], read=log.read, size=log.size)
    running.append(one)
    one.start()
    one.wait_for(1200, timeout=10)
    toys.lose("toy@1")
    until(lambda: store.position() == 1200)
    assert everything(store, 1200) == expected(log.acts, 1200)


def test_a_stale_follower_goes_on_from_where_the_other_one_left_off(
    toys: Toys, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "LOCATE_SECONDS", 1000)
    ours, theirs = (toys.store() for _ in range(2))

    def read(start: int, limit: int) -> Sequence[Act]:
        if not log.starts:
            theirs.apply(log.acts[:100], 0, 100)
        return log.read(start, limit)

    catch_up([ours], read=read, size=log.size)
    assert log.starts == [0, 100, 600, 1100]
    assert everything(ours, 1200) == expected(log.acts, 1200)


def test_a_follower_with_nothing_to_do_sleeps(
    toys: Toys, log: Log, running: list[Follower]
) -> None:
    looks: list[int] = []

    def size() -> int:
        looks.append(1)
        return log.size()

    grown = threading.Event()
    one = Follower([toys.store()], read=log.read, size=size, grown=grown)
    running.append(one)
    one.start()
    one.wait_for(1200, timeout=10)
    grown.set()
    before = len(looks)
    time.sleep(0.2)
    assert len(looks) - before < 20  # every 0.02 s, and once for the signal


def test_start_and_stop_may_be_repeated(toys: Toys, log: Log) -> None:
    before = set(threading.enumerate())  # another test's server may have a follower of its own
    one = Follower([toys.store()], read=log.read, size=log.size)
    one.stop()
    for _ in range(2):
        one.start()
        one.start()
        one.wait_for(1200, timeout=10)
        one.stop()
    assert "follower" not in {thread.name for thread in set(threading.enumerate()) - before}


def test_a_batch_is_never_larger_than_500(toys: Toys) -> None:
    limits: list[int] = []
    acts = some_acts(1200)

    def read(start: int, limit: int) -> Sequence[Act]:
        limits.append(limit)
        return acts[start : start + limit]

    catch_up([toys.store()], read=read, size=lambda: 1200)
    assert limits == [500, 500, 500]
