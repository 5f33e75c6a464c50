"""Views held to a rebuild: every version of every row, every move of every count, every total.

Each view is built again from the entries, in a temporary folder, and both are read through in one
order. They are compared as of the smaller position: a view that is behind is not wrong, and one
that went on meanwhile is compared as far as the audit reads.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Table,
    func,
    select,
    type_coerce,
)

from ledger.audit.ports import Entries, Fault
from ledger.entry.entry import parse_entry
from ledger.errors import IntegrityFault, LedgerError, StorageError
from ledger.kernel.act import Act
from ledger.kernel.view import View
from ledger.service.auditing.store import compared_parts
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading
from ledger.store.views.file import view_in
from ledger.store.views.interval import OPEN, fork_node
from ledger.store.views.place import ViewPlace
from ledger.store.views.rebuild import indexed_last
from ledger.store.views.source import label_of, source_of
from ledger.store.views.store import ViewStore
from ledger.store.views.tables import Cells, ViewTables, view_tables

BATCH = 1_000
_STREAMED = {"yield_per": 4096}
"""Not all rows at once: PostgreSQL's driver would hold them in memory."""
Line = tuple[Any, ...]


class ViewDiffers(IntegrityFault):
    """A view does not say what the entries give."""

    code = "audit.view"
    zh = "视图 {view} 与条目不符（{what}）：页面所示可能有误。请运行 mingzhang rebuild {view}。"
    en = "View {view} is not what the entries give ({what}). Run `mingzhang rebuild {view}`."


class ViewCheck:
    """Builds every view anew from the entries, then compares (an ``Apart``)."""

    name = "views"

    def __init__(self, ledger: Ledger, source: Entries) -> None:
        self._places = ledger.places
        self._recorder = ledger.recorder
        self._registry = ledger.registry
        self._views: list[View[Any]] = [store.view for store in ledger.views.values()]
        self._source = source

    def find(self, size: int) -> tuple[list[Fault], None]:
        """Return what of each view differs from its rebuild."""
        with tempfile.TemporaryDirectory(prefix="audit-") as folder:
            made = {view.name: view_in(view, Path(folder))[1] for view in self._views}
            broken = self._build(made, size)
            try:
                return [
                    Fault(None, ViewDiffers(view=view.name, what=what))
                    for view in self._views
                    for what in self._wrong(view, made[view.name], size, broken.get(view.name))
                ], None
            finally:
                for file in made.values():
                    file.close()

    def _build(self, made: Mapping[str, ViewPlace], size: int) -> dict[str, str]:
        """Build every view of these entries; return by name why a fold broke."""
        broken: dict[str, str] = {}
        with ExitStack() as stack:
            stores = [stack.enter_context(_renewed(view, made[view.name])) for view in self._views]
            for start, stop, acts in self._batches(size):
                for store in stores:
                    if store.view.name not in broken:
                        try:
                            store.apply(acts, start, stop)
                        except Exception as error:  # noqa: BLE001 - a fold may break on lawless acts
                            broken[store.view.name] = type(error).__name__
        return broken

    def _batches(self, size: int) -> Iterator[tuple[int, int, list[Act]]]:
        """Yield (start, stop, acts) of all entries; what is no act no view reads."""
        start = 0
        while start < size:
            found = self._source.entries(start, BATCH)
            stop = min(size, found[-1].index + 1) if found else size
            acts = []
            for stored in found:
                with suppress(LedgerError):
                    entry = parse_entry(stored.state)
                    acts.append(
                        self._registry.act(
                            entry.signed, index=stored.index, recorded_at=entry.recorded_at
                        )
                    )
            yield start, stop, acts
            start = stop

    def _wrong(
        self, view: View[Any], made: ViewPlace, size: int, broken: str | None
    ) -> Iterator[str]:
        if broken is not None:
            yield f"its fold fails: {broken}"
            return
        try:
            with self._places[view.name].kept() as kept:
                # None: never built, or deleted; it will be built from the entries.
                if kept is not None:
                    yield from self._compared(view, kept, made.engine(), size)
        except (StorageError, TypeError, ValueError):
            # Values of a type no view writes, or pages that cannot be read.
            yield "unreadable"

    def _compared(self, view: View[Any], kept: Engine, made: Engine, size: int) -> Iterator[str]:
        tables, label = view_tables(view), label_of(view)
        with reading(kept) as live, reading(made) as anew:
            yield from self._whole(live, view, tables)
            position = _position(live, tables, label)
            if position is None:
                yield "how far it has read"
                return
            if position > self._recorder.head().size:
                yield "it has read beyond the log"
            yield from _beyond(live, tables, position)
            yield from _differences(live, anew, tables, min(position, size))

    def _whole(self, live: Connection, view: View[Any], tables: ViewTables) -> Iterator[str]:
        extra, missing = compared_parts(live, tables.metadata)
        yield from (*extra, *missing)
        position = tables.position.c
        stated = select(position.fingerprint).where(position.view == label_of(view))
        if live.execute(stated).scalar() not in (None, source_of(view)):
            yield "its fingerprint"


@contextmanager
def _renewed(view: View[Any], place: ViewPlace) -> Iterator[ViewStore[Any]]:
    tables = view_tables(view)
    with place.renewing() as engine, indexed_last(engine, tables):
        yield ViewStore(view, lambda: engine, tables)


