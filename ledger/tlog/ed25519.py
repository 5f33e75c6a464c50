"""Ed25519 for notes and cosignatures: RFC 8032 through ``cryptography``, plus the key checks.

The library compares R byte for byte and refuses S >= L, but loads weak public keys without a
word; those are refused here. The stricter suite of entry signatures is ``ledger.entry``'s.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ledger.errors import MalformedError, VerificationError

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_P: Final = 2**255 - 19
# The y coordinates of the eight points of small order: with one of them as the key, one
# signature verifies for many messages.
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


class WeakKey(MalformedError):
    """A public key of small order, not in canonical form, or not 32 bytes."""

    code = "tlog.weak_key"
    zh = "公钥不可用：长度不对、编码不规范或为低阶点。请向公钥持有者索取正确的公钥。"
    en = "The public key is unusable (length, encoding or small order). Ask its holder again."


class BadSeed(MalformedError):
    """A private key seed is not 32 bytes."""

    code = "tlog.seed"
    zh = "签名私钥种子应为 32 字节，实为 {length} 字节。请检查密钥文件。"
    en = "A signing key's seed has 32 bytes, this one {length}. Check the key file."


class SignatureInvalid(VerificationError):
    """A signature by a known key does not verify."""

    code = "tlog.signature"
    zh = "{signer} 的签名核验未通过，内容可能被改动。请重新获取原文；仍不通过，请报告监督机构。"
    en = (
        "The signature of {signer} does not verify: the text may have been altered. Fetch the "
        "original; if it still fails, report it to the supervisors."
    )


def check_public_key(key: bytes) -> bytes:
    """Return the 32-byte public key when its y is canonical and not that of a small-order point.

    Raises:
        WeakKey: otherwise.
    """
    y = int.from_bytes(key, "little") & ~(1 << 255)
    if len(key) != KEY_BYTES or y >= _P or y in _SMALL_ORDER_Y:
        raise WeakKey
    return key


def load_seed(seed: bytes) -> Ed25519PrivateKey:
    """Return the private key of a 32-byte RFC 8032 seed.

    Raises:
        BadSeed: not 32 bytes.
    """
    if len(seed) != KEY_BYTES:
        raise BadSeed(length=len(seed))
    return Ed25519PrivateKey.from_private_bytes(seed)


def verify_signature(message: bytes, *, public_key: bytes, signature: bytes, signer: str) -> None:
    """Check a 64-byte signature; ``signer`` names the key in the refusal.

    Raises:
        SignatureInvalid: it does not verify.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        raise SignatureInvalid(signer=signer) from None
