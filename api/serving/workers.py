"""The processes of a server: started, begun again when one dies, ended with their keeper.

Each is held by a leash, a pipe to the keeper. A word on it asks the process to end in order; a
leash that breaks means that the keeper was killed, and the process ends as abruptly: whoever kills
the server kills all of it, and finds again what was acknowledged as after any crash.

A process says on its leash that it began, or why it cannot. When one ended several times without
beginning and no other goes on, the keeper gives up with the last reason: nobody would be answered,
and whoever supervises the keeper would never know.
"""

import logging
import multiprocessing as mp
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any, Final

from ledger.errors import LedgerError, StorageError

AGAIN_SECONDS: Final = 1.0
"""Before a process that died is begun again."""
END_SECONDS: Final = 15.0
"""Until a process that was asked to end is killed."""
STARTS: Final = 5
"""Of one process, one after another and all in vain, before the keeper gives up."""
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
KILLED: Final = 70

_log = logging.getLogger("mingzhang.workers")
_spawn = mp.get_context("spawn")  # a fork would inherit the threads' locks

Work = Callable[..., None]
"""``work(number, leash, *given)``, importable by name: what a process does until it is let go."""


class NeverBegan(StorageError):
    """A process that is to answer ends before it begins, and does not say why."""

    code = "serve.never_began"
    zh = "提供服务的进程 {number} 未能启动（{why}）。请查看上面的日志，排除原因后再启动。"
    en = "Process {number} ends before it serves ({why}). See the log above, mend it, serve again."


class _Worker:
    """One process and the keeper's end of its leash."""

    def __init__(self, process: Any, leash: Connection) -> None:
        self.process = process
        self.leash = leash
        self._said: list[LedgerError | None] = []

    def said(self) -> list[LedgerError | None]:
        """Return what it said so far: None that it began, an error why it could not."""
        with suppress(EOFError, OSError):
            while self.leash.poll():
                self._said.append(self.leash.recv())
        return self._said

    def goes_on(self) -> bool:
        return self.process.is_alive() and None in self.said()

    def let_go(self) -> None:
        with suppress(OSError):  # it ends already
            self.leash.send(None)


class Workers:
    """``count`` processes, each doing ``work(number, leash, *given)``, numbered from 1."""

    def __init__(self, work: Work, given: tuple[Any, ...], count: int) -> None:
        self._work = work
        self._given = given
        self._count = count

    def keep(self) -> None:
        """Start them and keep them running until Ctrl-C or a termination signal; then end them.

        Raises: LedgerError, where none goes on and one cannot begin: its own, or NeverBegan.
        """
        vain = dict.fromkeys(range(1, self._count + 1), 0)
        with _asked() as asked:
            kept = {number: self._start(number) for number in vain}
            try:
                while (died := _died(kept, asked)) is not None:
                    vain[died] = 0 if None in kept[died].said() else vain[died] + 1
                    if vain[died] >= STARTS and not any(map(_Worker.goes_on, kept.values())):
                        raise _why(died, kept[died])
                    kept[died].leash.close()
                    kept[died] = self._start(died)
            finally:
                _end(kept.values())

    def _start(self, number: int) -> _Worker:
        ours, theirs = _spawn.Pipe()
        words = (number, theirs, *self._given)
        process = _spawn.Process(target=self._work, args=words, name=f"worker-{number}")
        process.start()
        theirs.close()
        return _Worker(process, ours)


def when_let_go(leash: Connection, end: Callable[[], None]) -> None:
    """Tell the keeper that this process began, and go on in its hands.

    ``end`` is called, from a thread, when the keeper asks for it; the process ends at once when the
    keeper was killed.
    """
    with suppress(OSError):  # killed a moment ago: the thread finds it
        leash.send(None)

    def hold() -> None:
        try:
            leash.recv()
        except (EOFError, OSError):
            os._exit(KILLED)
        end()

    threading.Thread(target=hold, name="leash", daemon=True).start()


def _why(number: int, worker: _Worker) -> LedgerError:
    said = next(filter(None, worker.said()), None)
    return said or NeverBegan(number=number, why=worker.process.exitcode)


def _died(kept: dict[int, _Worker], asked: Connection) -> int | None:
    """Wait; return the number of a process to be begun again, None when the end is asked for."""
    sentinels = {worker.process.sentinel: number for number, worker in kept.items()}
    for found in wait([asked, *sentinels]):
        if found is not asked and not asked.poll(AGAIN_SECONDS):
            number = sentinels[found]
            kept[number].process.join()  # its sentinel goes a moment before it
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
