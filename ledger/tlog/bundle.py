"""Entry bundles of C2SP tlog-tiles: the bytes of up to 256 entries in one resource.

Names of bundles are ``tile``'s; whether the entries hash to the tree is ``tile.verify_tiles``'s.
"""

from collections.abc import Sequence
from typing import Final

from ledger.errors import MalformedError

MAX_ENTRY_BYTES: Final = 65_535


class BadBundle(MalformedError):
    """An entry bundle does not hold exactly the entries its name promises."""

    code = "tlog.bundle"
    zh = "条目包损坏：应正好含 {width} 条，内容过短或有多余字节。请重新获取该文件。"
    en = "The entry bundle is damaged: not exactly {width} entries. Fetch the file again."


class EntryTooLong(MalformedError):
    """An entry does not fit a bundle's 16-bit length."""

    code = "tlog.entry_too_long"
    zh = "条目有 {length} 字节，超过上限 {limit} 字节。请把附件改为密封附件后重试。"
    en = "The entry has {length} bytes, more than {limit}. Move attachments out and try again."


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of 1 to 256 entries: for each a big-endian uint16 length, then itself.

    Raises:
        EntryTooLong: an entry above 65,535 bytes.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise EntryTooLong(length=len(entry), limit=MAX_ENTRY_BYTES)
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def parse_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """Split a bundle into its ``width`` entries.

    Raises:
        BadBundle: cut short, or bytes left over.
    """
    entries, position = [], 0
    for _ in range(width):
        start = position + 2
        position = start + int.from_bytes(data[start - 2 : start], "big")
        if len(data) < max(start, position):
            raise BadBundle(width=width)
        entries.append(data[start:position])
    if position != len(data):
        raise BadBundle(width=width)
    return tuple(entries)
