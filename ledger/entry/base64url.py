"""Strict base64url (RFC 4648 section 5, unpadded): one byte string, one text.

``base64.urlsafe_b64decode`` drops foreign characters and lets stray trailing bits through, so that
one signature would have several spellings and one entry several leaf hashes.
"""

import binascii

import msgspec

from ledger.errors import MalformedError

# What must not reach the decoder becomes "!", which it refuses: the standard alphabet's own
# characters and padding, and the two characters that mean something inside a JSON string.
_TO_STANDARD = bytes.maketrans(b'-_+/="\\', b"+/!!!!!")
_FROM_STANDARD = bytes.maketrans(b"+/", b"-_")
_CLOSING = (b'"', b'"', b'=="', b'="')
# The last character's unused low bits are zero: four after a remainder of 2, two after 3.
# A remainder of 1 no byte string has, so no character ends it well.
_LAST = (b"", b"", b"AQgw", b"AEIMQUYcgkosw048")
# Half the time of binascii's strict mode, and this runs over every entry that is read.
_DECODER = msgspec.json.Decoder(bytes)


class BadBase64(MalformedError):
    """The text is not strict unpadded base64url, or not of the length asked for."""

    code = "entry.bad_base64url"
    zh = "不是规范的 base64url 文本（不带填充、无多余字符和多余比特）。请用原始内容重新提交。"
    en = (
        "Not strict base64url: no padding, no other characters, no stray bits. Submit the original."
    )


def encode(data: bytes) -> str:
    """Return ``data`` as unpadded base64url."""
    return binascii.b2a_base64(data, newline=False).translate(_FROM_STANDARD, b"=").decode("ascii")


def decode(text: str | bytes, length: int | None = None) -> bytes:
    """Return the bytes of ``text``, exactly ``length`` of them when given.

    Raises:
        BadBase64: padding, foreign characters, stray trailing bits or another length.
    """
    data = _decode(_ascii(text))
    if length is not None and len(data) != length:
        raise BadBase64
    return data


def _ascii(text: str | bytes) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("ascii")
    except UnicodeEncodeError:
        raise BadBase64 from None


def _decode(text: bytes) -> bytes:
    rest = len(text) % 4
    if rest and text[-1] not in _LAST[rest]:
        raise BadBase64
    try:
        return _DECODER.decode(b'"' + text.translate(_TO_STANDARD) + _CLOSING[rest])
    except ValueError:
        raise BadBase64 from None
