"""A view's store: applies acts exactly once, answers as of any size.

See ADR 0008 and 0009. A batch's rows, its counter cells and
``UPDATE position SET size = :new WHERE view = :v AND size = :expected`` are one transaction: of
two followers with one batch, one applies it and the other is told it is stale. Reads are of the
rows that hold at ``as_of.size``; what a row means at ``as_of.at`` (overdue, absent) the view's own
pure helpers say.

SQLAlchemy Core alone, for any database. Not handled here: builds and their switching
(`ledger.store.views.place`), who calls ``apply`` (`ledger.store.views.follower`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    func,
    or_,
    select,
    update,
)

from ledger.errors import ConflictError, MalformedError, StorageError
from ledger.kernel.act import Act, AsOf
from ledger.kernel.view import Row, View
from ledger.store.bulk import in_chunks
from ledger.store.dialect import StoreGone, reading, writing
from ledger.store.views.cells import Numbers, move_cells, take_snapshots
from ledger.store.views.fold import Changes, Touch, Version, fold_touches, touches
from ledger.store.views.interval import OPEN, nodes_at
from ledger.store.views.source import label_of
from ledger.store.views.tables import ViewTables, view_tables
from ledger.store.views.totals import Totals

R = TypeVar("R", bound=Row)
T = TypeVar("T")

Scalar = str | int | bool | None
Where = Mapping[str, Scalar]
Below = Mapping[str, str | int]
Among = Mapping[str, Collection[str]]
_NOTHING: Mapping[str, Any] = {}


class StaleFollower(ConflictError):
    """Another follower has moved this view since its position was read."""

    code = "projection.stale"
    zh = "视图 {view} 已被其他进程推进（预期 {expected}，未写入）。请重新读取位置后继续。"
    en = "Another follower moved view {view} on from {expected}; nothing applied. Read it again."


class ProjectionBehind(StorageError):
    """A view has not yet read as far as was asked."""

    code = "projection.behind"
    zh = "视图 {view} 尚在更新（已到 {position}，需要 {size}）。请稍后重试。"
    en = "View {view} is catching up (at {position}, asked for {size}). Try again in a moment."


class UnknownColumn(MalformedError):
    """A list or count names a column the view does not have."""

    code = "view.unknown_column"
    zh = "视图 {view} 没有列 {column}。请核对筛选条件。"
    en = "View {view} has no column {column}. Check the filter."


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Rows in which the column ``by`` holds something, by that and then by key.

    ``falling`` has the greatest first. Rows in which it is absent are a list of their own.
    """

    by: str
    falling: bool = False


Place = tuple[str, str]
"""Where a list in an order goes on: what the column held of its last row, and that row's key."""


