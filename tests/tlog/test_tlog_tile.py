from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import NotFound
from ledger.tlog.bundle import BadBundle, EntryTooLong
from ledger.tlog.encoding import BadHash
from ledger.tlog.proof import consistency_proof, inclusion_proof, tree_root, verify_inclusion
from ledger.tlog.tile import (
    ENTRIES,
    MAX_ENTRY_BYTES,
    TILE_BYTES,
    BadEdge,
    BadTilePath,
    EntriesMismatch,
    NodeNotInTree,
    TileBuilder,
    TileHashReader,
    TileId,
    TileLength,
    TileMismatch,
    edge_widths,
    format_bundle,
    new_full_tiles,
    parse_bundle,
    parse_tile_path,
    tiles_of,
    verify_tiles,
)
from ledger.tlog.tree import EMPTY_ROOT, leaf_hash, root_of

NOT_PATHS = """
tile/0 tile/0/ /tile/0/000 tile/0/000/ tile/0/0 tile/0/0000 TILE/0/000 tile/0/00٣
tile/64/000 tile/00/000 tile/-1/000 tile/data/000 tile/x/000
tile/0/x000/000 tile/0/001/000 tile/0/x001 tile/0/x1/000 tile/0/x000/x001/000
tile/0/000.p/0 tile/0/000.p/256 tile/0/000.p/012 tile/0/000.p/ tile/0/000.p/-1 tile/0/000.p/999
tile/0/x999/x999/x999/x999/x999/x999/999
"""

Leaves = Callable[[int], list[bytes]]
Tiles = dict[TileId, bytes]


class Missing(NotFound):
    code = "test.missing"


def direct_tiles(leaves: list[bytes]) -> Tiles:
    """Every tile of the tree, each level computed whole from the one below: the second way."""
    tiles, level, hashes = {}, 0, leaves
    while hashes:
        for n, start in enumerate(range(0, len(hashes), 256)):
            chunk = hashes[start : start + 256]
            tiles[TileId(level, n, len(chunk))] = b"".join(chunk)
        whole = range(0, len(hashes) - len(hashes) % 256, 256)
        level, hashes = level + 1, [root_of(hashes[i : i + 256]) for i in whole]
    return tiles


def stored(tiles: Tiles) -> Callable[[TileId], bytes]:
    def read(tile: TileId) -> bytes:
        if tile not in tiles:
            raise Missing(what=tile.path())
        return tiles[tile]

    return read


@pytest.fixture(scope="module")
def leaves(decimal_leaves: Leaves) -> list[bytes]:
    return decimal_leaves(66_100)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (TileId(0, 0), "tile/0/000"),
        (TileId(0, 999), "tile/0/999"),
        (TileId(0, 1000), "tile/0/x001/000"),
        (TileId(1, 1234067), "tile/1/x001/x234/067"),
        (TileId(2, 1000000), "tile/2/x001/x000/000"),
        (TileId(63, 5, 255), "tile/63/005.p/255"),
        (TileId(0, 1234067, 12), "tile/0/x001/x234/067.p/12"),
        (TileId(ENTRIES, 67, 1), "tile/entries/067.p/1"),
        (TileId(ENTRIES, 1234067), "tile/entries/x001/x234/067"),
    ],
)
def test_published_tile_paths(tile: TileId, path: str) -> None:
    assert tile.path() == path
    assert parse_tile_path(path) == tile


@given(
    st.builds(
        TileId,
        level=st.integers(-1, 63),
        n=st.integers(0, (2**63 - 1) // 256),
        width=st.integers(1, 256),
    )
)
def test_every_tile_path_reads_back(tile: TileId) -> None:
    assert parse_tile_path(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/000\n", *NOT_PATHS.split()],
)
def test_a_path_that_names_no_tile_is_refused(path: str) -> None:
    with pytest.raises(BadTilePath):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("size", "levels"),
    [
        (1, {0: (0, 1)}),
        (255, {0: (0, 255)}),
        (256, {0: (1, None), 1: (0, 1)}),
        (257, {0: (1, 1), 1: (0, 1)}),
        (65536, {0: (256, None), 1: (1, None), 2: (0, 1)}),
        (66000, {0: (257, 208), 1: (1, 1), 2: (0, 1)}),
        (70000, {0: (273, 112), 1: (1, 17), 2: (0, 1)}),
    ],
)
def test_published_tile_counts(size: int, levels: dict[int, tuple[int, int | None]]) -> None:
    expected = [
        tile
        for level, (full, partial) in levels.items()
        for tile in [
            *(TileId(level, n) for n in range(full)),
            *([TileId(level, full, partial)] if partial else []),
        ]
    ]
    assert list(tiles_of(size)) == expected


