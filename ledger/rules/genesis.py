"""The log's own acts, and what every rule reads of them (docs/spec/entry.md).

The genesis founds a log: its origin, key, zone, threshold and founders. The log key is changed
by a joint act, each proposal carrying the signatures of the old and of the new key. Whether the
entry bytes are a genesis a stranger can pin is ``ledger.entry.genesis``'s business; who may act
is judged by ``ledger.aggregates.log``.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal, assert_never, cast

import msgspec
from msgspec import Meta

from ledger.entry import base64url
from ledger.entry.genesis import Predecessor
from ledger.entry.ids import DIGEST, ORIGIN
from ledger.entry.keys import PublicKey, thumbprint, verify_possession
from ledger.errors import NotFound
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Code, Digest, Event, PersonRef, event
from ledger.kernel.facts import Facts
from ledger.rules import joint
from ledger.rules.heads import LogHeadsPublished
from ledger.rules.joint import Joint
from ledger.rules.time import local_date

LOG: Final = Tag("log:self")
"""Tag of all ``log.*`` acts but the publications of heads (``rules.heads``)."""

Signature64 = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{86}\Z")]
"""An Ed25519 signature: 64 bytes in base64url."""
VerifierKey = Annotated[str, Meta(pattern=r"\A[!-~]{1,400}\Z")]
"""A signed-note verifier key ``<name>+<key id>+<base64>``."""
Bytes32 = Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]
"""32 bytes in base64url: a public key, or a key's RFC 7638 thumbprint (``kid``)."""


class NoGenesis(NotFound):
    """The log has not been founded."""

    code = "log.no_genesis"
    zh = "本账本尚无创世条目。请先初始化账本。"
    en = "This log has no genesis yet. Found it first."


class Jwk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public Ed25519 key (RFC 8037); ``x`` is 32 bytes in base64url."""

    crv: Literal["Ed25519"] = "Ed25519"
    kty: Literal["OKP"] = "OKP"
    x: Bytes32


class Founder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A founder: her person, her key, and the proof that she holds it for this log."""

    actor: PersonRef
    jwk: Jwk
    proof: Signature64


@event("log.genesis.v1", zh="账本创世", en="Genesis of the ledger")
class LogGenesis(Event, frozen=True, kw_only=True):
    """Found a log and enrol its founders' persons, keys and registrar posts."""

    origin: Annotated[str, Meta(pattern=rf"\A{ORIGIN}\Z")]
    suite: Literal["INT-1"]
    vkey: VerifierKey
    clock: Literal["real", "simulated"]
    zone: Literal["Asia/Shanghai"]
    threshold: Annotated[int, Meta(ge=1, le=99)]
    founders: Annotated[tuple[Founder, ...], Meta(min_length=1, max_length=99)]
    predecessor: Predecessor | None


@event("log.key_rotation_proposed.v1", zh="提议更换账本密钥", en="Log key rotation proposed")
class LogKeyRotationProposed(Event, frozen=True, kw_only=True):
    """Propose another log key; old and new sign ``rotation_message`` (consent and proof)."""

    vkey: VerifierKey
    proof: Signature64
    consent: Signature64


@event("log.approved.v1", zh="批准更换账本密钥", en="Log key rotation approved")
class LogApproved(Event, frozen=True, kw_only=True):
    """Approve a change of the log key."""

    approves: Digest


@event("log.clock_explained.v1", zh="说明时钟变动", en="Clock explained")
class LogClockExplained(Event, frozen=True, kw_only=True):
    """Explain why the wall clock moved, so that writing may go on."""

    reason: Code


@event("log.mark_renewed.v1", zh="重立签名标记", en="Signer's mark renewed")
class LogMarkRenewed(Event, frozen=True, kw_only=True):
    """Take upon oneself that the log, whose signer's mark was lost, is as long as it was signed.

    ``size`` and ``root`` are those of the checkpoint kept elsewhere that the log was held to.
    """

    reason: Code
    size: Annotated[int, Meta(ge=1)]
    root: Bytes32


