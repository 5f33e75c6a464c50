"""Tags derived anew from the entries: those a newer program asks for, and none beside.

All in one transaction under the head lock, so that no judgement sees a part of them. A process
that has the ledger open goes on with what it remembers: stop it before.
"""

from collections.abc import Callable

from sqlalchemy import delete, insert

from ledger.kernel.registry import Registry
from ledger.store.dialect import writing
from ledger.store.follower import Read
from ledger.store.recorder import Recorder
from ledger.store.tables import tag

BATCH = 500


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
