"""One tailer per process: reads new entries once and applies them to every view.

See docs/way-of-an-act.md, 9. Views at one position share one reading; views at different ones
take turns, batch by batch, so a view that is being built does not hold up those that serve.
Several processes may follow at once: the compare-and-set in ``ViewStore.apply`` lets one of them
apply each batch, the others read the new position and go on.

One process of a server is enough to follow for all; the others only ``watch`` how far views
are, and keep their processor for those who ask.

A view that fails is tried again with growing pauses and shown by ``status``; the others go on.
Log lines name the view and the error's class, never what an act holds.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from ledger.errors import IntegrityFault, LedgerError
from ledger.kernel.act import Act
from ledger.store.views.store import ProjectionBehind, StaleFollower, ViewStore

BATCH = 500
POLL_SECONDS = 0.05
WATCH_SECONDS = 0.1
GATHER_SECONDS = 0.05
"""Pause after a batch that was not a full one: what comes meanwhile is applied together. Every view
has a transaction per batch, and those who append need the processor too."""
LOCATE_SECONDS = 1.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0

_log = logging.getLogger(__name__)

Read = Callable[[int, int], Sequence[Act]]
"""``read(start, limit)``: the acts of entries start, start+1, …: all of them, at most ``limit``."""

Progress = Callable[[str, int, int], None]
"""``progress(view, position, size)``, called after each batch of a view."""


class Stopping(Protocol):
    """Something that runs until it is stopped."""

    def stop(self) -> None:
        """Stop."""
        ...


class EntriesMissing(IntegrityFault):
    """The log is larger than what can be read of it."""

    code = "view.entries_missing"
    zh = "账本第 {start} 条起读不到内容，视图无法更新。请运行 mingzhang verify。"
    en = "Log index {start} and what follows cannot be read. Run `mingzhang verify`."


class ViewStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How far a view is known to be; ``error`` is the code or class of what now stops it."""

    view: str
    position: int
    error: str | None
    failures: int


@dataclass(kw_only=True, slots=True, eq=False)
class _Tail:
    """A view and where we last saw it; a wrong position only makes the next batch stale."""

    store: ViewStore[Any]
    position: int = 0
    located_at: float | None = None
    error: str | None = None
    failures: int = 0
    retry_at: float = 0.0

    def locate(self) -> int:
        # Looked up anew now and then: the file may have been switched or deleted meanwhile.
        now = time.monotonic()
        if self.located_at is None or now - self.located_at > LOCATE_SECONDS:
            self._at(self.store.position())
        return self.position

    def look(self) -> None:
        self._at(self.store.position())
        self.recovered()

    def apply(self, batch: Sequence[Act], start: int) -> None:
        stop = start + len(batch)
        try:
            self.store.apply(batch, start, stop)
        except StaleFollower:
            # Another process was faster: what it applied is not ours to apply again.
            stop = self.store.position()
        self._at(stop)
        self.recovered()

    def recovered(self) -> None:
        self.error, self.failures = None, 0

    def fail(self, error: Exception) -> None:
        self.located_at = None
        self.error = error.code if isinstance(error, LedgerError) else type(error).__name__
        pause = min(FIRST_PAUSE * 2 ** min(self.failures, 10), LONGEST_PAUSE)
        self.retry_at = time.monotonic() + pause
        self.failures += 1
        label, where = self.store.label, _where(error)
        _log.error("View %s stopped: %s at %s; retry in %.1f s.", label, self.error, where, pause)

    def _at(self, position: int) -> None:
        self.position = position
        self.located_at = time.monotonic()


def _where(error: Exception) -> str:
    # A place in our source, not the message: that might quote what an act holds.
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"


def _batch(read: Read, start: int, limit: int = BATCH) -> Sequence[Act]:
    batch = read(start, limit)
    if not batch:
        raise EntriesMissing(start=start)
    return batch


def catch_up(
    stores: Iterable[ViewStore[Any]],
    *,
    read: Read,
    size: Callable[[], int],
    progress: Progress | None = None,
    limit: int = BATCH,
) -> None:
    """Bring every view to the log's size, in the foreground, ``limit`` entries at a time.

    What fails is raised: there is nobody to try again for.
    """
    tails = [_Tail(store=store) for store in stores]
    while behind := _by_position(tails, goal := size()):
        for start, group in behind.items():
            batch = _batch(read, start, limit)
            for tail in group:
                tail.apply(batch, start)
                if progress is not None:
                    progress(tail.store.label, tail.position, goal)


