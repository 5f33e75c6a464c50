"""Signing keys as every rule reads them (docs/spec/entry.md).

A key is the stream that enrols it. It is valid by log position: after its enrolment, until the
entry that rotates it away or revokes it. A revocation may name a log index from which on what the
key signed is disputed: those entries stay, and want affirming by their actor. Who may enrol,
rotate and revoke is judged by ``ledger.aggregates.key``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal, assert_never, cast

from msgspec import Meta

from ledger.kernel.act import Act, Tag
from ledger.kernel.event import ActorRef, Code, Digest, Event, event
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name
from ledger.rules import joint
from ledger.rules.genesis import Bytes32, Jwk, LogGenesis, Signature64, jwk_kid
from ledger.rules.joint import Proposal

Custody = Literal["token", "passkey", "browser", "file", "custodial", "device"]
Hand = Literal["own", "device", "custodial", "founder"]
HANDS: Mapping[Hand, Name] = {
    "own": Name("本人密钥签署", "Signed with a key of her own"),
    "custodial": Name("代管签署", "Signed by proxy (custodial key)"),
    "device": Name("设备签署", "Signed by a device"),
    "founder": Name("创始公钥签署，由谁保管未登记", "Founder's key; who keeps it is not recorded"),
}
"""Whose hand signed. The genesis enrols founders' keys and does not say who keeps them."""
LogIndex = Annotated[int, Meta(ge=0)]


@event("key.enrolled.v1", zh="登记公钥", en="Key enrolled")
class KeyEnrolled(Event, frozen=True, kw_only=True):
    """Enrol a key for its holder, with her proof that she holds it and how it is kept."""

    holder: ActorRef
    jwk: Jwk
    proof: Signature64
    custody: Custody


@event("key.rotated.v1", zh="更换密钥", en="Key replaced")
class KeyRotated(Event, frozen=True, kw_only=True):
    """End a key in favour of another key of the same holder."""

    successor: Bytes32


@event("key.revoked.v1", zh="吊销密钥", en="Key revoked")
class KeyRevoked(Event, frozen=True, kw_only=True):
    """End a key; what it signed from log index ``since`` on is disputed.

    Where it needs several people, ``approves`` names the proposal it completes.
    """

    reason: Code
    since: LogIndex | None = None


@event("key.revocation_proposed.v1", zh="提议吊销密钥", en="Key revocation proposed")
class KeyRevocationProposed(Event, frozen=True, kw_only=True):
    """Propose to revoke another registrar's key; ``key.revoked.v1`` completes it."""

    reason: Code
    since: LogIndex | None = None


@event("key.approved.v1", zh="批准吊销密钥", en="Key revocation approved")
class KeyApproved(Event, frozen=True, kw_only=True):
    """Approve the revocation proposed of a key."""

    approves: Digest


KeyChange = KeyRotated | KeyRevoked | KeyRevocationProposed | KeyApproved
KeyEvent = KeyEnrolled | KeyChange


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """An enrolled key: ``unit`` is its holder's registering unit, ``custody`` None for a founder's.

    ``enrolled`` is a log index (None before sequencing), ``iat`` when its enrolment was signed
    (Unix seconds), ``since`` the first disputed index, ``revocations`` those proposed.
    """

    kid: str
    holder: str
    jwk: Jwk
    custody: Custody | None = None
    unit: str | None = None
    enrolled: int | None = None
    iat: int = 0
    successor: str | None = None
    revoked: bool = False
    since: int | None = None
    revocations: tuple[Proposal, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it was rotated away or revoked."""
        return self.revoked or self.successor is not None

    @property
    def hand(self) -> Hand:
        """Whose hand signs with it, as its enrolment says; a founder's genesis does not say."""
        if self.custody is None:
            return "founder"
        return self.custody if self.custody in {"custodial", "device"} else "own"

    def disputes(self, index: int) -> bool:
        """Tell whether an entry this key signed at ``index`` is disputed."""
        return self.since is not None and index >= self.since


Keys = dict[str, Key]
"""Keys by thumbprint. A genesis enrols several, so one tag's acts may tell of more than one."""


def key_tag(kid: str) -> Tag:
    """Return the tag of the acts about the key with this thumbprint."""
    return Tag(f"key:{kid}")


def holder_tag(holder: str) -> Tag:
    """Return the tag of the acts that enrol keys of this holder."""
    return Tag(f"keys:{holder}")


def asks_keys(holder: str, facts: Facts) -> Iterator[Tag]:
    """Yield the tags ``keys_in_force`` reads; ask again until nothing is new."""
    yield holder_tag(holder)
    if facts.knows(holder_tag(holder)):
        yield from map(key_tag, facts.fold(holder_tag(holder), fold))


def keys_in_force(facts: Facts, holder: str) -> list[Key]:
    """Return the keys of ``holder`` that have not ended, oldest first.

    ``asks_keys`` must have been asked.
    """
    enrolled = [key_of(facts, kid) for kid in facts.fold(holder_tag(holder), fold)]
    return [key for key in enrolled if key and key.holder == holder and not key.ended]


def step(keys: Keys, act: Act) -> Keys:
    """Fold one act about keys."""
    happened = cast(KeyEvent | LogGenesis, act.event)
    if isinstance(happened, LogGenesis):
        return {key.kid: key for key in _founders(happened, act)} | keys
    kid = act.stream.removeprefix("key/")
    if isinstance(happened, KeyEnrolled):
        return keys if kid in keys else {**keys, kid: _enrolled(kid, happened, act)}
    return keys | {kid: _changed(keys[kid], happened, act)} if kid in keys else keys


def _changed(key: Key, happened: KeyChange, act: Act) -> Key:
    match happened:
        case KeyRotated():
            return replace(key, successor=happened.successor)
        case KeyRevoked():
            return replace(key, revoked=True, since=happened.since)
        case KeyRevocationProposed():
            proposal = Proposal(event=happened, joint=joint.propose(act))
            return replace(key, revocations=(*key.revocations, proposal))
        case KeyApproved():
            return replace(key, revocations=joint.approve_named(key.revocations, act))
        case _:
            assert_never(happened)


def _founders(genesis: LogGenesis, act: Act) -> list[Key]:
    return [
        Key(
            kid=jwk_kid(each.jwk),
            holder=each.actor,
            jwk=each.jwk,
            enrolled=act.index,
            iat=act.iat,
        )
        for each in genesis.founders
    ]


def _enrolled(kid: str, enrolment: KeyEnrolled, act: Act) -> Key:
    return Key(
        kid=kid,
        holder=enrolment.holder,
        jwk=enrolment.jwk,
        custody=enrolment.custody,
        unit=enrolment.unit,
        enrolled=act.index,
        iat=act.iat,
    )


def fold(acts: tuple[Act, ...]) -> Keys:
    """Return the keys the acts of one tag tell of."""
    keys: Keys = {}
    for act in acts:
        keys = step(keys, act)
    return keys


def key_of(facts: Facts, kid: str) -> Key | None:
    """Return the key with this thumbprint, None if not enrolled; ``key_tag`` must be asked."""
    return facts.fold(key_tag(kid), fold).get(kid)
