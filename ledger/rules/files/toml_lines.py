"""Where in a TOML file a value stands: line numbers for errors about values.

``tomllib`` names a line only for errors of syntax. ``locate`` reads a text that tomllib has already
accepted and answers, for every member of it, the line its value begins on; it therefore checks
nothing itself. It runs only when a pack is refused. TOML 1.0.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache

Path = tuple[str | int, ...]
"""Member names and array positions from the root: ``("transition", 3, "act")``."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|'
    + r"'''.*?'''(?:'{0,2})|"
    + r'"(?:[^"\\\n]|\\.)*"|'
    + r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def locate(text: str) -> Mapping[Path, int]:
    """Return the line (from 1) of every table, member and array item of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_of(text: str, path: Path) -> int:
    """Return the line of ``path``, or of its nearest ancestor that is written down; at least 1."""
    lines = _located(text)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


# One refused file often has several things wrong.
@lru_cache(maxsize=4)
def _located(text: str) -> Mapping[Path, int]:
    return locate(text)


class _Scanner:
    def __init__(self, text: str) -> None:
        # tomllib reads CR LF as LF; so must we, or a bare scalar would swallow the CR.
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self._counted = (0, 1)
        self.lines: dict[Path, int] = {}
        self._items: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._member(table)

    def _header(self) -> Path:
        line = self._line()
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        names = self._names()
        self.at += brackets
        path: Path = ()
        for name in names[:-1]:
            path = self._into_last((*path, name))
        path = (*path, names[-1])
        if brackets == 2:
            self.lines.setdefault(path, line)
            self._items[path] = self._items.get(path, -1) + 1
            path = (*path, self._items[path])
        self.lines[path] = line
        return path

    def _into_last(self, path: Path) -> Path:
        """A header through an array of tables means its newest element."""
        return (*path, self._items[path]) if path in self._items else path

    def _member(self, table: Path) -> None:
        line = self._line()
        path = table
        for name in self._names():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _names(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            names.append(self._name())
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def _name(self) -> str:
        if bare := _BARE.match(self.text, self.at):
            self.at = bare.end()
            return bare[0]
        quoted = self._take(_STRING)
        (name,) = tomllib.loads(f"{quoted} = 0")
        return name

    def _value(self, path: Path) -> None:
        self.lines[path] = self._line()
        match self.text[self.at]:
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _array(self, path: Path) -> None:
        item = 0
        self.at += 1
        while self._next_item("]"):
            self._value((*path, item))
            item += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._next_item("}"):
            self._member(path)
        self.at += 1

    def _next_item(self, close: str) -> bool:
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)
        return self.text[self.at] != close

    def _skip(self, pattern: re.Pattern[str]) -> int:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return self.at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise AssertionError(f"not a valid TOML text at {self.at}")
        self.at = found.end()
        return found[0]

    def _line(self) -> int:
        # Counted on from where it was last asked: from the top each time would be quadratic.
        before, line = self._counted
        line += self.text.count("\n", before, self.at)
        self._counted = (self.at, line)
        return line
