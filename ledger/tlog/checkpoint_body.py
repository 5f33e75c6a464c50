"""The text of a checkpoint (C2SP tlog-checkpoint): origin, size, root, extension lines.

Signatures are not handled here; ``checkpoint`` signs and opens.
"""

from dataclasses import dataclass
from typing import Final

from ledger.errors import MalformedError
from ledger.tlog.encoding import (
    MAX_SIZE,
    check_hash,
    decode_hash,
    encode_base64,
    parse_decimal,
)
from ledger.tlog.tree import EMPTY_ROOT

MAX_ORIGIN_BYTES: Final = 255


class BadCheckpoint(MalformedError):
    """A text is not a checkpoint."""

    code = "tlog.checkpoint"
    zh = "检查点格式不合规：须依次为来源、大小、根哈希三行，每行非空并以换行结束。请重新获取。"
    en = (
        "This is not a checkpoint: origin, size and root, each on a line of its own, no line "
        "empty. Fetch it again."
    )


class BadOrigin(MalformedError):
    """An origin that no log can have."""

    code = "tlog.origin"
    zh = "账本来源不合规：不得为空、超过 255 字节或含控制字符。请改用如 example.cn/log1 的写法。"
    en = (
        "The origin is empty, above 255 bytes or holds control characters. Write it like "
        "example.cn/log1."
    )


class EmptyTreeRoot(MalformedError):
    """A checkpoint of size 0 whose root is not the hash of nothing."""

    code = "tlog.empty_root"
    zh = "大小为 0 的检查点必须使用空树的根哈希。请向账本运营方报告此检查点。"
    en = "A checkpoint of size 0 has the root of the empty tree. Report this one to its operator."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A log's statement: the first ``size`` entries of ``origin`` have this 32-byte root.

    0 <= size <= 2^63-1. Extension lines are opaque, unaudited, and not written by this ledger.

    Raises:
        MalformedError: a leaf class names the member that no checkpoint can have.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_origin(self.origin)
        check_hash(self.root)
        if not 0 <= self.size <= MAX_SIZE or not all(map(_is_line, self.extensions)):
            raise BadCheckpoint
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise EmptyTreeRoot


def check_origin(origin: str) -> str:
    """Return ``origin`` when a checkpoint can carry it on its first line.

    Raises:
        BadOrigin: otherwise; 255 bytes is what a subtree cosignature can hold.
    """
    if not _is_line(origin) or len(origin.encode()) > MAX_ORIGIN_BYTES:
        raise BadOrigin
    return origin


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the note text, ending in a newline."""
    lines = (
        checkpoint.origin,
        str(checkpoint.size),
        encode_base64(checkpoint.root),
        *checkpoint.extensions,
    )
    return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note text as a checkpoint. Nothing is proved by it: see ``open_checkpoint``.

    Raises:
        MalformedError: a leaf class says which line is not of its form.
    """
    *lines, end = text.split("\n")
    if end or len(lines) < 3:
        raise BadCheckpoint
    return Checkpoint(
        origin=lines[0],
        size=parse_decimal(lines[1], field="size"),
        root=decode_hash(lines[2]),
        extensions=tuple(lines[3:]),
    )


def _is_line(text: str) -> bool:
    """Tell whether a note can carry the text as one non-empty line of UTF-8."""
    return bool(text) and min(text) >= " " and not any("\ud800" <= c <= "\udfff" for c in text)
