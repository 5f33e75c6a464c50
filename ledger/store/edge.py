"""The right edge of the tree as this process knows it: where the next append goes on.

Reading an edge anew takes milliseconds (up to 255 leaves and a tile per level); growing the one at
hand by what other processes appended takes microseconds per entry and is as strict: the entries
read, laid on the hashes this process vouches for, must give the head's root.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ledger.entry.entry import leaf_hash
from ledger.errors import IntegrityFault
from ledger.store.reader import LogReader
from ledger.store.recorder import Head
from ledger.tlog.tile import TileBuilder, TileId
from ledger.tlog.tree import Frontier, append_all

FOLLOWED = 10_000
"""Entries an edge is grown by at most before reading it anew is the shorter way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """Peaks and tile edge of one size."""

    frontier: Frontier
    builder: TileBuilder

    @property
    def size(self) -> int:
        """Return how many entries lie before the edge."""
        return self.frontier.size

    def near(self, size: int) -> bool:
        """Tell whether there are entries up to ``size``, few enough to be grown by."""
        return 0 < size - self.size <= FOLLOWED

    def grown(self, leaves: Sequence[bytes]) -> tuple[Self, list[tuple[TileId, bytes]]]:
        """Return the edge after these leaf hashes, and the tiles they complete."""
        builder, tiles = self.builder.append_all(leaves)
        return type(self)(frontier=append_all(self.frontier, leaves), builder=builder), tiles


class Trail:
    """The way from the edge known before to the head's: the roots between come at no cost.

    Only where the way leads there. A store exchanged for another history that is as long or longer
    agrees with itself; roots are then the store's own, for the signer's mark to be held against.
    """

    def __init__(
        self, before: Edge, head: Head, states: Sequence[bytes], reader: LogReader
    ) -> None:
        """``states`` are the entries between the two, none where the head is not near."""
        self._before = before
        self._head = head
        self._reader = reader
        self._behind = head.size - before.size
        self._leaves = [leaf_hash(state) for state in states]
        self._edge, _ = before.grown(self._leaves)
        self._leads = (self._edge.size, self._edge.frontier.to_bytes()) == (
            head.size,
            head.frontier,
        )

    def root(self, size: int) -> bytes:
        """Return the root (32 bytes) of the first ``size`` entries."""
        steps = size - self._before.size
        if self._leads and 0 <= steps <= len(self._leaves):
            return append_all(self._before.frontier, self._leaves[:steps]).root()
        return self._reader.root(size)

    def edge(self) -> Edge:
        """Return the head's edge.

        Raises: IntegrityFault when the store disagrees with itself, or with the edge before.
        """
        if self._leads:
            return self._edge
        if self._behind == 0:
            raise IntegrityFault(why="the head row is not the one written last")
        known = self._before.frontier.root()
        if self._behind <= FOLLOWED or self._reader.root(self._before.size) != known:
            raise IntegrityFault(why="the head does not extend the entries known before")
        return read_edge(self._head, self._reader)


def read_edge(head: Head, reader: LogReader) -> Edge:
    """Return the head's edge from the store, once entries, tiles and head row agree on the root.

    Raises: IntegrityFault when they do not.
    """
    frontier, builder = head.checked_frontier(), reader.builder(head.size)
    if builder.root() != head.root:
        raise IntegrityFault(why="the entries and tiles do not give the head's root")
    return Edge(frontier=frontier, builder=builder)