def test_the_tiles_of_a_tree_are_those_computed_level_by_level(leaves: list[bytes]) -> None:
    assert list(tiles_of(0)) == []
    for size in [*range(1, 300, 13), 511, 512, 513, 65535, 65536, 65537, 66100]:
        assert list(tiles_of(size)) == list(direct_tiles(leaves[:size]))
        assert len(edge_widths(size)) == 1 + max(tile.level for tile in tiles_of(size))


@given(st.integers(0, 200_000), st.integers(0, 70_000))
def test_new_full_tiles_are_the_full_ones_the_old_tree_lacked(old: int, more: int) -> None:
    full = {tile for tile in tiles_of(old + more) if tile.width == 256}
    assert list(new_full_tiles(old, old + more)) == sorted(full - set(tiles_of(old)))


def batches(size: int) -> Iterator[int]:
    step = 1
    while size:
        yield min(step, size)
        size -= min(step, size)
        step = step * 3 % 521 + 1


def test_the_builder_gives_every_tile_at_every_size_to_600(leaves: list[bytes]) -> None:
    builder, full = TileBuilder.empty(), dict[TileId, bytes]()
    for size in range(1, 601):
        builder, done = builder.append_all([leaves[size - 1]])
        assert [tile for tile, _ in done] == list(new_full_tiles(size - 1, size))
        full.update(done)
        assert full | dict(builder.partial_tiles()) == direct_tiles(leaves[:size])
        assert builder.root() == root_of(leaves[:size])
        assert tuple(len(data) // 32 for data in builder.edge) == edge_widths(size)


def test_the_builder_gives_every_tile_around_65536(leaves: list[bytes]) -> None:
    start = 65_500
    builder, done = TileBuilder.empty().append_all(leaves[:start])
    full, size = dict(done), start
    for step in (30, 5, 1, 1, 1, 200, 17, 256, 89):
        builder, done = builder.append_all(leaves[size : size + step])
        assert [tile for tile, _ in done] == list(new_full_tiles(size, size + step))
        full.update(done)
        size += step
        assert full | dict(builder.partial_tiles()) == direct_tiles(leaves[:size])
        assert builder.root() == root_of(leaves[:size])
    assert size == 66_100


def test_the_builder_does_not_care_how_leaves_are_batched(leaves: list[bytes]) -> None:
    builder, position, full = TileBuilder.empty(), 0, dict[TileId, bytes]()
    for step in batches(5000):
        builder, done = builder.append_all(iter(leaves[position : position + step]))
        full.update(done)
        position += step
    at_once, done = TileBuilder.empty().append_all(leaves[:5000])
    assert (builder, full) == (at_once, dict(done))


def test_a_failed_append_leaves_the_builder_where_it_was(leaves: list[bytes]) -> None:
    builder, _ = TileBuilder.empty().append_all(leaves[:300])
    before = (builder.size, builder.edge)
    _, once = builder.append_all(leaves[300:600])
    with pytest.raises(BadHash):
        builder.append_all([leaves[300], b"short"])
    _, again = builder.append_all(leaves[300:600])
    assert (builder.size, builder.edge) == before
    assert once == again != []


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600, 65_535, 65_536, 66_000])
def test_a_builder_resumed_from_its_edge_or_from_tiles_goes_on_alike(
    leaves: list[bytes], size: int
) -> None:
    builder, done = TileBuilder.empty().append_all(leaves[:size])
    assert TileBuilder.resume(size, list(builder.edge)) == builder
    tail = leaves[size - size % 256 : size]
    assert TileBuilder.from_tiles(size, tail, stored(dict(done))) == builder


