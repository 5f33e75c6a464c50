"""The tree over the entries read, held to every stored tile and every stated root.

Tiles are rebuilt from the entries and compared byte for byte; checking them against their parents
alone can leave children unchecked (CVE-2026-56865). A missing entry ends the tree: what comes
after it has no place, and no root is claimed from there on.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from ledger.audit.faults import SeenDiffers, TileDiffers, TileMissing
from ledger.audit.ports import Fault
from ledger.entry import base64url
from ledger.errors import IntegrityFault, MalformedError, NotFound
from ledger.tlog.encoding import HASH_BYTES
from ledger.tlog.proof import tree_root
from ledger.tlog.tile import TILE_WIDTH, ReadTile, TileBuilder, TileHashReader, TileId


class TreeCheck:
    """Grows with the entries; ``roots`` has the root at each wanted size once it was passed."""

    def __init__(self, read_tile: ReadTile, wanted: Iterable[int], *, partials: bool) -> None:
        self.roots: dict[int, bytes] = {}
        self.broken = False
        self._read = read_tile
        self._partials = partials
        self._builder = TileBuilder.empty()
        self._wanted = sorted(set(wanted), reverse=True)
        self._faulty = False
        self._take_roots()

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return self._builder.size

    def root(self) -> bytes | None:
        """Return the root of all entries, None when one was missing."""
        return None if self.broken else self._builder.root()

    def grow(self, leaves: Sequence[bytes]) -> Iterator[Fault]:
        """Take the next leaf hashes; yield the stored tiles that are not what they give."""
        start = 0
        while start < len(leaves) and not self.broken:
            stop = min(len(leaves), start + self._until_wanted())
            self._builder, tiles = self._builder.append_all(leaves[start:stop])
            yield from self._compared(tiles)
            self._take_roots()
            start = stop

    def finish(self) -> Iterator[Fault]:
        """Compare the partial tiles at the last size."""
        if self._partials and not self.broken:
            yield from self._compared(self._builder.partial_tiles())

    def compare_seen(self, seen: Iterable[tuple[int, str, int]]) -> Iterator[Fault]:
        """Yield the entries whose signer had verified a root this log does not have.

        ``seen`` are (size, root, log index of the entry), those of one size together. Roots are
        read from the stored tiles, so they say nothing once a tile was found faulty.
        """
        if self.broken or self._faulty:
            return
        edge = dict(self._builder.partial_tiles())
        reader = TileHashReader(
            self.size, lambda tile: edge[tile] if tile in edge else self._read(tile)
        )
        for size, same in groupby(seen, itemgetter(0)):
            true = None if size > self.size else tree_root(reader, size)
            for _, root, index in same:
                if size > index or base64url.decode(root) != true:
                    yield Fault(index, SeenDiffers(size=size))

    def _until_wanted(self) -> int:
        return self._wanted[-1] - self.size if self._wanted else 1 << 62

    def _take_roots(self) -> None:
        while self._wanted and self._wanted[-1] == self.size:
            self.roots[self._wanted.pop()] = self._builder.root()

    def _compared(self, tiles: Iterable[tuple[TileId, bytes]]) -> Iterator[Fault]:
        for tile, data in tiles:
            for fault in _differences(tile, data, self._read):
                self._faulty = True
                yield fault


def _differences(tile: TileId, data: bytes, read_tile: ReadTile) -> Iterator[Fault]:
    try:
        stored = read_tile(tile)
    except (NotFound, IntegrityFault, MalformedError):
        yield Fault(None, TileMissing(tile=tile.path()))
        return
    if stored != data:
        yield Fault(_first_entry(tile, data, stored), TileDiffers(tile=tile.path()))


def _first_entry(tile: TileId, data: bytes, stored: bytes) -> int | None:
    """Return the log index of the first hash that differs; hashes above level 0 span many."""
    if tile.level != 0:
        return None
    for slot in range(tile.width):
        at = slice(slot * HASH_BYTES, (slot + 1) * HASH_BYTES)
        if data[at] != stored[at]:
            return tile.n * TILE_WIDTH + slot
    return None
