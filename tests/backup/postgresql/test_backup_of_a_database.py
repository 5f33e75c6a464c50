"""A ledger in PostgreSQL is backed up to the same files, and restored to a home in files."""

from pathlib import Path

from ledger.service.backup.restoring import behind_mark
from ledger.service.backup.sources import open_source
from ledger.service.backup.tail import apply_tail
from tests.backup.copies import backed_up, require_clean, restored
from tests.support.appender import promised, start, wait_for
from tests.support.database import TABLES, rows
from tests.support.office import Office


def ordered(home: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(map(tuple, rows(home, f"SELECT * FROM {table}"))) for table in TABLES}


def test_it_comes_back_in_files_row_by_row_and_goes_on(office: Office, tmp_path: Path) -> None:
    for _ in range(3):
        office.a_case()
    made = backed_up(office, tmp_path / "backup")
    again = restored(office, tmp_path / "backup", tmp_path / "again")
    assert again.ledger.home.database is None
    assert ordered(again.path) == ordered(office.path)
    require_clean(again.ledger, since=made.checkpoint)
    again.a_case()
    again.ledger.close()


def test_a_backup_under_load_is_of_one_moment(office: Office, tmp_path: Path) -> None:
    acks = tmp_path / "acks"
    writer = start(office.path, office.unit, acks, threads=4, rounds=10_000)
    wait_for(acks, 12, writer)
    before = promised(acks)
    made = backed_up(office, tmp_path / "backup")
    wait_for(acks, len(promised(acks)) + 4, writer)
    writer.kill()
    writer.join(60)
    assert max(before) < made.size
    office.ledger.known.catch_up()
    backed_up(office, tmp_path / "tail", first=made.size)
    again = restored(office, tmp_path / "backup", tmp_path / "again")
    assert behind_mark(again.ledger) is not None
    with open_source(tmp_path / "tail", {}) as source:
        apply_tail(again.ledger, source)
    require_clean(again.ledger)
    assert ordered(again.path) == ordered(office.path)
    again.ledger.close()
