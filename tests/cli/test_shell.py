"""Global options, exit statuses, errors: the same for every command."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger.bootstrap import registry
from ledger.cli.app import MACHINES, app
from ledger.cli.shell import FINDING, REFUSED
from tests.cli.conftest import Cli
from tests.support.commands import tree

CHINESE = re.compile("[\u4e00-\u9fff]")


def every_command() -> list[tuple[str, ...]]:
    """Return every command as its words."""
    found = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), tree(app))]
    while waiting:
        words, command = waiting.pop()
        inside = getattr(command, "commands", {})
        waiting += [((*words, name), each) for name, each in inside.items()]
        if not inside:
            found.append(words)
    return sorted(found)


def helped(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_has_help_in_both_languages_and_the_global_options(
    words: tuple[str, ...],
) -> None:
    text = helped(*words)
    first = text.split("\n\n")[1]
    assert re.search("[a-z]{3}", first)
    assert CHINESE.search(first)
    assert "--home DIR" in text
    assert "--json" in text


def test_every_declared_command_is_a_subcommand() -> None:
    offered = {".".join(words).replace("-", "_") for words in every_command()}
    assert set(registry().commands) - MACHINES <= offered
    assert not offered & MACHINES


def test_wrong_use_has_status_two() -> None:
    for words in (["nonsense"], ["replay"], ["stats", "--as-of"], ["case", "triage", "--route"]):
        assert CliRunner().invoke(app, words).exit_code == REFUSED


def test_the_home_may_be_named_before_or_after_the_command_or_by_the_environment(
    demo: Cli,
) -> None:
    place = str(demo.home)
    told = [
        CliRunner().invoke(app, ["--home", place, "--json", "checkpoint"]),
        CliRunner().invoke(app, ["checkpoint", "--home", place, "--json"]),
        CliRunner(env={"MINGZHANG_HOME": place}).invoke(app, ["checkpoint", "--json"]),
    ]
    assert len({result.stdout for result in told}) == 1
    assert json.loads(told[0].stdout)["checkpoint"].startswith("ledger.example/520602\n")


def test_a_home_that_is_none_is_refused_with_the_next_step(tmp_path: Path) -> None:
    error = Cli(tmp_path / "none").refused("stats")
    assert error["code"] == "home.missing"
    assert "mingzhang init" in error["zh"]
    assert "mingzhang init" in error["en"]


def test_an_error_is_told_in_both_languages_on_stderr_only(tmp_path: Path) -> None:
    result = Cli(tmp_path / "none").run("stats")
    assert result.exit_code == REFUSED
    assert result.stdout == ""
    code, chinese, english = result.stderr.splitlines()
    assert code == "home.missing"
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)


def test_a_bug_is_told_without_traceback_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("ledger.cli.shell.open_ledger", broken)
    cli = Cli(tmp_path)
    plain, traced = cli.run("stats"), cli.run("stats", "--debug")
    assert plain.exit_code == traced.exit_code == REFUSED
    assert plain.stderr.startswith("internal\n")
    assert "secret" not in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "Traceback" in traced.stderr


def test_a_command_that_is_terminated_puts_away_what_it_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def terminated(*_: object) -> None:
        with TemporaryDirectory(dir=tmp_path):
            signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("ledger.cli.shell.open_ledger", terminated)
    assert Cli(tmp_path).run("stats").exit_code == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_file_that_cannot_be_written_is_refused_by_name(demo: Cli, tmp_path: Path) -> None:
    error = demo.refused("checkpoint", "--out", tmp_path / "no" / "such" / "folder")
    assert error["code"] == "cli.file"
    assert "folder" in error["facts"]["path"]


def test_the_installed_program_gives_its_status_to_the_system(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("mingzhang")
    done = subprocess.run(
        [program, "--home", tmp_path / "none", "stats"], capture_output=True, check=False
    )
    assert done.returncode == REFUSED
    assert done.stdout == b""
    assert FINDING == 1


def test_long_work_says_how_far_it_is_and_short_work_nothing(
    demo: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "verify" not in demo.run("verify").stderr
    monkeypatch.setattr("ledger.cli.shell.QUIET_SECONDS", 0.0)
    told = demo.run("verify")
    assert "348 / 348" in told.stderr
    assert "/ 348" not in told.stdout


def test_what_people_wrote_is_never_taken_for_markup(demo: Cli) -> None:
    words = ("case", "receive", "--unit", "520602001", "--kind", "request", "--channel", "web")
    text = "[red]不是标记[/red] [link=http://x]y[/]"
    key = demo.home / "demo-keys" / "intake.key"
    result = demo.run(*words, "--text", text, "--as", key, "--json")
    assert text in result.stderr
    stream = json.loads(result.stdout)["entries"][0]["stream"]
    assert "[red]" in demo.ok("replay", stream, "--values")


def test_where_nobody_can_be_asked_for_a_passphrase_it_is_said_what_to_do(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["key", "new", str(tmp_path / "a.key")], input="")
    assert found.exit_code == REFUSED
    assert "cli.no_passphrase" in found.stderr
    assert "MINGZHANG_PASSPHRASE" in found.stderr


def test_an_account_is_of_somebody_there_is(cli: Cli) -> None:
    error = cli.refused("user", "add", "ghost", "--actor", f"person/{'A' * 26}")
    assert error["code"] == "cli.person_unknown"
    assert cli.data("user", "list")["accounts"] == []


def test_a_topic_is_spelt_with_hyphens_and_as_it_was_before(cli: Cli) -> None:
    assert cli.ok("disclosure-item", "--help") == cli.ok("disclosure_item", "--help").replace(
        "disclosure_item", "disclosure-item"
    )
    assert "disclosure_item" not in cli.ok("--help")


def test_what_few_commands_need_is_not_loaded_by_all() -> None:
    """Libraries of pictures, PDF and workbooks took a quarter of the time a command starts in."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, ledger.cli; print(*sys.modules)"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert "ledger.service.attachments.media" in told.stdout
    assert {"openpyxl", "PIL", "pypdf"}.isdisjoint(told.stdout.split())
