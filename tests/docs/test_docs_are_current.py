"""The documentation says what the program is: generated pages, links, decisions, both READMEs."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks

DOCS = ROOT / "docs"
ADRS = sorted((DOCS / "adr").glob("*.md"))
READMES = ("README.md", "README.zh-CN.md")
SECTIONS = ["## Status", "## Context", "## Decision", "## Consequences"]
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.$}])/(?:work|root|home/\w+)/",
    "a folder outside the repository": r"\.\./shared\b|\bshared/(?:docs|vectors|hooks)\b",
    "the address of a package registry": r"pypi\.org|pythonhosted\.org|npmjs\.|index-url",
}

WHOLE = ("ledger/audit", "ledger/entry", "ledger/kernel", "ledger/rules", "ledger/rules/packs",
         "ledger/service/acts", "ledger/store", "ledger/store/views", "ledger/tlog")  # fmt: skip
"""Packages whose first words are a map of everything in them."""
MAPPED = (*WHOLE, "ledger/service", "ledger/service/auditing", "ledger/service/backup",
          "ledger/service/forms", "ledger/service/imports", "ledger/service/packs",
          "ledger/service/reading", "ledger/service/upkeep", "ledger/cli", "api")  # fmt: skip
"""Packages whose first words are a map."""

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files of the repository, those not yet committed included."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in listed.stdout.split("\0")[:-1] if (path := ROOT / name).is_file())


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]


def prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    words = (found[2] for found in _HEADING.finditer(prose(page)))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in words}


def said_of(package: Path) -> list[str]:
    """Return the names that the first words of a package tell of."""
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8")))
    return re.findall(r"``([a-z0-9_.]+)``", said or "")


def test_generated_pages_are_current():
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("package", MAPPED)
def test_a_package_that_says_what_is_in_it_names_what_is_there(package):
    folder = ROOT / package
    named = said_of(folder)
    assert len(named) > 4
    for name in named:
        places = (above / name.replace(".", "/") for above in (folder, ROOT))
        assert any(place.is_dir() or place.with_suffix(".py").exists() for place in places), name


@pytest.mark.parametrize("package", WHOLE)
def test_a_map_of_a_whole_package_leaves_no_module_out(package):
    folder = ROOT / package
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules <= {name.split(".")[0] for name in said_of(folder)}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_is_broken(page):
    for target in _LINK.findall(prose(page)):
        if re.match("[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{target}: no such file"
        assert not anchor or anchor in anchors(found), f"{target}: no such heading"


@pytest.mark.parametrize("adr", ADRS, ids=lambda adr: adr.stem)
def test_a_decision_is_short_and_has_its_four_sections(adr):
    lines = adr.read_text("utf-8").splitlines()
    number = adr.stem.split("-")[0]
    assert len(lines) <= 60
    assert lines[0].startswith(f"# {number}: ")
    assert [line for line in lines if line.startswith("## ")] == SECTIONS


def test_decisions_have_numbers_of_their_own_and_all_are_listed():
    # A number is taken when a decision is begun, so there may be gaps.
    assert len({adr.stem[:4] for adr in ADRS}) == len(ADRS)
    listed = set(_LINK.findall(prose(DOCS / "README.md")))
    assert {f"adr/{adr.name}" for adr in ADRS} <= listed


def test_every_page_of_docs_is_listed():
    listed = set(_LINK.findall(prose(DOCS / "README.md")))
    shown = {page.name for page in DOCS.glob("*.md")} - {"README.md"}
    assert shown | {"spec/entry.md", "spec/log.md", "spec/evidence.md", "spec/types.json"} <= listed


def test_the_readmes_have_the_same_parts():
    english, chinese = (ROOT / name for name in READMES)
    levels = [[found[1] for found in _HEADING.finditer(prose(page))] for page in (english, chinese)]
    assert levels[0] == levels[1]
    targets = [set(_LINK.findall(prose(page))) - set(READMES) for page in (english, chinese)]
    assert targets[0] == targets[1]


def test_the_readmes_have_the_same_commands():
    shown = [[b.text for b in blocks(name) if b.language == "sh"] for name in READMES]
    # The first block explains make's targets, in each language.
    assert shown[0][1:] == shown[1][1:]
    assert [_without_comments(texts[0]) for texts in shown] == ["make demo\nmake test\n"] * 2


def _without_comments(text: str) -> str:
    return re.sub(r" +#.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_named_exist(page):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_in_the_repository_names(what):
    found = []
    for path in tracked():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in re.finditer(FORBIDDEN[what], text)]
    assert found == []


def test_the_licence_is_apache_2():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.lstrip().startswith("Apache License\n                           Version 2.0")
    assert text.rstrip().endswith("limitations under the License.")
