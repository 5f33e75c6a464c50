"""The keeper of a server's processes: what cannot begin is not begun again for ever."""

import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from api.serving import workers
from api.serving.workers import NeverBegan, Workers, when_let_go
from ledger.errors import StorageError

STARTS = 2


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "AGAIN_SECONDS", 0)
    monkeypatch.setattr(workers, "STARTS", STARTS)


def begun(folder: Path) -> int:
    return len(list(folder.glob("start-*")))


def cannot_open(number: int, leash: Connection, folder: Path) -> None:
    (folder / f"start-{number}-{os.getpid()}").touch()
    leash.send(StorageError(why="no home"))
    sys.exit(1)


def ends_at_once(_number: int, _leash: Connection, _folder: Path) -> None:
    sys.exit(3)


def one_alone(number: int, leash: Connection, folder: Path) -> None:
    """The first goes on; the other ends without beginning, and asks for the end at last."""
    if number == 1:
        let_go = threading.Event()
        when_let_go(leash, let_go.set)
        (folder / "goes-on").touch()
        let_go.wait()
        return
    while not (folder / "goes-on").exists():
        time.sleep(0.01)
    (folder / f"start-{os.getpid()}").touch()
    if begun(folder) > STARTS + 1:
        os.kill(os.getppid(), signal.SIGTERM)


def test_the_keeper_gives_up_with_the_reason_why_none_can_begin(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no home"):
        Workers(cannot_open, (tmp_path,), 1).keep()
    assert begun(tmp_path) == STARTS


def test_a_process_that_says_nothing_is_given_up_with_its_status(tmp_path: Path) -> None:
    with pytest.raises(NeverBegan) as refused:
        Workers(ends_at_once, (tmp_path,), 1).keep()
    assert refused.value.facts == {"number": 1, "why": 3}


def test_the_keeper_goes_on_while_one_of_them_answers(tmp_path: Path) -> None:
    Workers(one_alone, (tmp_path,), 2).keep()
    assert begun(tmp_path) > STARTS
