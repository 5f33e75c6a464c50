"""The recorder: the library's reading side, and the statements of one append.

Log index = the library's notification id - 1. The writing side takes a connection whose
transaction the sequencer holds; ``lock_head`` must come first in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

import msgspec
from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    NotSupportedError,
    StoredEvent,
    Subscription,
)
from sqlalchemy import Connection, Engine, Row, insert, select

from ledger.errors import IntegrityFault
from ledger.store import statements as sql
from ledger.store.bulk import in_chunks
from ledger.store.dialect import announce, lay_out, reading, together, writing
from ledger.store.mapper import StoredEntry
from ledger.store.moved import without_head
from ledger.store.tables import entry, head, metadata, tile, vault
from ledger.store.vault import VaultRow
from ledger.tlog.tree import Frontier

_FAR = 2**31 - 1
"""Behind every position a stream will ever have."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The head row: how many entries, their root (32 bytes), the last recorded time (ms)."""

    size: int
    root: bytes
    frontier: bytes
    last_at: int

    def checked_frontier(self) -> Frontier:
        """Return the frontier. Raises: IntegrityFault when it does not give the root."""
        frontier = Frontier.from_bytes(self.size, self.frontier)
        if frontier.root() != self.root:
            raise IntegrityFault(why="the head row's frontier does not give its root")
        return frontier


