"""A home as an audit reads it: entries, tiles and head by plain queries, doubted like a stranger's.

Nothing is taken from what this process remembers of the log. The mark is read before the head, and
the tiles' list before it too, so that a ledger that goes on writing meanwhile looks no worse.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress

from sqlalchemy import Column, ColumnElement, Connection, func, select

from ledger.audit.audit import HEAD, MARK
from ledger.audit.faults import FileDiffers, FileMissing, Stray
from ledger.audit.files import Files, open_files, printable
from ledger.audit.layout import PACKS, pack_digest, packs_in, packs_proposed
from ledger.audit.ports import Audited, Columns, Fault, StatedRoot, Stored
from ledger.errors import IntegrityFault, LedgerError, NotFound, StorageError
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading
from ledger.store.parts import is_integer
from ledger.store.recorder import Head, Recorder
from ledger.store.signer import Mark
from ledger.store.tables import entry, head, tag, tile, vault
from ledger.tlog.tile import TILE_WIDTH, TileId

_ROW = (entry.c.idx, entry.c.state, entry.c.stream, entry.c.seq, entry.c.type, entry.c.jti)


class MarkMissing(IntegrityFault):
    """The signer's folder has no mark that can be read."""

    code = "audit.mark_missing"
    zh = (
        "签名标记缺失或不可读，无法发现账本是否被截断或恢复为旧副本。请接回签名目录；"
        "标记确已丢失的，用留存于外的检查点核对后运行 mingzhang signer renew-mark。"
    )
    en = (
        "The signer's mark is missing or unreadable, so a truncated or restored store would go "
        "unnoticed. Put the signer's folder back, never from a backup; if the mark is lost, hold "
        "the log to a checkpoint kept elsewhere: `mingzhang signer renew-mark`."
    )


class HeadBroken(IntegrityFault):
    """The head row does not fit the entries, apart from its root."""

    code = "audit.head"
    zh = "账本头记录与条目不符：{what}。请保留现场，从备份恢复。"
    en = "The head row does not fit the entries: {what}. Keep this copy, restore from a backup."


class HomeEntries:
    """The first ``size`` entries of the ledger's database, and its tiles."""

    def __init__(self, recorder: Recorder, size: int) -> None:
        self.size = size
        self._recorder = recorder

    def entries(self, start: int, limit: int) -> Sequence[Stored]:
        """Return the next rows below the size. Raises: StorageError."""
        query = select(*_ROW).where(entry.c.idx >= start, entry.c.idx < self.size)
        with reading(self._recorder.engine) as connection:
            rows = connection.execute(query.order_by(entry.c.idx).limit(limit)).all()
        return [
            # SQLite keeps whatever type it was given; what is not bytes is no entry.
            Stored(index, state if isinstance(state, bytes) else b"", Columns(*columns))
            for index, state, *columns in rows
        ]

    def tile(self, tile: TileId) -> bytes:
        """Return a full tile as stored. Raises: NotFound, StorageError."""
        found = self._recorder.tile(tile.level, tile.n) if tile.width == TILE_WIDTH else None
        if not isinstance(found, bytes):
            raise NotFound(what=tile.path())
        return found


class HomeSource(HomeEntries):
    """The ledger's database as a ``Source``, at the size of its head when this was made."""

    partials = False
    checkpoint = None

    def __init__(self, ledger: Ledger) -> None:
        self.origin = ledger.home.origin
        self.mark = _mark(ledger)
        with reading(ledger.recorder.engine) as connection:
            listed = connection.execute(select(tile.c.level, tile.c.n)).all()
            bounds = connection.execute(
                select(*(_largest(connection, table.c.idx) for table in (entry, tag, vault)))
            ).one()
            columns = (head.c.size, head.c.root, head.c.frontier, head.c.last_at)
            row = connection.execute(select(*columns).where(head.c.id == 1)).one_or_none()
        if row is None:
            raise IntegrityFault(why="the head row is missing")
        self.tiles = [(level, n) for level, n in listed if type(level) is type(n) is int]
        found = Head(size=row.size, root=row.root, frontier=row.frontier, last_at=row.last_at)
        self.unfit = _unfit(found)
        """The columns of the head row that cannot be what they are said to be."""
        self.head = None if self.unfit else found
        # Without a size to go by, all entries there are.
        super().__init__(ledger.recorder, 1 + bounds[0] if "size" in self.unfit else found.size)
        self.bound = 1 + max(bounds)
        """One more than the largest index any row bore when the head was read."""

    def stated(self) -> Sequence[StatedRoot]:
        """Return the head row's root and the signer's mark."""
        found = [] if self.head is None else [StatedRoot(HEAD, self.size, self.head.root)]
        if self.mark is not None:
            found.append(StatedRoot(MARK, self.mark.size, self.mark.root))
        return found


