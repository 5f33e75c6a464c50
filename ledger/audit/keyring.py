"""Signing keys by log position: the audit's own hand, apart from ``ledger.rules``.

A key counts from the entry after its enrolment through the entry that ends it. Everything about
an enrolment is checked anew: the strict key, the proof of possession, the stream's name. Whether
the enroller might enrol is a rule and not handled here.

``candidates`` maps thumbprints to keys (32 bytes) as soon as an enrolment was parsed. A thumbprint
fixes its key, so verifying early with it is sound, in whatever process; whether the key counted at
the entry's position is decided in log order by ``require``.

Memory: about 400 bytes a key, and the last ``READY`` of them ready for use.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ledger.audit.faults import BadEnrolment, KeyEnded, KeyNotHolders, KeyUnknown
from ledger.entry.entry import Entry
from ledger.entry.genesis import Genesis, parse_genesis
from ledger.entry.keys import PublicKey, verify_possession

ENROLLED = "key.enrolled.v1"
ENDED = frozenset({"key.rotated.v1", "key.revoked.v1"})
READY = 4096


class Enrolment(NamedTuple):
    """A key (32 bytes) and who holds it, all about it verified but the enroller's right."""

    kid: str
    raw: bytes
    holder: str


class _Pub(msgspec.Struct, frozen=True):
    holder: str
    jwk: dict[str, Any]
    proof: str


class _Held:
    __slots__ = ("ended", "enrolled", "holder")

    def __init__(self, holder: str, enrolled: int) -> None:
        self.holder = holder
        self.enrolled = enrolled
        self.ended: int | None = None


_DECODER = msgspec.json.Decoder(_Pub)


def parse_enrolment(entry: Entry) -> Enrolment:
    """Return the key a ``key.enrolled.v1`` entry enrols; about 2 ms.

    Raises:
        BadEnrolment: a member is missing, or the stream is not the key's thumbprint.
        BadKey, WeakKey, BadProof, BadIdentifier: the key or its proof is refused.
    """
    claims = entry.signed.claims
    try:
        pub = _DECODER.decode(claims.pub)
    except (ValueError, RecursionError):
        raise BadEnrolment from None
    key = PublicKey.from_jwk(pub.jwk)
    if claims.stream != f"key/{key.kid}":
        raise BadEnrolment
    verify_possession(pub.proof, origin=claims.log, actor=pub.holder, key=key)
    return Enrolment(key.kid, key.raw, pub.holder)


def parse_founding(entry: Entry) -> tuple[Genesis, tuple[Enrolment, ...]]:
    """Return the genesis of entry 0 and the founders' keys.

    Raises:
        BadGenesis, BadKey, WeakKey, BadProof, WrongKey, BadSignature: it is not one.
    """
    genesis = parse_genesis(entry)
    return genesis, tuple(
        Enrolment(each.key.kid, each.key.raw, each.actor) for each in genesis.founders
    )


class KeyRing:
    """Which key was whose, from which log index through which."""

    __slots__ = ("_held", "candidates")

    def __init__(self, candidates: dict[str, bytes] | None = None) -> None:
        self.candidates: dict[str, bytes] = {} if candidates is None else candidates
        self._held: dict[str, _Held] = {}

    def candidate(self, kid: str) -> PublicKey | None:
        """Return the key with this thumbprint, whenever it counted; None for one unknown."""
        raw = self.candidates.get(kid)
        return None if raw is None else _ready(raw)

    def enrol(self, enrolment: Enrolment, index: int) -> None:
        """Let a key count after log index ``index``; a key is enrolled once."""
        self.candidates[enrolment.kid] = enrolment.raw
        self._held.setdefault(enrolment.kid, _Held(enrolment.holder, index))

    def end(self, kid: str, index: int) -> None:
        """Let a key count no longer after log index ``index``."""
        held = self._held.get(kid)
        if held is not None and held.ended is None:
            held.ended = index

    def require(self, kid: str, actor: str, index: int) -> PublicKey:
        """Return the key that spoke for ``actor`` at log index ``index``.

        Raises:
            KeyUnknown, KeyEnded, KeyNotHolders: it did not.
        """
        held = self._held.get(kid)
        # The genesis is signed by a key it enrols itself.
        if held is None or held.enrolled >= index > 0:
            raise KeyUnknown(kid=kid)
        if held.ended is not None and index > held.ended:
            raise KeyEnded(kid=kid)
        if held.holder != actor:
            raise KeyNotHolders(kid=kid)
        return _ready(self.candidates[kid])


@lru_cache(READY)
def _ready(raw: bytes) -> PublicKey:
    # Everything was checked when the enrolment was parsed; nothing else gets a key in here.
    return PublicKey.trusted(raw)
