"""A backup laid out as a home again: every file held to the manifest first, ``home.toml`` last.

What comes back is the ledger of that moment. Whether it may go on is the signer's to say. Its
folder was never in the backup; the home is pointed to it where it lies, and a ledger behind its
mark is read, never written. The way on from there is ``tail``, or a successor.

What a crash leaves: a folder without ``home.toml``, which no command opens.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from ledger.errors import IntegrityFault, LedgerError, MalformedError, StorageError
from ledger.service.backup.manifest import (
    ACCOUNTS_FILE,
    HOME_FILE,
    KEYS,
    KEYS_FILE,
    LEDGER_FILE,
    PACKS,
    SECRET_FILE,
    VAULT,
    VAULT_FILE,
    Backup,
)
from ledger.service.ledger import Ledger
from ledger.service.sign_in import FILE as ACCOUNTS
from ledger.store.dialect import frozen_engine, reading, sqlite_engine, writing
from ledger.store.files import copy_durably, fsync_folder
from ledger.store.home import FOLDERS, Home, HomeExists, open_home, save_settings
from ledger.store.keystore import FileKek, KekMissing, Keystore
from ledger.store.rowcopy import copy_rows
from ledger.store.signer import LogSigner
from ledger.store.tables import vault


class TailAlone(MalformedError):
    """The backup holds the end of a log only."""

    code = "restore.tail_alone"
    zh = "{path} 只含第 {first} 条起的尾部，不能单独恢复。请先恢复完整备份，再运行 tail apply。"
    en = (
        "{path} holds entries from {first} on, which is no whole log. Restore a full backup, then "
        "run `mingzhang tail apply`."
    )


class OtherKek(MalformedError):
    """The key-encryption key given did not wrap the keys of this backup."""

    code = "restore.other_kek"
    zh = "所给的密钥加密密钥不属于此备份。未作任何恢复；请用该账本的 keys/kek。"
    en = (
        "The key-encryption key is not the one of this backup; nothing was restored. Give the "
        "ledger's own keys/kek."
    )


class OtherRoot(IntegrityFault):
    """What was restored does not have the root the manifest states."""

    code = "restore.other_root"
    zh = "恢复所得的根哈希与备份清单不符。未保留恢复结果；请改用另一份备份。"
    en = "What was restored has another root than the manifest states. Use another backup."


def restore(backup: Backup, path: Path, *, kek: Path, signer: Path | None = None) -> Home:
    """Lay out the home of a backup in ``path``, new or empty; return it.

    ``kek`` is the file of the key-encryption key; ``signer`` the signer's folder, which stays where
    it is and is pointed to. Without it the home is only read.

    Raises:
        TailAlone, BackupDamaged, KekMissing, OtherKek, HomeExists: nothing was written.
        StorageError, OSError: it cannot be written; what was begun is removed.
    """
    if backup.manifest.first:
        raise TailAlone(path=backup.path(LEDGER_FILE).parent, first=backup.manifest.first)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise HomeExists(path=path)
    backup.require_whole()
    _require_kek(backup, kek)
    if signer is not None:
        LogSigner(signer, backup.manifest.origin).mark()  # a folder that has none is no signer's
    try:
        return _laid_out(backup, path, kek, signer)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def behind_mark(ledger: Ledger) -> LedgerError | None:
    """Return why a home may not be written, None when its head extends the signer's mark."""
    try:
        ledger.writer()
    except (IntegrityFault, StorageError) as refusal:
        return refusal
    return None


def require_root(ledger: Ledger, backup: Backup) -> None:
    """Hold the head, and the tree below it, to the manifest. Raises: OtherRoot."""
    found, stated = ledger.recorder.head(), backup.manifest
    try:
        computed = ledger.reader.root(found.size)
    except IntegrityFault:
        raise OtherRoot from None
    if (found.size, found.root.hex(), computed) != (stated.size, stated.root, found.root):
        raise OtherRoot


def _require_kek(backup: Backup, kek: Path) -> None:
    engine = frozen_engine(backup.path(KEYS_FILE))
    try:
        Keystore(engine, FileKek(kek)).require_kek()
    except KekMissing:
        raise KekMissing(path=kek) from None
    except IntegrityFault:
        raise OtherKek from None
    finally:
        engine.dispose()


def _laid_out(backup: Backup, path: Path, kek: Path, signer: Path | None) -> Home:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    for folder in FOLDERS:
        (path / folder).mkdir(mode=0o700)
    copy_durably(backup.path(LEDGER_FILE), path / "ledger.sqlite")
    _put_vault_back(backup.path(VAULT_FILE), path / "ledger.sqlite")
    copy_durably(backup.path(KEYS_FILE), path / "keys" / "keys.sqlite")
    copy_durably(kek, path / "keys" / "kek")
    if ACCOUNTS_FILE in backup.names(KEYS):
        copy_durably(backup.path(ACCOUNTS_FILE), path / ACCOUNTS)
    copy_durably(backup.path(SECRET_FILE), path / "import.secret")
    for name in (*backup.names(PACKS), *backup.names(VAULT)):
        if name != VAULT_FILE:
            target = path / name.removeprefix(f"{VAULT}/")
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            copy_durably(backup.path(name), target)
    if signer is not None:
        # Pointed to, not copied: of one log there is one mark.
        (path / "signer").symlink_to(signer.resolve(), target_is_directory=True)
    for inner in (*(each for each in path.rglob("*") if each.is_dir()), path):
        fsync_folder(inner)
    # A backup is files, whatever the ledger was in; from these it may move to a server again.
    kept = open_home(backup.path(HOME_FILE).parent)
    home = replace(kept, path=path, database=None, keys_database=None)
    save_settings(home)
    fsync_folder(path.parent)
    return home


def _put_vault_back(kept: Path, ledger: Path) -> None:
    source, target = frozen_engine(kept), sqlite_engine(ledger)
    try:
        with reading(source) as rows, writing(target) as connection:
            vault.create(connection)
            copy_rows(rows, connection, vault)
    finally:
        source.dispose()
        target.dispose()
