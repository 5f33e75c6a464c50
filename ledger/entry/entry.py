"""The entry line ``<recorded_at> SP <jws>`` and its leaf hash (docs/spec/entry.md, "Entry").

These bytes are what the store holds, the tree hashes and everybody verifies; nothing is ever
serialised again. Whether ``recorded_at`` follows its predecessor's is not handled here.
"""

import hashlib
import re

import msgspec

from ledger.entry.jws import SignedEntry, parse_jws
from ledger.errors import MalformedError

MAX_ENTRY_SIZE = 65_535
MAX_RECORDED_AT = 10**13 - 1

_TIME = re.compile(rb"0|[1-9][0-9]{0,12}")
_LEAF_PREFIX = b"\x00"


class BadEntry(MalformedError):
    """Not a time in Unix milliseconds, one space and a JWS."""

    code = "entry.malformed"
    zh = "条目格式不合规：应为“毫秒时间 空格 签名内容”。请用原始内容重新提交。"
    en = "Not `<milliseconds> <JWS>`. Submit the original entry."


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One log entry: ``recorded_at`` (Unix milliseconds), the signed entry, the bytes ``state``."""

    recorded_at: int
    signed: SignedEntry
    state: bytes


def parse_entry(state: bytes, *, again: bool = False) -> Entry:
    """Return the entry of the log's bytes; its signature is not verified.

    ``again``: these very bytes were accepted before, so their claims are not proven once more.

    Raises:
        BadEntry: the line is not of its form.
        MalformedError: the JWS is refused, as ``parse_jws``.
    """
    time, space, jws = state.partition(b" ")
    if not space or not _TIME.fullmatch(time):
        raise BadEntry
    return Entry(recorded_at=int(time), signed=parse_jws(jws, again=again), state=state)


def format_entry(recorded_at: int, jws: bytes) -> bytes:
    """Return the entry's bytes for a time in Unix milliseconds and a JWS ``parse_jws`` accepted.

    Raises:
        BadEntry: the time is not within 0 to 10**13 - 1.
    """
    if not 0 <= recorded_at <= MAX_RECORDED_AT:
        raise BadEntry
    return b"%d %b" % (recorded_at, jws)


def leaf_hash(state: bytes) -> bytes:
    """Return the 32-byte RFC 6962 leaf hash, ``SHA-256(0x00 || entry)``."""
    return hashlib.sha256(_LEAF_PREFIX + state).digest()