@pytest.mark.parametrize(
    ("size", "edge"),
    [
        (0, [b""]),
        (1, []),
        (1, [bytes(31)]),
        (1, [bytes(64)]),
        (1, [bytes(32), b""]),
        (256, [b""]),
        (256, [bytes(32), bytes(32)]),
        (257, [bytes(32), bytes(64)]),
    ],
)
def test_an_edge_that_does_not_fit_its_size_is_a_fault(size: int, edge: list[bytes]) -> None:
    with pytest.raises(BadEdge):
        TileBuilder.resume(size, edge)


def test_a_full_tile_of_the_wrong_length_cannot_be_resumed_from(leaves: list[bytes]) -> None:
    _, done = TileBuilder.empty().append_all(leaves[:256])
    cut = {tile: data[:-32] for tile, data in done}
    with pytest.raises(TileLength):
        TileBuilder.from_tiles(256, [], stored(cut))


def test_roots_from_tiles_are_the_roots_of_the_leaves(leaves: list[bytes]) -> None:
    assert tree_root(TileHashReader(0, stored({})), 0) == EMPTY_ROOT
    for size in [*range(1, 301), 65_535, 65_536, 66_100]:
        reader = TileHashReader(size, stored(direct_tiles(leaves[:size])))
        assert tree_root(reader, size) == root_of(leaves[:size])


def test_proofs_from_tiles_verify_in_a_tree_of_three_levels(leaves: list[bytes]) -> None:
    size = 66_100
    reader = TileHashReader(size, stored(direct_tiles(leaves)))
    for index in [0, 1, 255, 256, 257, 40_000, 65_535, 65_536, 66_047, 66_048, 66_099]:
        verify_inclusion(
            index=index,
            size=size,
            leaf=leaves[index],
            proof=inclusion_proof(reader, index, size),
            root=root_of(leaves),
        )
    assert consistency_proof(reader, 65_536, size)[-1:] == (
        tree_root(TileHashReader(564, stored(direct_tiles(leaves[65_536:]))), 564),
    )


def test_the_reader_takes_a_prefix_of_the_full_tile_for_a_partial_no_longer_kept(
    leaves: list[bytes],
) -> None:
    full_only = stored(direct_tiles(leaves[:256]))
    for size in (1, 100, 255):
        assert tree_root(TileHashReader(size, full_only), size) == root_of(leaves[:size])
    for size in (300, 512):
        with pytest.raises(Missing):
            tree_root(TileHashReader(size, full_only), size)
    with pytest.raises(Missing):
        TileHashReader(512, full_only).node(0, 256)


def test_the_reader_reads_each_tile_once(leaves: list[bytes]) -> None:
    tiles, reads = direct_tiles(leaves[:1000]), list[TileId]()

    def read(tile: TileId) -> bytes:
        reads.append(tile)
        return tiles[tile]

    reader = TileHashReader(1000, read)
    for index in range(0, 1000, 50):
        inclusion_proof(reader, index, 1000)
    assert len(reads) == len(set(reads)) <= 5


def test_the_reader_stays_right_when_it_has_to_forget(leaves: list[bytes]) -> None:
    tiles, reads = direct_tiles(leaves), list[TileId]()

    def read(tile: TileId) -> bytes:
        reads.append(tile)
        return tiles[tile]

    reader = TileHashReader(len(leaves), read)
    for _ in range(2):
        for n in range(257):
            assert reader.node(0, n * 256 + 3) == leaves[n * 256 + 3]
            assert reader.node(2, n * 64) == root_of(leaves[n * 256 : n * 256 + 4])
    assert len(reads) > 257


@pytest.mark.parametrize("length", [0, 31, TILE_BYTES - 32, TILE_BYTES + 1])
def test_a_tile_of_the_wrong_length_is_never_read_from(length: int) -> None:
    with pytest.raises(TileLength):
        TileHashReader(256, lambda _: bytes(length)).node(0, 0)


@pytest.mark.parametrize(("level", "index"), [(0, 5), (1, 2), (3, 0), (0, -1), (-1, 0), (64, 0)])
def test_a_node_beyond_the_tree_does_not_exist(level: int, index: int) -> None:
    with pytest.raises(NodeNotInTree):
        TileHashReader(5, lambda _: bytes(160)).node(level, index)


