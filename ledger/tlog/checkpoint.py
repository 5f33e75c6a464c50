"""Signed checkpoints: a checkpoint's text as a note signed by its log (C2SP tlog-checkpoint).

The log's key has the origin as its name and type 01 (Ed25519), as tlog-tiles asks of witnessed
logs. That a log never signs two inconsistent checkpoints is its sequencer's duty; how many
cosignatures are enough is ``policy``'s.
"""

from collections.abc import Iterable

from ledger.errors import VerificationError
from ledger.tlog.checkpoint_body import (
    BadCheckpoint,
    Checkpoint,
    check_origin,
    format_checkpoint,
    parse_checkpoint,
)
from ledger.tlog.keys import KeyType
from ledger.tlog.note import Note, NoteSigner, UnverifiedNote, Verifier, open_note, sign_note

__all__ = [
    "BadCheckpoint",
    "Checkpoint",
    "WrongLog",
    "check_origin",
    "claimed_origin",
    "format_checkpoint",
    "open_checkpoint",
    "parse_checkpoint",
    "sign_checkpoint",
]


class WrongLog(VerificationError):
    """A checkpoint is not signed by the log it names, or names another than expected."""

    code = "tlog.wrong_log"
    zh = "检查点声称属于 {origin}，但没有该账本密钥的签名，或并非所要核验的账本。请核对来源与公钥。"
    en = (
        "The checkpoint claims to be of {origin}, but that log's key did not sign it, or another "
        "log was expected. Check the origin and the key."
    )


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> bytes:
    """Return the signed checkpoint; the same checkpoint and key give the same bytes.

    Raises:
        WrongLog: the key's name is not the checkpoint's origin.
    """
    if signer.verifier.name != checkpoint.origin:
        raise WrongLog(origin=checkpoint.origin)
    return sign_note(format_checkpoint(checkpoint), [signer])


def claimed_origin(data: bytes) -> str:
    """Return the origin a signed checkpoint claims, to choose the verifiers to open it with.

    Raises:
        MalformedError: the bytes are no signed checkpoint. No signature is checked.
    """
    return parse_checkpoint(UnverifiedNote.parse(data).text).origin


def open_checkpoint(
    data: bytes, verifiers: Iterable[Verifier], *, origin: str | None = None
) -> tuple[Checkpoint, Note]:
    """Return a checkpoint that its log signed, and the note with all verified signatures.

    ``verifiers`` are the log's keys (type 01, named as the origin) and any cosigners'; so they
    fix the acceptable origins, and ``origin`` narrows them to one.

    Raises:
        MalformedError: not a note or not a checkpoint.
        SignatureInvalid: a known key's signature does not verify.
        NoKnownSignature: no verifier's key signed.
        WrongLog: a cosigner signed but the log itself did not, or another origin.
    """
    note = open_note(data, verifiers)
    checkpoint = parse_checkpoint(note.text)
    # A witness's key must not pass for a log that happens to be called like it: hence the type.
    signed = any(
        signature.verifier.key_type is KeyType.ED25519
        and signature.verifier.name == checkpoint.origin
        for signature in note.signatures
    )
    if not signed or origin not in {None, checkpoint.origin}:
        raise WrongLog(origin=checkpoint.origin)
    return checkpoint, note
