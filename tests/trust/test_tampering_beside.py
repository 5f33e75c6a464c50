"""Damage beside the entries: tiles, head, tags, vault, keys, views, mark, packs. No anchor needed.

Everything here but the vault and its keys could be made again from the entries; so the audit does,
and compares.
"""

import shutil
from pathlib import Path

import pytest

from ledger.tampering.means import database
from tests.audit.homes import Kept
from tests.trust.forging import execute
from tests.trust.rowdeeds import BESIDE, Damage
from tests.trust.tampered import at, faults


def tile_of_another_type(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE tile SET hashes = 7 WHERE level = 0 AND n = 0")


def vault_of_another_type(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "UPDATE vault SET ciphertext = 'x' WHERE idx = ? AND grp = 'matter'", index)


def data_key_deleted(kept: Kept, home: Path) -> None:
    with database(home / "keys" / "keys.sqlite") as connection:
        connection.execute("DELETE FROM data_key WHERE stream = ?", (kept.cases[1],))


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
        *BESIDE.items(),
        (tile_of_another_type, "audit.tile_missing"),
        (vault_of_another_type, "vault.fault"),
        (data_key_deleted, "audit.vault_missing"),
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
