"""Tiles of C2SP tlog-tiles: names, reading, building, authenticating.

A tile of level L holds 256 hashes, each over 256^L entries; a bundle holds the 256 entries of
one level-0 tile. A partial tile is a prefix of its full one and is never hashed into the level
above. Storage, HTTP, caching headers and pruning are not handled here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple, Self

from ledger.errors import IntegrityFault, MalformedError, NotFound, VerificationError
from ledger.tlog.bundle import MAX_ENTRY_BYTES, format_bundle, parse_bundle
from ledger.tlog.encoding import HASH_BYTES, MAX_SIZE, check_hash
from ledger.tlog.tree import EMPTY_ROOT, fold_aligned, node_hash

__all__ = [
    "ENTRIES",
    "MAX_ENTRY_BYTES",
    "TILE_BYTES",
    "TILE_WIDTH",
    "ReadTile",
    "TileBuilder",
    "TileHashReader",
    "TileId",
    "edge_widths",
    "format_bundle",
    "new_full_tiles",
    "parse_bundle",
    "parse_tile_path",
    "read_checked",
    "tiles_of",
    "verify_tiles",
]

TILE_WIDTH: Final = 256
TILE_BYTES: Final = TILE_WIDTH * HASH_BYTES
ENTRIES: Final = -1
"""The ``level`` of an entry bundle."""

_HEIGHT: Final = 8
_CACHED_TILES: Final = 128  # 1 MiB of hashes, and as much again for each level of nodes
_VERIFY_BATCH: Final = 64 * TILE_WIDTH
_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class BadTilePath(MalformedError):
    """A path does not name a tile or bundle."""

    code = "tlog.tile_path"
    zh = "瓦片路径不合规。正确写法如 tile/0/x001/234 或 tile/entries/067.p/12，请按规范重试。"
    en = "This is not a tile path. Write it like tile/0/x001/234 or tile/entries/067.p/12."


class NodeNotInTree(NotFound):
    """A hash was asked for that a tree of this size does not have."""

    code = "tlog.node_not_in_tree"
    zh = "大小为 {size} 的账本没有第 {level} 层第 {index} 个哈希。请核对大小后重试。"
    en = "A log of size {size} has no hash {index} at level {level}. Check the size."


class TileLength(VerificationError):
    """A tile has fewer or more bytes than its name says."""

    code = "tlog.tile_length"
    zh = (
        "瓦片 {tile} 应为 {expected} 字节，实为 {length} 字节。请重新获取；仍不符，请运行完整审计。"
    )
    en = (
        "Tile {tile} has {length} bytes instead of {expected}. Fetch it again; if it stays so, "
        "run a full audit."
    )


class TileMismatch(VerificationError):
    """A stored tile differs from the one its entries give."""

    code = "tlog.tile_mismatch"
    zh = "瓦片 {tile} 与条目计算所得不一致。请勿使用此副本的证明，保留现场并报告监督机构。"
    en = (
        "Tile {tile} differs from what the entries give. Trust no proof of this copy, keep it as "
        "it is, and report it."
    )


class EntriesMismatch(VerificationError):
    """The entries do not give the checkpoint's size and root."""

    code = "tlog.entries_mismatch"
    zh = "条目共 {count} 条，与检查点的大小 {size} 或根哈希不符。请保留副本并报告监督机构。"
    en = (
        "The {count} entries do not give the checkpoint's size {size} and root. Keep this copy "
        "and report it to the supervisors."
    )


class BadEdge(IntegrityFault):
    """Stored right-edge hashes do not fit the size they belong to."""

    code = "tlog.edge"
    zh = "第 {level} 层末端哈希与大小 {size} 不符。请停止写入，运行 mingzhang verify。"
    en = (
        "The right edge at level {level} does not fit size {size}. Stop writing and run "
        "`mingzhang verify`."
    )


class TileId(NamedTuple):
    """A tile's name: ``level`` 0..63 or ``ENTRIES``, number ``n`` >= 0, ``width`` 1..256."""

    level: int
    n: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Return for instance ``tile/0/x001/x234/067.p/12``."""
        groups, rest = [f"{self.n % 1000:03d}"], self.n // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        kind = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{'/'.join(reversed(groups))}{partial}"

    def bundle(self) -> Self:
        """Return the name of the bundle with this level-0 tile's entries."""
        return self._replace(level=ENTRIES)

    def full(self) -> Self:
        """Return the name of the full tile this one is a prefix of."""
        return self._replace(width=TILE_WIDTH)


ReadTile = Callable[[TileId], bytes]
"""Gives a tile's bytes; raises ``NotFound`` when a partial tile is no longer kept."""


