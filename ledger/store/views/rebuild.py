"""Build a view anew beside the one that serves, then switch to it in one step.

The old build goes on serving and following until the switch. What a kill leaves: before the
switch an unfinished build, after it the old one; either is removed at the next opening. Nothing
is read from the old build, so a damaged or outdated one can always be rebuilt.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Engine

from ledger.kernel.view import View
from ledger.store.dialect import writing
from ledger.store.views.follower import Progress, Read, catch_up
from ledger.store.views.place import ViewPlace
from ledger.store.views.store import ViewStore
from ledger.store.views.tables import ViewTables, view_tables

BATCH = 8_000
"""Entries at a time: nobody waits for a build that does not serve yet, and a version that begins
and ends within one batch is never looked up or closed in its file."""


def rebuild(
    view: View[Any],
    place: ViewPlace,
    *,
    read: Read,
    size: Callable[[], int],
    progress: Progress | None = None,
) -> None:
    """Build ``view`` as ``rebuild_together`` does. Raises: as that."""
    rebuild_together({place: view}, read=read, size=size, progress=progress)


def rebuild_together(
    views: Mapping[ViewPlace, View[Any]],
    *,
    read: Read,
    size: Callable[[], int],
    progress: Progress | None = None,
) -> None:
    """Build views from entry 0 to the size now, reading each entry once; let those serve.

    Raises: RebuildRunning, and what ``read`` raises; the old builds then go on serving.
    """
    with ExitStack() as stack:
        stores = [stack.enter_context(_renewed(view, place)) for place, view in views.items()]
        stack.enter_context(uncollected())
        catch_up(stores, read=read, size=size, progress=progress, limit=BATCH)


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest: acts and rows go batch by batch, and form no cycles."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _renewed(view: View[Any], place: ViewPlace) -> Iterator[ViewStore[Any]]:
    tables = view_tables(view)
    with place.renewing() as engine, indexed_last(engine, tables):
        yield ViewStore(view, lambda: engine, tables)


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