class Recorder(ApplicationRecorder):
    """Entries as the event-sourcing library reads them.

    ``seen`` is the largest size this process has read the head at, in a transaction of its own.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.seen = 0
        self._seeing = Lock()

    def create_tables(self) -> None:
        """Create the tables and the head of an empty log."""
        empty = Frontier.empty()
        with writing(self.engine) as connection:
            lay_out(connection, metadata)
            connection.execute(
                insert(head).values(id=1, size=0, root=empty.root(), frontier=b"", last_at=0)
            )

    # The library's reading side ------------------------------------------------------------

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],  # noqa: ARG002 - the library's signature
        **kwargs: Any,  # noqa: ARG002
    ) -> Sequence[int] | None:
        """Refuse: entries are appended by the sequencer only."""
        raise NotSupportedError("entries are appended by the sequencer")

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's rows by position."""
        query = sql.OF_STREAM_BACKWARDS if desc else sql.OF_STREAM
        wanted = {
            "stream": originator_id,
            "gt": gt or 0,
            "lte": _FAR if lte is None else lte,
        }
        with reading(self.engine) as connection:
            rows = connection.execute(query.limit(limit) if limit else query, wanted)
            return [_stored(*row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return notifications in log order; ids begin at 1."""
        first = 0 if start is None else start - 1 if inclusive_of_start else start
        query = select(*sql.ROW).where(entry.c.idx >= first)
        if stop is not None:
            query = query.where(entry.c.idx < stop)
        if topics:
            query = query.where(entry.c.type.in_(topics))
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(entry.c.idx).limit(limit)).all()
        return [
            Notification(
                id=row.idx + 1,
                originator_id=row.stream,
                originator_version=row.seq,
                topic=row.type,
                state=row.state,
            )
            for row in rows
        ]

    def max_notification_id(self) -> int | None:
        """Return the size, None for an empty log."""
        return self.head().size or None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's signature
        topics: Sequence[str] = (),  # noqa: ARG002
    ) -> Subscription[ApplicationRecorder]:
        """Refuse: followers read by size (``ledger.store.views.follower``)."""
        raise NotSupportedError("followers read by size")

    # Reading by log index --------------------------------------------------------------------

    def head(self, connection: Connection | None = None) -> Head:
        """Return the head row, read in the transaction of ``connection`` where one is given."""
        if connection is not None:
            return self._head(connection)
        with reading(self.engine) as own:
            found = self._head(own)
        # A thread that looked earlier may come later. SQLite keeps whatever type it was given: of a
        # size that is no number the audit tells.
        with self._seeing, suppress(TypeError):
            self.seen = max(self.seen, found.size)
        return found

    def entries(
        self, start: int, stop: int, *, connection: Connection | None = None
    ) -> list[StoredEntry]:
        """Return the rows of log indexes start <= index < stop."""
        query = select(*sql.ROW).where(entry.c.idx >= start, entry.c.idx < stop)
        return self._stored(query.order_by(entry.c.idx), connection)

    def rows(
        self, start: int, stop: int, *, connection: Connection | None = None
    ) -> Sequence[Row[int, str, int, str, bytes]]:
        """Return (index, stream, seq, type, state) for log indexes start <= index < stop."""
        if connection is not None:
            return connection.execute(sql.ROWS, {"start": start, "stop": stop}).all()
        with reading(self.engine) as own:
            return own.execute(sql.ROWS, {"start": start, "stop": stop}).all()

    def states(self, start: int, stop: int) -> list[bytes]:
        """Return the entry bytes of log indexes start <= index < stop. Raises: IntegrityFault."""
        with reading(self.engine) as connection:
            found = connection.execute(sql.STATES, {"start": start, "stop": stop})
            return require_bytes(found.scalars())

    def tagged(self, tags: Iterable[str], size: int) -> list[tuple[str, StoredEntry]]:
        """Return (tag, row) for all rows below ``size`` with one of ``tags``, in log order."""
        with reading(self.engine) as connection:
            rows = connection.execute(sql.TAGGED, {"tags": list(tags), "size": size})
            return [(tag_, _stored(*row)) for tag_, *row in rows]

    def newest_tagged(
        self, tag: str, *, below: int, limit: int, first: bool = False
    ) -> list[StoredEntry]:
        """Return at most ``limit`` rows of indexes under ``below`` that bear a tag, newest first.

        ``first`` takes only those that begin their stream.
        """
        query = sql.NEWEST_TAGGED.where(entry.c.seq == 1) if first else sql.NEWEST_TAGGED
        with reading(self.engine) as connection:
            rows = connection.execute(query, {"tag": tag, "below": below, "limit": limit})
            return [_stored(*row) for row in rows]

    def rank(self, tag: str, index: int) -> int:
        """Return how many entries through ``index`` bear a tag."""
        with reading(self.engine) as connection:
            found: int = connection.execute(sql.RANK, {"tag": tag, "last": index}).scalar_one()
            return found

    def places(self, tags: Iterable[str], last: int) -> dict[str, list[int]]:
        """Return the log indexes through ``last`` that bear each tag, ascending."""
        found: dict[str, list[int]] = {tag: [] for tag in tags}
        with reading(self.engine) as connection:
            for tag_, index in connection.execute(sql.PLACES, {"tags": list(found), "last": last}):
                found[tag_].append(index)
        return found

    def first_of(self, streams: Iterable[str]) -> list[StoredEntry]:
        """Return the first row of each stream that exists."""
        with reading(self.engine) as connection:
            rows = connection.execute(sql.FIRST_OF, {"streams": list(streams)})
            return [_stored(*row) for row in rows]

    def streams_at(self, indexes: Sequence[int]) -> set[str]:
        """Return the streams that the entries of these log indexes are of."""
        with reading(self.engine) as connection:
            return {
                stream
                for some in in_chunks(indexes)
                for stream in connection.execute(sql.STREAMS_AT, {"indexes": some}).scalars()
            }

    def of_streams(self, streams: Sequence[str]) -> Iterator[StoredEntry]:
        """Yield the rows of these streams, each stream's together and in order."""
        for some in in_chunks(streams):
            with reading(self.engine) as connection:
                rows = connection.execute(sql.OF_STREAMS, {"streams": some}).all()
            yield from (_stored(*row) for row in rows)

    def states_at(self, indexes: Sequence[int]) -> dict[int, bytes]:
        """Return the entry bytes of these log indexes. Raises: IntegrityFault where one is not."""
        with reading(self.engine) as connection:
            found = {
                index: state
                for some in in_chunks(indexes)
                for index, state in connection.execute(sql.STATES_AT, {"indexes": some})
            }
        if len(found) < len(set(indexes)):
            raise IntegrityFault(why="an entry is not in the log")
        require_bytes(found.values())
        return found

    def count_of(self, streams: Sequence[str], size: int) -> int:
        """Return how many rows below ``size`` these streams have together."""
        with reading(self.engine) as connection:
            counts = (
                connection.execute(sql.COUNT_OF, {"streams": some, "size": size}).scalar_one()
                for some in in_chunks(streams)
            )
            return sum(counts)

    def newest_of(self, streams: Sequence[str], size: int) -> dict[str, int]:
        """Return the log index of each stream's newest entry below ``size``, where it has any."""
        found: dict[str, int] = {}
        with reading(self.engine) as connection:
            for some in in_chunks(streams):
                rows = connection.execute(sql.NEWEST_OF, {"streams": some, "size": size})
                found.update((stream, index) for stream, index in rows)
        return found

    def tile(self, level: int, n: int) -> bytes | None:
        """Return a full tile's 8192 bytes, None when it is not stored."""
        query = select(tile.c.hashes).where(tile.c.level == level, tile.c.n == n)
        with reading(self.engine) as connection:
            return connection.execute(query).scalar_one_or_none()

    def vault_rows(self, start: int, stop: int) -> list[VaultRow]:
        """Return the vault rows of log indexes start <= index < stop."""
        query = select(vault).where(vault.c.idx >= start, vault.c.idx < stop)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(vault.c.idx, vault.c.grp)).mappings()
            return [VaultRow(**row) for row in rows]

    def vault_rows_of(self, indexes: Iterable[int]) -> list[VaultRow]:
        """Return the vault rows of these log indexes, in one query."""
        query = select(vault).where(vault.c.idx.in_(sorted(indexes)))
        with reading(self.engine) as connection:
            return [VaultRow(**row) for row in connection.execute(query).mappings()]

    def size_at(self, at: int) -> int:
        """Return the largest size whose last ``recorded_at`` <= ``at`` (Unix ms).

        Times never decrease with the index, so this is a binary search over rows.
        """
        low, high = 0, self.head().size
        while low < high:
            middle = (low + high) // 2
            if self.recorded_at(middle) <= at:
                low = middle + 1
            else:
                high = middle
        return low

    def recorded_at(self, index: int) -> int:
        """Return when entry ``index`` was recorded (Unix ms). Raises: IntegrityFault."""
        states = self.states(index, index + 1)
        if not states:
            raise IntegrityFault(why=f"entry {index} is missing")
        return int(states[0].partition(b" ")[0])

    # One append; the sequencer's connection holds the transaction ---------------------------

    def lock_head(self, connection: Connection) -> Head:
        """Return the head row, locked until the transaction ends."""
        return self._head(connection, lock=True)

    def by_jti(self, connection: Connection, jtis: Iterable[str]) -> dict[str, StoredEntry]:
        """Return the stored rows of those jtis that are known."""
        found = connection.execute(sql.BY_JTI, {"jtis": list(jtis)})
        return {jti: _stored(*row) for jti, *row in found}

    def last_of(self, connection: Connection, streams: Iterable[str]) -> dict[str, StoredEntry]:
        """Return the last row of each stream that exists."""
        found = connection.execute(sql.LAST_OF, {"streams": list(streams)})
        return {row.stream: _stored(*row) for row in found}

    def newest(self, connection: Connection, tags: Iterable[str]) -> dict[str, int]:
        """Return the newest log index of each tag that has any."""
        found = connection.execute(sql.NEWEST, {"tags": list(tags)})
        return {row.tag: row.idx for row in found}

    def insert(
        self,
        connection: Connection,
        *,
        entries: list[tuple[Any, ...]],
        tags: list[tuple[str, int]],
        vault_rows: list[VaultRow],
        tiles: list[dict[str, Any]],
        new_head: Head,
    ) -> None:
        """Write a batch: entries, tags, vault rows, full tiles, and the head after them."""
        with together(connection):
            sql.INSERT_ENTRIES.insert(connection, entries)
            if tags:
                sql.INSERT_TAGS.insert(connection, tags)
            if vault_rows:
                sql.INSERT_VAULT.insert(connection, list(map(msgspec.structs.astuple, vault_rows)))
            if tiles:
                sql.INSERT_TILES.run(connection, tiles)
            sql.UPDATE_HEAD.run(connection, [msgspec.structs.asdict(new_head)])
            announce(connection, new_head.size)

    def _head(self, connection: Connection, *, lock: bool = False) -> Head:
        row = connection.execute(sql.LOCKED_HEAD if lock else sql.HEAD).one_or_none()
        if row is None:
            raise without_head(connection)
        return Head(size=row.size, root=row.root, frontier=row.frontier, last_at=row.last_at)

    def _stored(self, query: Any, connection: Connection | None) -> list[StoredEntry]:
        if connection is not None:
            return [_stored(*row) for row in connection.execute(query)]
        with reading(self.engine) as own:
            return [_stored(*row) for row in own.execute(query)]


def require_bytes(states: Iterable[bytes]) -> list[bytes]:
    """Return the states of rows as they are. Raises: IntegrityFault where one is not bytes."""
    found = list(states)
    # SQLite keeps whatever type it was given.
    if not all(isinstance(state, bytes) for state in found):
        raise IntegrityFault(why="an entry's state is not bytes")
    return found


def _stored(index: int, stream: str, seq: int, type_: str, state: bytes) -> StoredEntry:
    # In the order of ``statements.ROW`` and by position: a rebuild makes one of these per entry.
    return StoredEntry(stream, seq, type_, state, index)
