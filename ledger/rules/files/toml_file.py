"""Reading one TOML file of a pack into a typed value, with errors that name file and line.

Shapes are checked by msgspec; what one file can tell about itself beyond shape is a ``Problem``
with the path of the value at fault. What only several packs together can tell: ``book``.
"""

import re
import tomllib
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple, TypeVar

import msgspec

from ledger.errors import MalformedError
from ledger.rules.files.toml_lines import Path, line_of

T = TypeVar("T")

MAX_TEXT = 256 << 10
MAX_DOTS = 16
"""In one key: tomllib walks a key from the root, again for every key below it."""

# Strings and comments. It never fails at a quote, so that no text is read twice: what has no end is
# taken to where tomllib refuses it. Of the quotes that end a text of lines, two may be its own.
_WORDS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:"{3,5})?|'
    + r"'''(?:[^']|'(?!''))*(?:'{3,5})?|"
    + r'"(?:[^"\\\n]|\\[^\n])*"?|'
    + r"'[^'\n]*'?|"
    + r"#[^\n]*",
    re.DOTALL,
)
_TOO_DEEP = re.compile(rf'(?:\.[ \t]*+[\w"-]++[ \t]*+){{{MAX_DOTS + 1}}}')
_AT_LINE = re.compile(r" \(at line ([0-9]+), column [0-9]+\)$")
_AT_PATH = re.compile(r" - at `\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[([0-9]+)\]")
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]+)`")
# msgspec 0.22 learns a type when it is first used, and crashes the process when two threads are
# the first at once; packs are read when their first case is judged, by whichever threads do.
_FIRST_USE = Lock()


class PackInvalid(MalformedError):
    """A pack's file is not of the form its kind of file has."""

    code = "pack.invalid"
    zh = "{file}:{line}：{why}。请修改规则包后重试。"
    en = "{file}:{line}: {why}. Correct the pack and try again."


class UnknownName(PackInvalid):
    """A name that nothing declares: an act, guard, state, role, rule or code."""

    code = "pack.unknown_name"
    zh = "{file}:{line}：{what} 中没有“{name}”。请核对拼写，或先定义该名称。"
    en = '{file}:{line}: unknown {what} "{name}". Check the spelling, or declare it first.'


class RepeatedName(PackInvalid):
    """One name is declared twice where it must be the only one."""

    code = "pack.repeated_name"
    zh = "{file}:{line}：{what}“{name}”重复。请删去一个。"
    en = '{file}:{line}: {what} "{name}" is declared twice. Remove one.'


class Problem(NamedTuple):
    """What is wrong with the value at ``path``, as an error class and its facts."""

    path: Path
    error: type[PackInvalid]
    facts: dict[str, object]


def parse_toml(file: str, data: bytes, shape: type[T]) -> T:
    """Return the content of ``file`` as ``shape``.

    Raises:
        PackInvalid: not UTF-8, not TOML, or not of that shape.
    """
    text = decode_text(file, data)
    found = _toml(file, text)
    try:
        with _FIRST_USE:
            return msgspec.convert(found, shape)
    except msgspec.ValidationError as error:
        raise _shape_error(file, text, str(error)) from None


def repeated(names: Iterable[str], table: str) -> Iterable[Problem]:
    """Yield a problem for each item of array-of-tables ``table`` whose id came before."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield Problem((table, position, "id"), RepeatedName, {"what": table, "name": name})
        seen.add(name)


def decode_text(file: str, data: bytes) -> str:
    """Return the text of a file. Raises: PackInvalid with the line that is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PackInvalid(file=file, line=line, why="not UTF-8") from None


def _toml(file: str, text: str) -> dict[str, object]:
    if len(text) > MAX_TEXT:
        raise PackInvalid(file=file, line=1, why=f"over {MAX_TEXT >> 10} KiB")
    written = _WORDS.sub(_blank, text)
    if deep := _TOO_DEEP.search(written):
        line = written.count("\n", 0, deep.start()) + 1
        raise PackInvalid(file=file, line=line, why="nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise PackInvalid(file=file, line=1, why="nested too deeply") from None
    except ValueError as error:
        # Besides its own errors tomllib lets through int()'s refusal of very long numbers.
        why = str(error)
        found = _AT_LINE.search(why)
        last = text.count("\n") + 1
        line = int(found[1]) if found else last
        raise PackInvalid(file=file, line=line, why=_AT_LINE.sub("", why)) from None


def _blank(words: re.Match[str]) -> str:
    """Return what stands for a string or a comment where dots are counted: a part, its lines."""
    return '"' + "\n" * words[0].count("\n")


def _shape_error(file: str, text: str, message: str) -> PackInvalid:
    found = _AT_PATH.search(message)
    path: Path = tuple(
        name or int(position) for name, position in _STEP.findall(found[1] if found else "")
    )
    if unknown := _UNKNOWN_FIELD.search(message):
        path = (*path, unknown[1])
    why = _AT_PATH.sub("", message)
    return PackInvalid(file=file, line=line_of(text, path), why=why)
