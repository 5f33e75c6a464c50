"""Wishes about keys: imperative, as typed."""

from typing import ClassVar

from ledger.kernel.aggregate import Command
from ledger.kernel.event import ActorRef, Code, Digest
from ledger.rules.genesis import Bytes32, Signature64
from ledger.rules.keys import (
    Custody,
    LogIndex,
)


class EnrolKey(Command, frozen=True, kw_only=True):
    """Enrol the key of a person or device.

    What to give is what ``mingzhang key show FILE --for HOLDER`` prints where the key is.
    """

    name: ClassVar[str] = "key.enrol"
    zh: ClassVar[str] = "登记公钥"
    en: ClassVar[str] = "Enrol"
    brought: ClassVar[frozenset[str]] = frozenset({"holder", "public_key", "proof", "custody"})
    holder: ActorRef
    public_key: Bytes32
    proof: Signature64
    custody: Custody


class RotateKey(Command, frozen=True, kw_only=True):
    """Replace a key by another of the same holder, enrolled before.

    ``successor`` is the thumbprint of the other one.
    """

    name: ClassVar[str] = "key.rotate"
    zh: ClassVar[str] = "更换密钥"
    en: ClassVar[str] = "Rotate"
    successor: Bytes32


class RevokeKey(Command, frozen=True, kw_only=True):
    """End a key that was lost, stolen or is no longer used.

    What it signed from entry ``since`` on is then disputed. Another registrar's key takes several:
    it is proposed, and others approve it.
    """

    name: ClassVar[str] = "key.revoke"
    zh: ClassVar[str] = "吊销密钥"
    en: ClassVar[str] = "Revoke"
    reason: Code
    since: LogIndex | None = None


class ApproveRevocation(Command, frozen=True, kw_only=True):
    """Approve the revocation of a key that another registrar proposed."""

    name: ClassVar[str] = "key.approve"
    zh: ClassVar[str] = "批准吊销密钥"
    en: ClassVar[str] = "Approve"
    approves: Digest


KeyCommand = EnrolKey | RotateKey | RevokeKey | ApproveRevocation
