"""The heads of all streams at a size, in the order of their tree: read from the entries by index.

A page of streams at a time, so memory does not grow with them; what was recorded never changes, so
the pages agree without a transaction.
"""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import bindparam, func, select

from ledger.entry.heads import Head
from ledger.errors import IntegrityFault
from ledger.store.dialect import reading
from ledger.store.recorder import Recorder
from ledger.store.tables import entry

PAGE = 2_000

# The (stream, seq) index answers this; the newest entry of a stream has its largest log index.
_NEWEST = (
    select(entry.c.stream, func.max(entry.c.seq).label("seq"), func.max(entry.c.idx).label("idx"))
    .where(entry.c.stream > bindparam("after"), entry.c.idx < bindparam("size"))
    .group_by(entry.c.stream)
    .order_by(entry.c.stream)
    .limit(PAGE)
)
_STATES = select(entry.c.idx, entry.c.state).where(
    entry.c.idx.in_(bindparam("indexes", expanding=True))
)


def heads_at(recorder: Recorder, size: int) -> Iterator[Head]:
    """Yield the head of every stream of the first ``size`` entries, sorted by stream.

    Raises:
        IntegrityFault: an entry is not bytes.
    """
    after = ""
    while page := _page(recorder, after, size):
        yield from page
        after = page[-1].stream


def _page(recorder: Recorder, after: str, size: int) -> list[Head]:
    with reading(recorder.engine) as connection:
        rows = connection.execute(_NEWEST, {"after": after, "size": size}).all()
        found = connection.execute(_STATES, {"indexes": [row.idx for row in rows]})
        states = {row.idx: row.state for row in found}
    return [Head(row.stream, row.seq, _digest(states.get(row.idx))) for row in rows]


def _digest(state: object) -> bytes:
    # What is not bytes no program of ours stored; the audit names it.
    if not isinstance(state, bytes):
        raise IntegrityFault(why="an entry's state is not bytes")
    return sha256(state.partition(b" ")[2]).digest()
