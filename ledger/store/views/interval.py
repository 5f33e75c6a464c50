"""Where an interval hangs in a virtual interval tree, so that a plain index finds what holds.

A row version holds at sizes valid_from < size <= valid_to. A B-tree on the two ends degrades with
history; a relational interval tree (Kriegel, Pötke, Seidl, VLDB 2000) stores one more integer,
the fork node: of the numbers in the interval the one divisible by the highest power of two.
Every interval that contains a size then hangs on one of the few nodes between the root and that
size. Pure arithmetic; the tables are in `ledger.store.views.tables`.
"""

OPEN = 1 << 62
"""The ``valid_to`` of a version that still holds; also the fork node of all of these."""


def fork_node(valid_from: int, valid_to: int) -> int:
    """Return the node of (valid_from, valid_to], 0 <= valid_from < valid_to <= OPEN."""
    # The highest bit in which the ends differ is set in valid_to alone: cut off what is below it.
    level = (valid_from ^ valid_to).bit_length() - 1
    return valid_to >> level << level


def nodes_at(size: int, position: int) -> list[int]:
    """Return the nodes of all intervals that contain ``size``, 0 <= size <= position.

    ``position`` bounds every closed ``valid_to``. At most 1 + log2(position) nodes.
    """
    found = [OPEN]
    for level in range(position.bit_length()):
        node = size >> (level + 1) << (level + 1) | 1 << level
        if node <= position:
            found.append(node)
    return found
