"""The manifest of a backup: which files it has, of which moment of which log (docs/operations.md).

    ledger/   ledger.sqlite (entries, tags, tiles, head), home.toml, import.secret
    vault/    vault.sqlite (ciphertexts), blobs/
    keys/     keys.sqlite (wrapped keys), accounts.sqlite (who may sign in, where there is one)
    packs/    <digest>/…
    manifest.json

Each of the four is a folder of its own and may be kept elsewhere: whoever has ledger, vault, keys
and the key-encryption key, which is in no backup, reads everything sealed. The digests notice
damage; the checkpoint, signed by the log, proves whose it is, and a restored ledger is held to it.
Views and the signer's folder are not in a backup.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import msgspec

from ledger.audit.files import NothingThere, printable
from ledger.audit.layout import MANIFEST, is_safe_name
from ledger.errors import IntegrityFault, MalformedError
from ledger.store.files import digest_of_file

LEDGER: Final = "ledger"
VAULT: Final = "vault"
KEYS: Final = "keys"
PACKS: Final = "packs"
BLOBS: Final = "blobs"
"""The folder of attachments, within the part ``vault``."""
PARTS: Final = (LEDGER, VAULT, KEYS, PACKS)

LEDGER_FILE: Final = "ledger/ledger.sqlite"
VAULT_FILE: Final = "vault/vault.sqlite"
KEYS_FILE: Final = "keys/keys.sqlite"
ACCOUNTS_FILE: Final = "keys/accounts.sqlite"
SECRET_FILE: Final = "ledger/import.secret"  # noqa: S105 - the name of a file
HOME_FILE: Final = "ledger/home.toml"

MAX_MANIFEST = 64 << 20
_NAMED = 20
_HEX = re.compile(r"[0-9a-f]{64}")


class NotABackup(MalformedError):
    """There is no manifest, or none that its own digest holds."""

    code = "backup.not_one"
    zh = "{path} 不是完整的备份（{why}）。请核对目录；未写完的备份没有清单，请重新备份。"
    en = (
        "{path} is not a whole backup ({why}). Check the folder; one never finished has no "
        "manifest: make another."
    )


class BackupDamaged(IntegrityFault):
    """Files of the backup are missing or not those that were written."""

    code = "backup.damaged"
    zh = (
        "备份有缺失或改动：{what}。未作任何恢复；单独存放的部分请用 --keys、--vault 指明位置，"
        "否则请从另一份备份取得这些文件。"
    )
    en = (
        "The backup is not as it was written: {what}. Nothing was restored; say by --keys and "
        "--vault where parts kept apart lie, or get these files from another copy of it."
    )


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: its name with ``/``, the part first; its bytes' count and SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds: entries ``first`` to ``size`` - 1 of a log, and all its keys and packs.

    ``root`` is that of all ``size`` entries, in hex; ``checkpoint`` the signed note of the same, or
    None when the log's key was not at hand. ``first`` is 0 but for a tail.
    """

    format: Literal[1] = 1
    origin: str
    made_at: str
    first: int
    size: int
    root: str
    checkpoint: str | None
    files: tuple[Kept, ...]


class _Held(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    digest: str
    manifest: Manifest


class Backup:
    """A backup found: its manifest, and where each of its parts lies."""

    def __init__(self, manifest: Manifest, places: Mapping[str, Path]) -> None:
        self.manifest = manifest
        self._places = places

    def path(self, name: str) -> Path:
        """Return where the file with this name of the manifest lies."""
        part, _, rest = name.partition("/")
        return self._places[part] / rest

    def names(self, part: str) -> list[str]:
        """Return the names of a part's files."""
        return [kept.name for kept in self.manifest.files if kept.name.startswith(f"{part}/")]

    def require_whole(self) -> None:
        """Hold every file to the manifest. Raises: BackupDamaged, naming each that differs."""
        wrong = [*self._absent(), *self._changed()]
        if wrong:
            more = f" (+{len(wrong) - _NAMED})" if len(wrong) > _NAMED else ""
            raise BackupDamaged(what=", ".join(wrong[:_NAMED]) + more)

    def _absent(self) -> Iterator[str]:
        names = {kept.name for kept in self.manifest.files}
        for name in (LEDGER_FILE, VAULT_FILE, KEYS_FILE, HOME_FILE, SECRET_FILE):
            if name not in names:
                yield f"not listed 未列入 {name}"

    def _changed(self) -> Iterator[str]:
        for kept in self.manifest.files:
            path = self.path(kept.name)
            if not path.is_file() or path.is_symlink():
                yield f"missing 缺失 {kept.name}"
            elif path.stat().st_size != kept.size or digest_of_file(path) != kept.sha256:
                yield f"changed 改动 {kept.name}"


def is_backup(folder: Path) -> bool:
    """Tell whether a folder with a manifest has a backup's: it names the files of its parts."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return msgspec.json.decode(file.read(MAX_MANIFEST), type=_Held) is not None
    except (OSError, ValueError, RecursionError):
        return False


def places_in(folder: Path, elsewhere: Mapping[str, Path | None]) -> dict[str, Path]:
    """Return where each part of a backup lies: in ``folder``, or where ``elsewhere`` says."""
    return {part: elsewhere.get(part) or folder / part for part in PARTS}


def kept_file(name: str, path: Path) -> Kept:
    """Return the line of a file just written."""
    return Kept(name=name, size=path.stat().st_size, sha256=digest_of_file(path))


def format_manifest(manifest: Manifest) -> bytes:
    """Return ``manifest.json``: the manifest and the digest that holds it."""
    held = _Held(digest=_digest(manifest), manifest=manifest)
    return msgspec.json.format(msgspec.json.encode(held), indent=1) + b"\n"


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest of a ``manifest.json`` in its one spelling.

    Raises: MalformedError.
    """
    try:
        manifest = msgspec.json.decode(data, type=_Held).manifest
    except (ValueError, RecursionError):
        raise MalformedError(why=MANIFEST) from None
    if format_manifest(manifest) != data or not all(map(_is_kept, manifest.files)):
        raise MalformedError(why=MANIFEST)
    return manifest


def open_backup(folder: Path, elsewhere: Mapping[str, Path | None]) -> Backup:
    """Return the backup in a folder, its files not yet looked at.

    Raises: NothingThere, NotABackup.
    """
    if not folder.is_dir():
        raise NothingThere(path=printable(folder.name))
    try:
        with (folder / MANIFEST).open("rb") as file:
            manifest = parse_manifest(file.read(MAX_MANIFEST))
    except FileNotFoundError:
        raise NotABackup(path=folder, why=f"no {MANIFEST}") from None
    except (OSError, MalformedError):
        raise NotABackup(path=folder, why=f"{MANIFEST} damaged") from None
    return Backup(manifest, places_in(folder, elsewhere))


def _digest(manifest: Manifest) -> str:
    return sha256(msgspec.json.encode(manifest)).hexdigest()


def _is_kept(kept: Kept) -> bool:
    # A name is written to below the home: none may lead out of it.
    inside = kept.name.partition("/")[0] in PARTS and is_safe_name(kept.name)
    return inside and kept.size >= 0 and _HEX.fullmatch(kept.sha256) is not None
