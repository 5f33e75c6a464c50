"""Attachments read back: those of a stream, and one with its bytes, held to what was sealed.

Whether a reader may see them is the caller's question of right.
"""

from collections.abc import Sequence

import msgspec

from ledger.entry.entry import parse_entry
from ledger.errors import NotFound
from ledger.kernel.act import Act
from ledger.rules.attachments import GROUP, blob_of
from ledger.service.attachments.taking import digest_of
from ledger.service.ledger import Ledger
from ledger.service.reading.receipts import BeyondHead
from ledger.service.reading.values import SealedGroup, open_groups
from ledger.store.blobs import BlobFault
from ledger.store.keystore import KeyErased


class NothingAttached(NotFound):
    """The entry has no attachment."""

    code = "attachment.none"
    zh = "第 {index} 条没有附件。用 mingzhang attachment list 查看。"
    en = "Entry {index} has no attachment; `mingzhang attachment list` shows where there are."


class AttachmentShut(NotFound):
    """The sealed values, or the file's key, cannot be opened."""

    code = "attachment.shut"
    zh = "第 {index} 条的附件现为“{state}”，无法打开。"
    en = "The attachment of entry {index} cannot be opened: it is {state}."


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment of an entry: where it stands, and its values in whatever state they are."""

    index: int
    stream: str
    blob: str
    type: str
    occurred: str
    group: SealedGroup


def attachments_of(ledger: Ledger, stream: str) -> list[Kept]:
    """Return the attachments of a stream, in order. Raises: NotFound when there is no stream."""
    rows = ledger.recorder.select_events(stream)
    if not rows:
        raise NotFound(what=stream)
    acts: Sequence[Act] = [ledger.known.streams.mapper.to_domain_event(row) for row in rows]
    return [_kept(ledger, act, blob) for act in acts if (blob := blob_of(act)) is not None]


def attachment(ledger: Ledger, index: int) -> tuple[Kept, bytes]:
    """Return the attachment of the entry at a log index, and its bytes.

    Raises:
        BeyondHead, NothingAttached: there is none.
        AttachmentShut: its values or its key are lost, withheld or erased.
        BlobMissing, BlobFault: the file is missing or was changed.
    """
    rows = ledger.recorder.entries(index, index + 1)
    if not rows:
        raise BeyondHead(size=ledger.recorder.head().size, wanted=index + 1)
    act = ledger.known.streams.mapper.act(rows[0])
    if (blob := blob_of(act)) is None:
        raise NothingAttached(index=index)
    kept = _kept(ledger, act, blob)
    if kept.group.state != "shown":
        raise AttachmentShut(index=index, state=kept.group.state)
    try:
        data = ledger.blobs.read(act.stream, blob)
    except KeyErased:
        raise AttachmentShut(index=index, state="erased") from None
    if digest_of(data) != kept.group.values.get("digest"):
        raise BlobFault(blob=blob)
    return kept, data


def _kept(ledger: Ledger, act: Act, blob: str) -> Kept:
    index = act.index or 0
    (state,) = ledger.recorder.states(index, index + 1)
    groups = open_groups(ledger, index, parse_entry(state).signed.claims)
    return Kept(
        index=index,
        stream=act.stream,
        blob=blob,
        type=act.type,
        occurred=act.occ,
        group=groups[GROUP],
    )