LogEvent = (
    LogGenesis
    | LogKeyRotationProposed
    | LogApproved
    | LogClockExplained
    | LogMarkRenewed
    | LogHeadsPublished
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """A proposed change of the log key, and the key it was to replace."""

    joint: Joint
    vkey: str
    replaces: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """What the log says of itself: its genesis, the day founded, the log key in force.

    ``published`` is the size whose heads were published last, 0 for never; only its stream knows.
    """

    genesis: LogGenesis
    founded: date
    vkey: str
    rotations: tuple[Rotation, ...] = ()
    published: int = 0

    @property
    def origin(self) -> str:
        """Name of the log."""
        return self.genesis.origin

    @property
    def threshold(self) -> int:
        """How many registrars a joint act needs; only a genesis sets it."""
        return self.genesis.threshold


def step(log: Log | None, act: Act) -> Log | None:
    """Fold one ``log.*`` act; what comes before a genesis founds nothing."""
    happened = cast(LogEvent, act.event)
    if isinstance(happened, LogGenesis):
        return log or Log(genesis=happened, founded=local_date(act.iat), vkey=happened.vkey)
    if log is None:
        return None
    match happened:
        case LogKeyRotationProposed():
            new = Rotation(joint=joint.propose(act), vkey=happened.vkey, replaces=log.vkey)
            return _settled(replace(log, rotations=(*log.rotations, new)))
        case LogApproved():
            return _settled(replace(log, rotations=_approved(log.rotations, act)))
        case LogClockExplained() | LogMarkRenewed():
            return log
        case LogHeadsPublished():
            return replace(log, published=happened.size)
        case _:
            assert_never(happened)


def _approved(rotations: tuple[Rotation, ...], act: Act) -> tuple[Rotation, ...]:
    return tuple(
        replace(rotation, joint=joint.approve(rotation.joint, act))
        if rotation.joint.digest == act.event.approves
        else rotation
        for rotation in rotations
    )


def _settled(log: Log) -> Log:
    # The first proposal to be complete replaces the key; others consented to by the same old
    # key thereby lapse, since they replace a key that is in force no more.
    for rotation in log.rotations:
        if rotation.replaces == log.vkey and rotation.joint.reached(log.threshold):
            return replace(log, vkey=rotation.vkey)
    return log


def fold(acts: tuple[Act, ...]) -> Log | None:
    """Return the log of all ``log.*`` acts, None before its genesis."""
    log = None
    for act in acts:
        log = step(log, act)
    return log


def log_of(facts: Facts) -> Log:
    """Return what the log says of itself; ``LOG`` must have been asked.

    Raises:
        NoGenesis: it has not been founded.
    """
    found = facts.fold(LOG, fold)
    if found is None:
        raise NoGenesis
    return found


def jwk_kid(jwk: Jwk) -> str:
    """Return the thumbprint of a key, enrolled or not."""
    return thumbprint(base64url.decode(jwk.x, 32))


@lru_cache(maxsize=4096)
def verify_key(jwk: Jwk, proof: str, *, origin: str, actor: str) -> PublicKey:
    """Return the key of ``jwk``, strong and proven to be held by ``actor`` for ``origin``.

    Remembered, since an entry is checked at prepare, at submit and in audits, and each time
    costs milliseconds.

    Raises:
        BadKey, WeakKey: a key suite INT-1 refuses.
        BadProof: the proof of possession does not verify.
    """
    key = PublicKey.from_jwk(msgspec.structs.asdict(jwk))
    verify_possession(proof, origin=origin, actor=actor, key=key)
    return key


def rotation_message(*, origin: str, old: str, new: str) -> bytes:
    """Return what the old and the new log key sign to change from vkey ``old`` to ``new``."""
    return f"sgl-logkey-v1\n{origin}\n{old}\n{new}\n".encode("ascii")