def _by_position(tails: Iterable[_Tail], size: int) -> dict[int, list[_Tail]]:
    found: dict[int, list[_Tail]] = {}
    for tail in tails:
        if (position := tail.locate()) < size:
            found.setdefault(position, []).append(tail)
    return found


@contextmanager
def _kept(tails: Iterable[_Tail]) -> Iterator[None]:
    """Remember what fails with the views it keeps from going on; never let the thread die."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a view's fold may raise anything
        for tail in tails:
            tail.fail(error)


class Follower:
    """Follows the log for a set of views, in one thread.

    ``read`` and ``size`` answer from the ledger. ``grown`` is set by whoever appends in this
    process, and by nobody cleared but the follower; other processes' entries are found by
    looking every 0.05 s. ``listen``, called at the start, may bring word of those too: it returns
    what is stopped at the end, None where the database has no way to tell.
    """

    def __init__(
        self,
        stores: Iterable[ViewStore[Any]],
        *,
        read: Read,
        size: Callable[[], int],
        grown: threading.Event | None = None,
        listen: Callable[[], Stopping | None] = lambda: None,
    ) -> None:
        self._tails = tuple(_Tail(store=store) for store in stores)
        self._read = read
        self._size = size
        self._grown = grown or threading.Event()
        self._listen = listen
        self._listening: Stopping | None = None
        self._moved = threading.Condition()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start following; does nothing when it has been started."""
        if self._thread is None:
            self._listening = self._listen()
            self._begin(self._run)

    def watch(self) -> None:
        """Start looking how far others bring the views; does nothing when it has been started."""
        if self._thread is None:
            self._begin(self._watch)

    def stop(self) -> None:
        """Finish the batch at hand and stop; does nothing when it has not been started."""
        self._stopping.set()
        self._grown.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._listening is not None:
            self._listening.stop()
            self._listening = None

    def catch_up(self, progress: Progress | None = None) -> None:
        """Bring every view to the log's size, in the foreground; see `catch_up`."""
        stores = [tail.store for tail in self._tails]
        catch_up(stores, read=self._read, size=self._size, progress=progress)
        # Whoever follows in the background would say so only after its next round.
        for tail in self._tails:
            tail.look()
        with self._moved:
            self._moved.notify_all()

    def wait_for(
        self, size: int, timeout: float = 2.0, views: Collection[str] | None = None
    ) -> None:
        """Wait until ``views`` (by name; default all) have read ``size`` entries.

        ``timeout`` is in seconds. Raises: ProjectionBehind, naming the first that has not.
        """
        tails = [tail for tail in self._tails if views is None or tail.store.view.name in views]
        with self._moved:
            self._moved.wait_for(lambda: all(tail.position >= size for tail in tails), timeout)
        for tail in tails:
            if tail.position < size:
                raise ProjectionBehind(view=tail.store.label, position=tail.position, size=size)

    def status(self) -> list[ViewStatus]:
        """Return how far each view is, and what stops it."""
        return [
            ViewStatus(
                view=tail.store.label,
                position=tail.position,
                error=tail.error,
                failures=tail.failures,
            )
            for tail in self._tails
        ]

    def _begin(self, run: Callable[[], None]) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=run, name="follower", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._look()
            self._stopping.wait(WATCH_SECONDS)

    def _look(self) -> None:
        now = time.monotonic()
        due = [tail for tail in self._tails if tail.retry_at <= now]
        with _kept(due):
            size = self._size()
            for tail in due:
                if tail.position != size:
                    with _kept((tail,)):
                        tail.look()
        with self._moved:
            self._moved.notify_all()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before looking: entries that come after this set it again.
            self._grown.clear()
            if not (lag := self._round()):
                self._grown.wait(POLL_SECONDS)
            elif lag < BATCH:
                self._stopping.wait(GATHER_SECONDS)

    def _round(self) -> int:
        """Give one batch to every view that is behind; return by how many the last one was."""
        now = time.monotonic()
        due = [tail for tail in self._tails if tail.retry_at <= now]
        behind: dict[int, list[_Tail]] = {}
        size = 0
        with _kept(due):
            size = self._size()
            for tail in due:
                with _kept((tail,)):
                    if (position := tail.locate()) < size:
                        behind.setdefault(position, []).append(tail)
                    else:
                        tail.recovered()
        for start, group in behind.items():
            self._feed(start, group)
        with self._moved:
            self._moved.notify_all()
        return size - min(behind) if behind else 0

    def _feed(self, start: int, group: list[_Tail]) -> None:
        with _kept(group):
            batch = _batch(self._read, start)
            for tail in group:
                with _kept((tail,)):
                    tail.apply(batch, start)