@pytest.mark.parametrize("size", [0, 1, 256, 1000])
def test_untouched_tiles_pass(leaves: list[bytes], size: int) -> None:
    verify_tiles(
        size=size,
        root=root_of(leaves[:size]),
        leaf_hashes=iter(leaves[:size]),
        read_tile=stored(direct_tiles(leaves[:size])),
    )


def test_one_changed_byte_in_any_tile_is_found(leaves: list[bytes]) -> None:
    size, tiles = 1000, direct_tiles(leaves[:1000])
    for tile, data in tiles.items():
        for at in (0, 32, len(data) - 1):
            bad = bytearray(data)
            bad[at % len(data)] ^= 1
            with pytest.raises(TileMismatch) as refusal:
                verify_tiles(
                    size=size,
                    root=root_of(leaves[:size]),
                    leaf_hashes=leaves[:size],
                    read_tile=stored({**tiles, tile: bytes(bad)}),
                )
            assert refusal.value.facts == {"tile": tile.path()}


def test_a_forged_entry_with_a_tile_to_match_is_found(leaves: list[bytes]) -> None:
    """CVE-2026-56865: entry 257 and tile 0/001 forged together, the parents left as they were."""
    size, tiles = 1000, direct_tiles(leaves[:1000])
    root, forged = root_of(leaves[:size]), list(leaves[:size])
    forged[257] = leaf_hash(b"forged")
    forged_tiles = {**tiles, TileId(0, 1): direct_tiles(forged)[TileId(0, 1)]}
    for entries, error in [(forged, EntriesMismatch), (leaves[:size], TileMismatch)]:
        with pytest.raises(error):
            verify_tiles(size=size, root=root, leaf_hashes=entries, read_tile=stored(forged_tiles))


@pytest.mark.parametrize("count", [0, 511, 513, 1000])
def test_a_missing_or_extra_entry_is_found(leaves: list[bytes], count: int) -> None:
    with pytest.raises(EntriesMismatch):
        verify_tiles(
            size=512,
            root=root_of(leaves[:512]),
            leaf_hashes=leaves[:count],
            read_tile=stored(direct_tiles(leaves[:513])),
        )


def test_a_truncated_tile_under_the_name_of_a_full_one_is_found(leaves: list[bytes]) -> None:
    tiles = direct_tiles(leaves[:512])
    tiles[TileId(0, 1)] = tiles[TileId(0, 1)][: 32 * 200]
    with pytest.raises(TileLength):
        verify_tiles(
            size=512,
            root=root_of(leaves[:512]),
            leaf_hashes=leaves[:512],
            read_tile=stored(tiles),
        )


def test_the_published_bundle() -> None:
    assert format_bundle([b"", b"\x00", b"\x10"]).hex() == "0000000100000110"
    assert parse_bundle(bytes.fromhex("0000000100000110"), 3) == (b"", b"\x00", b"\x10")


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_every_bundle_reads_back(entries: list[bytes]) -> None:
    assert parse_bundle(format_bundle(entries), len(entries)) == tuple(entries)


def test_the_longest_entry_fits_a_bundle_and_a_longer_one_does_not() -> None:
    longest = bytes(MAX_ENTRY_BYTES)
    assert parse_bundle(format_bundle([longest]), 1) == (longest,)
    with pytest.raises(EntryTooLong):
        format_bundle([longest + b"x"])


@pytest.mark.parametrize("width", [0, 1, 2, 4, 5, 256])
def test_a_bundle_of_another_width_is_refused(width: int) -> None:
    with pytest.raises(BadBundle):
        parse_bundle(format_bundle([b"one", b"two", b"three"]), width)


def test_a_bundle_cut_anywhere_is_refused() -> None:
    data = format_bundle([b"one", b"", b"three"])
    for end in range(len(data)):
        with pytest.raises(BadBundle):
            parse_bundle(data[:end], 3)
    with pytest.raises(BadBundle):
        parse_bundle(data + b"\x00", 3)


def test_a_bundle_has_the_number_and_width_of_its_hash_tile() -> None:
    assert TileId(0, 67, 12).bundle().path() == "tile/entries/067.p/12"
    assert TileId(0, 67, 12).full() == TileId(0, 67)
