"""The steps of a board's replay: the entries that can have changed a line of it, in log order.

They are those at which a row of its views came, changed or went in the units asked about, those of
the aggregates it reads without a view, and those about units and packs; of a board that does not
say what it reads, all entries. Whether a step did change a line, two sheets tell.

A log is gone through in parts of ``PART`` entries, so that no page reads more than one, whatever
the size: a part's entries are read once, views asked for the rows they touch by key, and what was
found is kept (ADR 0047). Not handled here: what is shown of a step (`api.pages.board_replay`).
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import func, or_, select

from ledger.kernel.act import Act
from ledger.rules.time import local_date
from ledger.service.board import Board
from ledger.service.directory import units_at
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading
from ledger.store.known import Known
from ledger.store.tables import entry

PART = 10_000
"""Entries of a part; reading one that all boards share takes about 0.2 s of the processor."""
BATCH = 1_000
KEPT = 24
"""Parts kept of the boards asked for last; one takes up to a megabyte."""
EVERYWHERE = frozenset({"unit", "pack"})
"""Aggregates that change what boards say whatever they read: units are placed, packs interpret."""


class Step(NamedTuple):
    """An entry that can have changed a board: where in the log, and on which local day."""

    entry: int
    day: date


class _Touched(NamedTuple):
    """A step, and a unit whose lines it can have changed, None for all of them."""

    step: Step
    unit: str | None


class _Read(NamedTuple):
    """How far a part was read, and what was found there."""

    stop: int
    touched: tuple[_Touched, ...]


_kept: WeakKeyDictionary[Known, dict[object, _Read]] = WeakKeyDictionary()
"""By what knows their log: copies of a home share a genesis, not their entries."""


def parts_of(size: int) -> int:
    """Return how many parts a log has, at least one."""
    return max(1, -(-size // PART))


def steps_of(ledger: Ledger, board: Board, unit: str | None, size: int, part: int) -> list[Step]:
    """Return the steps of a board within the first ``size`` entries, of one part, from 1.

    Of ``unit`` and those ever under it, or of all. Raises: ProjectionBehind.
    """
    within = None if unit is None else _ever_under(ledger, unit, size)
    end = min(size, part * PART)
    found = {
        each.step
        for each in _touched(ledger, board, part, end)
        if each.step.entry < end and (within is None or each.unit is None or each.unit in within)
    }
    return sorted(found)


def _ever_under(ledger: Ledger, top: str, size: int) -> frozenset[str]:
    """Return a unit, those it was ever above, and those it took over, by whatever day."""
    above = {name: unit.parents.union(unit.successors) for name, unit in units_at(ledger, size)}
    found, grew = frozenset({top}), True
    while grew:
        more = {name for name, over in above.items() if not over.isdisjoint(found)}
        grew, found = not more <= found, found | more
    return found


def _touched(ledger: Ledger, board: Board, part: int, end: int) -> tuple[_Touched, ...]:
    kept = _kept.setdefault(ledger.known, {})
    key = (board.name, part)
    read = kept.pop(key, None) or _Read((part - 1) * PART, ())
    if read.stop < end:
        # The last part grows: only what came since is read.
        read = _Read(end, (*read.touched, *_read(ledger, board, read.stop, end)))
    kept[key] = read
    for oldest in list(kept)[:-KEPT]:
        kept.pop(oldest, None)
    return read.touched


def _read(ledger: Ledger, board: Board, start: int, stop: int) -> list[_Touched]:
    """Return what of the entries start..stop-1 touched a board, in log order."""
    views = [(ledger.views[name], members) for name, members in (board.views or {}).items()]
    straight = None if board.views is None else board.besides | EVERYWHERE
    reads = straight and straight.union(*(store.view.reads for store, _ in views))
    days: dict[int, date] = {}
    keys: list[dict[str, None]] = [{} for _ in views]
    found: set[tuple[int, str | None]] = set()
    for act in _acts(ledger, start, stop, reads):
        assert act.index is not None, "recorded"
        days[act.index] = local_date((act.recorded_at or 0) // 1000)
        if straight is None or act.aggregate in straight:
            found.add((act.index, act.event.unit))
        for (store, _), named in zip(views, keys, strict=True):
            if act.aggregate in store.view.reads:
                named.update(dict.fromkeys(store.view.keys(act)))
    for (store, members), named in zip(views, keys, strict=True):
        changed = store.changed(named, start, stop, of="unit", members=members)
        found.update((index, None if unit is None else str(unit)) for index, unit in changed)
    in_order = sorted(found, key=lambda each: each[0])
    return [_Touched(Step(index, days[index]), unit) for index, unit in in_order]


def _acts(
    ledger: Ledger, start: int, stop: int, aggregates: Collection[str] | None
) -> Iterator[Act]:
    """Yield the acts of those aggregates, or of all, among the entries start..stop-1."""
    columns = (entry.c.idx, entry.c.stream, entry.c.seq, entry.c.type, entry.c.state)
    query = select(*columns).order_by(entry.c.idx)
    if aggregates is not None:
        names = sorted(f"{name}." for name in aggregates)
        query = query.where(or_(*(func.substr(entry.c.type, 1, len(n)) == n for n in names)))
    for first in range(start, stop, BATCH):
        ended = min(stop, first + BATCH)
        with reading(ledger.recorder.engine) as connection:
            rows = connection.execute(query.where(entry.c.idx >= first, entry.c.idx < ended)).all()
        for row in rows:
            yield ledger.known.streams.mapper.act_of(*row)
