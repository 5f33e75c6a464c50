"""Each bad day the page names has a code there is, and a test there is that speaks of it."""

import ast
import re
from functools import cache

import pytest

from tests.docs.blocks import ROOT

PAGE = ROOT / "docs" / "bad-days.md"
_ROW = re.compile(r"^\| (.+?) \| (.+?) \| `(tests/[a-z_/]+\.py)::(test_\w+)` \|$", re.MULTILINE)
ROWS = _ROW.findall(PAGE.read_text("utf-8"))


_ERROR = re.compile(r"^\| `([a-z_.]+)` \|.*\| `[\w.]+\.(\w+)` \|$", re.MULTILINE)
CALLED = {
    code: {code, name}
    for code, name in _ERROR.findall((ROOT / "docs/errors.md").read_text("utf-8"))
}
"""What tests may call each error by: its code, or its class."""
NOT_CODES = {"jti", "init"}


def test_every_line_of_the_tables_is_a_row() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(lines) == len(ROWS) + 5, "five tables have a header each"


@pytest.mark.parametrize(("case", "said", "file", "test"), ROWS)
def test_it_is_shown_as_said(case: str, said: str, file: str, test: str) -> None:
    parts = parts_of(file)
    assert test in parts, case
    text = spoken_by(test, parts)
    for code in set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", said)) - NOT_CODES:
        assert any(re.search(rf"\b{re.escape(name)}\b", text) for name in CALLED[code]), (
            case,
            code,
        )


@cache
def parts_of(file: str) -> dict[str, ast.stmt]:
    """Return the functions, classes and constants of a module by name."""
    parts: dict[str, ast.stmt] = {}
    for node in ast.parse((ROOT / file).read_text("utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                parts[name] = node
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                parts[name] = node
            case ast.Assign(targets=[ast.Name(id=name)]):
                parts[name] = node
    return parts


def spoken_by(name: str, parts: dict[str, ast.stmt]) -> str:
    """Return the code of a test with its decorators, and all of its module it is made of."""
    wanted, told = [name], dict[str, str]()
    while wanted:
        part = wanted.pop()
        if part in parts and part not in told:
            told[part] = ast.unparse(parts[part])
            nodes = list(ast.walk(parts[part]))
            wanted += [node.id for node in nodes if isinstance(node, ast.Name)]
            wanted += [node.arg for node in nodes if isinstance(node, ast.arg)]  # fixtures
    return "\n".join(told.values())
