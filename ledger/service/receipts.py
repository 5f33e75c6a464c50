"""Proofs a holder keeps: the checkpoint, and a ``.tlog-proof`` for each entry of a receipt."""

from ledger.service.ledger import Ledger
from ledger.service.submit import Receipt
from ledger.tlog.tlogproof import TlogProof, format_tlog_proof


def checkpoint(ledger: Ledger, size: int | None = None) -> bytes:
    """Return the signed checkpoint of ``size``, of the head when None.

    Signing an older size contradicts nothing: the tree of the head extends it.
    """
    head = ledger.recorder.head()
    if size is None or size == head.size:
        ledger.signer.advance(head.size, head.root)
        return ledger.signer.checkpoint(head.size, head.root)
    return ledger.signer.checkpoint(size, ledger.reader.root(size))


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
