"""The signed entry as a compact JWS (RFC 7515) under the profile's one header.

Specification: docs/spec/entry.md, "Header" and "Signatures". The header's ``alg`` is compared with
the suite's, never trusted; which key a ``kid`` names is the registry's business.
"""

import hashlib
import re
from functools import lru_cache

import msgspec

from ledger.entry import base64url
from ledger.entry.claims import Claims, format_claims, parse_claims, parse_claims_again
from ledger.entry.ids import DIGEST
from ledger.entry.keys import SIGNATURE_SIZE, PublicKey, Signer
from ledger.errors import MalformedError, VerificationError

# An entry is at most 65,535 bytes, of which 13 digits of milliseconds and a space come first.
MAX_JWS_SIZE = 65_535 - 14
TYP = "sgl-entry+sd-jwt"

# SPEC: the header is exactly alg, kid and typ, canonical; so it has one spelling per key.
_HEADER = re.compile(
    rf'\{{"alg":"Ed25519","kid":"({DIGEST})","typ":"{re.escape(TYP)}"\}}'.encode("ascii")
)


class BadJws(MalformedError):
    """Not three parts of strict base64url, or a signature that is not 64 bytes."""

    code = "entry.bad_jws"
    zh = "不是合规的签名条目（JWS 紧凑格式）。请用原始内容重新提交。"
    en = "Not a compact JWS of the profile. Submit the signed entry as it was made."


class BadHeader(MalformedError):
    """The header is not exactly ``alg`` Ed25519, ``kid`` and ``typ``, canonical."""

    code = "entry.bad_header"
    zh = "签名头不合规：只能有 alg（Ed25519）、kid 和 typ。请更新签名程序后重新签名。"
    en = "The header is not exactly alg (Ed25519), kid and typ. Sign again with a current program."


class EntryTooLarge(MalformedError):
    """The entry is over 65,535 bytes."""

    code = "entry.too_large"
    zh = "条目过大（上限 65535 字节）。请把大段内容作为附件，或分成多个条目。"
    en = "The entry is over 65,535 bytes. Attach long content, or split it into several entries."


class WrongKey(VerificationError):
    """The entry names another key than the one it is verified with."""

    code = "signature.wrong_key"
    zh = "条目由另一密钥（{kid}）签署。请用该密钥核验。"
    en = "The entry is signed by another key ({kid}). Verify it with that key."


class SignedEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A parsed JWS: its bytes, claims, ``kid``, 64-byte signature, 32-byte ``digest`` of the JWS.

    Parsed is not verified: only what ``verify_signature`` returned was signed by the key.
    """

    jws: bytes
    claims: Claims
    kid: str
    signature: bytes
    digest: bytes

    @property
    def signing_input(self) -> bytes:
        """The bytes that were signed: header and payload with the point between."""
        return self.jws[: self.jws.rindex(b".")]


def signing_input(claims_bytes: bytes, kid: str) -> bytes:
    """Return the bytes to sign for canonical claims and the RFC 7638 thumbprint of the key."""
    header = f'{{"alg":"Ed25519","kid":"{kid}","typ":"{TYP}"}}'
    text = f"{base64url.encode(header.encode())}.{base64url.encode(claims_bytes)}"
    return text.encode("ascii")


def sign(claims: Claims, signer: Signer) -> bytes:
    """Return the compact JWS of ``claims``, in ASCII.

    Raises:
        MalformedError: as ``sign_entry``.
    """
    return sign_entry(claims, signer).jws


def sign_entry(claims: Claims, signer: Signer) -> SignedEntry:
    """Return ``claims`` signed, ready to be used: nobody parses again what was just made.

    Raises:
        MalformedError: the claims break a rule of the profile, or the entry grows too large.
    """
    message = signing_input(format_claims(claims), signer.kid)
    signature = signer.sign(message)
    jws = message + b"." + base64url.encode(signature).encode("ascii")
    if len(jws) > MAX_JWS_SIZE:
        raise EntryTooLarge
    return SignedEntry(
        jws=jws,
        claims=claims,
        kid=signer.kid,
        signature=signature,
        digest=hashlib.sha256(jws).digest(),
    )


def parse_jws(jws: bytes, *, again: bool = False) -> SignedEntry:
    """Return the signed entry of a compact JWS; everything is strict, nothing is verified.

    ``again``: this very JWS was accepted here before, so its claims are not proven once more.

    Raises:
        EntryTooLarge, BadJws, BadHeader: the envelope is not the profile's.
        MalformedError: the payload is refused, as ``parse_claims``.
    """
    if len(jws) > MAX_JWS_SIZE:
        raise EntryTooLarge
    kid, payload, signature = _split(jws)
    return SignedEntry(
        jws=jws,
        claims=parse_claims_again(payload) if again else parse_claims(payload),
        kid=kid,
        signature=signature,
        digest=hashlib.sha256(jws).digest(),
    )


def verify_signature(entry: SignedEntry, key: PublicKey) -> SignedEntry:
    """Return the entry once its signature is verified with the key it names.

    Raises:
        WrongKey: the entry names another key.
        BadSignature: the signature does not verify by the strict rules.
    """
    if entry.kid != key.kid:
        raise WrongKey(kid=entry.kid)
    key.verify(entry.signature, entry.signing_input)
    return entry


def _split(jws: bytes) -> tuple[str, bytes, bytes]:
    parts = jws.split(b".")
    if len(parts) != 3:
        raise BadJws
    try:
        payload = base64url.decode(parts[1])
        signature = base64url.decode(parts[2], SIGNATURE_SIZE)
    except base64url.BadBase64:
        raise BadJws from None
    return kid_of(parts[0]), payload, signature


# One key has one header: a log of many entries has few of them.
@lru_cache(maxsize=4096)
def kid_of(header: bytes) -> str:
    """Return the key a header in base64url names. Raises: BadJws, BadHeader."""
    try:
        found = _HEADER.fullmatch(base64url.decode(header))
    except base64url.BadBase64:
        raise BadJws from None
    if not found:
        raise BadHeader
    return found[1].decode("ascii")
