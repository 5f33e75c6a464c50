"""An exported log in a folder: a ``Source`` over static tiles, and the check of what lies beside.

Everything is doubted, and whatever has no place in the tree is named. Fetching a tree over HTTP is
not handled here.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from ledger.audit.faults import FileDiffers, FileMissing, Stray, TileDiffers
from ledger.audit.files import Files, open_files, printable
from ledger.audit.layout import (
    CHECKPOINT,
    GENESIS,
    PACKS,
    TYPES,
    VKEY,
    is_pack_name,
    pack_digest,
    packs_in,
    packs_proposed,
    verify_types,
)
from ledger.audit.logkeys import LogKeys
from ledger.audit.ports import Audited, Fault, StatedRoot, Stored
from ledger.entry.genesis import parse_genesis
from ledger.errors import IntegrityFault, LedgerError, MalformedError, NotFound
from ledger.tlog.bundle import parse_bundle
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.encoding import HASH_BYTES
from ledger.tlog.note import MAX_NOTE_BYTES, UnverifiedNote, format_vkey
from ledger.tlog.tile import ENTRIES, TILE_WIDTH, TileId, parse_tile_path

_BESIDE = frozenset({CHECKPOINT, GENESIS, VKEY, TYPES})


class ExportedLog:
    """A log exported to a folder; both ``Source`` and ``Check`` of an audit."""

    name = "files"
    partials = True

    def __init__(self, files: Files) -> None:
        self.checkpoint = files.read(CHECKPOINT, MAX_NOTE_BYTES)
        claimed = parse_checkpoint(UnverifiedNote.parse(self.checkpoint).text)
        self.origin = claimed.origin
        self.size = claimed.size
        self._files = files
        bundles = {tile.n: tile for name in files.names if (tile := _tile(name)) and tile.level < 0}
        self._bundles = sorted(n for n in bundles if self._bundle(n).path() in files.names)
        self._unreadable: dict[int, LedgerError] = {}
        self._keys: LogKeys | None = None
        self._named: set[str] = set()

    # -- the source ----------------------------------------------------------------------------

    def stated(self) -> Sequence[StatedRoot]:
        """Return nothing: a folder states its root in the signed checkpoint alone."""
        return ()

    def entries(self, start: int, limit: int) -> Sequence[Stored]:
        """Return the entries of the first readable bundle that reaches to ``start`` or beyond."""
        first = bisect_left(self._bundles, start // TILE_WIDTH)
        for n in self._bundles[first:]:
            tile = self._bundle(n)
            try:
                states = parse_bundle(self._files.read(tile.path()), tile.width)
            except LedgerError as error:
                self._unreadable[n] = error  # once, however often it is asked for
                continue
            found = [Stored(n * TILE_WIDTH + i, state) for i, state in enumerate(states)]
            if chosen := [stored for stored in found if stored.index >= start][:limit]:
                return chosen
        return ()

    def tile(self, tile: TileId) -> bytes:
        """Return a hash tile's bytes. Raises: FileMissing, FileDiffers."""
        return self._files.read(tile.path())

    def shelf(self, digest: str) -> Mapping[str, bytes]:
        """Return the files of an exported pack. Raises: NotFound."""
        found = self._packs.get(digest)
        if found is None:
            raise NotFound(what=digest)
        return found

    # -- the check -----------------------------------------------------------------------------

    def look(self, batch: Sequence[Audited]) -> Iterable[Fault]:
        """Follow the log's keys and the packs it names, and hold ``genesis`` to entry 0."""
        for audited in batch:
            self._named.update(packs_proposed(audited.entry))
            if audited.index == 0:
                yield from self._founded(audited)
            elif self._keys is not None and audited.entry.signed.claims.stream.startswith("log/"):
                self._keys.take(audited.entry, audited.index)

    def finish(self, size: int) -> Iterable[Fault]:
        """Yield what is wrong beside the entries."""
        for n, error in sorted(self._unreadable.items()):
            yield Fault(n * TILE_WIDTH, error)
        for name in self._files.strays:
            yield Fault(None, Stray(what=name))
        for name in sorted(_BESIDE - self._files.names):
            yield Fault(None, FileMissing(name=name))
        yield from self._check_text()
        for digest in sorted(self._named - self._packs.keys()):
            yield Fault(None, FileMissing(name=f"{PACKS}/{printable(digest)}"))
        for digest, files in sorted(self._packs.items()):
            if pack_digest(files) != digest:
                yield Fault(None, FileDiffers(name=f"{PACKS}/{digest}"))
        for name in sorted(self._files.names - _BESIDE):
            if not is_pack_name(name):
                yield from self._check_tile(name, max(size, self.size))

    def _founded(self, audited: Audited) -> Iterator[Fault]:
        # What is wrong with the genesis itself the audit says; here it only gives the first key.
        with suppress(LedgerError):
            self._keys = LogKeys(parse_genesis(audited.entry))
        yield from self._compared(GENESIS, audited.entry.state)

    def _compared(self, name: str, expected: bytes) -> Iterator[Fault]:
        if name in self._files.names and self._read(name) != expected:
            yield Fault(None, FileDiffers(name=name))

    def _check_text(self) -> Iterator[Fault]:
        if self._keys is not None:
            yield from self._compared(VKEY, f"{format_vkey(self._keys.current)}\n".encode())
        if TYPES in self._files.names:
            try:
                verify_types(self._read(TYPES) or b"")
            except FileDiffers as error:
                yield Fault(None, error)

    def _read(self, name: str) -> bytes | None:
        """Return a file's bytes, None when it is too long or its ZIP member is damaged."""
        try:
            return self._files.read(name)
        except (IntegrityFault, MalformedError):
            return None

    def _check_tile(self, name: str, size: int) -> Iterator[Fault]:
        """Look at a file that may be the tile or bundle of this size, or of an earlier export.

        Partials of earlier checkpoints stay while their full tile is not there; each must be the
        beginning of the tile as it is now, which the audit has held to the entries.
        """
        tile = _tile(name)
        width = 0 if tile is None else _width(tile, size)
        if tile is None or tile.width > width:
            yield Fault(None, Stray(what=name))
        elif tile.width < width:
            old, now = self._read(name), self._read(tile._replace(width=width).path())
            if old is None or now is None or not _begins(old, now, tile):
                yield Fault(None, TileDiffers(tile=name))

    @cached_property
    def _packs(self) -> dict[str, dict[str, bytes]]:
        names = filter(is_pack_name, self._files.names)
        return packs_in({name: self._read(name) or b"" for name in names})

    def _bundle(self, n: int) -> TileId:
        return TileId(ENTRIES, n, min(TILE_WIDTH, self.size - n * TILE_WIDTH))


def open_export(path: Path) -> ExportedLog:
    """Return the exported log in a folder (or a ZIP of one), its checkpoint unverified.

    Raises:
        NothingThere, BadZip, TooManyFiles, StorageError: it cannot be read.
        FileMissing: there is no ``checkpoint``.
        MalformedError: the checkpoint is none.
    """
    return ExportedLog(open_files(path))


def _tile(name: str) -> TileId | None:
    try:
        return parse_tile_path(name)
    except LedgerError:
        return None


def _width(tile: TileId, size: int) -> int:
    """Return how wide this tile is in a tree of ``size``; zero or less beyond its edge."""
    hashes = size if tile.level == ENTRIES else size >> 8 * tile.level
    return min(TILE_WIDTH, hashes - tile.n * TILE_WIDTH)


def _begins(data: bytes, now: bytes, tile: TileId) -> bool:
    if tile.level != ENTRIES:
        return len(data) == HASH_BYTES * tile.width and now.startswith(data)
    try:
        parse_bundle(data, tile.width)
    except LedgerError:
        return False
    return now.startswith(data)
