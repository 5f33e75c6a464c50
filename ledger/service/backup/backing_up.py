"""A backup of one moment, made while others write; a tail is a backup from some entry on.

The order is what keeps it whole. The ledger first, in one read transaction: entries, head and
vault are of one moment. What an entry needs, the keys it was sealed under and the packs it names,
was durable before it and is copied after it. The manifest is last, so that a backup that was not
finished is none.

Not in it: the signer's folder, whose mark must not come back with an older ledger; the
key-encryption key, which does not change and is kept once, apart; the views, which are made anew.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ledger.audit.layout import MANIFEST
from ledger.errors import LedgerError, StorageError
from ledger.rules.time import timestamp
from ledger.service.backup.manifest import (
    ACCOUNTS_FILE,
    BLOBS,
    HOME_FILE,
    KEYS_FILE,
    LEDGER_FILE,
    PACKS,
    SECRET_FILE,
    VAULT,
    VAULT_FILE,
    Manifest,
    format_manifest,
    kept_file,
    places_in,
)
from ledger.service.ledger import Ledger
from ledger.service.reading.receipts import BeyondHead, checkpoint
from ledger.service.sign_in import FILE as ACCOUNTS
from ledger.service.sign_in import copy_accounts
from ledger.store.dialect import reading
from ledger.store.files import copy_durably, fsync_folder, save_atomically
from ledger.store.recorder import Head
from ledger.store.rowcopy import copy_rows, new_database
from ledger.store.tables import entry, head, keys_metadata, tag, tile, vault


class BackupNotEmpty(StorageError):
    """A folder the backup was to be written to has something in it."""

    code = "backup.not_empty"
    zh = "{folder} 已有内容，不会覆盖。每次备份请另选新目录。"
    en = "{folder} is not empty and will not be written to. Choose a new folder for each backup."


def back_up(
    ledger: Ledger, folder: Path, *, elsewhere: Mapping[str, Path | None], first: int = 0
) -> Manifest:
    """Write a backup of entries ``first`` and on, with all keys and packs, into a new ``folder``.

    ``elsewhere`` names other new folders for some of its parts.

    Raises:
        BackupNotEmpty: a folder is not new.
        BeyondHead: there is no entry ``first``.
        StorageError: it cannot be read or written; what was begun is removed.
    """
    places = places_in(folder, elsewhere)
    for each in (folder, *places.values()):
        if each.exists() and (not each.is_dir() or any(each.iterdir())):
            raise BackupNotEmpty(folder=each)
    try:
        for each in (folder, *places.values()):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _written(ledger, folder, places, first)
    except BaseException as error:
        for each in (folder, *places.values()):
            shutil.rmtree(each, ignore_errors=True)  # it was empty or not there
        if isinstance(error, OSError):
            raise StorageError(why=error.strerror or "I/O") from error
        raise


def _written(ledger: Ledger, folder: Path, places: Mapping[str, Path], first: int) -> Manifest:
    def path(name: str) -> Path:
        part, _, rest = name.partition("/")
        return places[part] / rest

    found = _copy_log(ledger, path(LEDGER_FILE), path(VAULT_FILE), first)
    with new_database(path(KEYS_FILE), keys_metadata.sorted_tables) as keys:
        ledger.keystore.copy_to(keys)
    copied = [LEDGER_FILE, VAULT_FILE, KEYS_FILE]
    if (accounts := ledger.home.path / ACCOUNTS).is_file():
        copy_accounts(accounts, path(ACCOUNTS_FILE))
        copied.append(ACCOUNTS_FILE)
    for name, source in _files(ledger):
        path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_durably(source, path(name))
        copied.append(name)
    for made in places.values():
        for inner in (made, *(each for each in made.rglob("*") if each.is_dir())):
            fsync_folder(inner)
        fsync_folder(made.parent)
    manifest = Manifest(
        origin=ledger.home.origin,
        made_at=timestamp(ledger.clock.now_ms()),
        first=first,
        size=found.size,
        root=found.root.hex(),
        checkpoint=_checkpoint(ledger, found.size),
        files=tuple(kept_file(name, path(name)) for name in sorted(copied)),
    )
    save_atomically(folder / MANIFEST, format_manifest(manifest))
    return manifest


def _copy_log(ledger: Ledger, to_ledger: Path, to_vault: Path, first: int) -> Head:
    """Copy the log's rows as of one moment; return its head then."""
    with reading(ledger.recorder.engine) as source:
        found = ledger.recorder.head(source)
        if not 0 <= first < max(found.size, 1):
            raise BeyondHead(size=found.size, wanted=first)
        with new_database(to_ledger, (head, entry, tag, tile)) as target:
            copy_rows(source, target, head)
            copy_rows(source, target, entry, entry.c.idx >= first)
            if first == 0:  # a tail's tags and tiles are made of its entries
                copy_rows(source, target, tag)
                copy_rows(source, target, tile)
        with new_database(to_vault, (vault,)) as target:
            copy_rows(source, target, vault, vault.c.idx >= first)
    return found


def _files(ledger: Ledger) -> Iterator[tuple[str, Path]]:
    home = ledger.home
    yield HOME_FILE, home.path / "home.toml"
    yield SECRET_FILE, home.path / "import.secret"
    for part, folder in ((PACKS, home.packs), (f"{VAULT}/{BLOBS}", home.blobs)):
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder).as_posix()
            # A name with a point is of something that is being written.
            if file.is_file() and not inside.startswith("."):
                yield f"{part}/{inside}", file


def _checkpoint(ledger: Ledger, size: int) -> str | None:
    """Return the signed checkpoint of ``size``; None where the signer cannot or will not sign it.

    A ledger without its signer, or cut off behind its mark, wants a backup more than any other.
    """
    with suppress(LedgerError):
        return checkpoint(ledger, size).decode()
    return None
