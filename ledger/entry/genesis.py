"""Entry 0 of a log: who founds it, with which suite and log key (docs/spec/entry.md, "Genesis").

A verifier pins this entry's hash and needs nothing else to begin. What it enrols (persons, keys,
posts) is the registry's business; the predecessor's checkpoint is verified by the log's side.
"""

import base64
import binascii
import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ledger.entry.claims import GENESIS_TYPE, Claims
from ledger.entry.entry import Entry
from ledger.entry.ids import ACTOR, ORIGIN
from ledger.entry.jws import verify_signature
from ledger.entry.keys import PublicKey, verify_possession
from ledger.errors import MalformedError

FOUNDER_ROLE = "registrar"

# Signed-note's type byte for an Ed25519 key (C2SP signed-note v1.0.0).
_NOTE_ED25519 = b"\x01"
_ZONE = r"\A[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,32}){0,2}\Z"

_Origin = Annotated[str, Meta(pattern=rf"\A{ORIGIN}\Z")]


class BadGenesis(MalformedError):
    """The entry is not a genesis of the profile's form; ``member`` says where."""

    code = "genesis.malformed"
    zh = "创世条目的 {member} 不合规。请核对账本来源。"
    en = "The genesis entry's {member} is not well formed. Check where the log is from."


class Predecessor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log this one goes on from: its origin and its last signed checkpoint, verbatim."""

    origin: _Origin
    checkpoint: str


class Founder(msgspec.Struct, frozen=True, kw_only=True):
    """A founder: ``person/<id>`` or ``device/<id>``, a key fully checked, a proof verified."""

    actor: str
    key: PublicKey
    proof: str


class Genesis(msgspec.Struct, frozen=True, kw_only=True):
    """What the genesis entry states, every proof in it verified.

    ``threshold`` is how many registrars a joint act needs, 1 to the number of founders; ``zone``
    an IANA time zone name, not looked up here.
    """

    origin: str
    suite: str
    vkey: str
    clock: Literal["real", "simulated"]
    zone: str
    threshold: int
    founders: tuple[Founder, ...]
    predecessor: Predecessor | None


class _Founder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    actor: Annotated[str, Meta(pattern=rf"\A{ACTOR}\Z")]
    jwk: dict[str, str]
    proof: str


class _Pub(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: _Origin
    suite: Literal["INT-1"]
    vkey: str
    clock: Literal["real", "simulated"]
    zone: Annotated[str, Meta(pattern=_ZONE)]
    threshold: Annotated[int, Meta(ge=1)]
    founders: Annotated[tuple[_Founder, ...], Meta(min_length=1)]
    predecessor: Predecessor | None


_DECODER = msgspec.json.Decoder(_Pub)


def parse_genesis(entry: Entry) -> Genesis:
    """Return the genesis of entry 0, its founders' proofs and its own signature verified.

    Raises:
        BadGenesis: not a genesis, or a member is not of its form.
        BadKey, WeakKey: a founder's key or the log's is refused.
        BadProof: a founder's proof of possession does not verify.
        WrongKey, BadSignature: the entry is not signed by the first founder.
    """
    claims = entry.signed.claims
    _require_envelope(claims)
    pub = _decode(bytes(claims.pub))
    if pub.origin != claims.log:
        raise BadGenesis(member="pub.origin")
    _require_vkey(pub.vkey, pub.origin)
    _require_predecessor(pub)
    founders = tuple(_founder(each, pub.origin) for each in pub.founders)
    _require_founders(founders, pub.threshold)
    if founders[0].actor != claims.actor:
        raise BadGenesis(member="actor")
    verify_signature(entry.signed, founders[0].key)
    return _genesis(pub, founders)


def _require_envelope(claims: Claims) -> None:
    # The claims have held seq, prev and stream to the type already.
    for member, holds in (
        ("type", claims.type == GENESIS_TYPE),
        ("role", claims.role == FOUNDER_ROLE),
        ("seen", claims.seen is None),
        ("sealed", claims.sealed is None),
    ):
        if not holds:
            raise BadGenesis(member=member)


def _decode(pub: bytes) -> _Pub:
    try:
        return _DECODER.decode(pub)
    except (ValueError, RecursionError):
        raise BadGenesis(member="pub") from None


def _require_vkey(vkey: str, origin: str) -> None:
    # SPEC: signed-note: <name>+<hex(SHA-256(name || LF || type || key)[:4])>+<base64(type || key)>.
    name, _, rest = vkey.partition("+")
    key_id, _, text = rest.partition("+")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadGenesis(member="pub.vkey") from None
    wanted = hashlib.sha256(f"{origin}\n".encode("ascii") + data).hexdigest()[:8]
    if (
        name != origin
        or key_id != wanted
        or data[:1] != _NOTE_ED25519
        or base64.b64encode(data).decode("ascii") != text
    ):
        raise BadGenesis(member="pub.vkey")
    PublicKey.from_raw(data[1:])


def _require_predecessor(pub: _Pub) -> None:
    old = pub.predecessor
    # A checkpoint's first line is the origin of its log.
    if old and (old.origin == pub.origin or not old.checkpoint.startswith(f"{old.origin}\n")):
        raise BadGenesis(member="pub.predecessor")


def _founder(founder: _Founder, origin: str) -> Founder:
    key = PublicKey.from_jwk(founder.jwk)
    verify_possession(founder.proof, origin=origin, actor=founder.actor, key=key)
    return Founder(actor=founder.actor, key=key, proof=founder.proof)


def _require_founders(founders: tuple[Founder, ...], threshold: int) -> None:
    # Two posts of one person, or one key for two, would make a joint act of one hand.
    if len({each.actor for each in founders}) != len(founders):
        raise BadGenesis(member="pub.founders")
    if len({each.key.kid for each in founders}) != len(founders):
        raise BadGenesis(member="pub.founders")
    if threshold > len(founders):
        raise BadGenesis(member="pub.threshold")


def _genesis(pub: _Pub, founders: tuple[Founder, ...]) -> Genesis:
    return Genesis(
        origin=pub.origin,
        suite=pub.suite,
        vkey=pub.vkey,
        clock=pub.clock,
        zone=pub.zone,
        threshold=pub.threshold,
        founders=founders,
        predecessor=pub.predecessor,
    )
