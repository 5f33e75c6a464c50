"""What a commit to SQLite waits for, asked of a process that is as in earnest."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from ledger.store.dialect import sqlite_engine, writing

with writing(sqlite_engine(Path(sys.argv[1]), create=True)) as connection:
    for name in ("journal_mode", "synchronous"):
        print(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
"""
FULL = "2"


def test_a_commit_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "a.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["wal", FULL]
