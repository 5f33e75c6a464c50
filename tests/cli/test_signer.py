"""The log's key changed and its mark made anew, by acts that stand in the log."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledger.entry.entry import parse_entry
from tests.cli.conftest import Cli, without_receipt
from tests.cli.test_successor import establish


@pytest.fixture
def kept(cli: Cli, tmp_path: Path) -> Path:
    """A checkpoint kept elsewhere, and entries after it."""
    cli.ok("checkpoint", "--out", tmp_path / "kept")
    cli.ok(*establish(cli, "520602001"))
    return tmp_path / "kept"


def renewing(cli: Cli, kept: Path, *more: object) -> tuple[object, ...]:
    options = more or cli.by()
    return ("signer", "renew-mark", "--since", kept, "--reason", "disk_failed", *options)


# A new key ----------------------------------------------------------------------------------------


def test_the_log_changes_its_key_and_goes_on_signing(cli: Cli, tmp_path: Path) -> None:
    old = cli.data("signer", "show")
    cli.ok("checkpoint", "--out", tmp_path / "before")
    cli.ok("signer", "rotate-key", *cli.by())
    proposed = cli.data("signer", "show")
    assert proposed["vkey"] == old["vkey"] != proposed["next_vkey"]
    assert cli.refused("signer", "switch")["code"] == "signer.not_switched"
    cli.ok("log", "approve", *cli.by("bo"))
    refused = cli.refused(*establish(cli, "520602001"))
    assert refused["code"] == "signer.not_the_logs_key"
    assert "mingzhang signer switch" in refused["en"]
    assert cli.data("signer", "switch")["vkey"] == proposed["next_vkey"]
    cli.ok(*establish(cli, "520602001"))
    assert cli.data("signer", "show")["next_vkey"] is None
    cli.ok("checkpoint", "--out", tmp_path / "after")
    for note in ("before", "after"):
        assert cli.data("verify", "--since", tmp_path / note)["clean"]
    assert cli.refused("signer", "switch")["code"] == "signer.no_next_key"


def test_a_next_key_is_made_once(cli: Cli) -> None:
    cli.ok("signer", "rotate-key", *cli.by())
    first = cli.data("signer", "show")["next_vkey"]
    cli.ok("signer", "rotate-key", *cli.by("bo"))
    assert cli.data("signer", "show")["next_vkey"] == first


def test_a_next_key_whose_making_broke_off_is_made_anew(cli: Cli) -> None:
    (cli.home / "signer" / "key.next").write_bytes(b"")
    assert cli.data("signer", "show")["next_vkey"] is None
    assert cli.refused("signer", "switch")["code"] == "signer.no_next_key"
    cli.ok("signer", "rotate-key", *cli.by())
    cli.ok("log", "approve", *cli.by("bo"))
    assert cli.data("signer", "switch")["vkey"]


def test_a_proposal_whose_receipt_did_not_come_is_not_made_twice(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate = ("signer", "rotate-key", *cli.by())
    jti = without_receipt(cli, monkeypatch, *rotate)["facts"]["jti"]
    size = cli.data("stats")["as_of"]["size"]
    assert cli.data(*rotate, "--again", jti)["again"]
    assert cli.data("stats")["as_of"]["size"] == size


def test_a_proposal_sent_again_after_the_switch_makes_no_other_key(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate = ("signer", "rotate-key", *cli.by())
    jti = without_receipt(cli, monkeypatch, *rotate)["facts"]["jti"]
    cli.ok("log", "approve", *cli.by("bo"))
    vkey = cli.data("signer", "switch")["vkey"]
    assert cli.data(*rotate, "--again", jti)["again"]
    shown = cli.data("signer", "show")
    assert (shown["vkey"], shown["next_vkey"]) == (vkey, None)


def test_the_id_of_another_act_proposes_no_key(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    jti = without_receipt(cli, monkeypatch, *establish(cli, "520602001"))["facts"]["jti"]
    refused = cli.refused("signer", "rotate-key", *cli.by(), "--again", jti)
    assert refused["code"] == "submission.another_act"
    assert cli.data("signer", "show")["next_vkey"] is None


# A new mark ---------------------------------------------------------------------------------------


def spoil(cli: Cli, how: str) -> None:
    mark = cli.home / "signer" / "mark"
    mark.unlink() if how == "gone" else mark.write_bytes(b"x" * 256)


@pytest.mark.parametrize("how", ["gone", "garbled"])
def test_a_lost_mark_is_made_anew_by_an_act_in_the_log(cli: Cli, kept: Path, how: str) -> None:
    before = cli.data("verify")["size"]
    spoil(cli, how)
    refused = cli.refused(*establish(cli, "520602002"))
    assert refused["code"] == "signer.missing"
    assert "mingzhang signer renew-mark" in refused["en"]
    given = cli.data(*renewing(cli, kept))["entries"]
    assert [(entry["type"], entry["index"]) for entry in given] == [("log.mark_renewed.v1", before)]
    cli.ok(*establish(cli, "520602002"))
    report = cli.data("verify", "--since", kept)
    assert (report["clean"], report["size"]) == (True, before + 2)


def test_a_mark_that_is_there_is_not_made_anew(cli: Cli, kept: Path) -> None:
    assert cli.refused(*renewing(cli, kept))["code"] == "signer.mark_there"


def test_a_store_cut_off_behind_the_checkpoint_gets_no_mark(
    cli: Cli, kept: Path, tmp_path: Path
) -> None:
    cli.ok("backup", tmp_path / "older")
    cli.ok(*establish(cli, "520602002"))
    cli.ok("checkpoint", "--out", tmp_path / "newer")
    shutil.copytree(cli.home / "signer", tmp_path / "signer")
    (tmp_path / "signer" / "mark").write_bytes(b"x" * 256)
    older = Cli(cli.home.parent / "older")
    restored = cli.run("restore", tmp_path / "older", "--to", older.home)
    assert restored.exit_code == 0, restored.output
    (older.home / "signer").symlink_to(tmp_path / "signer")
    assert older.refused(*renewing(older, tmp_path / "newer"))["code"] == "signer.head_behind_mark"
    assert (tmp_path / "signer" / "mark").read_bytes() == b"x" * 256


def test_no_act_no_mark(cli: Cli, kept: Path) -> None:
    """Whoever may not answer for it leaves things as they were."""
    cli.ok("key", "new", cli.home.parent / "stranger.key")
    spoil(cli, "garbled")
    stranger = ("--as", cli.home.parent / "stranger.key")
    assert cli.run(*renewing(cli, kept, *stranger)).exit_code == 2
    note = cli.home.parent / "forged"
    note.write_text("ledger.example/520602\n1\nAAAA\n")
    assert cli.refused(*renewing(cli, note))["code"] == "signer.not_our_checkpoint"
    assert (cli.home / "signer" / "mark").read_bytes() == b"x" * 256


def test_an_act_refused_at_the_last_moment_takes_the_mark_back(
    cli: Cli, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(cli, "gone")

    def busy(*_: object, **__: object) -> Any:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr("ledger.cli.signing.submit", busy)
        assert cli.run(*renewing(cli, kept)).exit_code == 2
    assert not (cli.home / "signer" / "mark").exists()
    cli.ok(*renewing(cli, kept))


def test_what_the_registrar_held_it_to_is_in_her_act(cli: Cli, kept: Path) -> None:
    spoil(cli, "gone")
    cli.ok(*renewing(cli, kept))
    size = int(kept.read_text().split("\n")[1])
    with sqlite3.connect(cli.home / "ledger.sqlite") as connection:
        (state,) = connection.execute(
            "SELECT state FROM entry WHERE type = 'log.mark_renewed.v1'"
        ).fetchone()

    claims = parse_entry(state).signed.claims
    assert claims.seen is not None
    told = json.loads(bytes(claims.pub))
    assert (told["size"], told["root"]) == (claims.seen.size, claims.seen.root)
    assert claims.seen.size == size
