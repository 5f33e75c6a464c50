"""Backups, drills, restores and tails at the command line."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ORIGIN, Cli
from tests.cli.test_successor import establish


def drill(cli: Cli, backup: Path, tmp_path: Path, *more: object, status: int = 0) -> dict[str, Any]:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    words = ("restore", "--drill", backup, "--scratch", scratch, *more)
    told: dict[str, Any] = cli.data(*words, status=status)
    assert list(scratch.iterdir()) == [], "a drill leaves nothing"
    return told


def test_a_drill_restores_audits_and_leaves_nothing(cli: Cli, tmp_path: Path) -> None:
    made = cli.data("backup", tmp_path / "backup")
    assert (made["origin"], made["signed"]) == (ORIGIN, True)
    told = drill(cli, tmp_path / "backup", tmp_path)
    assert (told["clean"], told["checkpoint"]) == (True, True)
    assert (told["size"], told["root"]) == (made["size"], made["root"])
    assert told["report"]["rates"]["judged"] == made["size"]
    text = cli.ok("restore", "--drill", tmp_path / "backup", "--scratch", tmp_path / "scratch")
    assert "nothing was kept" in text
    assert made["root"] in text


def test_what_a_backup_says_to_try_finds_what_was_written_elsewhere(
    cli: Cli, tmp_path: Path
) -> None:
    text = cli.ok("backup", tmp_path / "backup", "--keys", tmp_path / "apart")
    (told,) = [line for line in text.splitlines() if "restore --drill" in line]
    cli.ok(*told.partition("mingzhang ")[2].split())
    error = cli.refused("restore", "--drill", tmp_path / "backup")
    assert (error["code"], "--keys" in error["en"]) == ("backup.damaged", True)


def test_a_backup_is_not_verified_but_drilled(cli: Cli, tmp_path: Path) -> None:
    cli.ok("backup", tmp_path / "backup")
    error = cli.refused("verify", tmp_path / "backup")
    assert error["code"] == "verify.backup"
    assert f"restore --drill {tmp_path / 'backup'}" in error["en"]


def test_a_drill_of_a_demonstration_is_clean(demo: Cli, tmp_path: Path) -> None:
    demo.ok("backup", tmp_path / "backup")
    assert drill(demo, tmp_path / "backup", tmp_path)["clean"]


def test_a_drill_of_a_damaged_backup_names_the_file(cli: Cli, tmp_path: Path) -> None:
    cli.ok("backup", tmp_path / "backup")
    file = tmp_path / "backup" / "vault" / "vault.sqlite"
    file.write_bytes(file.read_bytes()[:-1])
    error = cli.refused("restore", "--drill", tmp_path / "backup")
    assert error["code"] == "backup.damaged"
    assert "vault/vault.sqlite" in error["en"]


def test_a_drill_of_a_backup_that_was_never_sound_names_the_faults(
    cli: Cli, tmp_path: Path
) -> None:
    with sqlite3.connect(cli.home / "ledger.sqlite") as connection:
        connection.execute("UPDATE entry SET jti = 'other' WHERE idx = 1")
    cli.ok("backup", tmp_path / "backup")
    told = drill(cli, tmp_path / "backup", tmp_path, status=1)
    assert told["report"]["faults"]["counts"]


def test_keys_kept_apart_are_given_back(cli: Cli, tmp_path: Path) -> None:
    apart = ("--keys", tmp_path / "k", "--vault", tmp_path / "v")
    cli.ok("backup", tmp_path / "backup", *apart)
    assert cli.refused("restore", "--drill", tmp_path / "backup")["code"] == "backup.damaged"
    assert drill(cli, tmp_path / "backup", tmp_path, *apart)["clean"]


def test_a_restored_home_at_the_mark_goes_on(cli: Cli, tmp_path: Path) -> None:
    cli.ok("backup", tmp_path / "backup")
    again = Cli(cli.home.parent / "again")
    kek = ("--kek", cli.home / "keys" / "kek")
    assert again.refused("restore", tmp_path / "backup", "--to", again.home)["code"] == (
        "keys.kek_missing"
    )
    signer = ("--signer", cli.home / "signer")
    told = again.data("restore", tmp_path / "backup", "--to", again.home, *signer, *kek)
    assert told["writes"]
    again.ok(*establish(again, "520602001"))
    assert again.data("verify")["clean"]


def test_the_missing_tail_is_exported_and_applied(cli: Cli, tmp_path: Path) -> None:
    made = cli.data("backup", tmp_path / "backup")
    cli.ok(*establish(cli, "520602001"))
    cli.ok("checkpoint", "--out", tmp_path / "kept")
    again = Cli(cli.home.parent / "again")
    signer = ("--signer", cli.home / "signer", "--kek", cli.home / "keys" / "kek")
    text = cli.run("restore", tmp_path / "backup", "--to", again.home, *signer)
    assert text.exit_code == 1
    assert "mingzhang tail apply" in text.stdout
    assert "mingzhang init --predecessor" in text.stdout
    tail = cli.data("tail", "export", tmp_path / "tail", "--from", made["size"])
    assert tail["first"] == made["size"]
    applied = again.data("tail", "apply", tmp_path / "tail")
    assert (applied["writes"], applied["root"]) == (True, tail["root"])
    assert again.data("verify", "--since", tmp_path / "kept")["clean"]
    assert again.refused("tail", "apply", tmp_path / "tail")["code"] == "tail.nothing_new"
    again.ok(*establish(again, "520602002"))


def test_a_tail_with_a_value_that_does_not_open_says_so(cli: Cli, tmp_path: Path) -> None:
    made = cli.data("backup", tmp_path / "backup")
    cli.ok("person", "register", "--full-name", "李某", *cli.by())
    with sqlite3.connect(cli.home / "ledger.sqlite") as connection:
        changed = "UPDATE vault SET ciphertext = zeroblob(length(ciphertext)) WHERE idx = ?"
        assert connection.execute(changed, (made["size"],)).rowcount == 1
    again = Cli(cli.home.parent / "again")
    signer = ("--signer", cli.home / "signer", "--kek", cli.home / "keys" / "kek")
    again.run("restore", tmp_path / "backup", "--to", again.home, *signer)
    cli.ok("tail", "export", tmp_path / "tail", "--from", made["size"])
    done = again.run("tail", "apply", tmp_path / "tail")
    assert "of these, 1 have values that open under no key" in done.stdout
    assert done.exit_code == 1, "a script must not serve this home before somebody looked"


@pytest.mark.parametrize("words", [(), ("--drill", "--to", "somewhere")])
def test_a_restore_says_where_to(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    cli.ok("backup", tmp_path / "backup")
    assert cli.refused("restore", tmp_path / "backup", *words)["code"] == "cli.restore_where"


def test_a_tail_from_a_size_the_log_does_not_have_is_refused(cli: Cli, tmp_path: Path) -> None:
    error = cli.refused("tail", "export", tmp_path / "tail", "--from", 10_000)
    assert error["code"] == "log.beyond_head"
    assert not (tmp_path / "tail").exists()
