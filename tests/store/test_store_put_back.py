"""A store put back under a running ledger: the mark, not the memory of one process, decides."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.service.receipts import checkpoint
from ledger.store.signer import HeadBehindMark
from tests.support.office import Office


def copied(source: Path, target: Path) -> None:
    """Copy a database in place, by SQLite's own backup: the file stays the same file."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def test_a_process_that_slept_through_a_restore_signs_no_fork(
    office: Office, tmp_path: Path
) -> None:
    beside = office.opened_beside()
    beside.a_case()
    copied(office.path / "ledger.sqlite", tmp_path / "older.sqlite")
    for _ in range(4):
        office.a_case()
    honest = checkpoint(office.ledger)
    signed = office.ledger.signer.mark()
    office.ledger.close()
    copied(tmp_path / "older.sqlite", office.path / "ledger.sqlite")
    before = beside.size
    for _ in range(6):
        with pytest.raises(HeadBehindMark):
            beside.a_case()
    assert beside.size == before
    assert beside.ledger.signer.mark() == signed
    with pytest.raises(HeadBehindMark):
        checkpoint(beside.ledger)
    assert honest
    beside.ledger.close()
