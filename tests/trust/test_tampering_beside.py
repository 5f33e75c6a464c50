"""Damage beside the entries: tiles, head, tags, vault, keys, views, mark, packs. No anchor needed.

Everything here but the vault and its keys could be made again from the entries; so the audit does,
and compares.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.tampering.deeds import database
from tests.audit.homes import Kept, keep_history
from tests.support.office import Office
from tests.trust.forging import execute, execute_in_view
from tests.trust.tampered import at, faults


@pytest.fixture(scope="module")
def kept(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return keep_history(founded, tmp_path_factory.mktemp("history"))


@pytest.fixture
def home(kept: Kept, tmp_path: Path) -> Path:
    """A copy to do damage to."""
    return kept.copy(tmp_path / "home")


Damage = Callable[[Kept, Path], None]


def tile_changed(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND n = 0")


def tile_of_another_type(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE tile SET hashes = 7 WHERE level = 0 AND n = 0")


def tile_deleted(_kept: Kept, home: Path) -> None:
    execute(home, "DELETE FROM tile WHERE level = 0 AND n = 0")


def tile_added(_kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tile VALUES (1, 0, zeroblob(8192))")


def head_root(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE head SET root = zeroblob(32)")


def head_time(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE head SET last_at = last_at + 1")


def tag_deleted(kept: Kept, home: Path) -> None:
    execute(home, "DELETE FROM tag WHERE idx = ?", at(kept, kept.cases[1], 2))


def tag_added(kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tag VALUES ('key:other', ?)", at(kept, kept.cases[1], 2))


def tag_beyond(_kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tag VALUES ('key:other', 100000)")


def vault_changed(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "UPDATE vault SET ciphertext = zeroblob(99) WHERE idx = ?", index)


def vault_of_another_type(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "UPDATE vault SET ciphertext = 'x' WHERE idx = ? AND grp = 'matter'", index)


def vault_deleted(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "DELETE FROM vault WHERE idx = ? AND grp = 'matter'", index)


def vault_kept_longer(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "UPDATE vault SET retain_until = NULL WHERE idx = ? AND grp = 'matter'", index)


def vault_swapped(kept: Kept, home: Path) -> None:
    one, other = at(kept, kept.cases[1], 1), at(kept, kept.cases[2], 1)
    for old, new in ((one, -1), (other, one), (-1, other)):
        execute(home, "UPDATE vault SET idx = ? WHERE idx = ? AND grp = 'matter'", new, old)


def vault_added(kept: Kept, home: Path) -> None:
    values = (at(kept, kept.cases[1], 2), "extra", "reporter", "handling", None, b"x")
    execute(home, "INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", *values)


def vault_beyond(_kept: Kept, home: Path) -> None:
    values = (100_000, "matter", "reporter", "handling", None, b"x")
    execute(home, "INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", *values)


def data_key_deleted(kept: Kept, home: Path) -> None:
    with database(home / "keys" / "keys.sqlite") as connection:
        connection.execute("DELETE FROM data_key WHERE stream = ?", (kept.cases[1],))


def view_row_changed(kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE row SET state = 'closed' WHERE key = ?", kept.cases[1])


def view_row_deleted(kept: Kept, home: Path) -> None:
    execute_in_view(home, "DELETE FROM row WHERE key = ?", kept.cases[1])


def view_row_hidden(kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE row SET node = 1 WHERE key = ?", kept.cases[1])


def view_row_added(kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE row SET key = 'case/X' WHERE key = ?", kept.cases[3])


def view_count_changed(_kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE move_0 SET by = by + 1 WHERE log_index = 20")


def view_cell_relabelled(_kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE cell_0 SET by_state = 'closed' WHERE cell = 1")


def view_total_added(_kept: Kept, home: Path) -> None:
    execute_in_view(home, "INSERT INTO snapshot_0 VALUES (50, 1, 7)")


def mark_deleted(_kept: Kept, home: Path) -> None:
    (home / "signer" / "mark").unlink()


def mark_garbled(_kept: Kept, home: Path) -> None:
    (home / "signer" / "mark").write_text("many\n")


def pack_changed(_kept: Kept, home: Path) -> None:
    file = next((home / "packs").glob("*/codes.toml"))
    file.write_bytes(file.read_bytes() + b"\n")


def pack_deleted(_kept: Kept, home: Path) -> None:
    shutil.rmtree(next((home / "packs").iterdir()))


def blob_added(_kept: Kept, home: Path) -> None:
    (home / "blobs" / "somebody's.jpg").write_bytes(b"x")


def pack_half_kept(_kept: Kept, home: Path) -> None:
    next((home / "packs").glob("*/codes.toml")).unlink()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (tile_changed, "audit.tile"),
        (tile_of_another_type, "audit.tile_missing"),
        (tile_deleted, "audit.tile_missing"),
        (tile_added, "audit.stray"),
        (head_root, "audit.root"),
        (head_time, "audit.head"),
        (tag_deleted, "audit.tags"),
        (tag_added, "audit.tags"),
        (tag_beyond, "audit.stray"),
        (vault_changed, "vault.fault"),
        (vault_of_another_type, "vault.fault"),
        (vault_deleted, "audit.vault_missing"),
        (vault_kept_longer, "audit.vault"),
        (vault_swapped, "vault.fault"),
        (vault_added, "audit.stray"),
        (vault_beyond, "audit.stray"),
        (data_key_deleted, "audit.vault_missing"),
        (view_row_changed, "audit.view"),
        (view_row_deleted, "audit.view"),
        (view_row_hidden, "audit.view"),
        (view_row_added, "audit.view"),
        (view_count_changed, "audit.view"),
        (view_cell_relabelled, "audit.view"),
        (view_total_added, "audit.view"),
        (mark_deleted, "audit.mark_missing"),
        (mark_garbled, "audit.mark_missing"),
        (pack_changed, "audit.file"),
        (pack_deleted, "audit.file_missing"),
        (pack_half_kept, "audit.file"),
        (blob_added, "audit.stray"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_damage_beside_the_entries_needs_no_anchor(
    kept: Kept, home: Path, damage: Damage, code: str
) -> None:
    damage(kept, home)
    assert code in faults(kept, home)