def parse_tile_path(path: str) -> TileId:
    """Read the path of a tile or of an entry bundle.

    Raises:
        BadTilePath: not the one spelling tlog-tiles gives it, or beyond 2^63-1 entries.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise BadTilePath
    kind, groups, width = match.groups()
    tile = TileId(
        level=ENTRIES if kind == "entries" else int(kind),
        n=int(groups.replace("x", "").replace("/", "")),
        width=TILE_WIDTH if width is None else int(width),
    )
    # SPEC: partial tiles are 1..255 wide; `path` also refuses a superfluous `x000` group.
    too_far = tile.level >= 64 or tile.n * TILE_WIDTH > MAX_SIZE
    if too_far or tile.width > TILE_WIDTH or tile.path() != path:
        raise BadTilePath
    return tile


def tiles_of(size: int) -> Iterator[TileId]:
    """Yield every hash tile of a tree, level by level; at most one partial per level, last."""
    level, hashes = 0, size
    while hashes:
        full, partial = divmod(hashes, TILE_WIDTH)
        for n in range(full):
            yield TileId(level, n)
        # SPEC: "Empty tiles MUST NOT be served": a level of whole tiles has no partial.
        if partial:
            yield TileId(level, full, partial)
        level, hashes = level + 1, full


def new_full_tiles(old_size: int, new_size: int) -> Iterator[TileId]:
    """Yield the hash tiles full at ``new_size`` but not at ``old_size``, level by level."""
    level, old, new = 0, old_size // TILE_WIDTH, new_size // TILE_WIDTH
    while new:
        for n in range(old, new):
            yield TileId(level, n)
        level, old, new = level + 1, old // TILE_WIDTH, new // TILE_WIDTH


def read_checked(read_tile: ReadTile, tile: TileId) -> bytes:
    """Read a tile and check its length, taking a prefix of the full tile for a lost partial.

    Raises:
        TileLength: the bytes do not fit the width.
    """
    try:
        source, data = tile, read_tile(tile)
    except NotFound:
        if tile.width == TILE_WIDTH:
            raise
        # SPEC: "clients MUST fetch the corresponding full tile and truncate it".
        source, data = tile.full(), read_tile(tile.full())
    expected = HASH_BYTES * source.width
    if len(data) != expected:
        raise TileLength(tile=source.path(), length=len(data), expected=expected)
    return data[: HASH_BYTES * tile.width]


class TileHashReader:
    """A ``HashReader`` over the tiles of a tree of ``size`` entries.

    It believes the tiles: a proof made from bad ones fails at its verifier, and a copy from
    elsewhere is authenticated by ``verify_tiles`` first. Tiles and the nodes folded from them
    are kept, about 10 MB at most: make one reader for all the proofs of a request or batch.
    """

    __slots__ = ("_nodes", "_read", "_size", "_tiles")

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self._size = size
        self._read = read_tile
        self._tiles: dict[TileId, bytes] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return MTH over the leaves [index * 2^level, (index + 1) * 2^level), 32 bytes.

        Raises:
            NodeNotInTree: the range reaches beyond the tree.
            TileLength: a tile of the wrong length.
        """
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise NodeNotInTree(level=level, index=index, size=self._size)
        node = self._nodes.get((level, index))
        if node is None:
            node = self._nodes[level, index] = self._fold(level, index)
        return node

    def _fold(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, _HEIGHT)
        n, first = divmod(index << height, TILE_WIDTH)
        width = min(TILE_WIDTH, (self._size >> _HEIGHT * tile_level) - n * TILE_WIDTH)
        start = HASH_BYTES * first
        data = self._tile(TileId(tile_level, n, width))
        return fold_aligned(data[start : start + (HASH_BYTES << height)])

    def _tile(self, tile: TileId) -> bytes:
        data = self._tiles.get(tile)
        if data is None:
            if len(self._tiles) >= _CACHED_TILES:
                self._tiles.clear()
                self._nodes.clear()
            data = self._tiles[tile] = read_checked(self._read, tile)
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class TileBuilder:
    """The right edge of the tile grid; appending returns a new builder and the finished tiles.

    ``edge[L]`` holds the concatenated hashes of level L's incomplete tile, ``b""`` when the
    level ends on a whole tile; there is one item for each level that has hashes at all. Being a
    value, it does not move when the transaction it was used in fails.
    """

    size: int
    edge: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> Self:
        """Return the builder of a tree without entries."""
        return cls(size=0, edge=())

    @classmethod
    def resume(cls, size: int, edge: Sequence[bytes]) -> Self:
        """Go on from a stored edge; ``edge_widths(size)`` tells how many hashes each level has.

        Raises:
            BadEdge: a level's length does not fit ``size``.
        """
        widths = edge_widths(size)
        for level in range(max(len(widths), len(edge))):
            expected = HASH_BYTES * widths[level] if level < len(widths) else None
            if level >= len(edge) or len(edge[level]) != expected:
                raise BadEdge(level=level, size=size)
        return cls(size=size, edge=tuple(edge))

    @classmethod
    def from_tiles(cls, size: int, leaves: Iterable[bytes], read_tile: ReadTile) -> Self:
        """Rebuild the edge from full tiles and the ``size % 256`` leaf hashes after the last one.

        Raises:
            BadEdge: another number of leaf hashes.
            TileLength: a stored tile has the wrong length.
        """
        edge = [b"".join(leaves)] if size else []
        for level, width in enumerate(edge_widths(size)[1:], start=1):
            end = size >> _HEIGHT * level
            tiles = (TileId(level - 1, n) for n in range(end - width, end))
            edge.append(b"".join([fold_aligned(read_checked(read_tile, t)) for t in tiles]))
        return cls.resume(size, edge)

    def append_all(self, leaves: Iterable[bytes]) -> tuple[Self, list[tuple[TileId, bytes]]]:
        """Return the builder after these leaf hashes, and the tiles they completed.

        The tiles come in the order of ``new_full_tiles``: level by level, by number.

        Raises:
            BadHash: a leaf hash is not 32 bytes.
        """
        fresh = [check_hash(leaf) for leaf in leaves]
        size, tiles, edge = self.size + len(fresh), list[tuple[TileId, bytes]](), list[bytes]()
        while fresh or len(edge) < len(self.edge):
            level = len(edge)
            kept = self.edge[level] if level < len(self.edge) else b""
            data = kept + b"".join(fresh)
            n = self.size >> _HEIGHT * (level + 1)
            whole = len(data) - len(data) % TILE_BYTES
            done = [data[i : i + TILE_BYTES] for i in range(0, whole, TILE_BYTES)]
            tiles += [(TileId(level, n + i), tile) for i, tile in enumerate(done)]
            edge.append(data[whole:])
            fresh = [fold_aligned(tile) for tile in done]
        return type(self)(size=size, edge=tuple(edge)), tiles

    def partial_tiles(self) -> list[tuple[TileId, bytes]]:
        """Return the partial tiles of the tree at this size, at most one for each level."""
        return [
            (TileId(level, self.size >> _HEIGHT * (level + 1), len(data) // HASH_BYTES), data)
            for level, data in enumerate(self.edge)
            if data
        ]

    def root(self) -> bytes:
        """Return the root at this size; it hashes up to 255 nodes for each level."""
        peaks = [peak for data in reversed(self.edge) for peak in _peaks(data)]
        if not peaks:
            return EMPTY_ROOT
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root


def edge_widths(size: int) -> tuple[int, ...]:
    """Return how many hashes (0..255) each level's incomplete tile has in a tree of ``size``."""
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return tuple(widths)


def verify_tiles(
    *, size: int, root: bytes, leaf_hashes: Iterable[bytes], read_tile: ReadTile
) -> None:
    """Authenticate every tile of a stored tree against the entries and a trusted root.

    The tiles are rebuilt from the leaf hashes and compared byte for byte. Checking tiles only
    against their parents, as CVE-2026-56865 shows, can leave the first children unchecked.

    Raises:
        EntriesMismatch: the leaves do not give ``size`` and ``root``.
        TileMismatch: a stored tile differs; ``tile`` names it.
        TileLength: a stored tile has the wrong length.
    """
    builder, source = TileBuilder.empty(), iter(leaf_hashes)
    while batch := list(islice(source, _VERIFY_BATCH)):
        builder, tiles = builder.append_all(batch)
        if builder.size > size:
            raise EntriesMismatch(count=builder.size, size=size)
        _compare_tiles(tiles, read_tile)
    if builder.size != size or builder.root() != check_hash(root):
        raise EntriesMismatch(count=builder.size, size=size)
    _compare_tiles(builder.partial_tiles(), read_tile)


def _compare_tiles(tiles: Iterable[tuple[TileId, bytes]], read_tile: ReadTile) -> None:
    for tile, data in tiles:
        if read_checked(read_tile, tile) != data:
            raise TileMismatch(tile=tile.path())


def _peaks(data: bytes) -> Iterator[bytes]:
    """Yield the roots of the perfect subtrees over an incomplete tile's hashes, largest first."""
    count, start = len(data) // HASH_BYTES, 0
    for height in reversed(range(_HEIGHT)):
        if count >> height & 1:
            end = start + (HASH_BYTES << height)
            yield fold_aligned(data[start:end])
            start = end
