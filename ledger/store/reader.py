"""Tiles and proofs of the log: full tiles as stored, partial ones sliced from rows when asked."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock

from ledger.entry.entry import leaf_hash
from ledger.errors import IntegrityFault
from ledger.store.recorder import Recorder
from ledger.tlog.proof import consistency_proof, inclusion_proof, tree_root
from ledger.tlog.tile import (
    ENTRIES,
    TILE_BYTES,
    TILE_WIDTH,
    TileBuilder,
    TileHashReader,
    TileId,
    format_bundle,
)
from ledger.tlog.tree import fold_aligned

CACHED_TILES = 2_000


class TileMissing(IntegrityFault):
    """A full tile or an entry that the head counts is not stored."""

    code = "store.tile_missing"
    zh = "账本缺少 {tile}：存储被改动过，请运行 mingzhang verify。"
    en = "The store lacks {tile}: it was changed; run `mingzhang verify`."


class LogReader:
    """Tiles, bundles, roots and proofs at any size up to the head's."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._full: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._folded: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._lock = Lock()

    def root(self, size: int) -> bytes:
        """Return the root (32 bytes) of the first ``size`` entries."""
        return tree_root(TileHashReader(size, self.tile), size)

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of entry ``index`` (0 <= index < size)."""
        return inclusion_proof(TileHashReader(size, self.tile), index, size)

    def inclusions(self, indexes: Iterable[int], size: int) -> Iterator[tuple[bytes, ...]]:
        """Yield the inclusion proof of each entry; nodes they share are read and folded once."""
        nodes = TileHashReader(size, self.tile)
        return (inclusion_proof(nodes, index, size) for index in indexes)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the tree of ``new`` extends the tree of ``old``."""
        return consistency_proof(TileHashReader(new, self.tile), old, new)

    def builder(self, size: int) -> TileBuilder:
        """Return the right edge of the tile grid at ``size``."""
        start = size - size % TILE_WIDTH
        return TileBuilder.from_tiles(size, self._leaves(start, size), self.tile)

    def tile(self, tile: TileId) -> bytes:
        """Return a tile's or a bundle's bytes. Raises: TileMissing."""
        if tile.level == ENTRIES:
            return format_bundle(self._states(tile.n * TILE_WIDTH, tile.width))
        if tile.width == TILE_WIDTH:
            return self._stored(tile)
        if tile.level == 0:
            start = tile.n * TILE_WIDTH
            return b"".join(self._leaves(start, start + tile.width))
        # The last tiles of a level have no parent tile yet: their roots are the partial one.
        below = (tile.n * TILE_WIDTH + i for i in range(tile.width))
        return b"".join([self._root_of(TileId(tile.level - 1, n)) for n in below])

    def _root_of(self, full: TileId) -> bytes:
        # Kept: of a log of 40,000 entries each proof would else fold 40,000 leaves.
        key = (full.level, full.n)
        with self._lock:
            if (known := self._folded.get(key)) is not None:
                return known
        return self._keep(self._folded, key, fold_aligned(self._stored(full)))

    def _leaves(self, start: int, stop: int) -> list[bytes]:
        return [leaf_hash(state) for state in self._states(start, stop - start)]

    def _states(self, start: int, width: int) -> list[bytes]:
        states = self._recorder.states(start, start + width)
        if len(states) != width:
            raise TileMissing(tile=f"entries {start} to {start + width - 1}")
        return states

    def _stored(self, tile: TileId) -> bytes:
        key = (tile.level, tile.n)
        with self._lock:
            if (cached := self._full.get(key)) is not None:
                return cached
        stored = self._recorder.tile(*key)
        if stored is None or len(stored) != TILE_BYTES:
            raise TileMissing(tile=tile.path())
        return self._keep(self._full, key, stored)

    def _keep(
        self, kept: OrderedDict[tuple[int, int], bytes], key: tuple[int, int], found: bytes
    ) -> bytes:
        with self._lock:
            kept[key] = found
            while len(kept) > CACHED_TILES:
                kept.popitem(last=False)
        return found
