"""The Merkle tree hash of RFC 6962, section 2.1, and the frontier that grows it.

Proofs are in ``proof``, stored tiles in ``tile``. Hashes are 32 bytes throughout.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from ledger.errors import IntegrityFault
from ledger.tlog.encoding import HASH_BYTES, check_hash

EMPTY_ROOT: Final = sha256(b"").digest()


class BadFrontier(IntegrityFault):
    """Stored peaks do not fit the size they are stored with."""

    code = "tlog.frontier"
    zh = (
        "账本头记录损坏：大小 {size} 与保存的哈希不符。"
        "请停止写入，运行 mingzhang verify，从备份恢复。"
    )
    en = (
        "The stored head is damaged: size {size} does not fit its hashes. Stop writing, run "
        "`mingzhang verify`, and restore from the backup."
    )


def leaf_hash(data: bytes) -> bytes:
    """Return H(0x00 || data): the hash of one entry's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return H(0x01 || left || right) of two 32-byte hashes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return MTH over leaf hashes: 32 bytes each, any number of them, O(n).

    Pairing level by level and lifting an odd last node gives the RFC's split at the largest
    power of two.

    Raises:
        BadHash: a leaf hash is not 32 bytes.
    """
    level = [check_hash(leaf) for leaf in leaves]
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        paired = [node_hash(a, b) for a, b in zip(level[::2], level[1::2], strict=False)]
        if len(level) & 1:
            paired.append(level[-1])
        level = paired
    return level[0]


def fold_aligned(nodes: bytes) -> bytes:
    """Return the root over 2^h concatenated hashes; ``nodes`` has 32 * 2^h bytes."""
    while len(nodes) > HASH_BYTES:
        nodes = b"".join(
            [sha256(b"\x01" + nodes[i : i + 64]).digest() for i in range(0, len(nodes), 64)]
        )
    return nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: all that is needed to append and to know the root.

    ``peaks`` are the roots of the perfect subtrees that make up ``size`` leaves, largest first:
    one for each bit set in ``size``.
    """

    size: int
    peaks: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> Self:
        """Return the frontier of the tree without entries."""
        return cls(size=0, peaks=())

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """Read the peaks ``to_bytes`` wrote for a tree of ``size`` leaves.

        Raises:
            BadFrontier: ``size`` is negative or ``data`` is not 32 bytes for each bit set in it.
        """
        if size < 0 or len(data) != HASH_BYTES * size.bit_count():
            raise BadFrontier(size=size)
        return cls(size=size, peaks=_split(data))

    def to_bytes(self) -> bytes:
        """Return the peaks, concatenated, largest first."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> Self:
        """Return the frontier with one more leaf hash; one node hash amortised.

        Raises:
            BadHash: ``leaf`` is not 32 bytes.
        """
        peaks = list(self.peaks)
        _push(peaks, self.size, check_hash(leaf))
        return type(self)(size=self.size + 1, peaks=tuple(peaks))

    def root(self) -> bytes:
        """Return the root over all leaves appended so far, 32 bytes."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def append_all(frontier: Frontier, leaves: Iterable[bytes]) -> Frontier:
    """Return ``frontier`` with the leaf hashes appended in order.

    Raises:
        BadHash: a leaf hash is not 32 bytes; ``frontier`` itself never changes.
    """
    size, peaks = frontier.size, list(frontier.peaks)
    for leaf in leaves:
        _push(peaks, size, check_hash(leaf))
        size += 1
    return Frontier(size=size, peaks=tuple(peaks))


def _push(peaks: list[bytes], size: int, node: bytes) -> None:
    """Add a leaf like a carry: each trailing one bit of ``size`` is a peak it merges with."""
    while size & 1:
        node = node_hash(peaks.pop(), node)
        size >>= 1
    peaks.append(node)


def _split(data: bytes) -> tuple[bytes, ...]:
    return tuple(data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES))
