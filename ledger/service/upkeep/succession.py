"""The end of a log, and the log that goes on from it (ADR 0026).

Where the tail of a log is lost for good, or it is to have another suite, owner or place, its signer
signs nothing more, and a new log names the old one's last checkpoint in its genesis: the mark's,
which covers every receipt given, also for entries that are no longer here. The old home is read and
verified as before, and says where its log went.

What a crash leaves: a log retired in favour of one not founded yet. Founding that one again, under
the same origin, goes on from there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ledger.entry.genesis import Predecessor
from ledger.errors import LedgerError, MalformedError, RuleViolation
from ledger.service.ledger import Ledger
from ledger.service.upkeep.log_keys import log_keys
from ledger.store.signer import LogSigner, Retirement
from ledger.tlog.checkpoint import claimed_origin


class SameOrigin(RuleViolation):
    """A successor is a log of another name."""

    code = "succession.same_origin"
    zh = "新账本不得与原账本 {origin} 同名：两份历史将无从分辨。请为新账本另起名称。"
    en = "The successor cannot be called {origin} too: nobody could tell the two apart. Rename it."


class NotTheirCheckpoint(MalformedError):
    """What is to be the predecessor's last checkpoint is none, or not signed by its log."""

    code = "succession.checkpoint"
    zh = "不是原账本签署的检查点，不能写入新账本的创世条目。请核对来源。"
    en = "It is no checkpoint signed by the old log, so no genesis can name it. Check its source."


class Succession(NamedTuple):
    """What a new log goes on from: nothing, a log whose checkpoint was kept, or one at hand."""

    predecessor: Predecessor | None = None
    signer: LogSigner | None = None

    def founded(self, origin: str, genesis: str) -> None:
        """Let the old log say which genesis (base64url digest) it went to."""
        if self.signer is not None:
            self.signer.retire(Retirement(successor=origin, genesis=genesis))


def predecessor_of(note: bytes, successor: str) -> Succession:
    """Return the predecessor whose last checkpoint was kept elsewhere; nobody retires it here.

    Its signature is verified by whoever holds the old log. Raises: NotTheirCheckpoint, SameOrigin.
    """
    try:
        origin = claimed_origin(note)
    except LedgerError:
        raise NotTheirCheckpoint from None
    _require_other(origin, successor)
    return Succession(Predecessor(origin=origin, checkpoint=note.decode()))


@contextmanager
def retiring(old: Ledger, successor: str) -> Iterator[Succession]:
    """Retire a log while its successor is founded in the block; if that fails, it goes on.

    Raises: SameOrigin, SignerMissing, SignerRetired; NotTheirCheckpoint for another log's signer.
    """
    _require_other(old.home.origin, successor)
    before = old.signer.retirement()
    note = old.signer.retire(Retirement(successor=successor))
    try:
        try:
            log_keys(old).verify(note)
        except LedgerError:
            raise NotTheirCheckpoint from None
        named = Predecessor(origin=old.home.origin, checkpoint=note.decode())
        yield Succession(named, old.signer)
    except BaseException:
        if before is None:
            old.signer.go_on()
        raise


def _require_other(origin: str, successor: str) -> None:
    if origin == successor:
        raise SameOrigin(origin=origin)
