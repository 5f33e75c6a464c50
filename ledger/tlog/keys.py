"""Key names, key IDs and signature lines of C2SP signed-note.

What a signature signs depends on its type: ``note`` and ``cosignature``. Verifier keys as
strings (vkeys) are ``note``'s.
"""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, Self

from ledger.errors import MalformedError
from ledger.tlog.encoding import decode_base64, encode_base64

KEY_ID_BYTES: Final = 4
MAX_NAME_BYTES: Final = 255
_DASH: Final = "— "


class KeyType(IntEnum):
    """The signature type bytes handled here; ECDSA (02) and TreeHeadSignature (05) are not."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44_COSIGNATURE = 0x06


class BadKeyName(MalformedError):
    """A key name is empty, too long, or holds a space, plus or control character."""

    code = "tlog.key_name"
    zh = (
        "密钥名称不合规：不得为空、超过 255 字节，或含空格、加号、控制字符。"
        "请改用如 example.cn/log1 的名称。"
    )
    en = (
        "The key name is empty, above 255 bytes, or holds a space, plus or control character. "
        "Use a name like example.cn/log1."
    )


class BadSignatureLine(MalformedError):
    """A line in the signature part of a note is not one."""

    code = "tlog.signature_line"
    zh = "签名行不合规，应为“— 名称 Base64”。请重新获取原始文件。"
    en = "A signature line is not `— name base64`. Fetch the original file again."


def check_key_name(name: str) -> str:
    """Return ``name`` when it may name a key.

    Raises:
        BadKeyName: otherwise.
    """
    # SPEC: key names "MUST be non-empty and MUST NOT contain any Unicode spaces or plus".
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise BadKeyName from None
    bad = any(char.isspace() or char == "+" or char < " " for char in name)
    if bad or not 0 < length <= MAX_NAME_BYTES:
        raise BadKeyName
    return name


def key_id(name: str, key_type: KeyType, public_key: bytes) -> bytes:
    """Return SHA-256(name || LF || type byte || public key)[:4]."""
    material = name.encode() + b"\n" + bytes([key_type]) + public_key
    return sha256(material).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One unverified signature: key name, 4-byte key ID, and what the type makes of the rest."""

    name: str
    key_id: bytes
    blob: bytes

    def format(self) -> str:
        """Return the line with its newline."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.blob)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line, given without its newline.

        Raises:
            BadSignatureLine: not an em dash, a space, a key name, a space and base64 of at least
                five bytes.
        """
        name, space, text = line.removeprefix(_DASH).partition(" ")
        if not (line.startswith(_DASH) and space and name) or "+" in name:
            raise BadSignatureLine
        if any(char.isspace() for char in name):
            raise BadSignatureLine
        data = decode_base64(text)
        if len(data) <= KEY_ID_BYTES:
            raise BadSignatureLine
        return cls(name=name, key_id=data[:KEY_ID_BYTES], blob=data[KEY_ID_BYTES:])
