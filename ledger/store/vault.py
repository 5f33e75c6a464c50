"""The vault: field disclosures of an entry's groups, encrypted, one row per group.

The ciphertext is the group's field disclosures joined by ``~``, AES-256-GCM under the subject's
data key, with the log index, all other columns and the group's digests as associated data: a row
moved, retyped or pinned to another entry does not decrypt.
"""

import os
from collections.abc import Mapping, Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import IntegrityFault

_ENCODER = msgspec.json.Encoder()

Sealed = Mapping[str, Sequence[str]] | None
"""An entry's digests by group."""


class Sealing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One group of one entry, ready to be encrypted once its log index is known."""

    group: str
    subject: str
    purpose: str
    retain_until: str | None
    digests: tuple[str, ...]
    disclosures: tuple[str, ...]


class VaultRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of the vault, as stored."""

    idx: int
    grp: str
    subject: str
    purpose: str
    retain_until: str | None
    ciphertext: bytes


class VaultFault(IntegrityFault):
    """A vault row does not decrypt as what it claims to be."""

    code = "vault.fault"
    zh = (
        "条目 {index} 的密封内容（{group}）无法解密：可能被改动，或其密钥已销毁而后另立。"
        "请查明；属改动的，从备份恢复。"
    )
    en = (
        "The sealed content ({group}) of entry {index} does not decrypt: it was changed, or its "
        "key was erased and another made since. Find out which; if changed, restore it."
    )


def encrypt(index: int, sealing: Sealing, key: bytes, nonce: bytes) -> VaultRow:
    """Return the vault row of a sealing at log index ``index``.

    ``key`` is 32 bytes, ``nonce`` 12 fresh random ones.
    """
    row = VaultRow(
        idx=index,
        grp=sealing.group,
        subject=sealing.subject,
        purpose=sealing.purpose,
        retain_until=sealing.retain_until,
        ciphertext=b"",
    )
    text = "~".join(sealing.disclosures).encode()
    sealed = nonce + AESGCM(key).encrypt(nonce, text, _bound(row, sealing.digests))
    return msgspec.structs.replace(row, ciphertext=sealed)


def decrypt(row: VaultRow, sealed: Sealed, key: bytes) -> tuple[str, ...]:
    """Return the field disclosures of ``row``; ``sealed`` are its entry's digests by group.

    Raises: VaultFault.
    """
    try:
        bound = _bound(row, (sealed or {}).get(row.grp, ()))
        text = AESGCM(key).decrypt(row.ciphertext[:12], row.ciphertext[12:], bound)
        return tuple(text.decode("ascii").split("~"))
    except (InvalidTag, ValueError, TypeError):
        # A changed row may hold anything, columns of another type among it.
        raise VaultFault(index=row.idx, group=row.grp) from None


def opens(row: VaultRow, sealed: Sealed, key: bytes) -> bool:
    """Tell whether ``key`` is the one a row was encrypted under."""
    try:
        decrypt(row, sealed, key)
    except VaultFault:
        return False
    return True


def sealed_anew(row: VaultRow, sealed: Sealed, before: bytes, key: bytes) -> VaultRow:
    """Return a row encrypted under ``key`` that was so under the key ``before``.

    Raises: VaultFault.
    """
    sealing = Sealing(
        group=row.grp,
        subject=row.subject,
        purpose=row.purpose,
        retain_until=row.retain_until,
        digests=tuple((sealed or {}).get(row.grp, ())),
        disclosures=decrypt(row, sealed, before),
    )
    return encrypt(row.idx, sealing, key, os.urandom(12))


def _bound(row: VaultRow, digests: Sequence[str]) -> bytes:
    """Return the associated data: all other columns and the group's digests."""
    columns = [row.idx, row.grp, row.subject, row.purpose, row.retain_until]
    # Canonical JSON: a list of one number, texts and digests is written in one way only.
    return _ENCODER.encode([*columns, digests])
