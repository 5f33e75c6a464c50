"""The head of a stream as one line: ``stream SP seq SP digest`` (docs/spec/log.md, "Heads").

The digest is the base64url SHA-256 of the JWS of the stream's newest entry, so a line fixes the
whole stream: each entry names the one before it. The lines of all streams, sorted, are the leaves
of a tree (``ledger.tlog``) whose root a ``log.heads_published.v1`` entry states.
"""

import re
from typing import Final, NamedTuple

from ledger.entry import base64url
from ledger.entry.ids import DIGEST, STREAM
from ledger.errors import MalformedError

PUBLISHED: Final = "log.heads_published.v1"
"""Type of the entries that state the root of all heads."""

_LINE = re.compile(rf"({STREAM}) ([1-9][0-9]{{0,15}}) ({DIGEST})".encode("ascii"))


class BadHead(MalformedError):
    """A line is not a stream, its length and the digest of its newest entry."""

    code = "heads.line"
    zh = "末条清单中有一行不合规：须为“流 条数 摘要”。请向出具方重新索取。"
    en = "A line of the heads is not “stream seq digest”. Ask for the package again."


class Head(NamedTuple):
    """The newest entry of a stream: its seq (the stream's length) and its digest, 32 bytes."""

    stream: str
    seq: int
    digest: bytes


def format_head(stream: str, seq: int, digest: bytes) -> bytes:
    """Return the line of a stream, without a line feed; ``digest`` has 32 bytes."""
    return f"{stream} {seq} {base64url.encode(digest)}".encode("ascii")


def parse_head(line: bytes) -> Head:
    """Return what a line says; there is one spelling. Raises: BadHead."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadHead
    stream, seq, digest = found.groups()
    return Head(stream.decode("ascii"), int(seq), base64url.decode(digest, 32))
