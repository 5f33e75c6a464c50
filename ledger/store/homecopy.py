"""A copy of a home in files that others have open, this process among them.

A database in use is copied by SQLite itself. Closing any other handle on its file would drop the
locks this process holds on it (POSIX gives them to the process, not to the handle): the next
process that closes it would then take itself for the last, and remove the write-ahead log that is
still being written here. See "How To Corrupt An SQLite Database File", 2.2.

The order is what makes it one ledger: the signer's mark first, never ahead of the log; what the log
needs after it, as in a backup. Views and accounts stay behind: those are made of entries, and these
are no part of the ledger. Not for homes whose databases are on a server.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.store.dialect import translated
from ledger.store.home import FOLDERS, Home


def copy_home(home: Home, target: Path) -> None:
    """Copy ``home`` into a new folder ``target``. Raises: StorageError, OSError."""
    for folder in (target, *(target / name for name in FOLDERS)):
        folder.mkdir(mode=0o700)
    shutil.copytree(home.signer, target / home.signer.name)
    for database in (home.ledger, home.keys):
        copy_database(database, target / database.relative_to(home.path))
    shutil.copy2(home.kek, target / "keys")
    for folder in (home.blobs, home.packs):
        # A name with a point is of something that is being written.
        ours = shutil.ignore_patterns(".*")
        shutil.copytree(folder, target / folder.name, ignore=ours, dirs_exist_ok=True)
    for name in ("import.secret", "home.toml"):
        shutil.copy2(home.path / name, target)


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite file as of one moment, whoever reads and writes it. Raises: StorageError."""
    read = f"{source.absolute().as_uri()}?mode=ro"
    with (
        translated(),
        closing(sqlite3.connect(read, uri=True)) as found,
        closing(sqlite3.connect(target)) as made,
    ):
        found.backup(made)
    target.chmod(0o600)
