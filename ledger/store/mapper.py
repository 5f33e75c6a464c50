"""Stored rows to acts: the library's Mapper over signed bytes and a closed registry.

The library's own transcoder re-serialises and resolves module paths named by rows; neither is
wanted under a signature, so nothing of it is used.
"""

from dataclasses import dataclass
from typing import Any, cast

from eventsourcing.persistence import Mapper, StoredEvent

from ledger.entry.stored import read_stored
from ledger.errors import IntegrityFault
from ledger.kernel.act import Act
from ledger.kernel.registry import Registry


class RowDiffers(IntegrityFault):
    """The columns of a row are not those of the entry it holds."""

    code = "store.row_differs"
    zh = "第 {index} 条记录的索引列与签名内容不一致：账本被改动过，请运行 mingzhang verify。"
    en = "Row {index} is not what its entry says: the store was changed; run `mingzhang verify`."


@dataclass(frozen=True)
class StoredEntry(StoredEvent):
    """The library's stored event, ``topic`` being the published type, with its log index."""

    index: int


class EntryMapper(Mapper[str]):
    """Parses rows; entries are made by signing, so the way back does not exist."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Return the act a row holds, to the library's reading side."""
        return self.act(cast("StoredEntry", stored_event))

    def act(self, row: StoredEntry) -> Act:
        """Return the act a row holds. Raises: MalformedError, RowDiffers."""
        stream = str(row.originator_id)
        return self.act_of(row.index, stream, row.originator_version, row.topic, row.state)

    def act_of(self, index: int, stream: str, seq: int, type_: str, state: bytes) -> Act:
        """Return the act of a row's columns, in their order. Raises: MalformedError, RowDiffers."""
        act = self.registry.stored_act(read_stored(state), index=index)
        if (act.stream, act.seq, act.type) != (stream, seq, type_):
            raise RowDiffers(index=index)
        return act
