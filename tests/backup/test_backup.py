"""A backup is of one moment, whole, apart by its parts, and never holds what signs."""

import sqlite3
from pathlib import Path

import pytest
from msgspec import structs

from ledger.audit.layout import MANIFEST
from ledger.errors import MalformedError
from ledger.service.backup.backing_up import BackupNotEmpty, back_up
from ledger.service.backup.manifest import (
    KEYS,
    VAULT,
    Kept,
    format_manifest,
    open_backup,
    parse_manifest,
)
from ledger.service.reading.receipts import BeyondHead, checkpoint
from tests.backup.copies import (
    backed_up,
    found,
    require_clean,
    require_clean_but_for_the_mark,
    restored,
)
from tests.support.appender import promised, start, wait_for
from tests.support.office import Office
from tests.support.soundness import require_sound


def test_what_is_restored_is_the_ledger_that_was_backed_up(office: Office, tmp_path: Path) -> None:
    for _ in range(3):
        office.a_case()
    made = backed_up(office, tmp_path / "backup")
    assert made.checkpoint is not None
    assert made.checkpoint.encode() == checkpoint(office.ledger)
    again = restored(office, tmp_path / "backup", tmp_path / "again")
    assert again.ledger.recorder.head() == office.ledger.recorder.head()
    require_clean(again.ledger, since=made.checkpoint)
    again.a_case()
    again.ledger.close()
    assert len(require_sound(again.path, rules=True)) == made.size + 1


def test_nothing_that_signs_and_nothing_derived_is_in_a_backup(
    office: Office, tmp_path: Path
) -> None:
    office.a_case()
    office.ledger.follower.catch_up()
    folder = tmp_path / "backup"
    backed_up(office, folder)
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {file.relative_to(folder).parts[0] for file in files} == {
        "ledger", "vault", "keys", "packs", MANIFEST,
    }  # fmt: skip
    secrets = [(office.path / name).read_bytes().strip() for name in ("signer/key", "keys/kek")]
    mark = (office.path / "signer" / "mark").read_bytes()[:20]
    for file in files:
        data = file.read_bytes()
        assert not any(secret in data for secret in (*secrets, mark)), file
        assert file.suffix not in {".sqlite-wal", ".sqlite-shm"}
        assert file.stat().st_mode & 0o077 == 0


def test_each_part_holds_its_own_and_may_lie_elsewhere(office: Office, tmp_path: Path) -> None:
    office.a_case()
    elsewhere = {KEYS: tmp_path / "vault of keys", VAULT: tmp_path / "sealed"}
    back_up(office.ledger, tmp_path / "backup", elsewhere=elsewhere)
    tables = {
        file: set(
            sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
            .execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .fetchall()
        )
        for file in tmp_path.rglob("*.sqlite")
        if office.path not in file.parents
    }
    assert {file.relative_to(tmp_path).as_posix(): names for file, names in tables.items()} == {
        "backup/ledger/ledger.sqlite": {("head",), ("entry",), ("tag",), ("tile",)},
        "sealed/vault.sqlite": {("vault",)},
        "vault of keys/keys.sqlite": {("data_key",), ("signing_key",)},
    }
    open_backup(tmp_path / "backup", elsewhere).require_whole()


def test_a_backup_under_load_is_whole_and_has_all_that_was_acknowledged_before(
    office: Office, tmp_path: Path
) -> None:
    acks = tmp_path / "acks"
    writer = start(office.path, office.unit, acks, threads=4, rounds=10_000)
    for number in range(4):
        wait_for(acks, 8 * (number + 1), writer)
        before = promised(acks)
        made = backed_up(office, tmp_path / f"backup {number}")
        assert max(before) < made.size, "what was acknowledged before is in it"
    assert writer.is_alive(), "nobody was stopped meanwhile"
    writer.kill()
    writer.join(60)
    sizes = []
    for number in range(4):
        folder = tmp_path / f"backup {number}"
        again = restored(office, folder, tmp_path / f"home {number}", signer=False)
        stated = found(folder).manifest
        head = again.ledger.recorder.head()
        assert (head.size, head.root.hex()) == (stated.size, stated.root)
        sizes.append(require_clean_but_for_the_mark(again.ledger, since=stated.checkpoint).size)
        again.ledger.close()
    assert sizes == sorted(set(sizes)), "each later one has more"


def test_a_ledger_without_its_signer_is_backed_up_unsigned(office: Office, tmp_path: Path) -> None:
    (office.path / "signer" / "mark").unlink()
    assert backed_up(office, tmp_path / "backup").checkpoint is None


def test_a_backup_never_writes_over_anything(office: Office, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "mine").write_bytes(b"x")
    with pytest.raises(BackupNotEmpty):
        backed_up(office, tmp_path / "backup")
    with pytest.raises(BackupNotEmpty):
        back_up(office.ledger, tmp_path / "new", elsewhere={KEYS: tmp_path / "backup"})
    assert [file.name for file in tmp_path.rglob("*") if "home" not in file.parts] == [
        "backup", "mine",
    ]  # fmt: skip


def test_a_backup_that_could_not_be_finished_leaves_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ledger.service.backup.backing_up.copy_durably", full)
    with pytest.raises(Exception, match="No space left"):
        backed_up(office, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    monkeypatch.undo()
    backed_up(office, tmp_path / "backup")


def test_a_tail_holds_the_entries_from_there_on(office: Office, tmp_path: Path) -> None:
    first = office.size
    office.a_case()
    made = backed_up(office, tmp_path / "tail", first=first)
    assert (made.first, made.size) == (first, first + 1)
    with sqlite3.connect(tmp_path / "tail" / "ledger" / "ledger.sqlite") as connection:
        assert connection.execute("SELECT idx FROM entry").fetchall() == [(first,)]
    with pytest.raises(BeyondHead):
        backed_up(office, tmp_path / "beyond", first=first + 1)
    assert not (tmp_path / "beyond").exists()


# The manifest -------------------------------------------------------------------------------------


def test_a_manifest_is_read_as_it_was_written(office: Office, tmp_path: Path) -> None:
    made = backed_up(office, tmp_path / "backup")
    data = (tmp_path / "backup" / MANIFEST).read_bytes()
    assert parse_manifest(data) == made
    assert format_manifest(made) == data
    at = data.index(b'"size": ') + 8
    for changed in (data[:at] + b"9" + data[at + 1 :], data + b" ", data[:-2], b"", b"[]"):
        with pytest.raises(MalformedError):
            parse_manifest(changed)


@pytest.mark.parametrize(
    "name",
    ["../evil", "ledger/../../evil", "/etc/passwd", "signer/key", "ledger/.hidden", "keys/a\nb"],
)
def test_a_name_that_leads_elsewhere_is_refused(office: Office, tmp_path: Path, name: str) -> None:
    made = backed_up(office, tmp_path / "backup")
    evil = structs.replace(made, files=(Kept(name=name, size=1, sha256="0" * 64),))
    with pytest.raises(MalformedError):
        parse_manifest(format_manifest(evil))
