from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from ledger.tlog.encoding import BadHash, decode_base64
from ledger.tlog.proof import (
    ConsistencyInvalid,
    HashReader,
    InclusionInvalid,
    IndexNotInTree,
    RootsDiffer,
    SizesOutOfOrder,
    consistency_proof,
    inclusion_proof,
    root_from_inclusion,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from ledger.tlog.tree import EMPTY_ROOT, node_hash, root_of

LIMIT = 300
ALTERED = bytes(32)


class Reference:
    """PATH, PROOF and MTH word for word from RFC 6962, over leaf hashes held in a list."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.mth = cache(self._mth)
        self.leaves = leaves

    def _mth(self, begin: int, end: int) -> bytes:
        if end - begin == 1:
            return self.leaves[begin]
        k = begin + self.split(end - begin)
        return node_hash(self.mth(begin, k), self.mth(k, end))

    @staticmethod
    def split(n: int) -> int:
        k = 1
        while k * 2 < n:
            k *= 2
        return k

    def path(self, m: int, begin: int, end: int) -> list[bytes]:
        if end - begin == 1:
            return []
        k = self.split(end - begin)
        if m < k:
            return [*self.path(m, begin, begin + k), self.mth(begin + k, end)]
        return [*self.path(m - k, begin + k, end), self.mth(begin, begin + k)]

    def sub(self, m: int, begin: int, end: int, whole: bool) -> list[bytes]:
        n = end - begin
        if m == n:
            return [] if whole else [self.mth(begin, end)]
        k = self.split(n)
        if m <= k:
            return [*self.sub(m, begin, begin + k, whole), self.mth(begin + k, end)]
        return [*self.sub(m - k, begin + k, end, False), self.mth(begin, begin + k)]

    def node(self, level: int, index: int) -> bytes:
        return self.mth(index << level, (index + 1) << level)


@pytest.fixture(scope="module")
def tree(decimal_leaves: Callable[[int], list[bytes]]) -> Reference:
    return Reference(decimal_leaves(LIMIT))


@pytest.fixture(scope="module")
def small(reference_leaves: list[bytes]) -> Reference:
    return Reference(reference_leaves)


def hex_of(proof: tuple[bytes, ...]) -> list[str]:
    return [node.hex()[:8] for node in proof]


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, []),
        (0, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
        (5, 8, ["bc1a0643", "ca854ea1", "d37ee418"]),
        (2, 3, ["fac54203"]),
        (1, 5, ["6e340b9c", "5f083f0a", "bc1a0643"]),
    ],
)
def test_published_inclusion_proofs(
    small: Reference, index: int, size: int, expected: list[str]
) -> None:
    assert hex_of(inclusion_proof(small, index, size)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 1, []),
        (1, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
        (6, 8, ["0ebc5d34", "ca854ea1", "d37ee418"]),
        (2, 5, ["5f083f0a", "bc1a0643"]),
        (4, 7, ["837dbb15"]),
        (3, 7, ["0298d122", "07506a85", "fac54203", "837dbb15"]),
        (7, 8, ["b08693ec", "46f6ffad", "0ebc5d34", "d37ee418"]),
    ],
)
def test_published_consistency_proofs(
    small: Reference, old: int, new: int, expected: list[str]
) -> None:
    assert hex_of(consistency_proof(small, old, new)) == expected


def test_published_proofs_in_full(vectors: dict[str, Any], small: Reference) -> None:
    path = tuple(map(decode_base64, vectors["inclusion_5_of_8_b64"]))
    proof = tuple(map(decode_base64, vectors["consistency_6_to_8_b64"]))
    roots = [bytes.fromhex(root) for root in vectors["roots_hex"]]
    assert inclusion_proof(small, 5, 8) == path
    assert consistency_proof(small, 6, 8) == proof
    verify_inclusion(index=5, size=8, leaf=small.leaves[5], proof=path, root=roots[7])
    verify_consistency(old=6, old_root=roots[5], new=8, new_root=roots[7], proof=proof)


def broken(proof: tuple[bytes, ...], salt: int) -> list[tuple[bytes, ...]]:
    """Three of the ways a proof can be wrong, the place picked by ``salt``."""
    at = salt % (len(proof) + 1)
    ways = [(*proof[:at], ALTERED, *proof[at:])]
    if proof:
        at = salt % len(proof)
        ways.append((*proof[:at], ALTERED, *proof[at + 1 :]))
        ways.append((*proof[:at], *proof[at + 1 :]))
    return ways


def refuses_inclusion(**case: Any) -> bool:
    try:
        verify_inclusion(**case)
    except InclusionInvalid:
        return True
    return False


def refuses_consistency(**case: Any) -> bool:
    try:
        verify_consistency(**case)
    except ConsistencyInvalid:
        return True
    return False


def test_every_inclusion_proof_to_300_verifies_and_no_broken_one_does(tree: Reference) -> None:
    for size in range(1, LIMIT + 1):
        root = tree.mth(0, size)
        for index in range(size):
            proof = inclusion_proof(tree, index, size)
            case = {"index": index, "size": size, "leaf": tree.leaves[index], "root": root}
            assert list(proof) == tree.path(index, 0, size)
            verify_inclusion(**case, proof=proof)
            for bad in broken(proof, size + index):
                assert refuses_inclusion(**case, proof=bad)


def test_every_consistency_proof_to_300_verifies_and_no_broken_one_does(tree: Reference) -> None:
    for new in range(1, LIMIT + 1):
        new_root = tree.mth(0, new)
        for old in range(1, new + 1):
            proof = consistency_proof(tree, old, new)
            roots = {"old_root": tree.mth(0, old), "new_root": new_root}
            assert list(proof) == tree.sub(old, 0, new, True)
            verify_consistency(old=old, new=new, **roots, proof=proof)
            for bad in broken(proof, new + old):
                assert refuses_consistency(old=old, new=new, **roots, proof=bad)


def test_a_proof_holds_for_no_other_index_size_leaf_or_root(tree: Reference) -> None:
    for index, size in [(0, 1), (0, 2), (1, 3), (5, 8), (6, 7), (255, 256), (256, 257), (299, 300)]:
        good: dict[str, Any] = {
            "index": index,
            "size": size,
            "leaf": tree.leaves[index],
            "proof": inclusion_proof(tree, index, size),
            "root": tree.mth(0, size),
        }
        verify_inclusion(**good)
        wrong = [{"index": i} for i in range(-1, size + 1) if i != index]
        wrong += [{"leaf": ALTERED}, {"root": ALTERED}, {"proof": (*good["proof"], ALTERED)}]
        for change in wrong:
            assert refuses_inclusion(**{**good, **change}), (index, size, change)


def test_a_consistency_proof_holds_for_no_other_roots_or_order(tree: Reference) -> None:
    for old, new in [(1, 2), (2, 3), (6, 8), (7, 8), (128, 255), (255, 256), (256, 300)]:
        good: dict[str, Any] = {
            "old": old,
            "old_root": tree.mth(0, old),
            "new": new,
            "new_root": tree.mth(0, new),
            "proof": consistency_proof(tree, old, new),
        }
        verify_consistency(**good)
        swapped = {
            "old": new,
            "new": old,
            "old_root": good["new_root"],
            "new_root": good["old_root"],
        }
        for change in [{"old_root": ALTERED}, {"new_root": ALTERED}, swapped, {"proof": ()}]:
            assert refuses_consistency(**{**good, **change}), (old, new, change)


def test_a_consistency_proof_ends_at_the_size_it_is_for(tree: Reference) -> None:
    proof = consistency_proof(tree, 2, 4)
    roots = {"old_root": tree.mth(0, 2), "new_root": tree.mth(0, 4)}
    verify_consistency(old=2, new=4, **roots, proof=proof)
    for new in (5, 8, 9, 300, 2**62):
        assert refuses_consistency(old=2, new=new, **roots, proof=proof)


def test_a_proof_longer_than_its_size_allows_is_refused_even_when_the_roots_fit(
    tree: Reference,
) -> None:
    assert refuses_inclusion(
        index=0, size=1, leaf=tree.leaves[1], proof=(tree.leaves[0],), root=tree.mth(0, 2)
    )
    longer = consistency_proof(tree, 7, 8)
    roots = {"old_root": tree.mth(0, 7), "new_root": tree.mth(0, 8)}
    verify_consistency(old=7, new=8, **roots, proof=longer)
    assert refuses_consistency(old=3, new=4, **roots, proof=longer)


ROOT = bytes(range(32))


@pytest.mark.parametrize(
    ("old", "old_root", "new", "new_root", "proof"),
    [
        (0, EMPTY_ROOT, 0, EMPTY_ROOT, ()),
        (0, EMPTY_ROOT, 5, ROOT, ()),
        (5, ROOT, 5, ROOT, ()),
    ],
)
def test_the_empty_consistency_proofs_that_hold(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: tuple[bytes, ...]
) -> None:
    verify_consistency(old=old, old_root=old_root, new=new, new_root=new_root, proof=proof)


@pytest.mark.parametrize(
    ("old", "old_root", "new", "new_root", "proof"),
    [
        (0, EMPTY_ROOT, 0, EMPTY_ROOT, (ROOT,)),
        (0, ROOT, 0, ROOT, ()),
        (0, ROOT, 5, ROOT, ()),
        (0, EMPTY_ROOT, 5, ROOT, (ROOT,)),
        (5, ROOT, 5, ROOT, (ROOT,)),
        (5, ROOT, 4, ROOT, ()),
        (4, ROOT, 5, ROOT, ()),
        (-1, ROOT, -1, ROOT, ()),
        (-1, ROOT, 5, ROOT, (ROOT,)),
    ],
)
def test_the_empty_consistency_proofs_that_do_not_hold(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: tuple[bytes, ...]
) -> None:
    with pytest.raises(ConsistencyInvalid) as refusal:
        verify_consistency(old=old, old_root=old_root, new=new, new_root=new_root, proof=proof)
    assert not isinstance(refusal.value, RootsDiffer)


def test_two_roots_at_one_size_are_told_apart_from_a_bad_proof() -> None:
    with pytest.raises(RootsDiffer):
        verify_consistency(old=5, old_root=ROOT, new=5, new_root=ALTERED, proof=())


def test_an_empty_leaf_equal_to_an_empty_root_is_refused() -> None:
    with pytest.raises(BadHash):
        verify_inclusion(index=0, size=1, leaf=b"", proof=(), root=b"")


@pytest.mark.parametrize("short", [b"", bytes(11), bytes(31), bytes(33)])
def test_any_hash_that_is_not_32_bytes_is_refused(tree: Reference, short: bytes) -> None:
    leaf, root, proof = tree.leaves[0], tree.mth(0, 2), (tree.leaves[1],)
    for change in [{"leaf": short}, {"root": short}, {"proof": (short,)}]:
        with pytest.raises(BadHash):
            verify_inclusion(
                **{"index": 0, "size": 2, "leaf": leaf, "proof": proof, "root": root, **change}
            )
    for change in [{"old_root": short}, {"new_root": short}, {"proof": (short,)}]:
        case = {"old": 1, "old_root": leaf, "new": 2, "new_root": root, "proof": proof}
        with pytest.raises(BadHash):
            verify_consistency(**{**case, **change})


def test_equal_short_roots_of_equal_sizes_are_refused() -> None:
    with pytest.raises(BadHash):
        verify_consistency(old=1, old_root=bytes(11), new=1, new_root=bytes(11), proof=())


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5), (6, 5)])
def test_no_inclusion_proof_is_made_outside_the_tree(
    tree: Reference, index: int, size: int
) -> None:
    with pytest.raises(IndexNotInTree):
        inclusion_proof(tree, index, size)
    with pytest.raises(InclusionInvalid):
        root_from_inclusion(index=index, size=size, leaf=ROOT, proof=())


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5)])
def test_no_consistency_proof_is_made_backwards(tree: Reference, old: int, new: int) -> None:
    with pytest.raises(SizesOutOfOrder):
        consistency_proof(tree, old, new)


def test_the_proof_from_the_empty_tree_is_empty(tree: Reference) -> None:
    assert consistency_proof(tree, 0, 0) == consistency_proof(tree, 0, 7) == ()


def test_tree_root_from_nodes_is_the_root_of_the_leaves(tree: Reference) -> None:
    reader: HashReader = tree
    assert tree_root(reader, 0) == EMPTY_ROOT
    for size in range(1, LIMIT + 1):
        assert tree_root(reader, size) == root_of(tree.leaves[:size])
