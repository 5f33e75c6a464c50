"""docs/add-an-aggregate.md: its blocks, laid in a folder as new files, make a working ledger."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.kernel.discovery import declared
from tests.docs.blocks import ROOT, blocks

PAGE = "docs/add-an-aggregate.md"


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """The page's files, each block being one whose first line names it."""
    folder = tmp_path_factory.mktemp("laid")
    for block in blocks(PAGE):
        path = folder / block.text.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
    return folder


def test_an_aggregate_a_view_and_a_pack_are_added_by_new_files_only(laid, tmp_path):
    script = [str(Path(__file__).with_name("example_notices.py")), str(laid), str(tmp_path / "h")]
    done = subprocess.run(
        [sys.executable, *script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=_environment(),
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "--asker-phone" in done.stdout
    assert "张贴公告" in done.stdout
    assert "Notices on a unit's board 公告" in done.stdout


def test_whatever_the_program_discovers_has_its_line_and_each_line_is_true():
    page = (ROOT / PAGE).read_text("utf-8")
    lines = set(re.findall(r"^\| .* \| `([a-z_/]+)` \| `([a-z]+)` \|$", page, re.MULTILINE))
    for folder, attribute in lines:
        package = importlib.import_module(folder.replace("/", "."))
        assert any(declared(package, attribute)), (folder, attribute)
    calls = [
        found
        for top in ("ledger", "api")
        for path in (ROOT / top).rglob("*.py")
        for found in re.findall(r"\bdeclared\(([a-z_.]+), \"([a-z]+)\"\)", path.read_text("utf-8"))
    ]
    assert {attribute for _, attribute in calls} - {"topics"} == {name for _, name in lines}


def test_the_page_is_written_as_the_program_is(laid):
    folders = ["ledger/aggregates", "ledger/projections"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", "--ignore=I", *folders,
         "--config", str(ROOT / "pyproject.toml")],
        cwd=laid, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _environment():
    return {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
