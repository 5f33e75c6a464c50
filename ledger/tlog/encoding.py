"""Strict decimals, padded base64 and hash lengths, as every C2SP tlog document writes them.

Each reader accepts exactly one spelling per value. Base64url without padding (JOSE) is not
handled here.
"""

import binascii
import re
from typing import Final

from ledger.errors import MalformedError

HASH_BYTES: Final = 32
MAX_SIZE: Final = 2**63 - 1
"""Largest tree size, index or POSIX time any of the formats may carry."""

# Nineteen digits hold 2^63-1; the bound also keeps `int` away from hostile lengths.
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


class BadDecimal(MalformedError):
    """A number is not written the one way the formats allow."""

    code = "tlog.decimal"
    zh = (
        "数字“{field}”写法不规范：只能用数字，不带正负号、空格或前导零，"
        "且不超过 2^63-1。请取原始文件重试。"
    )
    en = (
        "The number `{field}` is not plain: digits only, no sign, space or leading zero, at most "
        "2^63-1. Fetch the original file and try again."
    )


class BadBase64(MalformedError):
    """Base64 that is not the canonical, padded RFC 4648 section 4 spelling."""

    code = "tlog.base64"
    zh = "Base64 写法不规范：须为带填充的标准字母表，且不得含多余内容。请取原始文件重试。"
    en = (
        "The base64 is not canonical (standard alphabet, padded). Fetch the original and try again."
    )


class BadHash(MalformedError):
    """A hash does not have 32 bytes."""

    code = "tlog.hash_length"
    zh = "哈希应为 32 字节，实为 {length} 字节。请取原始文件重试。"
    en = "A hash has 32 bytes, this one has {length}. Fetch the original file and try again."


def parse_decimal(text: str, *, field: str) -> int:
    """Read ``0|[1-9][0-9]*``, at most 2^63-1; ``field`` names the number in the refusal.

    Raises:
        BadDecimal: any other spelling, since ``int`` alone takes "+42", "4_2" and other scripts.
    """
    if _DECIMAL.fullmatch(text) is None or (value := int(text)) > MAX_SIZE:
        raise BadDecimal(field=field)
    return value


def encode_base64(data: bytes) -> str:
    """Return the padded base64 of RFC 4648 section 4, without a newline."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Decode padded base64.

    Raises:
        BadBase64: the text is not what ``encode_base64`` gives for the decoded bytes ("AB==" and
            "AA==" decode alike, and a signature must have one spelling).
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise BadBase64 from None
    if encode_base64(data) != text:
        raise BadBase64
    return data


def check_hash(value: bytes) -> bytes:
    """Return ``value`` when it has 32 bytes.

    Raises:
        BadHash: any other length. A short hash may otherwise equal a short root.
    """
    if len(value) != HASH_BYTES:
        raise BadHash(length=len(value))
    return value


def decode_hash(text: str) -> bytes:
    """Decode the base64 of one 32-byte hash.

    Raises:
        BadBase64: not canonical base64.
        BadHash: not 32 bytes.
    """
    return check_hash(decode_base64(text))