class HeadCheck:
    """The head row, the mark, and rows that belong to no entry the head counts."""

    name = "head"

    def __init__(self, source: HomeSource, ledger: Ledger) -> None:
        self._source = source
        self._recorder = ledger.recorder
        self._last_at = 0

    def look(self, batch: Sequence[Audited]) -> Iterable[Fault]:
        """Remember the last time recorded."""
        if batch:
            self._last_at = batch[-1].entry.recorded_at
        return ()

    def finish(self, size: int) -> Iterable[Fault]:
        """Yield what is wrong with the head, and every stray."""
        if self._source.mark is None and size > 1:
            yield Fault(None, MarkMissing())
        for column in self._source.unfit:
            yield Fault(None, HeadBroken(what=column))
        if self._source.head is not None:
            yield from self._headed(self._source.head)
        for number in self._others():
            yield Fault(None, Stray(what=f"head row {number}"))
        for level, n in sorted(self._source.tiles):
            if not _is_full(level, n, self._source.size):
                yield Fault(None, Stray(what=f"tile row {level}/{n}"))
        for table in (entry, tag, vault):
            for index in self._beyond(table.c.idx):
                yield Fault(None, Stray(what=f"{table.name} row {index}"))

    def _headed(self, head: Head) -> Iterator[Fault]:
        try:
            head.checked_frontier()
        except LedgerError:
            yield Fault(None, HeadBroken(what="frontier"))
        if head.last_at != self._last_at:
            yield Fault(None, HeadBroken(what="last_at"))

    def _others(self) -> list[int]:
        with reading(self._recorder.engine) as connection:
            found = select(head.c.id).where(head.c.id != 1).order_by(head.c.id)
            return list(connection.execute(found).scalars())

    def _beyond(self, column: Column[int]) -> list[int]:
        outside = (column < 0) | ((column >= self._source.size) & (column < self._source.bound))
        query = select(column).where(outside).distinct().order_by(column)
        with reading(self._recorder.engine) as connection:
            return list(connection.execute(query).scalars())


class PackCheck:
    """The packs the home keeps: all that were proposed, each with the digest it is kept under."""

    name = "packs"

    def __init__(self, ledger: Ledger) -> None:
        self._packs = ledger.home.packs
        self._named: set[str] = set()

    def look(self, batch: Sequence[Audited]) -> Iterable[Fault]:
        """Remember which packs these entries name."""
        for audited in batch:
            self._named.update(packs_proposed(audited.entry))
        return ()

    def finish(self, _size: int) -> Iterable[Fault]:
        """Yield the packs that are missing, those not as proposed, and what is no pack's file."""
        if not self._packs.is_dir():
            yield Fault(None, FileMissing(name=PACKS))
            return
        files = open_files(self._packs)
        kept = packs_in(dict(_readable(files)))
        for digest in sorted(self._named - kept.keys()):
            yield Fault(None, FileMissing(name=f"{PACKS}/{printable(digest)}"))
        for digest, pack in sorted(kept.items()):
            if pack_digest(pack) != digest:
                yield Fault(None, FileDiffers(name=f"{PACKS}/{digest}"))
        for stray in self._strays(files, kept.keys() | self._named):
            yield Fault(None, Stray(what=f"{PACKS}/{printable(stray)}"))

    def _strays(self, files: Files, packs: Set[str]) -> list[str]:
        inside = {name for name in files.names if name.partition("/")[0] not in packs}
        empty = {path.name for path in self._packs.iterdir() if path.is_dir()} - packs
        found = inside | empty | set(files.strays)
        # A name with a point is of a pack that was being written when the process ended.
        return sorted(name for name in found if name[0] != ".")


def _readable(files: Files) -> Iterator[tuple[str, bytes]]:
    for name in files.names:
        # What is too long or cannot be read is left out, so its pack has another digest.
        with suppress(LedgerError):
            yield f"{PACKS}/{name}", files.read(name)


def _largest(connection: Connection, column: Column[int]) -> ColumnElement[int]:
    """The largest integer in a column, -1 for none; values of other types are left out."""
    found = select(func.max(column)).where(is_integer(connection, column)).scalar_subquery()
    return func.coalesce(found, -1)


def _unfit(found: Head) -> tuple[str, ...]:
    kinds = (("size", int), ("root", bytes), ("frontier", bytes), ("last_at", int))
    return tuple(
        name
        for name, kind in kinds
        if type(value := getattr(found, name)) is not kind or (isinstance(value, int) and value < 0)
    )


def _is_full(level: int, n: int, size: int) -> bool:
    """Tell whether a tree of ``size`` has this tile, full."""
    return 0 <= level < 8 and n >= 0 and (n + 1) * TILE_WIDTH <= size >> 8 * level


def _mark(ledger: Ledger) -> Mark | None:
    try:
        return ledger.signer.mark()
    except StorageError:
        return None
