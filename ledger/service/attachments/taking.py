"""Attachments taken in, and held to what an entry says of them.

A file is uploaded for a stream first and waits; the act that attaches it seals what it is. Before
the entry is appended the file is held to the sealed values, so that none names what is not there
or is another's. It takes room, and of a share, until an entry names it: an act that was refused
changes nothing. What no entry named within a day is swept away when the next file comes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from ledger.entry import base64url, ids
from ledger.entry.disclosure import parse_disclosure
from ledger.entry.ids import parse_stream
from ledger.errors import ConflictError, LedgerError, NotFound, RuleViolation, StorageError
from ledger.rules.attachments import GROUP, Upload, blob_of, blob_tag, parse_file
from ledger.service.attachments.media import examine, measured
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft
from ledger.store.blobs import BlobMissing
from ledger.store.bulk import in_chunks
from ledger.store.dialect import reading
from ledger.store.keystore import KeyErased

MOST_WAITING = 1 << 30
"""Bytes that wait for entries, all together: a disk is not endless."""
MOST_OF_ONE = MOST_WAITING // 8
"""Bytes of these that one account may have waiting: the room is everybody's."""
UNSAID = ("", "application/octet-stream")
"""Media types that claim nothing."""
COMMITTED = ("digest", "media_type", "pages", "size")
"""What an entry seals of the file itself, beside what it is called."""


class AttachmentDiffers(RuleViolation):
    """What the entry seals of the file is not what the file is."""

    code = "attachment.differs"
    zh = "条目所写与附件 {blob} 不符，或附件是为其他事项上传的。请重新上传。"
    en = "The entry does not say what attachment {blob} is, or it is another stream's. Upload anew."


class NothingAttachedHere(RuleViolation):
    """A file is uploaded for a stream of a kind that takes none."""

    code = "attachment.not_here"
    zh = "{stream} 不能附文件。请在事项或公开事项上附件。"
    en = "Nothing is attached to {stream}. Attach files to cases and disclosure items."


class TooMuchWaiting(StorageError):
    """Files that no entry has named yet take too much room."""

    code = "attachment.waiting"
    zh = "已上传而尚未登记的文件共 {found} 字节，上限 {most}。请先登记，或明天再上传。"
    en = "Files not yet recorded take {found} bytes, at most {most}. Record them first."


class YourShareWaits(ConflictError):
    """What one account uploaded and no entry has named yet takes its whole share of the room."""

    code = "attachment.your_share"
    zh = (
        "您已上传而尚未登记的文件共 {found} 字节，每人上限 {most}，此文件未保存。"
        "请先提交登记已上传的文件；不再需要的，一天后自动清除。"
    )
    en = (
        "Your files not yet recorded take {found} bytes, at most {most} each; this one was not "
        "kept. Record those first; what you need no more is removed within a day."
    )


class StreamUnknown(NotFound):
    """A file is uploaded for a stream without entries."""

    code = "attachment.stream_unknown"
    zh = "账本中没有 {stream}。请先登记事项，再附文件。"
    en = "There is no {stream}. Record the matter first, then attach files to it."


def upload(
    ledger: Ledger,
    stream: str,
    data: bytes,
    said: str | None = None,
    *,
    begins: bool = False,
    by: str | None = None,
) -> Upload:
    """Keep a file for a stream until an entry attaches it; ``said`` is its type as claimed.

    ``begins`` tells that the submission which attaches it begins the stream. ``by`` is whose it is,
    where anybody but the operator uploads.

    Raises:
        BadIdentifier, StreamUnknown: no such stream.
        NothingAttachedHere: the stream takes no files.
        MalformedError: as ``media.examine``.
        YourShareWaits, TooMuchWaiting, StorageError: it could not be written.
    """
    parse_stream(stream)
    if f"{stream.partition('/')[0]}.attach" not in ledger.registry.commands:
        raise NothingAttachedHere(stream=stream)
    if not begins and not ledger.recorder.select_events(stream, limit=1):
        raise StreamUnknown(stream=stream)
    ledger.blobs.sweep(lambda blob: blob in _named(ledger, [blob]))
    whose = None if by is None else sha256(by.encode()).hexdigest()[:32]
    if whose is not None and (mine := _unrecorded(ledger, whose)) > MOST_OF_ONE:
        raise YourShareWaits(found=mine, most=MOST_OF_ONE)
    if (waiting := _unrecorded(ledger)) > MOST_WAITING:
        raise TooMuchWaiting(found=waiting, most=MOST_WAITING)
    named = (said or "").partition(";")[0].strip().lower()
    found = examine(data, None if named in UNSAID else named)
    file = Upload(
        blob=ids.new_id(),
        digest=digest_of(found.data),
        media_type=found.media_type,
        size=len(found.data),
        pages=found.pages,
    )
    note = file.text.partition(":")[2].encode()
    ledger.blobs.keep(stream, file.blob, found.data, note=note, whose=whose)
    return file


def _unrecorded(ledger: Ledger, whose: str | None = None) -> int:
    """Return how many bytes wait for entries, in all or in one share."""
    sizes = ledger.blobs.waiting(whose)
    named = _named(ledger, list(sizes))
    return sum(size for blob, size in sizes.items() if blob not in named)


def _named(ledger: Ledger, blobs: Sequence[str]) -> set[str]:
    """Return those of these files that entries attach."""
    named: set[str] = set()
    with reading(ledger.recorder.engine) as connection:
        for some in in_chunks(blobs):
            tags: dict[str, str] = {blob_tag(blob): blob for blob in some}
            named |= {tags[tag] for tag in ledger.recorder.newest(connection, tags)}
    return named


def claim(ledger: Ledger, drafts: Iterable[Draft]) -> None:
    """Hold every file these drafts attach to what they seal, and keep it for them.

    It takes as long as reading and hashing them does.

    Raises:
        BlobMissing: it was never uploaded, or waited too long.
        AttachmentDiffers: it is another file, or another stream's.
    """
    for draft in drafts:
        if (blob := blob_of(draft.act)) is not None:
            stated = _sealed(draft)
            if {name: stated.get(name) for name in COMMITTED} != _found(ledger, draft, blob):
                raise AttachmentDiffers(blob=blob)
            ledger.blobs.claim(blob)


def _sealed(draft: Draft) -> dict[str, Any]:
    texts = (text for each in draft.sealings if each.group == GROUP for text in each.disclosures)
    return {found.name: found.value for found in map(parse_disclosure, texts)}


def _found(ledger: Ledger, draft: Draft, blob: str) -> dict[str, Any]:
    try:
        data = ledger.blobs.read(draft.act.stream, blob)
        digest = digest_of(data)
        media_type, pages = _measured(ledger, draft.act.stream, blob, data, digest)
    except (BlobMissing, KeyErased):
        raise BlobMissing(blob=blob) from None
    except LedgerError:
        raise AttachmentDiffers(blob=blob) from None
    return {"digest": digest, "media_type": media_type, "pages": pages, "size": len(data)}


def _measured(
    ledger: Ledger, stream: str, blob: str, data: bytes, digest: str
) -> tuple[str | None, int]:
    """Return media type and pages as found when the file was taken in, or find them again."""
    noted = ledger.blobs.note(stream, blob)
    if noted is not None and (file := parse_file(f"{blob}:{noted.decode()}")).digest == digest:
        return file.media_type, file.pages
    return measured(data)  # kept before there were notes, or put back from a backup


def digest_of(data: bytes) -> str:
    """Return the base64url SHA-256 of a file's bytes."""
    return base64url.encode(sha256(data).digest())
