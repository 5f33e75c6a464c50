"""What an actor signed, newest first: by the tag every entry bears (``actor:<actor>``)."""

from collections.abc import Iterator

from sqlalchemy import select

from ledger.kernel.act import Act
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading
from ledger.store.tables import tag

BATCH = 100


def signed_before(ledger: Ledger, actor: str, index: int) -> Iterator[Act]:
    """Yield the acts ``actor`` signed before log index ``index``, the newest first."""
    before = index
    while found := _indexes(ledger, actor, before):
        before = found[-1]
        for each in found:
            yield from ledger.known.streams.acts(each, 1)


def _indexes(ledger: Ledger, actor: str, before: int) -> list[int]:
    query = (
        select(tag.c.idx)
        .where(tag.c.tag == f"actor:{actor}", tag.c.idx < before)
        .order_by(tag.c.idx.desc())
        .limit(BATCH)
    )
    with reading(ledger.recorder.engine) as connection:
        return list(connection.execute(query).scalars())


def signed_in(ledger: Ledger, stream: str, actor: str, index: int) -> Iterator[Act]:
    """Yield the acts ``actor`` signed in a stream before log index ``index``, in order."""
    for row in ledger.recorder.select_events(stream):
        act = ledger.known.streams.mapper.to_domain_event(row)
        if act.index is None or act.index >= index:
            return
        if act.actor == actor:
            yield act
