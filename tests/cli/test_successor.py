"""The second lawful road: a log that cannot go on is retired, and a new one names its end."""

import shutil
from pathlib import Path

import pytest

from ledger.entry.entry import parse_entry
from ledger.entry.genesis import parse_genesis
from ledger.service.backup.sources import open_source
from ledger.store.signer import RETIRED
from tests.cli.conftest import ORIGIN, Cli

NEW = "ledger.example/520602-2"


def establish(cli: Cli, code: str) -> tuple[str, ...]:
    return (
        "unit", "establish", "--code", code, "--unit-name", "街道", "--level", "street",
        "--effective-from", "today", *cli.by(),
    )  # fmt: skip


def founding(cli: Cli, old: Path, *more: object) -> tuple[object, ...]:
    keys = cli.home.parent / "new keys"
    return (
        "init", "--origin", NEW, "--founder", "an", "--founder", "bo", "--keys", keys,
        "--predecessor", old, *more,
    )  # fmt: skip


@pytest.fixture
def behind(cli: Cli, tmp_path: Path) -> Cli:
    """A home restored from a backup that lacks what was signed since."""
    cli.ok("backup", tmp_path / "backup")
    cli.ok(*establish(cli, "520602001"))
    lost = cli.data("verify")
    restored = Cli(cli.home.parent / "restored")
    told = cli.data(
        "restore", tmp_path / "backup", "--to", restored.home, "--signer", cli.home / "signer",
        status=1,
    )  # fmt: skip
    assert (told["writes"], told["refusal"]) == (False, "signer.head_behind_mark")
    assert told["size"] == lost["size"] - 1
    return restored


def test_the_successor_names_the_last_checkpoint_the_mark_knows(
    behind: Cli, tmp_path: Path
) -> None:
    new = Cli(tmp_path / "new")
    marked = behind.data("signer", "show")
    made = new.data(*founding(behind, behind.home))
    assert made["predecessor"] == ORIGIN
    new.ok("export", "log", tmp_path / "export")
    with open_source(tmp_path / "export", {}) as source:
        genesis = parse_genesis(parse_entry(source.states(0, 1)[0]))
    assert genesis.predecessor is not None
    origin, size, *_ = genesis.predecessor.checkpoint.split("\n")
    assert (origin, int(size)) == (ORIGIN, marked["size"])
    assert new.data("verify", "--genesis", made["genesis"])["clean"]


def test_the_retired_log_is_read_refuses_to_write_and_says_where_it_went(
    behind: Cli, tmp_path: Path
) -> None:
    made = Cli(tmp_path / "new").data(*founding(behind, behind.home))
    assert behind.data("signer", "show")["successor"] == NEW
    assert made["genesis"] in (behind.home / "signer" / RETIRED).read_text()
    error = behind.refused(*establish(behind, "520602002"))
    assert (error["code"], error["facts"]) == ("signer.retired", {"successor": NEW})
    assert behind.data("replay", f"log/{ORIGIN}")


def test_verify_follows_the_predecessor_and_says_what_is_lost(behind: Cli, tmp_path: Path) -> None:
    new = Cli(tmp_path / "new")
    new.data(*founding(behind, behind.home))
    report = new.data("verify", "--predecessor", behind.home, status=1)
    assert report["clean"], "the successor itself is whole"
    old = report["predecessor"]
    assert old["origin"] == ORIGIN
    # Held to the mark, and to the checkpoint in the successor's genesis: one entry is lost.
    assert old["faults"]["counts"] == {"audit.behind": 2}


def test_a_whole_log_that_is_retired_verifies_with_its_successor(cli: Cli, tmp_path: Path) -> None:
    new = Cli(tmp_path / "new")
    new.data(*founding(cli, cli.home))
    report = new.data("verify", "--predecessor", cli.home)
    anchors = {anchor["name"] for anchor in report["predecessor"]["anchors"]}
    assert anchors == {"signer's mark", "earlier checkpoint"}
    assert cli.ok("checkpoint"), "what was signed may be signed again"
    cli.ok("export", "log", tmp_path / "old export")
    assert new.data("verify", "--predecessor", tmp_path / "old export")["predecessor"]["clean"]


def test_a_checkpoint_kept_elsewhere_is_enough_where_the_signer_is_lost(
    cli: Cli, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    cli.ok("checkpoint", "--out", kept)
    shutil.rmtree(cli.home / "signer")
    new = Cli(tmp_path / "new")
    assert cli.refused(*establish(cli, "520602001"))["code"] == "signer.missing"
    assert new.refused(*founding(cli, cli.home))["code"] == "signer.missing"
    assert not new.home.exists()
    shutil.rmtree(cli.home.parent / "new keys")
    new.data(*founding(cli, kept))
    report = new.data("verify", "--predecessor", cli.home, status=1)
    assert report["predecessor"]["faults"]["counts"] == {"audit.mark_missing": 1}


# What is refused, the old log going on ------------------------------------------------------------


def test_a_founding_that_fails_retires_nothing(cli: Cli, tmp_path: Path) -> None:
    new = Cli(tmp_path / "new")
    error = new.refused(*founding(cli, cli.home, "--threshold", "3"))
    assert error["code"] == "cli.founders"
    same = ("init", "--origin", ORIGIN, "--founder", "an", "--keys", tmp_path / "k")
    assert new.refused(*same, "--predecessor", cli.home)["code"] == "succession.same_origin"
    cli.ok(*establish(cli, "520602001"))


def test_a_genesis_that_is_refused_lets_the_old_log_go_on(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("ledger.bootstrap.create_signer", full)
        assert Cli(tmp_path / "new").run(*founding(cli, cli.home)).exit_code == 2
    assert cli.data("signer", "show")["successor"] is None
    cli.ok(*establish(cli, "520602001"))


def test_a_log_goes_on_as_one_other_only(cli: Cli, tmp_path: Path) -> None:
    Cli(tmp_path / "new").data(*founding(cli, cli.home))
    other = Cli(tmp_path / "other")
    wanted = ("--origin", "ledger.example/3", "--founder", "cy", "--keys", tmp_path / "others")
    error = other.refused("init", *wanted, "--predecessor", cli.home)
    assert (error["code"], error["facts"]) == ("signer.retired", {"successor": NEW})
    shutil.rmtree(cli.home.parent / "new keys")
    again = Cli(tmp_path / "again")
    assert again.refused(*founding(cli, cli.home))["code"] == "signer.retired"


def test_what_is_no_checkpoint_is_named_by_no_genesis(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("not a checkpoint\n")
    new = Cli(tmp_path / "new")
    assert new.refused(*founding(cli, tmp_path / "note"))["code"] == "succession.checkpoint"


def test_verify_refuses_a_log_that_is_not_the_one_named(cli: Cli, tmp_path: Path) -> None:
    assert cli.refused("verify", "--predecessor", cli.home)["code"] == "verify.no_predecessor"
    new = Cli(tmp_path / "new")
    new.data(*founding(cli, cli.home))
    error = new.refused("verify", "--predecessor", new.home)
    assert error["code"] == "verify.not_predecessor"
