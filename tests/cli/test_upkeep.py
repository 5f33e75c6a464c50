"""Doctor, rebuild, checkpoint."""

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.bootstrap import open_ledger
from ledger.service.upkeep import checkup
from ledger.store.retag import TagsLacking
from tests.cli.conftest import Cli
from tests.cli.test_successor import establish


def checks(cli: Cli, status: int = 0) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in cli.data("doctor", status=status)["checks"]}


def test_a_healthy_home_has_nothing_bad(cli: Cli) -> None:
    found = checks(cli)
    assert {check["status"] for check in found.values()} <= {"ok", "warn"}
    assert set(found) >= {
        "home", "keys", "signer", "import.secret", "kek", "disk", "head", "mark", "clock",
        "packs", "view register", "versions",
    }  # fmt: skip


def test_views_that_are_well_take_one_line_of_what_is_printed(cli: Cli) -> None:
    views = [name for name in checks(cli) if name.startswith("view ")]
    printed = cli.ok("doctor")
    assert len(views) > 9
    assert not [name for name in views if name in printed]
    assert "views" in printed


def test_a_simulated_clock_is_warned_of(demo: Cli) -> None:
    assert checks(demo)["clock"]["status"] == "warn"


def test_secrets_open_to_others_are_warned_of_with_the_command(cli: Cli) -> None:
    (cli.home / "keys").chmod(0o755)
    found = checks(cli)["keys"]
    assert found["status"] == "warn"
    assert "chmod" in found["en"]


def test_a_missing_key_of_keys_is_bad(cli: Cli) -> None:
    (cli.home / "keys" / "kek").unlink()
    assert checks(cli, status=1)["kek"]["status"] == "bad"


def test_a_head_behind_the_mark_is_bad(demo: Cli) -> None:
    older = demo.home.with_name("older.sqlite")
    shutil.copy(demo.home / "ledger.sqlite", older)
    demo.ok(
        "log", "explain-clock", "--reason", "drill", "--as",
        demo.home / "demo-keys" / "founder-1.key",
    )  # fmt: skip
    for file in demo.home.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(older, demo.home / "ledger.sqlite")
    found = checks(demo, status=1)
    assert found["mark"]["status"] == "bad"
    assert found["head"]["status"] == "ok"


def test_a_changed_pack_is_bad(cli: Cli) -> None:
    pack = next(cli.home.glob("packs/*/law.toml"))
    pack.write_bytes(pack.read_bytes() + b"\n")
    assert checks(cli, status=1)["packs"]["status"] == "bad"


def test_a_clock_behind_the_head_is_bad(cli: Cli) -> None:
    connection = sqlite3.connect(cli.home / "ledger.sqlite")
    with connection:
        connection.execute("UPDATE head SET last_at = last_at + 3600000")
    connection.close()
    assert checks(cli, status=1)["clock"]["status"] == "bad"


@pytest.mark.parametrize(
    ("limit", "status", "code"), [("LOW_DISK", "warn", 0), ("NO_DISK", "bad", 1)]
)
def test_a_full_disk_is_told(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, limit: str, status: str, code: int
) -> None:
    monkeypatch.setattr(checkup, limit, 1 << 60)
    assert checks(cli, status=code)["disk"]["status"] == status


def test_a_home_of_another_version_is_bad_not_a_crash(cli: Cli) -> None:
    settings = cli.home / "home.toml"
    settings.write_text(settings.read_text().replace("format = 1", "format = 99"))
    found = checks(cli, status=1)
    assert found["home"]["status"] == "bad"
    assert "99" in found["home"]["en"]


def test_no_home_is_bad_and_versions_are_told_all_the_same(tmp_path: Path) -> None:
    found = checks(Cli(tmp_path / "none"), status=1)
    assert found["home"]["status"] == "bad"
    assert "sqlite" in found["versions"]["en"]


def test_a_rebuilt_view_tells_the_same(demo: Cli) -> None:
    before = demo.data("register", "--as-of", "348", "--limit", 1000)
    told = demo.data("rebuild")
    assert told["size"] == 348
    assert "register" in told["views"]
    assert demo.data("register", "--as-of", "348", "--limit", 1000) == before
    demo.ok("rebuild", "register")


def test_a_deleted_view_is_rebuilt_by_reading_it(demo: Cli) -> None:
    before = demo.data("stats", "--as-of", "348")
    shutil.rmtree(demo.home / "views")
    (demo.home / "views").mkdir()
    assert demo.data("stats", "--as-of", "348") == before


def test_an_unknown_view_is_refused_naming_those_there_are(demo: Cli) -> None:
    error = demo.refused("rebuild", "nothing")
    assert error["code"] == "view.unknown"
    assert "register" in error["en"]


def test_a_checkpoint_is_printed_as_it_is_and_the_same_again(demo: Cli) -> None:
    first, second = demo.ok("checkpoint"), demo.ok("checkpoint")
    assert first == second
    assert first.split("\n")[:2] == ["ledger.example/520602", "348"]
    assert demo.ok("checkpoint", "--size", 1).split("\n")[1] == "1"


def test_a_checkpoint_of_a_size_to_come_is_refused(demo: Cli) -> None:
    assert demo.run("checkpoint", "--size", 349).exit_code == 2


def test_tags_are_derived_anew_from_the_entries(cli: Cli) -> None:
    with sqlite3.connect(cli.home / "ledger.sqlite") as connection:
        before = connection.execute("SELECT * FROM tag ORDER BY 1, 2").fetchall()
        connection.execute("DELETE FROM tag WHERE tag LIKE 'unit-code:%'")
        connection.execute("INSERT INTO tag VALUES ('unit:x', 3)")
    codes = {fault["code"] for fault in cli.data("verify", status=1)["faults"]["items"]}
    assert codes == {"audit.tags"}
    assert "rebuild tags" in checks(cli, status=1)["tags"]["en"]
    cli.ok("rebuild", "tags")
    assert checks(cli)["tags"]["status"] == "ok"
    assert cli.data("verify")["faults"]["items"] == []
    with sqlite3.connect(cli.home / "ledger.sqlite") as connection:
        assert connection.execute("SELECT * FROM tag ORDER BY 1, 2").fetchall() == before


def test_what_an_older_program_recorded_is_neither_served_nor_written_to_before_it_is_tagged(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules would miss what they look acts up by."""
    served = SimpleNamespace(log_to_stderr=lambda: None, serve=lambda *_, **__: None)
    monkeypatch.setattr("ledger.cli.commands.serve.importlib.import_module", lambda _: served)
    cli.ok("serve")
    with sqlite3.connect(cli.home / "ledger.sqlite") as connection:
        connection.execute("DELETE FROM tag WHERE tag LIKE 'unit-code:%'")
    unit = establish(cli, "520602001")
    for words in (("serve",), unit):
        refused = cli.refused(*words)
        assert refused["code"] == "store.tags_lacking"
        assert "mingzhang rebuild tags" in refused["en"]
    found = checks(cli, status=1)
    assert {name for name, check in found.items() if check["status"] == "bad"} == {"tags"}
    with open_ledger(cli.home) as running:
        with pytest.raises(TagsLacking):
            running.writer()
        cli.ok("rebuild", "tags")
        with pytest.raises(TagsLacking):
            running.writer()  # what it remembers was looked up without them
    cli.ok("serve")
    cli.ok(*unit)