def _position(live: Connection, tables: ViewTables, label: str) -> int | None:
    """Return how far the view has read, None where no size is stated that could be one."""
    stated = select(tables.position.c.size).where(tables.position.c.view == label)
    position = live.execute(stated).scalar()
    return position if type(position) is int and position >= 0 else None


def _beyond(live: Connection, tables: ViewTables, position: int) -> Iterator[str]:
    """Yield the tables with lines only entries from ``position`` on could have made."""
    row = tables.row.c
    late: list[tuple[Table, ColumnElement[bool]]] = [
        (tables.row, (row.valid_from >= position) | row.valid_to.between(position, OPEN - 1))
    ]
    for cells in tables.cells:
        late += [
            (cells.move, cells.move.c.log_index >= position),
            (cells.snapshot, cells.snapshot.c.size > position),
        ]
    for table, later in late:
        if found := live.execute(select(func.count()).select_from(table).where(later)).scalar():
            yield f"{found} lines of {table.name} are beyond its position {position}"


def _differences(
    live: Connection, anew: Connection, tables: ViewTables, size: int
) -> Iterator[str]:
    for key in _unequal(_rows(live, tables, size), _rows(anew, tables, size)):
        yield f"row {key}"
    for cells in tables.cells:
        name = f"count by {', '.join(cells.by)}"
        for index in _unequal(_moves(live, cells, size), _moves(anew, cells, size)):
            yield f"{name} at entry {index}"
        for label in _mislabelled(live, cells):
            yield f"{name}, cell {label}"
        for at in _wrong_snapshots(live, cells, size):
            yield f"{name}, totals at size {at}"


def _rows(connection: Connection, tables: ViewTables, size: int) -> Iterator[Line]:
    """Yield every version that began below ``size``, as it was then, by key."""
    row = tables.row
    members = [_raw(row.c[name]) for name in tables.members]
    columns = (row.c.key, row.c.valid_from, row.c.valid_to, row.c.node, *members)
    query = select(*columns).where(row.c.valid_from < size).order_by(row.c.key, row.c.valid_from)
    found = connection.execute(query, execution_options=_STREAMED)
    for key, valid_from, valid_to, node, *values in found:
        until = valid_to if valid_to < size else OPEN
        yield key, valid_from, until, node == fork_node(valid_from, valid_to), *values


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column as stored: what reads as true need not be found where true is asked for."""
    return type_coerce(column, Integer) if isinstance(column.type, Boolean) else column


def _moves(connection: Connection, cells: Cells, size: int) -> Iterator[Line]:
    move, cell = cells.move, cells.cell
    query = (
        select(move.c.log_index, cell.c.label, move.c.by)
        .join(cell, cell.c.cell == move.c.cell, isouter=True)
        .where(move.c.log_index < size)
        .order_by(move.c.log_index, cell.c.label)
    )
    for line in connection.execute(query, execution_options=_STREAMED):
        yield tuple(line)


def _unequal(live: Iterable[Line], anew: Iterable[Line]) -> Iterator[Any]:
    """Yield the first members under which the lines differ; both sides are in their order."""
    left, right = _grouped(live), _grouped(anew)
    mine, other = next(left, None), next(right, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and mine[0] < other[0]):
            assert mine is not None, "one of the two is there"
            yield mine[0]
            mine = next(left, None)
        elif mine is None or other[0] < mine[0]:
            yield other[0]
            other = next(right, None)
        else:
            if mine[1] != other[1]:
                yield mine[0]
            mine, other = next(left, None), next(right, None)


def _grouped(lines: Iterable[Line]) -> Iterator[tuple[Any, list[Line]]]:
    for first, group in groupby(lines, itemgetter(0)):
        yield first, list(group)


def _mislabelled(connection: Connection, cells: Cells) -> Iterator[int]:
    cell = cells.cell
    columns = [_raw(cell.c[f"by_{name}"]) for name in cells.by]
    for number, label, *values in connection.execute(select(cell.c.cell, cell.c.label, *columns)):
        if msgspec.json.decode(label) != values:
            yield number


def _counted(totals: Mapping[int, int]) -> dict[int, int]:
    """Return totals without zeros: one of them may stand there, and says nothing."""
    return {cell: total for cell, total in totals.items() if total}


def _wrong_snapshots(connection: Connection, cells: Cells, size: int) -> Iterator[int]:
    move, snapshot = cells.move, cells.snapshot
    moves = iter(
        connection.execute(
            select(move.c.log_index, move.c.cell, move.c.by).order_by(move.c.log_index)
        )
    )
    kept = select(snapshot.c.size, snapshot.c.cell, snapshot.c.total)
    kept = kept.where(snapshot.c.size <= size).order_by(snapshot.c.size)
    totals: dict[int, int] = defaultdict(int)
    step = next(moves, None)
    for at, lines in groupby(connection.execute(kept), itemgetter(0)):
        while step is not None and step[0] < at:
            totals[step[1]] += step[2]
            step = next(moves, None)
        stated = {cell: total for _, cell, total in lines}
        if _counted(stated) != _counted(totals):
            yield at
