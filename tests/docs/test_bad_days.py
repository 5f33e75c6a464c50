"""Each bad day the page names has a code there is, and a test there is that speaks of it."""

import re

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
    text = (ROOT / file).read_text("utf-8")
    assert re.search(rf"^(?:async )?def {test}\(", text, re.MULTILINE), case
    for code in set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", said)) - NOT_CODES:
        assert any(name in text for name in CALLED[code]), (case, code)
