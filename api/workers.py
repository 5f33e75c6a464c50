"""The processes of a server: started, begun again when one dies, ended with their keeper.

Each is held by a leash, a pipe from the keeper. A word on it asks the process to end in order; a
leash that breaks means that the keeper was killed, and the process ends as abruptly: whoever kills
the server kills all of it, and finds again what was acknowledged as after any crash.
"""

import logging
import multiprocessing as mp
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any, Final, NamedTuple

AGAIN_SECONDS: Final = 1.0
"""Before a process that died is begun again."""
END_SECONDS: Final = 15.0
"""Until a process that was asked to end is killed."""
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
KILLED: Final = 70

_log = logging.getLogger("mingzhang.workers")
_spawn = mp.get_context("spawn")  # a fork would inherit the threads' locks

Work = Callable[..., None]
"""``work(number, leash, *given)``, importable by name: what a process does until it is let go."""


class _Worker(NamedTuple):
    process: Any
    leash: Connection

    def let_go(self) -> None:
        if self.process.is_alive():
            self.leash.send(None)


class Workers:
    """``count`` processes, each doing ``work(number, leash, *given)``, numbered from 1."""

    def __init__(self, work: Work, given: tuple[Any, ...], count: int) -> None:
        self._work = work
        self._given = given
        self._count = count

    def keep(self) -> None:
        """Start them and keep them running until Ctrl-C or a termination signal; then end them."""
        with _asked() as asked:
            kept = {number: self._start(number) for number in range(1, self._count + 1)}
            try:
                while (died := _died(kept, asked)) is not None:
                    kept[died] = self._start(died)
            finally:
                _end(kept.values())

    def _start(self, number: int) -> _Worker:
        theirs, ours = _spawn.Pipe(duplex=False)
        words = (number, theirs, *self._given)
        process = _spawn.Process(target=self._work, args=words, name=f"worker-{number}")
        process.start()
        theirs.close()
        return _Worker(process, ours)


def when_let_go(leash: Connection, end: Callable[[], None]) -> None:
    """Call ``end``, from a thread, when the keeper asks for it; end at once when it was killed."""

    def hold() -> None:
        try:
            leash.recv()
        except (EOFError, OSError):
            os._exit(KILLED)
        end()

    threading.Thread(target=hold, name="leash", daemon=True).start()


def _died(kept: dict[int, _Worker], asked: Connection) -> int | None:
    """Wait; return the number of a process to be begun again, None when the end is asked for."""
    sentinels = {worker.process.sentinel: number for number, worker in kept.items()}
    for found in wait([asked, *sentinels]):
        if found is not asked and not asked.poll(AGAIN_SECONDS):
            number = sentinels[found]
            _log.error("worker %d ended (%s)", number, kept[number].process.exitcode)
            return number
    return None


def _end(workers: Collection[_Worker]) -> None:
    for worker in workers:
        worker.let_go()
    for worker in workers:
        worker.process.join(END_SECONDS)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.leash.close()


@contextmanager
def _asked() -> Iterator[Connection]:
    """Yield what becomes readable when a signal asks for the end."""
    asked, ask = _spawn.Pipe(duplex=False)

    def note(_sig: int, _frame: FrameType | None) -> None:
        ask.send(None)

    before = {sig: signal.signal(sig, note) for sig in SIGNALS}
    try:
        yield asked
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)
        asked.close()
        ask.close()
