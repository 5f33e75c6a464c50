"""Ed25519 keys of suite INT-1: strict verification, thumbprints, proof of possession.

Specification: docs/spec/entry.md, "Keys" and "Signatures" (RFC 8032, RFC 7638, RFC 8037, RFC 9864).
Whether a key was enrolled, by whom and until when is the registry's business, not handled here.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.entry import base64url, ed25519
from ledger.entry.ids import BadIdentifier
from ledger.errors import MalformedError, VerificationError

KEY_SIZE = 32
SIGNATURE_SIZE = 64
ALGORITHM = "Ed25519"

_POSSESSION = "sgl-pop-v1"
_VISIBLE = re.compile("[!-~]{1,300}")


class BadKey(MalformedError):
    """The bytes or the JWK are not an Ed25519 public key of the profile's form."""

    code = "key.malformed"
    zh = "公钥格式不合规：应为 32 字节的 Ed25519 公钥。请重新导出公钥。"
    en = "Not an Ed25519 public key of 32 bytes. Export the public key again."


class WeakKey(MalformedError):
    """The key is non-canonical, off the curve, of small order or of mixed order."""

    code = "key.weak"
    zh = "该公钥不安全，可用来抵赖签名，不予登记。请重新生成密钥。"
    en = "The key is weak: its holder could disown signatures. Make a new key."


class BadSignature(VerificationError):
    """The signature is not one of this key over this message, by the strict rules."""

    code = "signature.bad"
    zh = "签名核验未通过：内容或签名已被改动，或不是此密钥所签。请向签署人索取原件。"
    en = (
        "The signature does not verify: changed, or another key's. Ask the signer for the original."
    )


class BadProof(VerificationError):
    """The proof of possession does not tie this key to this actor in this log."""

    code = "key.bad_proof"
    zh = "密钥持有证明未通过。请由密钥持有人为本账本重新生成证明。"
    en = "The proof of possession does not verify. Let the holder make it again for this log."


class Signer(Protocol):
    """What signs an entry: a key in memory, a token, a custodial service."""

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint of the public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over ``message``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """An Ed25519 public key: ``raw`` (32 bytes) and ``kid``, its RFC 7638 thumbprint.

    Made by ``from_raw``, ``from_jwk`` or ``trusted``, never by the constructor.
    """

    raw: bytes
    kid: str
    _handle: Ed25519PublicKey = field(repr=False, compare=False)

    @classmethod
    def from_raw(cls, raw: bytes, *, checked: bool = True) -> "PublicKey":
        """Return the key of 32 bytes; ``checked`` costs about 2 ms and is meant for enrolment.

        Unchecked, small-order and non-canonical keys are refused all the same; only the test for
        mixed order is left out. See ``trusted``.

        Raises:
            BadKey: not 32 bytes.
            WeakKey: a key suite INT-1 refuses.
        """
        if len(raw) != KEY_SIZE:
            raise BadKey
        if not (ed25519.has_prime_order(raw) if checked else ed25519.is_strict_encoding(raw)):
            raise WeakKey
        kid = thumbprint(raw)
        return cls(raw=raw, kid=kid, _handle=Ed25519PublicKey.from_public_bytes(raw))

    @classmethod
    def trusted(cls, raw: bytes) -> "PublicKey":
        """Return a key that was checked before: read from an enrolment this log has admitted.

        Allowed only for keys whose enrolment entry lies in a log whose submit made the full check,
        and for keys computed from a seed. An auditor, who trusts no submit, uses ``from_raw``.

        Raises:
            BadKey, WeakKey: as ``from_raw`` with ``checked=False``.
        """
        return cls.from_raw(raw, checked=False)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object], *, checked: bool = True) -> "PublicKey":
        """Return the key of a JWK of exactly ``kty`` OKP, ``crv`` Ed25519 and ``x``.

        Raises:
            BadKey: other members (a private ``d`` among them), other values, not 32 bytes.
            WeakKey: a key suite INT-1 refuses.
        """
        x = jwk.get("x")
        if dict(jwk) != {"crv": ALGORITHM, "kty": "OKP", "x": x} or not isinstance(x, str):
            raise BadKey
        try:
            raw = base64url.decode(x, KEY_SIZE)
        except base64url.BadBase64:
            raise BadKey from None
        return cls.from_raw(raw, checked=checked)

    @property
    def jwk(self) -> dict[str, str]:
        """The public JWK, members in canonical order."""
        return {"crv": ALGORITHM, "kty": "OKP", "x": base64url.encode(self.raw)}

    def verify(self, signature: bytes, message: bytes) -> None:
        """Verify a 64-byte signature: strict encodings first, then OpenSSL's cofactorless equation.

        Raises:
            BadSignature: it does not hold.
        """
        # SPEC: S < L; R canonical and not of small order. A was checked when the key was made.
        if (
            len(signature) != SIGNATURE_SIZE
            or not ed25519.is_reduced_scalar(signature[32:])
            or not ed25519.is_strict_encoding(signature[:32])
        ):
            raise BadSignature
        try:
            self._handle.verify(signature, message)
        except InvalidSignature:
            raise BadSignature from None


class PrivateKey:
    """An Ed25519 private key in memory. Its ``repr`` shows the ``kid`` only."""

    __slots__ = ("_handle", "public")

    def __init__(self, handle: Ed25519PrivateKey) -> None:
        self._handle = handle
        self.public = PublicKey.trusted(handle.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Return a new key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "PrivateKey":
        """Return the key of a 32-byte RFC 8032 seed.

        Raises:
            BadKey: not 32 bytes.
        """
        if len(seed) != KEY_SIZE:
            raise BadKey
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The 32-byte seed; a secret."""
        return self._handle.private_bytes_raw()

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint of the public key."""
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over ``message`` (deterministic, RFC 8032)."""
        return self._handle.sign(message)

    def __repr__(self) -> str:
        return f"PrivateKey(kid={self.kid!r})"


def thumbprint(raw: bytes) -> str:
    """Return the RFC 7638 thumbprint of 32 public bytes: SHA-256 of the JWK, base64url."""
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{base64url.encode(raw)}"}}'
    return base64url.encode(hashlib.sha256(jwk.encode("ascii")).digest())


def prove_possession(key: Signer, *, origin: str, actor: str) -> str:
    """Return the base64url proof that ``key`` is held by ``actor`` and meant for ``origin``.

    Raises:
        BadIdentifier: the origin or the actor is not visible ASCII.
    """
    return base64url.encode(key.sign(_possession(origin, actor, key.kid)))


def verify_possession(proof: str, *, origin: str, actor: str, key: PublicKey) -> None:
    """Verify a proof of possession, so that nobody enrols a key that is another's.

    Raises:
        BadIdentifier: the origin or the actor is not visible ASCII.
        BadProof: the proof is not this key's over this origin and actor.
    """
    message = _possession(origin, actor, key.kid)
    try:
        key.verify(base64url.decode(proof, SIGNATURE_SIZE), message)
    except (base64url.BadBase64, BadSignature):
        raise BadProof from None


def _possession(origin: str, actor: str, kid: str) -> bytes:
    # A line break inside a name would let one proof be read as another's.
    for kind, text in (("origin", origin), ("actor", actor)):
        if not _VISIBLE.fullmatch(text):
            raise BadIdentifier(kind=kind)
    return f"{_POSSESSION}\n{origin}\n{actor}\n{kid}\n".encode("ascii")
