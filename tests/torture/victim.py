"""A process of its own that does one thing to a home when told to, and says what came of it.

It is forked from a server that has imported everything, so that what happens between "go" and its
answer is the thing itself. An answer is a verdict: ``("kept", …)`` what was acknowledged,
``("refused", code)`` why not, ``("broken", …)`` a bug.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError
from ledger.rules.packs.pack import shipped
from ledger.service.acts.submit import submit
from ledger.service.exports.log import export_log
from ledger.service.ledger import Ledger
from ledger.store.home import open_home
from tests.support.appender import SHIFT_MS, ShiftedClock

_PROCESSES = multiprocessing.get_context("forkserver")
WAIT_SECONDS = 240

Verdict = tuple[str, object]
Deed = Callable[[Path, Sequence[bytes]], object]


class Victim(NamedTuple):
    """A process waiting to be told."""

    process: BaseProcess
    line: Connection

    def told(self) -> Verdict | None:
        """Let it do the thing; return its verdict, None when it died before it gave one."""
        try:
            self.line.send("go")
            if not self.line.poll(WAIT_SECONDS):
                raise AssertionError("it neither answers nor dies")
            found: Verdict = self.line.recv()
        except (EOFError, ConnectionError):
            return None
        return found


@contextmanager
def victim(name: str, home: Path, sent: Sequence[bytes]) -> Iterator[Victim]:
    """Start a process that will do ``name`` to a home; it is gone when the block ends."""
    _PROCESSES.set_forkserver_preload([__name__])
    ours, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_wait, args=(name, home, sent, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(WAIT_SECONDS), "it does not start"
    ours.recv()
    try:
        yield Victim(process, ours)
    finally:
        ours.close()
        process.join(WAIT_SECONDS)
        assert process.exitcode is not None, "it does not end"


def _wait(name: str, home: Path, sent: Sequence[bytes], line: Connection) -> None:
    with _DEEDS[name](home, sent) as deed:
        line.send("ready")
        try:
            while line.recv() == "go":
                line.send(_judged(deed))
        except (EOFError, ConnectionError):
            return


def _judged(deed: Callable[[], object]) -> Verdict:
    try:
        return "kept", deed()
    except LedgerError as error:
        return "refused", error.code
    except Exception as error:  # noqa: BLE001 - told to the test, which fails
        return "broken", repr(error)


def _opened(home: Path) -> Ledger:
    return open_ledger(home, clock=ShiftedClock(SHIFT_MS))


def _submitted(ledger: Ledger, sent: Sequence[bytes]) -> list[tuple[int, str]]:
    return [(entry.index, entry.digest) for entry in submit(ledger, sent).entries]


@contextmanager
def _append(home: Path, sent: Sequence[bytes]) -> Iterator[Callable[[], object]]:
    """Append to a ledger that is open and has written before."""
    first, *rest = sent
    with _opened(home) as ledger:
        submit(ledger, [first])
        yield lambda: _submitted(ledger, rest)


@contextmanager
def _open_and_append(home: Path, sent: Sequence[bytes]) -> Iterator[Callable[[], object]]:
    """Open the ledger and append, as a new process does."""

    def deed() -> object:
        with _opened(home) as ledger:
            return _submitted(ledger, sent)

    yield deed


@contextmanager
def _keep_pack(home: Path, _sent: Sequence[bytes]) -> Iterator[Callable[[], object]]:
    kept, files = open_home(home), shipped("cn-base")
    yield lambda: kept.keep_pack(PACK, files)


@contextmanager
def _export(home: Path, _sent: Sequence[bytes]) -> Iterator[Callable[[], object]]:
    with _opened(home) as ledger:
        ledger.writer()
        yield lambda: export_log(ledger, home.parent / "export").size


PACK = "kept under torture"
_DEEDS = {
    "append": _append,
    "open and append": _open_and_append,
    "keep a pack": _keep_pack,
    "export": _export,
}
