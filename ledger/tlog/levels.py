"""A tree held in memory, level by level: its root and any proof in it (RFC 6962, section 2.1).

For trees that are made whole and not grown, such as that of the heads of streams. The log's own
tree is stored in tiles (``tile``).
"""

from collections.abc import Iterable

from ledger.tlog.encoding import HASH_BYTES, check_hash
from ledger.tlog.proof import inclusion_proof, tree_root
from ledger.tlog.tree import node_hash


class Levels:
    """All perfect subtrees over a list of leaf hashes (a ``HashReader``); 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = b"".join(map(check_hash, leaves))
        self.size = len(level) // HASH_BYTES
        self._levels = [level]
        while len(level) >= 2 * HASH_BYTES:
            level = _parents(level)
            self._levels.append(level)

    def node(self, level: int, index: int) -> bytes:
        """Return the root over the leaves [index * 2^level, (index + 1) * 2^level), 32 bytes."""
        start = index * HASH_BYTES
        return self._levels[level][start : start + HASH_BYTES]

    def root(self) -> bytes:
        """Return the root, 32 bytes."""
        return tree_root(self, self.size)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of leaf ``index``. Raises: IndexNotInTree."""
        return inclusion_proof(self, index, self.size)


def _parents(level: bytes) -> bytes:
    """Return the level above; an odd last node has no parent of its own."""
    pairs = range(0, len(level) - HASH_BYTES, 2 * HASH_BYTES)
    middles = ((at, at + HASH_BYTES) for at in pairs)
    return b"".join(
        [node_hash(level[at:middle], level[middle : middle + HASH_BYTES]) for at, middle in middles]
    )
