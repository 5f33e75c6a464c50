"""The log's own keys: which might sign a checkpoint of which size.

The genesis names the first. ``log.key_rotation_proposed.v1`` and enough ``log.approved.v1`` by
distinct persons replace it; old and new key must both have signed the change. A replaced key signs
no size beyond the entry that replaced it; the newest may sign any size. Rotations are folded here
apart from ``ledger.rules``, from the public members alone.
"""

from dataclasses import dataclass, field

import msgspec

from ledger.entry import base64url
from ledger.entry.entry import Entry
from ledger.entry.genesis import Genesis
from ledger.entry.keys import PublicKey
from ledger.errors import LedgerError
from ledger.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.tlog.keys import KeyType
from ledger.tlog.note import UnverifiedNote, Verifier, format_vkey, parse_vkey

PROPOSED = "log.key_rotation_proposed.v1"
APPROVED = "log.approved.v1"


class _Proposal(msgspec.Struct, frozen=True):
    vkey: str
    proof: str
    consent: str


class _Approval(msgspec.Struct, frozen=True):
    approves: str


@dataclass(kw_only=True, slots=True)
class _Rotation:
    verifier: Verifier
    replaces: Verifier
    persons: set[str]


@dataclass(kw_only=True, slots=True)
class _Spent:
    """A replaced key, and the largest size it might sign."""

    verifier: Verifier
    until: int


_PROPOSALS = msgspec.json.Decoder(_Proposal)
_APPROVALS = msgspec.json.Decoder(_Approval)


@dataclass(slots=True)
class LogKeys:
    """The log keys of one log, folded from its ``log.*`` entries in order."""

    genesis: Genesis
    current: Verifier = field(init=False)
    _spent: list[_Spent] = field(default_factory=list, init=False)
    _proposed: dict[str, _Rotation] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.current = parse_vkey(self.genesis.vkey)

    def take(self, entry: Entry, index: int) -> None:
        """Fold one ``log.*`` entry at log index ``index``; what changes no key is passed over."""
        claims = entry.signed.claims
        try:
            if claims.type == PROPOSED:
                digest = base64url.encode(entry.signed.digest)
                self._proposed[digest] = self._rotation(claims.pub, claims.actor)
                self._settle(digest, index)
            elif claims.type == APPROVED:
                approves = _APPROVALS.decode(claims.pub).approves
                if approves in self._proposed and claims.actor.startswith("person/"):
                    self._proposed[approves].persons.add(claims.actor)
                    self._settle(approves, index)
        except (LedgerError, ValueError):
            # A change that does not hold changes nothing; that it was recorded is for the rules.
            return

    def verify(self, note: bytes) -> Checkpoint:
        """Return the checkpoint of a note a key of this log signed for its size.

        Raises:
            LedgerError: malformed, not of this log, or signed by no key that might sign it.
        """
        size = parse_checkpoint(UnverifiedNote.parse(note).text).size
        spent = [each.verifier for each in self._spent if size <= each.until]
        return open_checkpoint(note, [self.current, *spent], origin=self.genesis.origin)[0]

    def _rotation(self, pub: msgspec.Raw, actor: str) -> _Rotation:
        found = _PROPOSALS.decode(pub)
        verifier = parse_vkey(found.vkey)
        if verifier.name != self.genesis.origin or verifier.key_type is not KeyType.ED25519:
            raise ValueError("not a key of this log")
        old = self.current
        message = _message(self.genesis.origin, format_vkey(old), found.vkey)
        for public, signature in (
            (verifier.public_key, found.proof),
            (old.public_key, found.consent),
        ):
            PublicKey.from_raw(public).verify(base64url.decode(signature, 64), message)
        persons = {actor} if actor.startswith("person/") else set()
        return _Rotation(verifier=verifier, replaces=old, persons=persons)

    def _settle(self, digest: str, index: int) -> None:
        rotation = self._proposed[digest]
        # Of several proposals to replace one key the first to be complete does.
        if rotation.replaces == self.current and len(rotation.persons) >= self.genesis.threshold:
            self._spent.append(_Spent(verifier=self.current, until=index + 1))
            self.current = rotation.verifier


def _message(origin: str, old: str, new: str) -> bytes:
    return f"sgl-logkey-v1\n{origin}\n{old}\n{new}\n".encode()
