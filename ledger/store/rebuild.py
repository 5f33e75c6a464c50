"""Build a view anew beside the one that serves, then switch to it in one step.

The old build goes on serving and following until the switch. What a kill leaves: before the
switch an unfinished build, after it the old one; either is removed at the next opening. Nothing
is read from the old build, so a damaged or outdated one can always be rebuilt.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from ledger.kernel.view import View
from ledger.store.dialect import writing
from ledger.store.follower import Progress, Read, catch_up
from ledger.store.viewfile import Builds, open_unserved, settle
from ledger.store.views import ViewStore, label_of, prepare, source_of
from ledger.store.viewtable import ViewTables, view_tables

BATCH = 2_000
"""Entries at a time: nobody waits for a build that does not serve yet, and larger transactions
write each page of its file less often."""


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
    with builds.locked():
        path = builds.next()
        engine = open_unserved(path)
        try:
            prepare(engine, view, tables, source_of(view))
            store = ViewStore(view, lambda: engine, tables)
            with indexed_last(engine, tables):
                catch_up([store], read=read, size=size, progress=progress, limit=BATCH)
        finally:
            engine.dispose()
        settle(path)
        builds.switch(path)
        builds.remove_all_but(path)


@contextmanager
def indexed_last(engine: Engine, tables: ViewTables) -> Iterator[None]:
    """Fill the tables without the indexes only readers need; sorted at the end they cost less."""
    with writing(engine) as connection:
        for index in tables.row.indexes:
            index.drop(connection)
    yield
    with writing(engine) as connection:
        for index in tables.row.indexes:
            index.create(connection)
