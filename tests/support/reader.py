"""A process of its own that follows a home's log into its views, as several servers do at once."""

import multiprocessing
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from ledger.bootstrap import open_ledger
from tests.support.appender import SHIFT_MS, ShiftedClock

_PROCESSES = multiprocessing.get_context("forkserver")


def follow(home: Path, stop: Event) -> BaseProcess:
    """Start a process whose follower races the others' until it is told to stop."""
    _PROCESSES.set_forkserver_preload([__name__])
    process = _PROCESSES.Process(target=_follow, args=(home, stop), daemon=True)
    process.start()
    return process


def an_end() -> Event:
    """Return what tells followers to stop."""
    return _PROCESSES.Event()


def _follow(home: Path, stop: Event) -> None:
    with open_ledger(home, clock=ShiftedClock(SHIFT_MS)) as ledger:
        ledger.follower.start()
        stop.wait()
        ledger.follower.catch_up()
