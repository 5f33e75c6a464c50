"""The shape an add-checkpoint request and a tlog-proof share: head lines, hashes, a checkpoint.

::

    <head lines>
    <base64 hash>       0 to 63, one a line
    <empty line>
    <signed checkpoint, verbatim>
"""

from collections.abc import Iterable
from typing import Final

from ledger.errors import MalformedError
from ledger.tlog.encoding import encode_base64
from ledger.tlog.note import MAX_NOTE_BYTES

MAX_PROOF_HASHES: Final = 63
# Head lines, hashes and base64 extra data; only bounds what is looked at before refusing.
_MAX_HEAD_BYTES: Final = 1_000_000


class BadHashLines(MalformedError):
    """A request or proof file is not head lines, hashes, an empty line and a checkpoint."""

    code = "tlog.hash_lines"
    zh = "证明文件不合规：须为纯文本，证明哈希至多 63 行，空一行后接检查点原文。请重新获取。"
    en = (
        "The proof is not head lines, at most 63 hashes, an empty line and the checkpoint. Fetch "
        "it again."
    )


def join(head: Iterable[str], proof: Iterable[bytes], checkpoint: bytes) -> bytes:
    """Return the bytes; head lines are ASCII without newline, hashes 32 bytes each."""
    lines = [*head, *map(encode_base64, proof), "", ""]
    return "\n".join(lines).encode("ascii") + checkpoint


def split(data: bytes) -> tuple[list[str], bytes]:
    """Return the lines before the first empty line, and the checkpoint after it, unverified.

    Raises:
        BadHashLines: too large, not ASCII before the empty line, or without one.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    too_large = len(head) > _MAX_HEAD_BYTES or len(checkpoint) > MAX_NOTE_BYTES
    if not blank or not checkpoint or too_large or not head.isascii():
        raise BadHashLines
    return head.decode("ascii").split("\n"), checkpoint
