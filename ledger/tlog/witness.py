"""The messages of C2SP tlog-witness: add-checkpoint requests and their size answers.

Not handled: what a witness must check, and in which order, HTTP statuses, storing the last
checkpoint, and ``sign-subtree``, which is optional. This program runs no witness and asks none.
"""

from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.tlog import hashlines
from ledger.tlog.encoding import decode_hash, parse_decimal


class BadAddCheckpoint(MalformedError):
    """An add-checkpoint request is not of its form."""

    code = "tlog.add_checkpoint"
    zh = "见证请求不合规：首行应为“old 大小”，其后至多 63 行哈希。请按 tlog-witness 规范重发。"
    en = (
        "The witness request is not `old <size>` and at most 63 hashes. Send it again as "
        "tlog-witness says."
    )


class BadSizeAnswer(MalformedError):
    """A witness's answer to a wrong old size is not one number on a line."""

    code = "tlog.size_answer"
    zh = "见证服务返回的大小不合规。请核对见证服务地址后重试。"
    en = "The witness's answer is not a size on a line. Check its address and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """A request to cosign: the size last cosigned, the consistency proof from it, the checkpoint.

    ``proof`` has 0 to 63 hashes of 32 bytes; ``checkpoint`` is a signed note nobody verified yet.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def format_add_checkpoint(request: AddCheckpoint) -> bytes:
    """Return the request's body."""
    return hashlines.join([f"old {request.old}"], request.proof, request.checkpoint)


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Read a request's body; the checkpoint is taken as it stands.

    Raises:
        BadAddCheckpoint: no old size line, or more than 63 hashes.
        MalformedError: a leaf class says what else is not of the form.
    """
    (first, *hashes), checkpoint = hashlines.split(data)
    keyword, space, old = first.partition(" ")
    # SPEC: "The client MUST NOT send more than 63 consistency proof lines."
    if keyword + space != "old " or len(hashes) > hashlines.MAX_PROOF_HASHES:
        raise BadAddCheckpoint
    return AddCheckpoint(
        old=parse_decimal(old, field="old"),
        proof=tuple(map(decode_hash, hashes)),
        checkpoint=checkpoint,
    )


def format_size_answer(size: int) -> bytes:
    """Return the body (``text/x.tlog.size``) that names the size last cosigned."""
    return f"{size}\n".encode("ascii")


def parse_size_answer(data: bytes) -> int:
    """Read the size last cosigned.

    Raises:
        BadSizeAnswer: not one line of ASCII.
        BadDecimal: not a plain number.
    """
    text, newline, rest = data.partition(b"\n")
    if not newline or rest or not text.isascii():
        raise BadSizeAnswer
    return parse_decimal(text.decode("ascii"), field="size")


def origin_hash(origin: str) -> str:
    """Return lowercase hex SHA-256 of the origin: its folder under a monitoring prefix."""
    return sha256(origin.encode()).hexdigest()
