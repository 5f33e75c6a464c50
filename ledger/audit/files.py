"""Files of a stranger, read with care: a folder or a ZIP, its names, and each file up to a limit.

A folder is walked once without following links; a ZIP is listed once. Names that could mean
different things on different systems, links, devices, repeated names and encrypted or oversized
members are never opened: they are ``strays``, or the whole is refused.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG

from ledger.audit.faults import FileDiffers, FileMissing
from ledger.audit.layout import is_safe_name
from ledger.errors import LedgerError, MalformedError, NotFound, StorageError

MAX_FILES = 2_000_000
MAX_ZIP_FILES = 100_000
MAX_FILE = 16 << 20
"""Longest file of any of the formats: a bundle of 256 entries."""
MAX_ZIP_TOTAL = 512 << 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BAD_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class NothingThere(NotFound):
    """There is no such file or folder."""

    code = "files.nothing_there"
    zh = "找不到 {path}。请核对路径。"
    en = "There is nothing at {path}. Check the path."


class BadZip(MalformedError):
    """The file is not a ZIP that can be read with care."""

    code = "files.bad_zip"
    zh = "不是可以安全读取的 ZIP 文件：{why}。请重新获取。"
    en = "Not a ZIP that can be read safely: {why}. Fetch it again."


class TooManyFiles(MalformedError):
    """More files, or more bytes, than any of the formats has."""

    code = "files.too_many"
    zh = "文件数量或总大小超出上限（{limit}）。请核对来源。"
    en = "More files or bytes than allowed ({limit}). Check where this is from."


class Files:
    """The files found, by safe relative name; ``strays`` are the names not to be opened."""

    def __init__(
        self, names: frozenset[str], strays: tuple[str, ...], read: Callable[[str, int], bytes]
    ) -> None:
        self.names = names
        self.strays = strays
        self._read = read

    def read(self, name: str, limit: int = MAX_FILE) -> bytes:
        """Return a file's bytes, at most ``limit`` of them.

        Raises:
            FileMissing: no such file.
            FileDiffers: longer than ``limit``.
            BadZip, StorageError: it cannot be read.
        """
        if name not in self.names:
            raise FileMissing(name=name)
        data = self._read(name, limit + 1)
        if len(data) > limit:
            raise FileDiffers(name=name)
        return data


def open_files(path: Path) -> Files:
    """Return the files of a folder or of a ZIP.

    Raises:
        NothingThere: neither.
        BadZip, TooManyFiles, StorageError: it cannot be read, or not safely.
    """
    try:
        if path.is_dir():
            return _folder(path)
        if path.is_file():
            return _zip(path)
    except (OSError, ValueError) as error:
        raise StorageError(why=type(error).__name__) from error
    raise NothingThere(path=path.name)


def printable(name: str) -> str:
    """Return a stranger's file name cut and escaped, fit for a report."""
    return name[:200].encode("ascii", "backslashreplace").decode("ascii")


def _folder(root: Path) -> Files:
    names: set[str] = set()
    strays: list[str] = []
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root).as_posix()
        for name in (*files, *(link for link in folders if (Path(folder) / link).is_symlink())):
            relative = name if inside == "." else f"{inside}/{name}"
            regular = S_ISREG((Path(folder) / name).lstat().st_mode)
            if regular and is_safe_name(relative):
                names.add(relative)
            else:
                strays.append(printable(relative))
        if len(names) + len(strays) > MAX_FILES:
            raise TooManyFiles(limit=MAX_FILES)

    def read(name: str, limit: int) -> bytes:
        try:
            with (root / name).open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise StorageError(why=f"{name} cannot be read") from error

    return Files(frozenset(names), tuple(sorted(strays)), read)


def _zip(path: Path) -> Files:
    try:
        archive = zipfile.ZipFile(path)
        members = archive.infolist()
    except _BAD_ZIP as error:
        raise BadZip(why=type(error).__name__) from None
    found: dict[str, zipfile.ZipInfo] = {}
    strays: list[str] = []
    for member in members:
        if member.filename in found:
            raise BadZip(why="a name occurs twice")
        # Bombs and crashes lie in the rarer methods; no program needs them to pack these files.
        if member.compress_type not in _METHODS:
            raise BadZip(why="neither stored nor deflated")
        if member.is_dir() and not member.file_size:
            continue  # other programs put folders in too; nothing is read from them
        if is_safe_name(member.filename):
            found[member.filename] = member
        else:
            strays.append(printable(member.filename))
    if len(members) > MAX_ZIP_FILES:
        raise TooManyFiles(limit=MAX_ZIP_FILES)
    # Declared sizes are a stranger's word; ``read`` stops at its own limit whatever they say.
    if sum(member.file_size for member in members) > MAX_ZIP_TOTAL:
        raise TooManyFiles(limit=f"{MAX_ZIP_TOTAL >> 20} MiB")

    def read(name: str, limit: int) -> bytes:
        try:
            with archive.open(found[name]) as file:
                return file.read(limit)
        except LedgerError:
            raise
        except (OSError, *_BAD_ZIP) as error:
            raise BadZip(why=type(error).__name__) from None

    return Files(frozenset(found), tuple(strays), read)
