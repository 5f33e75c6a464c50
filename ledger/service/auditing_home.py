"""A home as an audit reads it: entries, tiles and head by plain queries, doubted like a stranger's.

Nothing is taken from what this process remembers of the log. The mark is read before the head, and
the tiles' list before it too, so that a ledger that goes on writing meanwhile looks no worse.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Column, func, select

from ledger.audit.audit import HEAD, MARK
from ledger.audit.faults import FileDiffers, Stray
from ledger.audit.files import printable
from ledger.audit.layout import pack_digest
from ledger.audit.ports import Audited, Columns, Fault, StatedRoot, Stored
from ledger.errors import IntegrityFault, LedgerError, NotFound, StorageError
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading
from ledger.store.recorder import Head
from ledger.store.signer import Mark
from ledger.store.tables import entry, head, tag, tile, vault
from ledger.tlog.tile import TILE_WIDTH, TileId, tiles_of

_ROW = (entry.c.idx, entry.c.state, entry.c.stream, entry.c.seq, entry.c.type, entry.c.jti)


class MarkMissing(IntegrityFault):
    """The signer's folder has no mark that can be read."""

    code = "audit.mark_missing"
    zh = "签名标记缺失或不可读，无法发现账本是否被截断或恢复为旧副本。请恢复签名目录。"
    en = (
        "The signer's mark is missing or unreadable, so a truncated or restored store would go "
        "unnoticed. Restore the signer's folder."
    )


class HeadBroken(IntegrityFault):
    """The head row does not fit the entries, apart from its root."""

    code = "audit.head"
    zh = "账本头记录与条目不符：{what}。请保留现场，从备份恢复。"
    en = "The head row does not fit the entries: {what}. Keep this copy, restore from a backup."


class HomeSource:
    """The ledger's database as a ``Source``, at the size of its head when this was made."""

    partials = False
    checkpoint = None

    def __init__(self, ledger: Ledger) -> None:
        self._recorder = ledger.recorder
        self.origin = ledger.home.origin
        self.mark = _mark(ledger)
        with reading(self._recorder.engine) as connection:
            listed = connection.execute(select(tile.c.level, tile.c.n)).all()
            bounds = [
                select(func.max(table.c.idx)).scalar_subquery() for table in (entry, tag, vault)
            ]
            row = connection.execute(
                select(head.c.size, head.c.root, head.c.frontier, head.c.last_at, *bounds)
            ).one()
        self.tiles = {TileId(level, n) for level, n in listed}
        self.head = Head(size=row[0], root=row[1], frontier=row[2], last_at=row[3])
        self.size = self.head.size
        self.bound = 1 + max(-1 if index is None else index for index in row[4:])
        """One more than the largest index any row bore when the head was read."""

    def stated(self) -> Sequence[StatedRoot]:
        """Return the head row's root and the signer's mark."""
        found = [StatedRoot(HEAD, self.size, self.head.root)]
        if self.mark is not None:
            found.append(StatedRoot(MARK, self.mark.size, self.mark.root))
        return found

    def entries(self, start: int, limit: int) -> Sequence[Stored]:
        """Return the next rows below the head's size. Raises: StorageError."""
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
        head = self._source.head
        if self._source.mark is None and size > 1:
            yield Fault(None, MarkMissing())
        try:
            head.checked_frontier()
        except LedgerError:
            yield Fault(None, HeadBroken(what="frontier"))
        if head.last_at != self._last_at:
            yield Fault(None, HeadBroken(what="last_at"))
        for stray in sorted(self._source.tiles - set(tiles_of(self._source.size))):
            yield Fault(None, Stray(what=stray.path()))
        for table in (entry, tag, vault):
            for index in self._beyond(table.c.idx):
                yield Fault(None, Stray(what=f"{table.name} row {index}"))

    def _beyond(self, column: Column[int]) -> list[int]:
        outside = (column < 0) | ((column >= self._source.size) & (column < self._source.bound))
        query = select(column).where(outside).distinct().order_by(column)
        with reading(self._recorder.engine) as connection:
            return list(connection.execute(query).scalars())


class PackCheck:
    """The packs the home keeps: each has the digest it is kept under."""

    name = "packs"

    def __init__(self, ledger: Ledger) -> None:
        self._packs = ledger.home.packs

    def look(self, _batch: Sequence[Audited]) -> Iterable[Fault]:
        """Look at nothing: packs are not entries."""
        return ()

    def finish(self, _size: int) -> Iterable[Fault]:
        """Yield the packs whose bytes are not what was adopted."""
        for folder in sorted(self._packs.iterdir()):
            files = {
                file.relative_to(folder).as_posix(): file.read_bytes()
                for file in folder.rglob("*")
                if file.is_file()
            }
            if pack_digest(files) != folder.name:
                yield Fault(None, FileDiffers(name=f"packs/{printable(folder.name)}"))


def _mark(ledger: Ledger) -> Mark | None:
    try:
        return ledger.signer.mark()
    except StorageError:
        return None
