"""The home: one folder with everything a ledger is, each part where its backup rules differ.

``home.toml`` (format version), ``ledger.sqlite``, ``keys/keys.sqlite``, ``keys/kek``,
``signer/{key,mark}``, ``views/``, ``blobs/``, ``packs/<digest>/``, ``import.secret``.
Erasure needs keys apart from the ledger; the signer's folder is never in a backup.

``home.toml`` may name a PostgreSQL database for the ledger and its views (``database``), and one
for the keys (``keys``); then the files of those are not there. What opens them is
`ledger.store.databases`.
"""

import fcntl
import os
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from ledger.errors import IntegrityFault, NotFound, StorageError
from ledger.store.files import create_exclusively, fsync_folder, save_atomically

FORMAT = 1
FOLDERS = ("keys", "views", "blobs", "packs")
FOUNDING = "founding"
"""Stands in a folder from its first file until ``home.toml``, its last: nobody was promised it."""
_LAID_OUT = (*FOLDERS, "signer", "import.secret", "ledger.sqlite")


class HomeMissing(NotFound):
    """There is no ledger in this folder."""

    code = "home.missing"
    zh = "{path} 中没有账本。请先运行 mingzhang init，或用 --home 指明目录。"
    en = "There is no ledger in {path}. Run `mingzhang init` first, or say where with --home."


class HomeExists(StorageError):
    """The folder is not empty."""

    code = "home.exists"
    zh = "{path} 已有内容，不会覆盖。请另选目录。"
    en = "{path} is not empty and will not be overwritten. Choose another folder."


class BeingFounded(StorageError):
    """Somebody else is founding a ledger in this very folder."""

    code = "home.being_founded"
    zh = "另一进程正在 {path} 建立账本。请等它结束，或另选目录。"
    en = "Another process is founding a ledger in {path}. Wait for it, or choose another folder."


class HomeOtherFormat(StorageError):
    """The home was made by another version of the program."""

    code = "home.other_format"
    zh = "账本目录为格式 {found}，本程序使用格式 {expected}。请使用相应版本的程序。"
    en = "The home has format {found}, this program reads format {expected}. Use that version."


class PackNotKept(NotFound):
    """The bytes of an adopted pack are not in the home."""

    code = "pack.not_kept"
    zh = "账本目录中没有规则包 {digest}。请从备份或导出文件恢复 packs 目录。"
    en = "The home does not keep pack {digest}. Restore the packs folder from a backup or export."


class ImportSecretReplaced(IntegrityFault):
    """``import.secret`` is not the one this home was made with."""

    code = "home.import_secret_replaced"
    zh = "import.secret 不是建立账本时的那一份，导入会把已有内容全部重复登记。请从备份恢复该文件。"
    en = (
        "import.secret is not the one this ledger was made with: an import would record all it has "
        "a second time. Restore the file from a backup."
    )


@dataclass(frozen=True)
class Home:
    """The paths of a home.

    ``import_digest`` is the SHA-256 (hex) of the import secret; None where an earlier version of
    the program, which kept none, made the home.
    """

    path: Path
    origin: str
    simulated: bool = False
    database: str | None = None
    """Address of the PostgreSQL database that holds the ledger; None: the file ``ledger``."""
    keys_database: str | None = None
    """Address of the PostgreSQL database that holds the keys; None: the file ``keys``."""
    import_digest: str | None = None

    @property
    def ledger(self) -> Path:
        """The ledger's database."""
        return self.path / "ledger.sqlite"

    @property
    def keys(self) -> Path:
        """The keys' database, a file of its own."""
        return self.path / "keys" / "keys.sqlite"

    @property
    def kek(self) -> Path:
        """The key-encryption key."""
        return self.path / "keys" / "kek"

    @property
    def signer(self) -> Path:
        """The signer's folder: key and mark."""
        return self.path / "signer"

    @property
    def views(self) -> Path:
        """The views' files."""
        return self.path / "views"

    @property
    def packs(self) -> Path:
        """Adopted packs by digest."""
        return self.path / "packs"

    @property
    def blobs(self) -> Path:
        """Attachments, encrypted."""
        return self.path / "blobs"

    def import_secret(self) -> bytes:
        """Return the secret (32 bytes) import ids are derived under.

        Raises: StorageError, ImportSecretReplaced.
        """
        try:
            secret = bytes.fromhex((self.path / "import.secret").read_text("ascii").strip())
        except (OSError, ValueError) as error:
            raise StorageError(why="import.secret cannot be read") from error
        if self.import_digest not in {None, sha256(secret).hexdigest()}:
            raise ImportSecretReplaced
        return secret

    def settle(self) -> None:
        """Write ``home.toml``, the last of a home's files: from now on it is one."""
        save_settings(self)
        (self.path / FOUNDING).unlink()

    def keep_pack(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Keep a pack's bytes under its digest; keeping it again changes nothing.

        Raises: StorageError, nothing being kept then.
        """
        folder = self.packs / digest
        if folder.exists():
            return
        try:
            with TemporaryDirectory(prefix=".new.", dir=self.packs) as beside:
                _lay_out(Path(beside) / digest, files)
                (Path(beside) / digest).rename(folder)
            fsync_folder(self.packs)
        except OSError as error:
            if not folder.exists():  # else somebody else has just kept the same bytes
                raise StorageError(why=error.strerror or "I/O") from error

    def shelf(self, digest: str) -> Mapping[str, bytes]:
        """Return the kept pack's ``{path: bytes}``. Raises: PackNotKept."""
        return _read_pack(self.packs, digest)


def _lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        save_atomically(folder / name, data, mode=0o644)


def require_free(path: Path) -> None:
    """Refuse a folder that holds anything but what a founding that was cut short left in it.

    Raises: HomeExists.
    """
    left = {each.name for each in path.iterdir()} if path.exists() else set()
    if left and (FOUNDING not in left or any(map(_strange, left))):
        raise HomeExists(path=path)


def _strange(name: str) -> bool:
    # A database has files of its own beside it; home.toml one, while it is being written.
    ours = name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal")
    return ours not in {FOUNDING, *_LAID_OUT} and re.fullmatch(r"home\.toml\..+", name) is None


@contextmanager
def founding(path: Path) -> Iterator[None]:
    """Hold a folder while a ledger is founded in it; what a founding cut short left is removed.

    The lock ends with the process, so that a founding that crashed holds nobody up.

    Raises: HomeExists, BeingFounded.
    """
    require_free(path)
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)  # entry bundles are for auditors, not for every user of the machine
    with (path / FOUNDING).open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = os.path.samestat(os.fstat(held.fileno()), (path / FOUNDING).stat())
        except OSError:  # held by another, or taken away by one that has just finished
            mine = False
        if not mine:
            raise BeingFounded(path=path)
        require_free(path)
        yield


