"""The command line as a person uses it: in a folder of her own, with her key files."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ledger.bootstrap import open_ledger
from ledger.cli.app import app
from ledger.cli.demonstration.play import build, whole
from ledger.service.ledger import Ledger
from ledger.store.signer import LogSigner
from tests.support.commands import one_tree, quick_keys

__all__ = ["one_tree", "quick_keys"]

PASSPHRASE = "a passphrase of some length"
ORIGIN = "ledger.example/520602"
FOUNDERS = ("an", "bo")
BRIEF = 25
"""Of many like things every so many-th is told here."""


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The story of twelve months, told briefly; tests only read it."""
    home = tmp_path_factory.mktemp("story") / "home"
    build(home, lambda _done, _size: None, whole(BRIEF))
    with open_ledger(home) as ledger:
        ledger.follower.catch_up()
        yield ledger


class Cli:
    """Runs ``mingzhang`` on one home; its key files are beside it."""

    def __init__(self, home: Path, **environment: str | None) -> None:
        self.home = home
        self.environment: dict[str, str | None] = {
            "MINGZHANG_HOME": None,
            "MINGZHANG_PASSPHRASE": PASSPHRASE,
            "NO_COLOR": "1",
        }
        self.environment |= environment

    def run(self, *args: object, text: str | None = None) -> Result:
        """Run and return everything."""
        words = ["--home", str(self.home), *map(str, args)]
        return CliRunner(env=self.environment).invoke(app, words, input=text)

    def ok(self, *args: object) -> str:
        """Run what must succeed; return its standard output."""
        result = self.run(*args)
        assert result.exit_code == 0, result.output
        return result.stdout

    def data(self, *args: object, status: int = 0) -> Any:
        """Run with ``--json``; return what stdout holds."""
        result = self.run(*args, "--json")
        assert result.exit_code == status, result.output
        return json.loads(result.stdout)

    def refused(self, *args: object) -> dict[str, Any]:
        """Run what must be refused; return the error."""
        result = self.run(*args, "--json")
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        found: dict[str, Any] = json.loads(result.stderr.splitlines()[-1])["error"]
        return found

    def key(self, founder: str = "an") -> Path:
        """Return a founder's key file."""
        return self.home.parent / "keys" / f"{founder}.key"

    def by(self, founder: str = "an") -> tuple[str, str]:
        """Return the option that lets a founder sign."""
        return "--as", str(self.key(founder))


def without_receipt(cli: Cli, monkeypatch: pytest.MonkeyPatch, *words: object) -> dict[str, Any]:
    """Run what is stored and gets no receipt, the signer's disk pulled out; return the error."""

    def pulled_out(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(LogSigner, "advance", pulled_out)
        return cli.refused(*words)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home founded at the command line, and its founders' key files."""
    folder = tmp_path_factory.mktemp("founded")
    cli = Cli(folder / "home")
    founders = [word for name in FOUNDERS for word in ("--founder", name)]
    cli.ok("init", "--origin", ORIGIN, *founders, "--keys", folder / "keys")
    cli.ok(
        "unit", "establish", "--code", "520602", "--unit-name", "碧江区", "--level", "district",
        "--effective-from", "today", *cli.by(),
    )  # fmt: skip
    adopted = cli.data("pack", "adopt", "cn-base", *cli.by())
    cli.ok("pack", "approve", adopted["entries"][0]["stream"], *cli.by("bo"))
    return folder


@pytest.fixture
def cli(founded: Path, tmp_path: Path) -> Cli:
    """A command line on a copy of the founded home."""
    folder = shutil.copytree(founded, tmp_path / "office")
    return Cli(folder / "home")


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's home, built once; only ever read."""
    home = tmp_path_factory.mktemp("demo") / "home"
    build(home, lambda _done, _size: None)
    return home


@pytest.fixture
def demo(played: Path, tmp_path: Path) -> Cli:
    """A command line on a copy of the demonstration."""
    return Cli(shutil.copytree(played, tmp_path / "home"), MINGZHANG_PASSPHRASE="demo")
