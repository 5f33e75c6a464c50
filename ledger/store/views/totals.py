"""What counts are answered from: all totals of a declared count as of one size, in memory.

What holds at a size the view has passed never changes, and whoever asks for one total of a point
asks for others of it: the point asked for last is remembered. Reading it costs the cells there are
and the moves since the last snapshot (`ledger.store.views.cells`), whatever is then asked of it.

Not handled: whether the view has read so far (`ledger.store.views.store`).
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select

from ledger.store.views.cells import totals_at
from ledger.store.views.fold import Group
from ledger.store.views.tables import Cells


class _Point(NamedTuple):
    """The totals other than zero as of a size, by group."""

    size: int
    totals: list[tuple[Group, int]]


class _Build:
    """What is remembered of one build of a view: its cells are numbered by itself."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.groups: Mapping[int, Group] = {}
        self.last: _Point | None = None


class Totals:
    """Answers counts over the columns ``cells.by``, or some of them."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._place = {name: place for place, name in enumerate(cells.by)}
        self._build: _Build | None = None

    def covers(self, columns: Iterable[str]) -> bool:
        """Tell whether all of ``columns`` are counted by."""
        return self._place.keys() >= set(columns)

    def count(
        self,
        connection: Connection,
        size: int,
        by: tuple[str, ...],
        where: Mapping[str, object],
        below: Mapping[str, str | int],
    ) -> dict[Group, int]:
        """Return the totals as of ``size`` by columns ``by``, without those that are zero.

        ``where`` are columns that equal a value, ``below`` those less than one.
        """
        totals = self._at(connection, size).totals
        for name, value in where.items():
            of = itemgetter(self._place[name])
            totals = [(group, total) for group, total in totals if of(group) == value]
        for name, bound in below.items():
            of = itemgetter(self._place[name])
            totals = [(group, total) for group, total in totals if _is_below(of(group), bound)]
        return _summed(totals, [self._place[name] for name in by])

    def _at(self, connection: Connection, size: int) -> _Point:
        build = self._build
        if build is None or build.engine is not connection.engine:
            build = self._build = _Build(connection.engine)
        last = build.last
        if last is None or last.size != size:
            last = build.last = self._read(connection, build, size)
        return last

    def _read(self, connection: Connection, build: _Build, size: int) -> _Point:
        found = totals_at(connection, self._cells, size)
        # Another thread may put in place what it learnt: each goes by what it holds itself.
        groups = build.groups
        if any(cell not in groups for cell, _ in found):
            groups = build.groups = {**groups, **self._since(connection, groups)}
        # One that no cell bears somebody put there: it counts nothing, and the audit tells.
        return _Point(size, [(groups[cell], total) for cell, total in found if cell in groups])

    def _since(self, connection: Connection, known: Mapping[int, Group]) -> dict[int, Group]:
        # A cell keeps its number and its group; later ones have greater numbers.
        cell = self._cells.cell
        columns = (cell.c[f"by_{name}"] for name in self._cells.by)
        query = select(cell.c.cell, *columns).where(cell.c.cell > max(known, default=0))
        return {number: tuple(group) for number, *group in connection.execute(query)}


def _is_below(value: Any, bound: Any) -> bool:
    # What is absent is below nothing; nor is what only a hand from outside leaves in a column.
    return isinstance(value, type(bound)) and bool(value < bound)


def _summed(totals: Iterable[tuple[Group, int]], places: Iterable[int]) -> dict[Group, int]:
    chosen = tuple(places)
    found: dict[Group, int] = {}
    for group, total in totals:
        key = tuple([group[place] for place in chosen])
        found[key] = found.get(key, 0) + total
    return {key: total for key, total in found.items() if total}