def create_home(
    path: Path,
    *,
    origin: str,
    simulated: bool,
    database: str | None = None,
    keys_database: str | None = None,
) -> Home:
    """Lay out an empty home in a folder held by ``founding``; ``settle`` makes it one.

    What a founding that was cut short left there is removed: nobody was told of it.
    """
    for each in path.iterdir():
        if each.name != FOUNDING:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    for folder in FOLDERS:
        (path / folder).mkdir(mode=0o700)
    secret = os.urandom(32)
    digest = sha256(secret).hexdigest()
    home = Home(path, origin, simulated, database, keys_database, digest)
    create_exclusively(home.kek, os.urandom(32))
    create_exclusively(path / "import.secret", secret.hex().encode() + b"\n")
    return home


def save_settings(home: Home) -> None:
    """Replace ``home.toml`` in one step. Raises: StorageError."""
    try:
        save_atomically(home.path / "home.toml", _settings(home), mode=0o644)
    except OSError as error:
        raise StorageError(why=f"home.toml: {error.strerror}") from error


def _settings(home: Home) -> bytes:
    lines = [
        f"format = {FORMAT}",
        f'origin = "{home.origin}"',
        f"simulated = {str(home.simulated).lower()}",
    ]
    # A JSON string is a TOML string.
    lines += [
        f"{name} = {msgspec.json.encode(text).decode()}"
        for name, text in (
            ("database", home.database),
            ("keys", home.keys_database),
            ("import_digest", home.import_digest),
        )
        if text is not None
    ]
    return "\n".join([*lines, ""]).encode()


def open_home(path: Path) -> Home:
    """Return the home in ``path``. Raises: HomeMissing, HomeOtherFormat, StorageError."""
    try:
        settings = tomllib.loads((path / "home.toml").read_text("utf-8"))
    except FileNotFoundError:
        raise HomeMissing(path=path) from None
    except (OSError, ValueError, RecursionError) as error:
        raise StorageError(why="home.toml cannot be read") from error
    if settings.get("format") != FORMAT:
        raise HomeOtherFormat(found=settings.get("format"), expected=FORMAT)
    origin = settings.get("origin")
    if not isinstance(origin, str):
        raise StorageError(why="home.toml names no origin")
    databases = [settings.get(name) for name in ("database", "keys")]
    if not all(url is None or isinstance(url, str) for url in databases):
        raise StorageError(why="home.toml names a database by something else than its address")
    digest = settings.get("import_digest")
    if not isinstance(digest, str | None):
        raise StorageError(why="home.toml holds no digest of the import secret")
    database, keys_database = databases
    simulated = settings.get("simulated") is True
    return Home(path, origin, simulated, database, keys_database, digest)


@lru_cache(maxsize=256)
def _read_pack(packs: Path, digest: str) -> Mapping[str, bytes]:
    folder = packs / digest
    files = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    if not files or "/" in digest or digest.startswith("."):
        raise PackNotKept(digest=digest)
    return files
