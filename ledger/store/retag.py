"""Tags derived anew from the entries: those a newer program asks for, and none beside.

All in one transaction under the head lock, so that no judgement sees a part of them. A process
that has the ledger open goes on with what it remembers: stop it before.

Whether that is due ``require_tags`` tells in a moment, by entries spread over the log; that none is
missing, and none is beside, only an audit says.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import delete, insert, select, tuple_

from ledger.errors import StorageError
from ledger.kernel.registry import Registry
from ledger.store.dialect import reading, writing
from ledger.store.recorder import Recorder
from ledger.store.tables import tag
from ledger.store.views.follower import Read

BATCH = 500
RUNS, RUN = 20, 200
"""Looked at are so many runs of so many entries."""


class TagsLacking(StorageError):
    """Entries lack tags this program gives them, as an older one recorded them."""

    code = "store.tags_lacking"
    zh = (
        "较早版本的程序写入的条目缺少本版本所用的标签，据此查到的事实可能缺漏，故不写入，也不启动服务。"
        "请停止服务，运行 mingzhang rebuild tags，再启动。"
    )
    en = (
        "Entries an older program recorded lack tags this one looks facts up by, so nothing is "
        "written or served. Stop the servers, run `mingzhang rebuild tags`, start them again."
    )


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


def require_tags(recorder: Recorder, registry: Registry, read: Read) -> None:
    """Refuse a log an entry of which has not every tag this program gives it, as far as is seen.

    What an older program recorded lies at the log's beginning, and the first entries are looked at.
    Raises: TagsLacking; LedgerError of an entry that cannot be read.
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
            raise TagsLacking


def _spread(size: int) -> Iterator[int]:
    """Yield where the runs begin: evenly over the log, side by side where it is short."""
    yield from range(0, size, max(RUN, size // RUNS))
