"""Offline proofs of inclusion, C2SP tlog-proof (file extension ``.tlog-proof``).

The leaf hash is never taken from the file: its holder computes it from the entry she has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ledger.errors import MalformedError
from ledger.tlog import hashlines
from ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from ledger.tlog.encoding import decode_base64, decode_hash, encode_base64, parse_decimal
from ledger.tlog.note import Verifier
from ledger.tlog.policy import Policy, verify_quorum
from ledger.tlog.proof import verify_inclusion

_HEADER: Final = "c2sp.org/tlog-proof@v1"


class BadTlogProof(MalformedError):
    """A file is not a tlog-proof."""

    code = "tlog.tlog_proof"
    zh = (
        "存证文件不合规：首行应为 c2sp.org/tlog-proof@v1，随后为 index 行和至多 63 行哈希。"
        "请重新下载。"
    )
    en = (
        "This is not a tlog-proof: a first line c2sp.org/tlog-proof@v1, an index line, at most 63 "
        "hashes. Download it again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """An entry's index, its inclusion path (leaf sibling first) and a signed checkpoint.

    ``checkpoint`` is unverified until ``verify_tlog_proof``; ``extra`` is authenticated by
    nothing, ever.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_tlog_proof(proof: TlogProof) -> bytes:
    """Return the file's bytes."""
    extra = () if proof.extra is None else (f"extra {encode_base64(proof.extra)}",)
    head = (_HEADER, *extra, f"index {proof.index}")
    return hashlines.join(head, proof.proof, proof.checkpoint)


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Read a proof; the checkpoint is taken as it stands.

    Raises:
        BadTlogProof: not the header, the index line, and at most 63 hashes.
        MalformedError: a leaf class says what else is not of the form.
    """
    (header, *lines), checkpoint = hashlines.split(data)
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if header != _HEADER or not lines or not lines[0].startswith("index "):
        raise BadTlogProof
    index, *hashes = lines
    if len(hashes) > hashlines.MAX_PROOF_HASHES:
        raise BadTlogProof
    return TlogProof(
        index=parse_decimal(index.removeprefix("index "), field="index"),
        proof=tuple(map(decode_hash, hashes)),
        checkpoint=checkpoint,
        extra=extra,
    )


def verify_tlog_proof(
    proof: TlogProof, leaf: bytes, verifiers: Iterable[Verifier], quorum: Policy | None = None
) -> Checkpoint:
    """Check that a leaf hash (32 bytes) is in the log, and return the checkpoint that holds it.

    ``verifiers`` hold the accepted logs' keys (type 01). ``quorum`` adds its witnesses and asks
    for enough of them; its own logs are accepted only when given as ``verifiers``.

    Raises:
        MalformedError: the checkpoint is not one, or a hash is not 32 bytes.
        VerificationError: a leaf class says whether the signatures (``SignatureInvalid``,
            ``NoKnownSignature``, ``WrongLog``), the quorum or the path do not hold.
    """
    witnesses = () if quorum is None else quorum.witness_verifiers()
    checkpoint, note = open_checkpoint(proof.checkpoint, chain(verifiers, witnesses))
    if quorum is not None:
        verify_quorum(quorum, note)
    verify_inclusion(
        index=proof.index,
        size=checkpoint.size,
        leaf=leaf,
        proof=proof.proof,
        root=checkpoint.root,
    )
    return checkpoint
