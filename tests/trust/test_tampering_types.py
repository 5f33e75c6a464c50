"""Values no program of ours writes, and views edited where nobody compares: told, never a crash."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.errors import IntegrityFault, LedgerError, StorageError
from ledger.store.views.fold import OutOfPlace
from tests.audit.homes import Kept
from tests.trust.forging import execute, execute_in_view
from tests.trust.tampered import audited, faults

STATEMENTS = {
    "audit.head": [
        "UPDATE head SET size = -1",
        "UPDATE head SET size = size + 0.5",
        "UPDATE head SET size = 'many'",
        "UPDATE head SET size = 9000000000000000000",
        "UPDATE head SET root = 'x'",
        "UPDATE head SET frontier = 'x'",
        "UPDATE head SET last_at = 'x'",
        "UPDATE head SET last_at = CAST(x'ff' AS TEXT)",
    ],
    "audit.entry_missing": ["UPDATE head SET size = 9000000000000000000"],
    "audit.stray": [
        "INSERT INTO head SELECT 2, size, root, frontier, last_at FROM head",
        "INSERT INTO head SELECT 0, 5, root, frontier, last_at FROM head",
        "INSERT INTO tile VALUES (0, -3, x'00')",
        "INSERT INTO tile VALUES (99, 0, x'00')",
        "INSERT INTO vault SELECT idx, CAST('z' AS BLOB), subject, purpose, retain_until,"
        " ciphertext FROM vault WHERE idx = (SELECT min(idx) FROM vault) LIMIT 1",
        "CREATE TABLE other (a)",
        "CREATE TRIGGER other AFTER INSERT ON entry BEGIN DELETE FROM tag; END",
    ],
    "audit.row": ["UPDATE entry SET stream = CAST(x'ff' AS TEXT) WHERE idx = 9"],
    "audit.part_missing": ["DROP INDEX vault_retain_until"],
    "audit.type": [
        "UPDATE entry SET state = 5 WHERE idx = 9",
        "UPDATE entry SET jti = CAST(jti AS BLOB) WHERE idx = 9",
        "INSERT INTO tag VALUES ('x:y', 'abc')",
        "INSERT INTO tag VALUES ('x:y', 9e999)",
        "INSERT INTO tile VALUES ('a', 0, x'00')",
        "UPDATE tile SET n = CAST(x'ff' AS TEXT) WHERE n = 0 AND level = 0",
        "UPDATE vault SET grp = CAST(grp AS BLOB) WHERE idx = (SELECT min(idx) FROM vault)",
        "INSERT INTO vault SELECT 'abc', grp, subject, purpose, retain_until, ciphertext"
        " FROM vault LIMIT 1",
    ],
    "audit.tags": [
        "INSERT INTO tag VALUES ('x:y', 280.5)",
        "UPDATE tag SET tag = CAST(tag AS BLOB) WHERE idx = 9",
        "INSERT INTO tag VALUES (CAST(x'61ff' AS TEXT), 9)",
    ],
}


@pytest.mark.parametrize(
    ("code", "statement"), [(code, each) for code, many in STATEMENTS.items() for each in many]
)
def test_what_no_program_of_ours_stores_is_a_fault(
    kept: Kept, home: Path, code: str, statement: str
) -> None:
    execute(home, statement)
    report = audited(kept, home)
    assert code in report.faults.counts
    assert "audit.check_stopped" not in report.faults.counts


def test_a_tag_of_no_entry_is_told_with_its_run(kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tag VALUES ('x:y', 280.5)")
    assert faults(kept, home)["audit.tags"] == [256]


@pytest.mark.parametrize("value", ["5", "CAST(state AS TEXT)"])
def test_a_genesis_of_another_type_does_not_open(kept: Kept, home: Path, value: str) -> None:
    execute(home, f"UPDATE entry SET state = {value} WHERE idx = 0")
    with pytest.raises(IntegrityFault):
        kept.opened(home)


def test_settings_nested_without_end_do_not_open(kept: Kept, home: Path) -> None:
    (home / "home.toml").write_text("a=" + "[" * 5000)
    with pytest.raises(StorageError):
        kept.opened(home)


# -- packs -----------------------------------------------------------------------------------


def packs_gone(packs: Path) -> None:
    shutil.rmtree(packs)


def a_name_of_other_bytes(packs: Path) -> None:
    (next(packs.iterdir()) / os.fsdecode(b"\xff.toml")).touch()


def a_folder_of_other_bytes(packs: Path) -> None:
    (packs / os.fsdecode(b"\xff")).mkdir()


def a_pipe(packs: Path) -> None:
    os.mkfifo(next(packs.iterdir()) / "pipe")


def a_link(packs: Path) -> None:
    file = next(packs.glob("*/codes.toml"))
    file.rename(packs.parent / "elsewhere")
    file.symlink_to(packs.parent / "elsewhere")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (packs_gone, "audit.file_missing"),
        (a_name_of_other_bytes, "audit.stray"),
        (a_folder_of_other_bytes, "audit.stray"),
        (a_pipe, "audit.stray"),
        (a_link, "audit.stray"),
    ],
)
def test_what_is_no_file_of_a_pack_is_named(
    kept: Kept, home: Path, damage: Callable[[Path], None], code: str
) -> None:
    damage(home / "packs")
    assert code in audited(kept, home).faults.counts


# -- views -----------------------------------------------------------------------------------

CLOSED = "UPDATE row SET state = 'closed' WHERE valid_to > 1000000"


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM position"],
        [CLOSED, "DELETE FROM position"],
        [CLOSED, "UPDATE position SET size = 0"],
        ["UPDATE position SET size = -1"],
        ["UPDATE position SET size = 'far'"],
        ["UPDATE position SET size = 1000000"],
        ["UPDATE position SET fingerprint = 'x'"],
        ["UPDATE row SET valid_from = 1000 WHERE valid_to > 1000000"],
        ["UPDATE row SET valid_to = 1000 WHERE valid_to > 1000000"],
        ["UPDATE move_0 SET log_index = 1000 WHERE log_index = 20"],
        ["INSERT INTO snapshot_0 VALUES (1000, 1, 99)"],
        ["UPDATE row SET open = -5 WHERE open = 1"],
        ["UPDATE row SET unit = CAST(x'ff' AS TEXT) WHERE valid_to > 1000000"],
        ["CREATE TABLE other (a)"],
    ],
)
def test_a_view_edited_anywhere_differs(kept: Kept, home: Path, statements: list[str]) -> None:
    for statement in statements:
        execute_in_view(home, statement)
    assert set(faults(kept, home)) == {"audit.view"}


def test_a_view_whose_pointer_is_a_folder_differs(kept: Kept, home: Path) -> None:
    (pointer,) = (home / "views").glob("register*.current")
    pointer.unlink()
    pointer.mkdir()
    assert set(faults(kept, home)) == {"audit.view"}
    with kept.opened(home) as ledger, pytest.raises(StorageError):
        ledger.follower.catch_up()


def test_rows_from_before_a_lost_position_stop_the_view(kept: Kept, home: Path) -> None:
    execute_in_view(home, "DELETE FROM position")
    with kept.opened(home) as ledger, pytest.raises(LedgerError) as refusal:
        ledger.follower.catch_up()
    assert refusal.type is OutOfPlace


def test_a_data_key_that_is_none_is_told_with_its_entries_alone(kept: Kept, home: Path) -> None:
    """One bad row must not end the look at all others."""
    with sqlite3.connect(home / "keys" / "keys.sqlite") as connection:
        stream = kept.cases[0]
        changed = connection.execute(
            "UPDATE data_key SET wrapped = x'00' WHERE stream = ?", (stream,)
        )
        assert changed.rowcount
        connection.execute("INSERT INTO data_key VALUES (CAST(x'ff' AS TEXT), '', x'')")
    execute(home, "DELETE FROM vault WHERE idx = (SELECT max(idx) FROM vault)")
    found = faults(kept, home)
    assert set(found) == {"integrity", "audit.vault_missing"}
