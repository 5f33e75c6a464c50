"""A home copied while it is open here: nobody's locks fall, and the copy is one ledger."""

import subprocess
import sys
from pathlib import Path

import pytest

from ledger.bootstrap import open_ledger
from ledger.errors import StorageError
from ledger.store.homecopy import copy_database, copy_home
from tests.support.office import Office

pytestmark = pytest.mark.dialect("sqlite")

ANOTHER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version')"
"""Another program that looks into a database, and closes it."""


def test_what_another_program_closes_is_still_open_here_after_a_copy(
    office: Office, tmp_path: Path
) -> None:
    office.a_case()
    home = office.ledger.home
    copy_home(home, tmp_path / "copy")
    for database in (home.ledger, home.keys):
        subprocess.run([sys.executable, "-c", ANOTHER, str(database)], check=True, timeout=60)
        assert database.with_name(f"{database.name}-wal").exists(), "it took itself for the last"
    stream = office.a_case()
    assert stream in {act.stream for act in office.reopened().ledger.known.streams.acts(0, 99)}


def test_a_copy_is_a_ledger_that_opens_and_goes_on(office: Office, tmp_path: Path) -> None:
    office.a_case()
    copy_home(office.ledger.home, tmp_path / "copy")
    with open_ledger(tmp_path / "copy", clock=office.clock) as ledger:
        assert ledger.recorder.head() == office.ledger.recorder.head()
        copied = office._replace(ledger=ledger)
        copied.a_case()
        assert copied.size == office.size + 1
        ledger.follower.catch_up()
    assert (tmp_path / "copy/keys/keys.sqlite").stat().st_mode & 0o77 == 0


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.sqlite").write_text("no database at all, but text")
    for name in ("no.sqlite", "missing.sqlite"):
        with pytest.raises(StorageError):
            copy_database(tmp_path / name, tmp_path / "copy.sqlite")
