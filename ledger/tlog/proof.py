"""Inclusion and consistency proofs of RFC 6962, sections 2.1.1 and 2.1.2.

The verifiers take primitives only and check every length before use. Where the hashes come
from is a ``HashReader``'s business (``tile.TileHashReader``); who signed a root is ``note``'s.
"""

from collections.abc import Sequence
from typing import Protocol

from ledger.errors import MalformedError, NotFound, VerificationError
from ledger.tlog.encoding import check_hash
from ledger.tlog.tree import EMPTY_ROOT, node_hash


class IndexNotInTree(NotFound):
    """A proof was asked for an entry the tree of that size does not hold."""

    code = "tlog.index_not_in_tree"
    zh = "大小为 {size} 的账本中没有第 {index} 条。请核对序号，或改用更新的检查点。"
    en = "A log of size {size} has no entry {index}. Check the index, or use a later checkpoint."


class SizesOutOfOrder(MalformedError):
    """A consistency proof runs from a smaller size to a larger one."""

    code = "tlog.sizes_out_of_order"
    zh = "旧大小 {old} 大于新大小 {new}。请把较早的检查点放在前面。"
    en = "The old size {old} is above the new size {new}. Put the earlier checkpoint first."


class InclusionInvalid(VerificationError):
    """An inclusion proof does not lead from the leaf to the root."""

    code = "tlog.inclusion"
    zh = (
        "包含证明不成立：第 {index} 条不能由此证明属于大小为 {size} 的账本。"
        "请重新获取证明；仍不成立，请报告监督机构。"
    )
    en = (
        "The inclusion proof fails: it does not place entry {index} in the log of size {size}. "
        "Fetch the proof again; if it still fails, report it to the supervisors."
    )


class ConsistencyInvalid(VerificationError):
    """A consistency proof does not lead from the old root to the new one."""

    code = "tlog.consistency"
    zh = (
        "一致性证明不成立：大小 {new} 的账本不能由此证明是大小 {old} 的延续。"
        "请保留两个检查点并报告监督机构。"
    )
    en = (
        "The consistency proof fails: it does not show size {new} to extend size {old}. Keep both "
        "checkpoints and report them to the supervisors."
    )


class RootsDiffer(ConsistencyInvalid):
    """Two roots at one size: if both are signed, the log has forked."""

    code = "tlog.roots_differ"
    zh = "同为大小 {new} 的两个根哈希不同：账本可能已分叉。请保留两个检查点并立即报告监督机构。"
    en = (
        "Two different roots at size {new}: the log may have forked. Keep both checkpoints and "
        "report them to the supervisors at once."
    )


class HashReader(Protocol):
    """Gives the hashes of a log's perfect, aligned subtrees."""

    def node(self, level: int, index: int) -> bytes:
        """Return MTH over the leaves [index * 2^level, (index + 1) * 2^level), 32 bytes."""
        ...


def tree_root(reader: HashReader, size: int) -> bytes:
    """Return the root of the first ``size`` leaves, 32 bytes; at most log2(size) + 1 reads."""
    return _range_hash(reader, 0, size) if size else EMPTY_ROOT


def inclusion_proof(reader: HashReader, index: int, size: int) -> tuple[bytes, ...]:
    """Return PATH(index, D[size]), leaf sibling first; 0 <= index < size.

    Raises:
        IndexNotInTree: the index lies outside the tree.
    """
    if not 0 <= index < size:
        raise IndexNotInTree(index=index, size=size)
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(reader, middle, end))
            end = middle
        else:
            path.append(_range_hash(reader, begin, middle))
            begin = middle
    return tuple(reversed(path))


def consistency_proof(reader: HashReader, old: int, new: int) -> tuple[bytes, ...]:
    """Return PROOF(old, D[new]); 0 <= old <= new, and empty when ``old`` is 0 or ``new``.

    Raises:
        SizesOutOfOrder: ``old`` is negative or above ``new``.
    """
    if not 0 <= old <= new:
        raise SizesOutOfOrder(old=old, new=new)
    if old in {0, new}:
        return ()
    begin, end, path = 0, new, []
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_range_hash(reader, middle, end))
            end = middle
        else:
            path.append(_range_hash(reader, begin, middle))
            begin = middle
    # A walk that never turned right ended on the old tree itself, whose root the verifier has.
    if begin:
        path.append(_range_hash(reader, begin, end))
    return tuple(reversed(path))


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash is entry ``index`` of the tree with ``size`` leaves and ``root``.

    Raises:
        BadHash: a hash is not 32 bytes.
        InclusionInvalid: index outside the tree, wrong number of hashes, or another root.
    """
    check_hash(root)
    if root_from_inclusion(index=index, size=size, leaf=leaf, proof=proof) != root:
        raise InclusionInvalid(index=index, size=size)


def root_from_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf hash and its inclusion proof lead to.

    The result proves nothing until it is compared with a root that somebody signed.

    Raises:
        BadHash: a hash is not 32 bytes.
        InclusionInvalid: index outside the tree, or a wrong number of hashes.
    """
    if not 0 <= index < size:
        raise InclusionInvalid(index=index, size=size)
    node, last, root = index, size - 1, check_hash(leaf)
    for sibling in proof:
        if last == 0:
            raise InclusionInvalid(index=index, size=size)
        if node & 1 or node == last:
            root = node_hash(check_hash(sibling), root)
            node, last = _skip_lone_levels(node, last)
        else:
            root = node_hash(root, check_hash(sibling))
        node >>= 1
        last >>= 1
    if last != 0:
        raise InclusionInvalid(index=index, size=size)
    return root


def verify_consistency(
    *, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree (new, new_root) extends the tree (old, old_root).

    Raises:
        BadHash: a hash is not 32 bytes.
        RootsDiffer: equal sizes with different roots.
        ConsistencyInvalid: anything else that does not hold.
    """
    check_hash(old_root)
    check_hash(new_root)
    if old == new and old_root != new_root:
        raise RootsDiffer(old=old, new=new)
    if old in {0, new}:
        # Verifiers disagree most on the empty proofs: they prove only what is said here.
        valid = not proof and 0 <= old <= new and (old != 0 or old_root == EMPTY_ROOT)
    else:
        valid = 0 < old < new and _roots_from_consistency(old, new, old_root, proof) == (
            old_root,
            new_root,
        )
    if not valid:
        raise ConsistencyInvalid(old=old, new=new)


def _roots_from_consistency(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Return the old and the new root the proof leads to; None when its length is wrong."""
    path = [check_hash(node) for node in proof]
    if old.bit_count() == 1:
        # A perfect old tree is itself a node of the new one, so the proof leaves it out.
        path.insert(0, old_root)
    if not proof:
        return None
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            node, last = _skip_lone_levels(node, last)
        else:
            second = node_hash(second, sibling)
        node >>= 1
        last >>= 1
    return (first, second) if last == 0 else None


def _skip_lone_levels(node: int, last: int) -> tuple[int, int]:
    """Rise past the levels where a right-edge node had no sibling and was lifted unhashed."""
    while node and not node & 1:
        node >>= 1
        last >>= 1
    return node, last


def _split(width: int) -> int:
    """Return the largest power of two below ``width``; width >= 2."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_hash(reader: HashReader, begin: int, end: int) -> bytes:
    """Return MTH(D[begin:end]) for a range the RFC's recursion visits, so aligned; not empty."""
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(reader.node(level, begin >> level))
        begin += 1 << level
    root = nodes.pop()
    while nodes:
        root = node_hash(nodes.pop(), root)
    return root
