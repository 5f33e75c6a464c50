"""The ledger as its parts, wired by ``bootstrap``; the functions of this package take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from ledger.errors import LedgerError
from ledger.kernel.act import AsOf
from ledger.kernel.registry import Registry
from ledger.rules.time import local_date
from ledger.service.turnstile import Turnstile
from ledger.store.blobs import Blobs
from ledger.store.clock import Clock
from ledger.store.home import Home
from ledger.store.keystore import Keystore
from ledger.store.known import Known
from ledger.store.reader import LogReader
from ledger.store.recorder import Recorder
from ledger.store.sequencer import Sequencer
from ledger.store.signer import LogSigner
from ledger.store.views.follower import Follower
from ledger.store.views.place import ViewPlace
from ledger.store.views.store import ViewStore

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """One opened ledger; ``writer`` makes the sequencer on the first write.

    ``again`` opens the same home once more, in whatever process.

    ``turnstile`` lets as many threads judge and sign at once as there are cores. More would only
    queue for the interpreter's lock, and the sequencer, whom all wait for, in their midst.
    """

    home: Home
    clock: Clock
    registry: Registry
    recorder: Recorder
    reader: LogReader
    known: Known
    keystore: Keystore
    blobs: Blobs
    signer: LogSigner
    views: Mapping[str, ViewStore[Any]]
    places: Mapping[str, ViewPlace]
    follower: Follower
    turnstile: Turnstile
    writer: Callable[[], Sequencer]
    again: Callable[[], "Ledger"]
    shut: Callable[[], None]

    def close(self) -> None:
        """Commit what is queued, stop the threads, release the files."""
        self.shut()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def look(ledger: Ledger) -> int:
    """Return the log's size, facts and states brought as far: others append, and erase keys, too.

    Whoever serves looks now and then, so that those who ask need not. Raises: StorageError.
    """
    size = ledger.recorder.head().size
    ledger.known.reach(size)
    ledger.keystore.look()
    return size


def up_to_date(ledger: Ledger, judged: Callable[[], T]) -> T:
    """Return ``judged()``; a refusal counts only when nothing was recorded meanwhile.

    What this process knows may be behind what others appended. An acceptance is guarded and
    tested again under the head lock; a refusal is not, so it is found again at the newest size.
    """
    size = ledger.known.size
    try:
        return judged()
    except LedgerError:
        ledger.known.catch_up()
        if ledger.known.size == size:
            raise
    return judged()


def today(ledger: Ledger) -> date:
    """Return the ledger's day: that of its clock, at +08:00."""
    return local_date(ledger.clock.now_ms() // 1000)


def as_of(ledger: Ledger, *, size: int | None = None, at: int | None = None) -> AsOf:
    """Return the point of history meant: a time gives its size, a size its time (Unix ms).

    Neither gives now. Both are taken together as they are, size clipped to the log's.
    """
    head = ledger.recorder.head().size
    if size is None and at is None:
        return AsOf(size=head, at=ledger.clock.now_ms())
    if size is None:
        assert at is not None
        return AsOf(size=ledger.recorder.size_at(at), at=at)
    size = max(0, min(size, head))
    if at is None:
        at = ledger.recorder.recorded_at(size - 1) if size else 0
    return AsOf(size=size, at=at)


def newest(ledger: Ledger, view: str) -> AsOf:
    """Return the newest point ``view`` answers for: what was just recorded may be missing from it.

    For what helps somebody on rather than states a fact: it need not wait for the view.
    """
    return as_of(ledger, size=ledger.views[view].position())
