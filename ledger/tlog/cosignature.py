"""Cosignatures of C2SP tlog-cosignature: the messages, Ed25519 (04) and ML-DSA-44 (06).

A cosignature says: at this time, this was the largest tree of this origin I had found
consistent. ML-DSA-44 is verified only; no key of that kind is held here. Subtrees that do not
start at 0, and deciding whether to sign at all, are not handled here.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from ledger.errors import MalformedError, VerificationError
from ledger.tlog import ed25519
from ledger.tlog.checkpoint_body import parse_checkpoint
from ledger.tlog.encoding import MAX_SIZE
from ledger.tlog.keys import KeyType, SignatureLine, check_key_name, key_id

ML_DSA_44_KEY_BYTES: Final = 1312
_ML_DSA_44_SIGNATURE_BYTES: Final = 2420
_TIMESTAMP_BYTES: Final = 8
_SUBTREE_LABEL: Final = b"subtree/v1\n\x00"


class BadTimestamp(MalformedError):
    """A cosignature's time is not one a witness may state."""

    code = "tlog.timestamp"
    zh = "共签时间不可用：须大于 0 且不超过 2^63-1（秒）。请检查见证服务的时钟。"
    en = "A cosignature's time is above 0 and at most 2^63-1 seconds. Check the witness's clock."


class AlgorithmUnavailable(VerificationError):
    """This installation cannot verify ML-DSA-44."""

    code = "tlog.algorithm"
    zh = "本机的 cryptography 库不支持 ML-DSA-44，无法核验 {signer}。请升级该库后重试。"
    en = (
        "This installation's cryptography library lacks ML-DSA-44 and cannot verify {signer}. "
        "Upgrade it and try again."
    )


def cosignature_message(text: str, timestamp: int) -> bytes:
    """Return what an Ed25519 cosigner signs: header, time line, the whole checkpoint text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def subtree_message(
    *, cosigner: str, timestamp: int, origin: str, start: int, end: int, root: bytes
) -> bytes:
    """Return what an ML-DSA-44 cosigner signs for the leaves [start, end) with a 32-byte root.

    A checkpoint is ``start=0, end=size``. Names have 1 to 255 bytes; the name is signed too.
    """
    name, log = cosigner.encode(), origin.encode()
    return b"".join(
        (
            _SUBTREE_LABEL,
            bytes([len(name)]),
            name,
            timestamp.to_bytes(8, "big"),
            bytes([len(log)]),
            log,
            start.to_bytes(8, "big"),
            end.to_bytes(8, "big"),
            root,
        )
    )


def cosign(text: str, *, name: str, seed: bytes, timestamp: int) -> bytes:
    """Return the Ed25519 cosignature line over a checkpoint's text, newline included.

    The caller has verified the checkpoint and its consistency, and stored it durably. ``seed``
    is 32 bytes and used for this one cosigner name: the message does not name the signer.

    Raises:
        BadTimestamp: ``timestamp`` (POSIX seconds) is not in 1..2^63-1.
        MalformedError: the text is no checkpoint, or the name or seed is unusable.
    """
    if not 0 < timestamp <= MAX_SIZE:
        raise BadTimestamp
    parse_checkpoint(text)
    private = ed25519.load_seed(seed)
    public = private.public_key().public_bytes_raw()
    signature = private.sign(cosignature_message(text, timestamp))
    line = SignatureLine(
        name=check_key_name(name),
        key_id=key_id(name, KeyType.ED25519_COSIGNATURE, public),
        blob=timestamp.to_bytes(_TIMESTAMP_BYTES, "big") + signature,
    )
    return line.format().encode()


def verify_ed25519_cosignature(text: str, *, name: str, public_key: bytes, blob: bytes) -> int:
    """Check a type 04 blob (8-byte time, 64-byte signature) and return its POSIX seconds.

    Raises:
        SignatureInvalid: wrong length, time above 2^63-1, or the signature does not verify.
    """
    timestamp, signature = _split_blob(blob, ed25519.SIGNATURE_BYTES, name)
    message = cosignature_message(text, timestamp)
    ed25519.verify_signature(message, public_key=public_key, signature=signature, signer=name)
    return timestamp


def verify_ml_dsa_44_cosignature(text: str, *, name: str, public_key: bytes, blob: bytes) -> int:
    """Check a type 06 blob (8-byte time, 2420-byte signature) and return its POSIX seconds.

    Extension lines are not covered. FIPS 204 with the empty context string; ``public_key`` has
    1312 bytes.

    Raises:
        SignatureInvalid: wrong length, time above 2^63-1, or the signature does not verify.
        AlgorithmUnavailable: the library was built without ML-DSA-44.
        MalformedError: the text is no checkpoint.
    """
    timestamp, signature = _split_blob(blob, _ML_DSA_44_SIGNATURE_BYTES, name)
    checkpoint = parse_checkpoint(text)
    message = subtree_message(
        cosigner=name,
        timestamp=timestamp,
        origin=checkpoint.origin,
        start=0,
        end=checkpoint.size,
        root=checkpoint.root,
    )
    try:
        MLDSA44PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        raise ed25519.SignatureInvalid(signer=name) from None
    except UnsupportedAlgorithm:
        raise AlgorithmUnavailable(signer=name) from None
    return timestamp


def _split_blob(blob: bytes, signature_bytes: int, name: str) -> tuple[int, bytes]:
    timestamp = int.from_bytes(blob[:_TIMESTAMP_BYTES], "big")
    # SPEC: the timestamp "MUST NOT exceed 2^63 - 1".
    if len(blob) != _TIMESTAMP_BYTES + signature_bytes or timestamp > MAX_SIZE:
        raise ed25519.SignatureInvalid(signer=name)
    return timestamp, blob[_TIMESTAMP_BYTES:]
