"""What msgspec finds wrong with a value, as its member and a reason in Chinese and then English.

msgspec speaks English to programmers, and quotes a choice that is none: what was typed may be
personal and is repeated nowhere.
"""

import re
from typing import Final

import msgspec

_OTHERWISE: Final = "不合要求 not as required"
_AT: Final = re.compile(r" - at `(?:key in )?\$\.?(.*)`\Z", re.DOTALL)
_FIELD: Final = re.compile(r"Object (?:missing required|contains unknown) field `(.*?)`")
_REASONS: Final = tuple((re.compile(found, re.DOTALL), said) for found, said in (
    (r"Object missing required field ", "不能为空 must not be empty"),
    (r"Object contains unknown field ", "没有这一项 there is no such field"),
    (r"Expected .*, got `null`", "不能为空 must not be empty"),
    (r"Expected `(?:str|array)` of length >= 1\Z", "不能为空 must not be empty"),
    (r"Expected `str` of length >= (\d+)", r"至少 \1 字 at least \1 characters"),
    (r"Expected `str` of length <= (\d+)", r"最多 \1 字 at most \1 characters"),
    (r"Expected `array` of length >= (\d+)", r"至少 \1 项 at least \1 entries"),
    (r"Expected `array` of length <= (\d+)", r"最多 \1 项 at most \1 entries"),
    # Bounds are of what is kept, in fen where yuan are typed: they are not told.
    (r"Expected `int` >= ", "数太小 too small a number"),
    (r"Expected `int` <= |.*out of range", "数太大 too large a number"),
    (r"Expected `int", "须为整数 a whole number is expected"),
    (r"Expected `str` matching regex ", "格式不对 not written as it must be"),
    (r"Invalid enum value ", "不在可选之列 not one of those to choose from"),
))  # fmt: skip


def misfit(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return the member, empty for the whole, and the reason it cannot be used."""
    text = str(error)
    place = _AT.search(text)
    found = text[: place.start()] if place else text
    named = _FIELD.match(found)
    steps = (place[1] if place else "", named[1] if named else "")
    return ".".join(filter(None, steps)), _reason(found)


def _reason(found: str) -> str:
    for pattern, said in _REASONS:
        if match := pattern.match(found):
            return match.expand(said)
    return _OTHERWISE
