"""Canonical JSON: RFC 8785 restricted so that any JCS library makes the same bytes.

Member names are ASCII, there are no floats, integers are below 2**53 in size and containers nest
at most 8 deep, the root being 1 (docs/spec/entry.md, "Canonical JSON"). Inside these bounds sorting
by code point equals RFC 8785's sorting by UTF-16, and number formatting has one form only.

``require_text`` is for what people type, at prepare and submit. Verifiers do not call it: Unicode
versions differ, and a verifier of 2040 must agree with one of today.
"""

import re
import unicodedata

import msgspec

from ledger.errors import MalformedError

MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1

_DECODER = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder(order="sorted")

# Listed by number, not by category, so that the answer is the same under every Unicode version:
# controls but tab and newline, soft hyphen, zero-width and bidi controls, line and paragraph
# separators, surrogates, byte order mark, annotations, U+FFFD, noncharacters, tags.
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffd"
    "\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(1 << 16, 17 << 16, 1 << 16)
    )
    + "]"
)
_LINES = re.compile("[\t\n]")


class NotJson(MalformedError):
    """The bytes are not one JSON document in UTF-8."""

    code = "canonical.not_json"
    zh = "内容不是有效的 JSON。请用原始内容重新提交。"
    en = "Not valid JSON. Submit the original again."


class NotCanonical(MalformedError):
    """The document is JSON but not in its one canonical spelling."""

    code = "canonical.not_canonical"
    zh = "JSON 不是规范写法（RFC 8785）。请按规范写法重新编码并签名。"
    en = "The JSON is not in canonical form (RFC 8785). Encode it canonically and sign again."


class BadNumber(MalformedError):
    """A float, or an integer of 2**53 or more in size."""

    code = "canonical.bad_number"
    zh = "数值只能是绝对值小于 2 的 53 次方的整数。金额请以分为单位填写。"
    en = "Numbers are integers below 2**53 in size. Give money in fen."


class BadName(MalformedError):
    """A member name is not an ASCII string."""

    code = "canonical.bad_name"
    zh = "成员名只能用 ASCII 字符。请改用规定的成员名。"
    en = "Member names are ASCII. Use the names the type declares."


class TooDeep(MalformedError):
    """Containers nest more than 8 deep."""

    code = "canonical.too_deep"
    zh = "内容嵌套超过 8 层。请减少嵌套后重新提交。"
    en = "Containers nest more than 8 deep. Flatten the content and submit it again."


class BadText(MalformedError):
    """A text holds a refused character at ``position`` (from 0), or is not in NFC."""

    code = "canonical.bad_text"
    zh = "文字第 {position} 个字符处有不可见、控制或非规范组合的字符。请删除后重新输入。"
    en = "At character {position} the text is invisible, a control, or not NFC. Type it again."


def encode(value: object) -> bytes:
    """Return the canonical bytes of ``value``: dict, list, tuple, str, int, bool, None, Struct.

    Raises:
        BadNumber, BadName, TooDeep: the value is outside the restrictions.
        BadText: a lone surrogate.
        TypeError: a value JSON has no form for, which is a bug of the caller.
    """
    _require_plain(value, 1)
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError as error:
        raise BadText(position=error.start) from None


def decode(data: bytes, *, depth: int = 1) -> object:
    """Return the value of ``data``, whose root lies ``depth`` deep in its document.

    Raises:
        NotJson, NotCanonical, BadNumber, BadName, TooDeep: the bytes are not canonical.
    """
    try:
        value = _DECODER.decode(data)
    except (ValueError, RecursionError):
        # ValueError covers msgspec's errors, bad UTF-8 and an integer too long for Python.
        raise NotJson from None
    _require_plain(value, depth)
    # SPEC: a decoder accepts bytes only if re-encoding gives the same bytes. This is what refuses
    # duplicate names, white space, other escapes, -0 and another order of members.
    if _ENCODER.encode(value) != data:
        raise NotCanonical
    return value


def require_text(text: str, *, lines: bool = True) -> None:
    """Refuse text that two people could see alike and sign differently; for prepare and submit.

    Refused: anything not in NFC, controls (tab and newline pass when ``lines``), zero-width and
    bidi controls, lone surrogates, U+FFFD, noncharacters.

    Raises:
        BadText: with the position of the first refused character.
    """
    found = _REFUSED.search(text) or (None if lines else _LINES.search(text))
    if found:
        raise BadText(position=found.start())
    if not unicodedata.is_normalized("NFC", text):
        raise BadText(position=_first_difference(text, unicodedata.normalize("NFC", text)))


def _first_difference(text: str, other: str) -> int:
    pairs = zip(text, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other)))


def _require_plain(value: object, depth: int) -> None:
    # The exact types a decoder yields come first: this runs over every entry that is read.
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is dict:
        _require_members(value, depth)  # type: ignore[arg-type]
    elif kind is list or kind is tuple:
        _require_depth(depth)
        for item in value:  # type: ignore[attr-defined]
            if type(item) is not str:
                _require_plain(item, depth + 1)
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise BadNumber
    else:
        _require_other(value, depth)


def _require_members(members: dict[object, object], depth: int) -> None:
    _require_depth(depth)
    for name, value in members.items():
        if not isinstance(name, str) or not name.isascii():
            raise BadName
        if type(value) is not str:
            _require_plain(value, depth + 1)


def _require_other(value: object, depth: int) -> None:
    if isinstance(value, float):
        raise BadNumber
    if isinstance(value, msgspec.Struct):
        _require_depth(depth)
        for name in value.__struct_fields__:
            _require_plain(getattr(value, name), depth + 1)
    elif isinstance(value, msgspec.Raw):
        decode(bytes(value), depth=depth)
    elif not isinstance(value, str | msgspec.UnsetType):
        raise TypeError(f"canonical JSON has no form for {type(value).__name__}")


def _require_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise TooDeep
