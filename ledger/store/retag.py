"""Tags derived anew from the entries: those a newer program asks for, and none beside.

All in one transaction under the head lock, so that no judgement sees a part of them. A process
that has the ledger open goes on with what it remembers: stop it before.

Whether that is due ``lacking`` tells in a moment, by entries spread over the log; that none is
missing, and none is beside, only an audit says.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import delete, insert, select, tuple_

from ledger.kernel.registry import Registry
from ledger.store.dialect import reading, writing
from ledger.store.recorder import Recorder
from ledger.store.tables import tag
from ledger.store.views.follower import Read

BATCH = 500
RUNS, RUN = 20, 200
"""Looked at are so many runs of so many entries."""


def retag(
    recorder: Recorder,
    registry: Registry,
    read: Read,
    progress: Callable[[int, int], None] = lambda _done, _size: None,
) -> int:
    """Replace the tags of all entries by those derived from them; return how many there are.

    Raises: LedgerError of an entry that cannot be read; the tags then stay as they were.
    """
    count = 0
    with writing(recorder.engine) as connection:
        size = recorder.lock_head(connection).size
        connection.execute(delete(tag))
        for start in range(0, size, BATCH):
            acts = read(start, min(BATCH, size - start))
            rows = [
                {"tag": each, "idx": index}
                for index, act in enumerate(acts, start)
                for each in registry.tags(act)
            ]
            connection.execute(insert(tag), rows)
            count += len(rows)
            progress(start + len(acts), size)
    return count


def lacking(recorder: Recorder, registry: Registry, read: Read) -> int | None:
    """Return the index of an entry without a tag this program gives it, None where none is met.

    What an older program recorded lies at the log's beginning, and the first entries are looked at.
    Raises: LedgerError of an entry that cannot be read.
    """
    for start in _spread(recorder.head().size):
        acts = read(start, RUN)
        given = {
            (each, index) for index, act in enumerate(acts, start) for each in registry.tags(act)
        }
        query = select(tag.c.tag, tag.c.idx).where(tuple_(tag.c.tag, tag.c.idx).in_(given))
        with reading(recorder.engine) as connection:
            given -= {(row.tag, row.idx) for row in connection.execute(query)}
        if given:
            return min(index for _, index in given)
    return None


def _spread(size: int) -> Iterator[int]:
    """Yield where the runs begin: evenly over the log, side by side where it is short."""
    yield from range(0, size, max(RUN, size // RUNS))
