"""Verification and export: what is whole is clean, what is not is a finding with status 1."""

import sqlite3
import zipfile
from pathlib import Path

import pytest

from ledger.cli import shell
from tests.cli.conftest import Cli


def execute(home: Path, statement: str) -> None:
    connection = sqlite3.connect(home / "ledger.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()


def a_case(demo: Cli) -> str:
    found: str = demo.data("register", "--overdue", "--kind", "request")["rows"][0]["case"]
    return found


def test_an_untouched_home_is_clean_and_held_to_its_mark(demo: Cli) -> None:
    report = demo.data("verify")
    assert (report["clean"], report["size"]) == (True, 348)
    assert [anchor["name"] for anchor in report["anchors"]] == ["signer's mark"]
    assert "none 无" in demo.ok("verify")


def test_a_changed_entry_is_a_finding_told_with_its_index(demo: Cli) -> None:
    execute(
        demo.home,
        "UPDATE entry SET state = CAST(replace(state, '.', '.A') AS BLOB) WHERE idx = 100",
    )
    report = demo.data("verify", status=1)
    assert report["faults"]["first"] == 100
    result = demo.run("verify")
    assert result.exit_code == 1
    assert "at index 100" in result.stdout


def test_a_home_whose_first_entry_is_broken_is_a_finding_too(demo: Cli) -> None:
    execute(demo.home, "UPDATE entry SET state = CAST('1 a.b.c' AS BLOB) WHERE idx = 0")
    assert demo.run("verify").exit_code == 1


def test_a_home_that_is_none_could_not_be_looked_at(tmp_path: Path) -> None:
    assert Cli(tmp_path / "none").refused("verify")["code"] == "home.missing"


def test_an_earlier_checkpoint_must_be_extended(demo: Cli, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    demo.ok("checkpoint", "--size", 200, "--out", kept)
    report = demo.data("verify", "--since", kept)
    assert {"name": "earlier checkpoint", "size": 200} in report["anchors"]
    kept.write_text(kept.read_text().replace("\n200\n", "\n201\n"))
    assert demo.data("verify", "--since", kept, status=1)["faults"]["counts"]


def test_a_checkpoint_without_an_end_is_refused(demo: Cli) -> None:
    assert demo.run("verify", "--since", "/dev/zero").exit_code == 2


def test_what_a_stranger_hands_over_asks_for_its_genesis(demo: Cli, tmp_path: Path) -> None:
    demo.ok("export", "log", tmp_path / "log")
    demo.ok("export", "evidence", tmp_path / "e.zip", "--index", 5)
    genesis = demo.data("verify")["genesis"]
    for place in (tmp_path / "log", tmp_path / "e.zip"):
        told = " ".join(demo.ok("verify", place).split())
        assert "made up whole" in told
        assert "凭空伪造" in told
        assert "nothing outside the entries" in told
        assert "made up whole" not in demo.ok("verify", place, "--genesis", genesis)


def test_another_genesis_than_the_one_pinned_is_a_finding(demo: Cli) -> None:
    assert demo.run("verify", "--genesis", "A" * 43).exit_code == 1


def test_an_exported_log_verifies_and_grows(demo: Cli, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    assert demo.data("export", "log", tree)["before"] == 0
    assert demo.data("verify", tree)["size"] == 348
    act = ("log", "explain-clock", "--reason", "drill")
    demo.ok(*act, "--as", demo.home / "demo-keys" / "founder-1.key")
    assert demo.data("export", "log", tree) | {"root": ""} == {
        "folder": str(tree), "size": 350, "before": 348, "root": "",
    }  # fmt: skip
    assert demo.data("verify", tree)["size"] == 350
    demo.ok(*act, "--as", demo.home / "demo-keys" / "founder-1.key")
    assert demo.data("export", "log", tree, "--no-publish")["size"] == 351


def test_an_exported_log_holds_no_sealed_value(demo: Cli, tmp_path: Path) -> None:
    assert "电梯停运" in demo.ok("replay", a_case(demo), "--values")
    demo.ok("export", "log", tmp_path / "tree")
    for file in (tmp_path / "tree").rglob("*"):
        if file.is_file():
            assert "电梯停运".encode() not in file.read_bytes()


def test_evidence_verifies_offline_with_the_genesis_alone(demo: Cli, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    made = demo.data("export", "evidence", file, "--stream", a_case(demo))
    assert len(made["shown"]) == 5
    elsewhere = Cli(tmp_path / "no-home")
    report = elsewhere.data("verify", file, "--genesis", made["genesis"])
    assert report["clean"]
    assert all(statement["holds"] for statement in report["statements"])


def test_evidence_discloses_only_what_was_asked_for(demo: Cli, tmp_path: Path) -> None:
    def disclosed(*options: str) -> set[str]:
        file = tmp_path / "evidence.zip"
        demo.ok("export", "evidence", file, "--stream", a_case(demo), "--force", *options)
        with zipfile.ZipFile(file) as package:
            names = [name for name in package.namelist() if name.startswith("disclosures/")]
            return {name for name in names if package.read(name)}

    assert disclosed() == set()
    assert len(disclosed("--disclose", "note")) == 1
    assert len(disclosed("--disclose", "all")) == 2


def test_a_group_no_entry_has_is_refused_naming_those_there_are(demo: Cli, tmp_path: Path) -> None:
    words = ("export", "evidence", tmp_path / "e.zip", "--stream", a_case(demo))
    error = demo.refused(*words, "--disclose", "note", "--disclose", "notes")
    assert error["code"] == "evidence.group_unknown"
    assert "notes" in error["en"]
    assert "matter, note" in error["en"]
    assert not (tmp_path / "e.zip").exists()


def test_a_file_there_already_is_replaced_only_when_forced(demo: Cli, tmp_path: Path) -> None:
    words = ("export", "evidence", tmp_path / "e.zip", "--stream", a_case(demo))
    (tmp_path / "e.zip").write_text("mine")
    error = demo.refused(*words)
    assert error["code"] == "export.there"
    assert (tmp_path / "e.zip").read_text() == "mine"
    assert demo.data(*words, "--force")["heads"] is not None
    assert zipfile.is_zipfile(tmp_path / "e.zip")


def test_evidence_is_complete_up_to_what_was_published_for_it(demo: Cli, tmp_path: Path) -> None:
    file, case = tmp_path / "e.zip", a_case(demo)
    made = demo.data("export", "evidence", file, "--stream", case)
    assert f"完整性依据末条清单: {made['heads']}" in demo.ok(
        "export", "evidence", file, "--stream", case, "--force"
    )
    told = demo.ok("verify", file, "--genesis", made["genesis"])
    assert f"Complete up to size {made['heads']} " in told
    assert f"完整至账本的前 {made['heads']} 条" in told
    old = demo.data("export", "evidence", file, "--stream", case, "--force", "--size", 300)
    assert old["heads"] is None
    assert "Complete as stated" in demo.ok("verify", file, "--genesis", made["genesis"])


def test_evidence_of_nothing_is_refused(demo: Cli, tmp_path: Path) -> None:
    for options in ((), ("--stream", "case/none"), ("--index", "9999")):
        assert demo.run("export", "evidence", tmp_path / "e.zip", *options).exit_code == 2
    assert not (tmp_path / "e.zip").exists()


def test_a_checkpoint_to_hold_evidence_to_is_wrong_use(demo: Cli, tmp_path: Path) -> None:
    demo.ok("export", "evidence", tmp_path / "e.zip", "--index", 5)
    demo.ok("checkpoint", "--out", tmp_path / "kept")
    error = demo.refused("verify", tmp_path / "e.zip", "--since", tmp_path / "kept")
    assert error["code"] == "cli.since_not_here"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_a_file_that_is_no_package_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "e.zip").write_bytes(content)
    assert Cli(tmp_path / "none").run("verify", tmp_path / "e.zip").exit_code == 2


def test_a_file_for_going_on_is_gone_when_the_audit_is_done(demo: Cli, tmp_path: Path) -> None:
    kept = tmp_path / "audit.json"
    report = demo.data("verify", "--resume", kept)
    assert (report["clean"], report["resumed"]) == (True, 0)
    assert not kept.exists()
    kept.write_text("{}")
    assert demo.refused("verify", "--resume", kept)["code"] == "audit.other_interim"


def test_progress_in_a_log_file_says_how_long_still(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter((0.0, 0.0, 10.0, 20.0))
    monkeypatch.setattr(shell.time, "monotonic", lambda: next(now))
    lines = shell.Lines(shell.Shell(home=Path()), "verify")
    for done in (500, 600, 1000):
        lines.count(done, 1000)
    said = capsys.readouterr().err.splitlines()
    assert said == ["verify: 600 / 1000, about 40 s left 约剩 40 秒", "verify: 1000 / 1000"]
