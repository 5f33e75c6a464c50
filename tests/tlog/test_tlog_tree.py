import base64
import dataclasses
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tlog.encoding import BadHash
from ledger.tlog.tree import (
    EMPTY_ROOT,
    BadFrontier,
    Frontier,
    append_all,
    fold_aligned,
    leaf_hash,
    node_hash,
    root_of,
)

Leaves = Callable[[int], list[bytes]]


def mth(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 writes it: the second implementation."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def test_the_empty_tree_has_the_hash_of_nothing(vectors: dict[str, Any]) -> None:
    assert bytes.fromhex(vectors["empty_root_hex"]) == EMPTY_ROOT
    assert Frontier.empty().root() == root_of([]) == EMPTY_ROOT


def test_leaf_hashes_of_the_reference_tree(reference_leaves: list[bytes]) -> None:
    assert [leaf.hex()[:8] for leaf in reference_leaves] == [
        "6e340b9c",
        "96a296d2",
        "0298d122",
        "07506a85",
        "bc1a0643",
        "4271a26b",
        "b08693ec",
        "46f6ffad",
    ]


def test_roots_of_the_reference_tree(
    vectors: dict[str, Any], reference_leaves: list[bytes]
) -> None:
    frontier = Frontier.empty()
    for leaf, root in zip(reference_leaves, vectors["roots_hex"], strict=True):
        frontier = frontier.append(leaf)
        assert frontier.root().hex() == root
        assert root_of(reference_leaves[: frontier.size]).hex() == root


def test_roots_of_trees_up_to_70000_decimal_entries(
    vectors: dict[str, Any], decimal_leaves: Leaves
) -> None:
    expected = {int(size): root for size, root in vectors["decimal_leaf_roots_b64"].items()}
    expected[511] = "Xz1p4QI3C+QJEi0RouYF5rZTsHG4tLS9KDP65AZS8R0="
    expected[513] = "wk9iB1x27Hf2v1FZ5zLPGVKBT7G+oAfjPpKtm916/aA="
    expected[2] = "ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us="
    expected[3] = "cl1SMNto9VdHDcNfHYhlgTrNfrsHrRUndBQd7LrnEyc="
    leaves, frontier = decimal_leaves(max(expected)), Frontier.empty()
    for size in sorted(expected):
        frontier = append_all(frontier, leaves[frontier.size : size])
        assert base64.b64encode(frontier.root()).decode() == expected[size]
    assert max(expected) == 70000
    assert root_of(leaves) == frontier.root()


def test_frontier_pairing_and_recursion_agree_at_every_size_to_300(decimal_leaves: Leaves) -> None:
    leaves, frontier = decimal_leaves(300), Frontier.empty()
    for size, leaf in enumerate(leaves, start=1):
        frontier = frontier.append(leaf)
        assert frontier.size == size
        assert len(frontier.peaks) == size.bit_count()
        assert frontier.root() == root_of(leaves[:size]) == mth(leaves[:size])


def test_appending_in_one_go_or_one_by_one_is_the_same(decimal_leaves: Leaves) -> None:
    leaves = decimal_leaves(200)
    for cut in range(0, 200, 7):
        start = append_all(Frontier.empty(), leaves[:cut])
        one_by_one = start
        for leaf in leaves[cut:]:
            one_by_one = one_by_one.append(leaf)
        assert append_all(start, iter(leaves[cut:])) == one_by_one


def test_appending_leaves_the_old_frontier_as_it_was(decimal_leaves: Leaves) -> None:
    frontier = append_all(Frontier.empty(), decimal_leaves(7))
    before = (frontier.size, frontier.peaks, frontier.root())
    frontier.append(bytes(32))
    append_all(frontier, decimal_leaves(5))
    assert (frontier.size, frontier.peaks, frontier.root()) == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        frontier.size = 8  # type: ignore[misc]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=80))
def test_a_stored_frontier_reads_back(leaves: list[bytes]) -> None:
    frontier = append_all(Frontier.empty(), leaves)
    assert Frontier.from_bytes(frontier.size, frontier.to_bytes()) == frontier


@pytest.mark.parametrize(("size", "length"), [(-1, 32), (0, 32), (1, 0), (3, 32), (4, 64), (1, 31)])
def test_a_stored_frontier_that_does_not_fit_its_size_is_a_fault(size: int, length: int) -> None:
    with pytest.raises(BadFrontier):
        Frontier.from_bytes(size, bytes(length))


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33)])
def test_a_leaf_hash_of_another_length_is_refused(leaf: bytes) -> None:
    frontier = Frontier.empty().append(bytes(32))
    with pytest.raises(BadHash):
        frontier.append(leaf)
    with pytest.raises(BadHash):
        append_all(frontier, [bytes(32), leaf])
    with pytest.raises(BadHash):
        root_of([leaf])


@pytest.mark.parametrize("height", range(9))
def test_folding_an_aligned_run_gives_its_root(height: int, decimal_leaves: Leaves) -> None:
    leaves = decimal_leaves(1 << height)
    assert fold_aligned(b"".join(leaves)) == root_of(leaves)


def test_leaf_and_node_hashes_are_separate_domains() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
    assert node_hash(left, right) != node_hash(right, left)