class ViewStore(Generic[R]):
    """One view's rows and counts in one database.

    ``engine`` is called before every transaction: the build behind a view may be switched.
    """

    def __init__(
        self, view: View[R], engine: Callable[[], Engine], tables: ViewTables | None = None
    ) -> None:
        self.view = view
        self.label = label_of(view)
        self._engine = engine
        self._tables = tables or view_tables(view)
        self._totals = tuple(map(Totals, self._tables.cells))
        self._numbers: tuple[Engine | None, list[Numbers]] = (None, [])
        self._position = select(self._tables.position.c.size).where(
            self._tables.position.c.view == self.label
        )

    def position(self) -> int:
        """Return the size through which this view has read."""
        return self._read(self._size)

    # -- writing -----------------------------------------------------------------------------

    def apply(self, batch: Sequence[Act], old_size: int, new_size: int) -> None:
        """Apply the acts of entries old_size..new_size-1, all or nothing, exactly once.

        ``batch`` may leave out acts this view does not read.

        Raises: StaleFollower when the position is not ``old_size``; OutOfPlace.
        """
        touched = touches(self.view, batch, old_size, new_size)
        self._on_serving(lambda engine: self._apply(engine, touched, old_size, new_size))

    def _apply(
        self, engine: Engine, touched: Sequence[Touch], old_size: int, new_size: int
    ) -> None:
        numbers = self._numbers_in(engine)
        learnt: list[Numbers] = []
        with writing(engine) as connection:
            self._advance(connection, old_size, new_size)
            if touched:
                stored = self._stored(connection, touched)
                changes = fold_touches(self.view, touched, stored)
                self._write(connection, changes)
                learnt = self._move(connection, changes, numbers, new_size)
        # Only what is committed may be remembered.
        for known, new in zip(numbers, learnt, strict=False):
            known.update(new)

    def _advance(self, connection: Connection, old_size: int, new_size: int) -> None:
        # SPEC: UPDATE position SET size=:new WHERE view=:v AND size=:expected. This is the
        # exactly-once, and it comes first: on PostgreSQL its row lock makes rivals wait here.
        position = self._tables.position
        moved = connection.execute(
            update(position)
            .where(position.c.view == self.label, position.c.size == old_size)
            .values(size=new_size)
        )
        if moved.rowcount != 1:
            raise StaleFollower(view=self.label, expected=old_size)

    def _stored(self, connection: Connection, touched: Sequence[Touch]) -> dict[str, Version[R]]:
        row = self._tables.row
        keys = list(dict.fromkeys([touch.key for touch in touched]))
        newest = select(row.c.key, row.c.valid_from, *self._members())
        found: dict[str, Version[R]] = {}
        for chunk in in_chunks(keys):
            query = newest.where(row.c.key.in_(chunk), row.c.valid_to == OPEN)
            for key, valid_from, *values in connection.execute(query):
                found[key] = Version(self._row(values), valid_from, stored=True)
        return found

    def _write(self, connection: Connection, changes: Changes) -> None:
        # Closed before opened: a key has one open version at a time.
        if changes.closed:
            self._tables.close_rows.run(connection, changes.closed)
        if changes.opened:
            self._tables.open_rows.insert(connection, changes.opened)

    def _move(
        self, connection: Connection, changes: Changes, numbers: list[Numbers], size: int
    ) -> list[Numbers]:
        learnt = []
        for cells, moves, known in zip(self._tables.cells, changes.moves, numbers, strict=True):
            learnt.append(move_cells(connection, cells, moves, known))
            if moves.steps:
                take_snapshots(connection, cells, size)
        return learnt

    def _numbers_in(self, engine: Engine) -> list[Numbers]:
        # Cells are numbered anew in every build of a view.
        of, numbers = self._numbers
        if of is not engine:
            numbers = [{} for _ in self._tables.cells]
            self._numbers = (engine, numbers)
        return numbers

    # -- reading -----------------------------------------------------------------------------

    def row(self, key: str, as_of: AsOf) -> R | None:
        """Return the row with ``key`` as of ``as_of``. Raises: ProjectionBehind."""
        row = self._tables.row
        # The first version that ends at or after the size is the only one that may hold.
        query = (
            select(row.c.valid_from, *self._members())
            .where(row.c.key == key, row.c.valid_to >= as_of.size)
            .order_by(row.c.valid_to)
            .limit(1)
        )
        found = self._read_at(as_of, lambda connection, _: connection.execute(query).first())
        if found is None or found[0] >= as_of.size:
            return None
        return self._row(found[1:])

    def rows_of(self, keys: Iterable[str], as_of: AsOf) -> dict[str, R]:
        """Return the rows with ``keys`` as of ``as_of``, by key; a key without one is absent.

        As ``row`` for each of them, in one query for thousands. Raises: ProjectionBehind.
        """
        row, wanted = self._tables.row, list(dict.fromkeys(keys))
        holding = select(row.c.key, *self._members()).where(
            row.c.valid_to >= as_of.size, row.c.valid_from < as_of.size
        )

        def query(connection: Connection, _: int) -> dict[str, R]:
            chunks = (holding.where(row.c.key.in_(chunk)) for chunk in in_chunks(wanted))
            found = (line for chunk in chunks for line in connection.execute(chunk))
            return {key: self._row(values) for key, *values in found}

        return self._read_at(as_of, query)

    def changed(
        self, keys: Iterable[str], start: int, stop: int, *, of: str, members: Sequence[str] = ()
    ) -> set[tuple[int, Scalar]]:
        """Return the log indexes start <= index < stop at which rows with ``keys`` changed.

        Each with the member ``of`` of the row, both where it became another. A row that came, or
        went, has changed; one that stayed did in any of ``members`` or, without them, at all.

        Raises: ProjectionBehind, UnknownColumn.
        """
        row, wanted = self._tables.row, list(dict.fromkeys(keys))
        told = [self._column(name) for name in (of, *members)]
        versions = select(row.c.key, row.c.valid_from, row.c.valid_to, *told).where(
            row.c.valid_to >= start, row.c.valid_from < stop
        )

        def query(connection: Connection, _: int) -> set[tuple[int, Scalar]]:
            ends: dict[tuple[str, int], list[tuple[Scalar, ...]]] = {}
            for chunk in in_chunks(wanted):
                found = connection.execute(versions.where(row.c.key.in_(chunk)))
                for key, begun, ended, *said in found:
                    ends.setdefault((key, begun), []).append(tuple(said))
                    ends.setdefault((key, ended), []).append(tuple(said))
            return {
                (at, one[0])
                for (_, at), said in ends.items()
                if start <= at < stop and not (members and len(said) == 2 and said[0] == said[1])
                for one in said
            }

        return self._read_at(AsOf(size=stop, at=0), query)

    def rows(
        self,
        as_of: AsOf,
        *,
        where: Where = _NOTHING,
        below: Below = _NOTHING,
        among: Among = _NOTHING,
        after: str | None = None,
        limit: int = 50,
    ) -> list[R]:
        """Return at most ``limit`` rows in key order, those with keys greater than ``after``.

        ``where`` are columns that equal a value (None: is absent); ``below`` are columns less
        than a value, which an absent one never is; ``among`` are columns that hold one of some.

        Raises: ProjectionBehind, UnknownColumn.
        """
        row = self._tables.row

        def query(connection: Connection, position: int) -> list[R]:
            holding = self._holding(as_of.size, position, where, below, among)
            page = select(*self._members()).where(*holding).order_by(row.c.key).limit(limit)
            if after is not None:
                page = page.where(row.c.key > after)
            return [self._row(values) for values in connection.execute(page)]

        return self._read_at(as_of, query)

    def ordered(
        self,
        as_of: AsOf,
        order: Order,
        *,
        where: Where = _NOTHING,
        below: Below = _NOTHING,
        among: Among = _NOTHING,
        after: Place | None = None,
        limit: int = 50,
    ) -> list[R]:
        """Return at most ``limit`` rows in an order, those after a place; otherwise as ``rows``.

        What the filters choose is sorted for each page, unless an index leads with the column.

        Raises: ProjectionBehind, UnknownColumn.
        """
        key, column = self._tables.row.c.key, self._column(order.by)

        def query(connection: Connection, position: int) -> list[R]:
            holding = self._holding(as_of.size, position, where, below, among)
            page = select(*self._members()).where(*holding, column.is_not(None))
            if after is not None:
                value, last = after
                beyond = column < value if order.falling else column > value
                # The first condition bounds the index, the second parts rows of one value.
                at_least = column <= value if order.falling else column >= value
                page = page.where(at_least, or_(beyond, key > last))
            page = page.order_by(column.desc() if order.falling else column, key).limit(limit)
            return [self._row(values) for values in connection.execute(page)]

        return self._read_at(as_of, query)

    def count(
        self,
        as_of: AsOf,
        *,
        by: tuple[str, ...] = (),
        where: Where = _NOTHING,
        below: Below = _NOTHING,
    ) -> dict[tuple[Scalar, ...], int]:
        """Return how many rows hold, per value of the columns ``by``; empty groups are absent.

        Answered from counter cells where the view declares a count over these columns, else
        from the rows. Raises: ProjectionBehind, UnknownColumn.
        """
        columns = {*by, *where, *below}
        counted = next((totals for totals in self._totals if totals.covers(columns)), None)

        def query(connection: Connection, position: int) -> dict[tuple[Scalar, ...], int]:
            if counted is not None:
                return counted.count(connection, as_of.size, by, where, below)
            found = self._count_rows(as_of.size, position, by, where, below)
            return {tuple(group): total for *group, total in connection.execute(found) if total}

        return self._read_at(as_of, query)

    def total(self, as_of: AsOf, *, where: Where = _NOTHING, below: Below = _NOTHING) -> int:
        """Return how many rows hold. Raises: ProjectionBehind, UnknownColumn."""
        return self.count(as_of, where=where, below=below).get((), 0)

    def _count_rows(
        self, size: int, position: int, by: tuple[str, ...], where: Where, below: Below
    ) -> Select[Any]:
        columns = [self._column(name) for name in by]
        holding = self._holding(size, position, where, below)
        return select(*columns, func.count()).where(*holding).group_by(*columns)

    def _holding(
        self, size: int, position: int, where: Where, below: Below, among: Among = _NOTHING
    ) -> list[ColumnElement[bool]]:
        row = self._tables.row
        holding = [row.c.valid_from < size, row.c.valid_to >= size]
        holding += [self._column(name) == value for name, value in where.items()]
        holding += [self._column(name) < value for name, value in below.items()]
        holding += [self._column(name).in_(sorted(some)) for name, some in among.items()]
        if any({*where, *among} >= set(by) for by in self.view.listed_by):
            # An index (columns, node, both ends) leads: the interval tree prunes history.
            holding.append(row.c.node.in_(nodes_at(size, position)))
        return holding

    def _column(self, name: str) -> ColumnElement[Any]:
        if name not in self._tables.members:
            raise UnknownColumn(view=self.view.name, column=name)
        return self._tables.row.c[name]

    def _members(self) -> list[ColumnElement[Any]]:
        return [self._tables.row.c[name] for name in self._tables.members]

    def _row(self, values: Iterable[Any]) -> R:
        return self.view.row(**dict(zip(self._tables.members, values, strict=True)))

    def _read_at(self, as_of: AsOf, query: Callable[[Connection, int], T]) -> T:
        def checked(connection: Connection) -> T:
            # What holds at a size the view has passed never changes, so the position is read
            # first and the rows may be of a later moment.
            position = self._size(connection)
            if position < as_of.size:
                raise ProjectionBehind(view=self.label, position=position, size=as_of.size)
            return query(connection, position)

        return self._read(checked)

    def _size(self, connection: Connection) -> int:
        return int(connection.execute(self._position).scalar_one())

    def _read(self, query: Callable[[Connection], T]) -> T:
        def read(engine: Engine) -> T:
            with reading(engine) as connection:
                return query(connection)

        return self._on_serving(read)

    def _on_serving(self, work: Callable[[Engine], T]) -> T:
        engine = self._engine()
        try:
            return work(engine)
        except StoreGone:
            if (switched := self._engine()) is engine:
                raise
        # The build was switched between asking for it and opening it: the new one it is.
        return work(switched)
