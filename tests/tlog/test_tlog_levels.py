"""The tree in memory gives the roots and proofs every other implementation gives."""

import json
from typing import Any

import pytest

from ledger.tlog.encoding import BadHash, decode_hash
from ledger.tlog.levels import Levels
from ledger.tlog.proof import IndexNotInTree, verify_inclusion
from ledger.tlog.tree import EMPTY_ROOT, leaf_hash, root_of
from tests.support import heads


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(heads.VECTORS.read_text())
    return found


def test_the_known_answers_are_those_of_the_second_implementation(known: dict[str, Any]) -> None:
    assert known == heads.document()


def test_roots_of_the_known_trees(known: dict[str, Any]) -> None:
    for tree in known["trees"]:
        leaves = [leaf_hash(line.encode()) for line in tree["lines"]]
        assert tree["lines"] == sorted(tree["lines"])
        assert heads.b64(Levels(leaves).root()) == tree["root"]


def test_proofs_in_the_last_known_tree(known: dict[str, Any]) -> None:
    levels = Levels([leaf_hash(line.encode()) for line in known["trees"][-1]["lines"]])
    for index, proof in enumerate(known["inclusion"]):
        assert levels.inclusion(index) == tuple(map(decode_hash, proof))


def test_every_leaf_of_every_small_tree_is_proven() -> None:
    for size in range(1, 70):
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        levels = Levels(leaves)
        assert (levels.size, levels.root()) == (size, root_of(leaves))
        for index, leaf in enumerate(leaves):
            proof = levels.inclusion(index)
            verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=levels.root())


def test_the_edges() -> None:
    assert Levels([]).root() == EMPTY_ROOT
    with pytest.raises(IndexNotInTree):
        Levels([bytes(32)]).inclusion(1)
    with pytest.raises(BadHash):
        Levels([b"short"])
