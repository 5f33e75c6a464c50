"""A restore holds every file to the manifest, overwrites nothing, and lets the mark decide."""

import sqlite3
from pathlib import Path

import pytest

from ledger.audit.files import NothingThere
from ledger.audit.layout import MANIFEST
from ledger.errors import LedgerError
from ledger.service.backup.manifest import BackupDamaged, NotABackup
from ledger.service.backup.restoring import OtherKek, TailAlone, behind_mark, restore
from ledger.service.sign_in import Accounts
from ledger.store.home import HomeExists
from ledger.store.keystore import KekMissing
from ledger.store.signer import HeadBehindMark, SignerMissing
from tests.backup.copies import audited, backed_up, found, restored
from tests.support.office import Office
from tests.support.soundness import require_sound


@pytest.fixture
def backup(office: Office, tmp_path: Path) -> Path:
    """A backup to be damaged."""
    office.a_case()
    backed_up(office, tmp_path / "backup")
    return tmp_path / "backup"


def listed(folder: Path) -> list[str]:
    return [kept.name for kept in found(folder).manifest.files]


def refused(office: Office, folder: Path, error: type[LedgerError]) -> LedgerError:
    """Assert that this backup is refused for this reason and nothing is left of the attempt."""
    target = folder.parent / "target"
    with pytest.raises(error) as told:
        restore(found(folder), target, kek=office.path / "keys" / "kek")
    assert not target.exists()
    return told.value


# Damage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["missing", "cut short", "one bit", "a link", "a folder"])
def test_each_missing_or_changed_file_is_named(office: Office, backup: Path, deed: str) -> None:
    for name in (*listed(backup)[:4], *listed(backup)[-2:]):
        path = backup / name
        data = path.read_bytes()
        path.unlink()
        if deed == "cut short":
            path.write_bytes(data[:-1])
        elif deed == "one bit":
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        elif deed == "a link":
            path.symlink_to(office.path / "ledger.sqlite")
        elif deed == "a folder":
            path.mkdir()
        told = refused(office, backup, BackupDamaged)
        assert str(told.facts["what"]).split()[-1] == name
        if deed == "a folder":
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        path.write_bytes(data)
    restore(found(backup), backup.parent / "whole", kek=office.path / "keys" / "kek")


@pytest.mark.parametrize("part", ["ledger", "vault", "keys", "packs"])
def test_a_part_kept_elsewhere_and_not_given_is_named(
    office: Office, backup: Path, tmp_path: Path, part: str
) -> None:
    (backup / part).rename(tmp_path / "elsewhere")
    told = refused(office, backup, BackupDamaged)
    assert f"{part}/" in str(told.facts["what"])
    given = found(backup, {part: tmp_path / "elsewhere"})
    restore(given, tmp_path / "again", kek=office.path / "keys" / "kek")


def test_a_folder_without_a_whole_manifest_is_no_backup(office: Office, backup: Path) -> None:
    data = (backup / MANIFEST).read_bytes()
    for changed in (data.replace(b"0", b"1", 1), data[:-1], b"{}"):
        (backup / MANIFEST).write_bytes(changed)
        with pytest.raises(NotABackup):
            found(backup)
    (backup / MANIFEST).unlink()
    with pytest.raises(NotABackup):
        found(backup)
    with pytest.raises(NothingThere):
        found(backup / "nowhere")


