"""What code, packs and pages cite is in this repository: pages, modules, decisions, rows, rules."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

ELSEWHERE = re.compile(
    r"\b[Dd]esign,? sections?\b|\bdesign: `|\b[Dd]omain(?:\.md)?,? (?:\d+(?:\.\d|\b)|Appendix)"
    r"|\bAppendix [A-Z]\b|\b(?:design|domain|screens|style|event-store|kernel-sketch|signing)\.md\b"
)
ADR = re.compile(r"\bADR (\d{4})(?:(?: and|,) (\d{4}))?")
PAGE = re.compile(r"\bdocs/[a-z-]+(?:/[0-9a-z-]+)*\.(?:md|json|toml)\b")
MODULE = re.compile(r"`((?:ledger|api|bench)(?:\.[a-z_]+){2,})`")
HELD = re.compile(r"`\.{0,2}/?((?:ledger|api|bench)/[a-z_/]+(?:\.py)?)`")
ROW = re.compile(r"\b(?:S[0-4]|B)-\d\d\b")
DUTY = re.compile(r"\bSD\d{1,2}\b")
SUFFIXES = {".py", ".md", ".toml", ".csv", ".ts", ".html"}


def texts() -> Iterator[tuple[Path, str]]:
    for folder in ("ledger", "api", "bench", "docs", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            made = {"node_modules", "static", "__pycache__"} & set(path.parts)
            if path.suffix in SUFFIXES and not made:
                yield path, path.read_text("utf-8")
    for path in ROOT.glob("*.md"):
        yield path, path.read_text("utf-8")


TEXTS = [(path.relative_to(ROOT), text) for path, text in texts()]


def cited(pattern: re.Pattern[str]) -> set[tuple[Path, str]]:
    """Return every citation of a form, with the file it stands in."""
    return {
        (path, each)
        for path, text in TEXTS
        for found in pattern.finditer(text)
        for each in (found.groups() or (found.group(),))
        if each
    }


def test_nothing_cites_a_document_that_is_not_here() -> None:
    assert not cited(ELSEWHERE)


def test_every_decision_cited_is_recorded() -> None:
    recorded = {path.name[:4] for path in (ROOT / "docs/adr").glob("*.md")}
    assert {number for _, number in cited(ADR)} <= recorded


def test_every_page_cited_is_there() -> None:
    assert not {(path, page) for path, page in cited(PAGE) if not (ROOT / page).exists()}


def test_every_module_cited_is_there() -> None:
    """A name with dots is a module, a package, or what one of them declares."""
    missing = {(path, name) for path, name in cited(MODULE) if not is_there(name)}
    assert not missing
    assert not {(path, file) for path, file in cited(HELD) if not (ROOT / file).exists()}


def is_there(name: str) -> bool:
    within, _, last = name.rpartition(".")
    if (ROOT / name.replace(".", "/")).is_dir() or module_of(name).exists():
        return True
    return module_of(within).exists() and last in module_of(within).read_text("utf-8")


def module_of(name: str) -> Path:
    return ROOT / f"{name.replace('.', '/')}.py"


def test_every_row_cited_is_one_of_the_table_of_coverage() -> None:
    table = tomllib.loads((ROOT / "docs/coverage.toml").read_text("utf-8"))
    rows = {row["id"] for row in table["row"]} | table["open"].keys()
    assert not {(path, row) for path, row in cited(ROW) if row not in rows}


@pytest.mark.parametrize("page", ["docs/separation-of-duty.md"])
def test_every_rule_of_separation_cited_is_told(page: str) -> None:
    told = set(DUTY.findall((ROOT / page).read_text("utf-8")))
    assert {duty for _, duty in cited(DUTY)} <= told
    for held in re.findall(r"`(ledger/[^`]+\.py)`", (ROOT / page).read_text("utf-8")):
        assert (ROOT / held).exists(), held
