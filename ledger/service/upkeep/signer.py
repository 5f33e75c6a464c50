"""The signer's folder after a change of the log's key, and after its mark was lost.

A new log key is a joint act like any other; what is special is that old and new key both sign it,
and that the folder is switched to the new one once it is in force. A mark is made anew by a
registrar's signed act, held to a checkpoint kept elsewhere: nothing else shows whether the store
was cut off while there was no mark. A lost key is not handled here: then the log ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ledger.aggregates.log import ProposeKeyRotation, RenewMark
from ledger.entry import base64url
from ledger.entry.claims import Seen
from ledger.errors import ConflictError, LedgerError, VerificationError
from ledger.kernel.act import Act
from ledger.rules.genesis import LOG, LogKeyRotationProposed, log_of, rotation_message
from ledger.service.acts.retried import AnotherAct
from ledger.service.directory import facts
from ledger.service.ledger import Ledger
from ledger.service.upkeep.log_keys import log_keys
from ledger.store.signer import HeadBehindMark
from ledger.tlog.checkpoint import Checkpoint


class NotSwitched(ConflictError):
    """The log has not changed to the signer's next key."""

    code = "signer.not_switched"
    zh = "账本密钥尚未更换为签名目录中的新密钥：提议还需批准（mingzhang log approve），或已失效。"
    en = (
        "The log has not changed to the signer's next key: the proposal needs approval "
        "(`mingzhang log approve`), or has lapsed."
    )


class NotOurCheckpoint(VerificationError):
    """The checkpoint is not one this log signed."""

    code = "signer.not_our_checkpoint"
    zh = "不是本账本签署的检查点，不能据以重立签名标记。请换用留存于外的检查点。"
    en = "This log did not sign that checkpoint, so no mark can rest on it. Use one kept elsewhere."


def propose_key(ledger: Ledger) -> ProposeKeyRotation:
    """Make the signer's next key unless it is made; return the proposal both keys signed."""
    old = log_of(facts(ledger, LOG)).vkey
    new = ledger.signer.make_next_key()
    message = rotation_message(origin=ledger.home.origin, old=old, new=new)
    consent, proof = map(base64url.encode, ledger.signer.sign_change(message))
    return ProposeKeyRotation(vkey=new, proof=proof, consent=consent)


def proposed_key(recorded: Sequence[Act]) -> ProposeKeyRotation:
    """Return the proposal recorded, which may be in force by now: it takes no other key.

    ``recorded`` are all acts of a submission. Raises: AnotherAct when it proposed no key.
    """
    for act in recorded:
        if isinstance(told := act.event, LogKeyRotationProposed):
            return ProposeKeyRotation(vkey=told.vkey, proof=told.proof, consent=told.consent)
    first = recorded[0]
    raise AnotherAct(jti=first.jti, stream=first.stream, type=first.type)


def switch_key(ledger: Ledger) -> str:
    """Let the signer sign with the log's new key; return its verifier key.

    Raises: NotSwitched unless the change is in force; NoNextKey, SignerMissing.
    """
    if log_of(facts(ledger, LOG)).vkey != ledger.signer.next_vkey():
        raise NotSwitched
    ledger.signer.switch()
    return ledger.signer.vkey


def held_to(ledger: Ledger, note: bytes) -> Checkpoint:
    """Return the checkpoint kept elsewhere, which the log here extends.

    Raises: NotOurCheckpoint; HeadBehindMark when the log is shorter or another.
    """
    try:
        kept = log_keys(ledger).verify(note)
    except LedgerError:
        raise NotOurCheckpoint from None
    size = ledger.recorder.head().size
    if kept.size > size or ledger.reader.root(kept.size) != kept.root:
        why = "" if kept.size > size else " with another root"
        raise HeadBehindMark(signed=kept.size, size=size, why=why)
    return kept


def renewal(kept: Checkpoint, reason: str) -> tuple[RenewMark, Seen]:
    """Return the act that goes on from a lost mark, and what its signer has seen."""
    root = base64url.encode(kept.root)
    return RenewMark(reason=reason, size=kept.size, root=root), Seen(size=kept.size, root=root)


@contextmanager
def mark_renewed(ledger: Ledger) -> Iterator[None]:
    """Put a mark of the head in place while the act that answers for it is submitted in the block.

    Where the act is refused there is no mark again. What a crash leaves is a mark nobody answered
    for. Raises: MarkThere.
    """
    head = ledger.recorder.head()
    undo = ledger.signer.renew(head.size, head.root)
    try:
        yield
    except BaseException:
        undo()
        raise
