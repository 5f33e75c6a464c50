"""The first day of an office goes as the operations page says, command by command."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.rules.time import ZONE
from tests.docs.blocks import ROOT
from tests.docs.test_commands import Reader, walk

PAGE, PART = "docs/operations.md", "The first day of an office"
PASSPHRASE = "a passphrase of some length"
WRITTEN = "2026-11"
"""The month the page is written for; the test lives in whatever month it is."""


def tables() -> dict[str, str]:
    """Return the tables the chapter shows, by the file name that stands before each."""
    text = (ROOT / PAGE).read_text("utf-8")
    chapter = text[text.index(f"## {PART}") :].split("\n## ")[0]
    return dict(re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)^```$", chapter, re.S | re.M))


@pytest.fixture
def month() -> str:
    return dt.datetime.now(ZONE).strftime("%Y-%m")


def test_the_first_day_of_an_office(tmp_path: Path, monkeypatch, month: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in tables().items():
        (tmp_path / name).write_text(text.replace(WRITTEN, month), "utf-8")
    reader = Reader(tmp_path, PASSPHRASE)
    calls = walk(PART, PAGE)
    assert len(calls) == 13
    for words in calls:
        reader.does([word.replace(WRITTEN, month) for word in words])
    assert not list(tmp_path.glob("*.rejects.csv"))

    rows = _compliance()
    finance = [row for row in rows if row["obligation"] == "finance"]
    assert [(row["period"], row["verdict"]) for row in finance] == [(month, "not_yet_due")]
    assert {row["verdict"] for row in rows if row["period"] == month} == {"not_yet_due"}


def test_what_was_due_before_the_office_began_is_not_missing(
    tmp_path: Path, monkeypatch, month: str
) -> None:
    """An office that began two months ago, its units years before: it owes those two months."""
    monkeypatch.chdir(tmp_path)
    first = dt.date.fromisoformat(f"{month}-01")
    before = (first - dt.timedelta(days=1)).replace(day=1)
    (tmp_path / "units.csv").write_text(
        tables()["units.csv"].replace(f"{WRITTEN}-01", "2020-01-01"), "utf-8"
    )
    reader = Reader(tmp_path, PASSPHRASE)
    init, units = walk(PART, PAGE)[0], ["mingzhang", "import", "units", "units.csv"]
    reader.does([word.replace(f"{WRITTEN}-01", before.isoformat()) for word in init])
    reader.does([*units, "--as", "keys/an.key"])
    rows = _compliance()
    finance = [row for row in rows if row["obligation"] == "finance"]
    assert [(row["period"], row["verdict"]) for row in finance] == [
        (f"{before:%Y-%m}", "missing"),
        (month, "not_yet_due"),
    ]
    assert min(row["due"] for row in rows) >= before.isoformat()


def _compliance() -> list[dict]:
    words = ["board", "compliance", "--unit", "520602001001", "--json"]
    done = CliRunner(env={"MINGZHANG_HOME": None}).invoke(app, words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["rows"]
