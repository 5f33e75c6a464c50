"""Random bytes for a whole batch in one call of the system."""

import os
from collections.abc import Iterator


def random_blocks(length: int, count: int) -> Iterator[bytes]:
    """Yield ``count`` blocks of ``length`` fresh random bytes.

    Each call of the system gives up the interpreter's lock; the sequencer, which all clients wait
    for, would have to win it back once per entry.
    """
    drawn = os.urandom(length * count)
    return (drawn[i : i + length] for i in range(0, len(drawn), length))
