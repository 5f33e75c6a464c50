"""Build a view anew beside the one that serves, then switch to it in one step.

The old build goes on serving and following until the switch. What a kill leaves: before the
switch an unfinished build, after it the old one; either is removed at the next opening. Nothing
is read from the old build, so a damaged or outdated one can always be rebuilt.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ledger.kernel.act import Act
from ledger.kernel.view import View
from ledger.store.follower import Progress, Read, catch_up
from ledger.store.viewfile import Builds, open_build
from ledger.store.views import ViewStore, label_of, prepare, source_of
from ledger.store.viewtable import view_tables

BATCH = 2_000
"""Entries at a time: nobody waits for a build that does not serve yet, and larger transactions
write each page of its file less often; small enough that the reading of the first and the writing
of the last, which overlap with nothing, do not count."""


class ReadAhead:
    """Reads the next batch in a thread while this one is applied.

    SQLite writes without the interpreter's lock, so decoding and writing share two cores.
    """

    def __init__(self, read: Read, thread: ThreadPoolExecutor) -> None:
        self._read = read
        self._thread = thread
        self._next: tuple[int, Future[Sequence[Act]]] | None = None

    def __call__(self, start: int, limit: int) -> Sequence[Act]:
        """Return the acts of ``start`` on, as ``Read``."""
        found: Sequence[Act] = ()
        if self._next is not None and self._next[0] == start:
            found = self._next[1].result()
        # What was read ahead of the log's end is nothing, and the log may have grown since.
        found = found or self._read(start, limit)
        following = start + len(found)
        self._next = (following, self._thread.submit(self._read, following, limit))
        return found


def rebuild(
    view: View[Any],
    folder: Path,
    *,
    read: Read,
    size: Callable[[], int],
    progress: Progress | None = None,
) -> None:
    """Build ``view`` from entry 0 to the size now, let that serve, remove the old build.

    Raises: RebuildRunning, and what ``read`` raises; the old build then goes on serving.
    """
    folder.mkdir(parents=True, exist_ok=True)
    builds, tables = Builds(folder, label_of(view)), view_tables(view)
    with builds.locked(), ThreadPoolExecutor(1, "read-ahead") as thread:
        path = builds.next()
        engine = open_build(path, create=True)
        try:
            prepare(engine, view, tables, source_of(view))
            store = ViewStore(view, lambda: engine, tables)
            catch_up(
                [store], read=ReadAhead(read, thread), size=size, progress=progress, limit=BATCH
            )
        finally:
            engine.dispose()
        builds.switch(path)
        builds.remove_all_but(path)
