"""Stored rows to acts, strictly: the library's Mapper over signed bytes and a closed registry.

The library's own transcoder re-serialises and resolves module paths named by rows; neither is
wanted under a signature, so nothing of it is used.
"""

from dataclasses import dataclass
from typing import Any, cast

from eventsourcing.persistence import Mapper, StoredEvent

from ledger.entry.entry import parse_entry
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
        entry = parse_entry(row.state)
        act = self.registry.act(entry.signed, index=row.index, recorded_at=entry.recorded_at)
        if (act.stream, act.seq, act.type) != (
            row.originator_id,
            row.originator_version,
            row.topic,
        ):
            raise RowDiffers(index=row.index)
        return act