def test_the_key_that_wrapped_the_keys_is_needed_and_no_other(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    with pytest.raises(KekMissing):
        restore(found(backup), target, kek=tmp_path / "none")
    (tmp_path / "other").write_bytes(bytes(32))
    with pytest.raises(OtherKek):
        restore(found(backup), target, kek=tmp_path / "other")
    assert not target.exists()


# Where to -----------------------------------------------------------------------------------------


def test_nothing_is_ever_restored_over_a_home(office: Office, backup: Path) -> None:
    office.ledger.close()
    before = {file: file.read_bytes() for file in office.path.rglob("*") if file.is_file()}
    with pytest.raises(HomeExists):
        restore(found(backup), office.path, kek=office.path / "keys" / "kek")
    assert {file: file.read_bytes() for file in office.path.rglob("*") if file.is_file()} == before


def test_a_restore_that_fails_halfway_leaves_nothing(
    office: Office, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ledger.service.backup.restoring._put_vault_back", full)
    with pytest.raises(OSError, match="No space left"):
        restore(found(backup), backup.parent / "target", kek=office.path / "keys" / "kek")
    assert not (backup.parent / "target").exists()


def test_a_backup_is_read_and_never_written(office: Office, backup: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in backup.rglob("*") if file.is_file()}
    for folder in (backup, *(each for each in backup.rglob("*") if each.is_dir())):
        folder.chmod(0o500)
    again = restored(office, backup, tmp_path / "again")
    again.a_case()
    again.ledger.close()
    assert {file: file.read_bytes() for file in backup.rglob("*") if file.is_file()} == before


# The mark -----------------------------------------------------------------------------------------


def test_a_backup_of_exactly_the_signed_size_goes_on(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    office.ledger.close()
    again = restored(office, backup, tmp_path / "again")
    assert behind_mark(again.ledger) is None
    again.a_case()
    again.ledger.close()
    require_sound(again.path, rules=True)


def test_an_older_backup_is_read_and_not_written_and_says_how_to_go_on(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    office.a_case()
    office.ledger.close()
    again = restored(office, backup, tmp_path / "again")
    refusal = behind_mark(again.ledger)
    assert isinstance(refusal, HeadBehindMark)
    for way in ("mingzhang tail apply", "mingzhang init --predecessor"):
        assert way in refusal.text("en")
        assert way in refusal.text("zh")
    size = again.size
    with pytest.raises(HeadBehindMark):
        again.a_case()
    assert again.size == size


def test_of_two_homes_with_one_signer_one_goes_on(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    """The restored home points to the signer, so there is one mark and never a fork."""
    again = restored(office, backup, tmp_path / "again")
    again.a_case("这一件")
    with pytest.raises(HeadBehindMark):
        office.a_case("另一件")
    again.a_case()
    again.ledger.close()


def test_without_the_signers_folder_a_restored_home_is_only_read(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    again = restored(office, backup, tmp_path / "again", signer=False)
    assert isinstance(behind_mark(again.ledger), SignerMissing)
    (again.path / "signer").symlink_to(office.path / "signer")
    assert behind_mark(again.ledger) is None


def test_a_folder_that_is_no_signers_is_refused(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    kek = office.path / "keys" / "kek"
    with pytest.raises(SignerMissing):
        restore(found(backup), tmp_path / "again", kek=kek, signer=tmp_path)
    assert not (tmp_path / "again").exists()


def test_a_tail_alone_is_no_ledger(office: Office, tmp_path: Path) -> None:
    backed_up(office, tmp_path / "tail", first=5)
    refused(office, tmp_path / "tail", TailAlone)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM entry WHERE idx = 7", "UPDATE head SET size = size - 1", "DELETE FROM tag"],
)
def test_a_backup_of_a_home_that_was_tampered_with_is_found_by_its_audit(
    office: Office, tmp_path: Path, statement: str
) -> None:
    office.a_case()
    with sqlite3.connect(office.path / "ledger.sqlite") as connection:
        connection.execute(statement)
    backed_up(office, tmp_path / "backup")
    again = restored(office, tmp_path / "backup", tmp_path / "again")
    assert audited(again.ledger).faults.total
    again.ledger.close()


def test_accounts_come_back_without_who_was_signed_in(office: Office, tmp_path: Path) -> None:
    actor = office.hands["intake_clerk"].who.actor
    accounts = Accounts(office.path)
    accounts.add("clerk", actor, "a long enough passphrase")
    token = accounts.sign_in("clerk", "a long enough passphrase")
    backed_up(office, tmp_path / "backup")
    again = restored(office, tmp_path / "backup", tmp_path / "again")
    back = Accounts(again.path)
    assert back.actor_of(token) is None
    assert back.actor_of(back.sign_in("clerk", "a long enough passphrase")) is not None
    again.ledger.close()
