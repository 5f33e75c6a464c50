"""Proofs a holder keeps: the checkpoint, and a ``.tlog-proof`` for each entry of a receipt."""

from ledger.errors import NotFound
from ledger.service.acts.receipt import Receipt
from ledger.service.ledger import Ledger
from ledger.tlog.tlogproof import TlogProof, format_tlog_proof


class BeyondHead(NotFound):
    """The log has no such size yet."""

    code = "log.beyond_head"
    zh = "账本现有 {size} 条，尚无 {wanted} 条。请核对条数，或稍后再试。"
    en = "The log has {size} entries, not yet {wanted}. Check the number, or try again later."


def checkpoint(ledger: Ledger, size: int | None = None) -> bytes:
    """Return the signed checkpoint of ``size``, of the head when None.

    Signing an older size contradicts nothing: the tree of the head extends it.
    Raises: BeyondHead; HeadBehindMark, SignerMissing as ``LogSigner.checkpoint``.
    """
    head = ledger.recorder.head()
    if size is None or size == head.size:
        return ledger.signer.checkpoint(head.size, head.root, ledger.reader.consistency)
    if not 0 <= size < head.size:
        raise BeyondHead(size=head.size, wanted=size)
    return ledger.signer.checkpoint(size, ledger.reader.root(size), ledger.reader.consistency)


def proof(ledger: Ledger, index: int, size: int | None = None) -> bytes:
    """Return the ``.tlog-proof`` of entry ``index`` in the tree of ``size`` (index < size)."""
    size = ledger.recorder.head().size if size is None else size
    path = ledger.reader.inclusion(index, size)
    note = checkpoint(ledger, size)
    return format_tlog_proof(TlogProof(index=index, proof=path, checkpoint=note, extra=None))


def proofs(ledger: Ledger, receipt: Receipt) -> list[bytes]:
    """Return the ``.tlog-proof`` of each entry of a receipt, all at one checkpoint."""
    size = ledger.recorder.head().size
    return [proof(ledger, entry.index, size) for entry in receipt.entries]
