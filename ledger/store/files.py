"""Small files that must not be half-written: write beside, fsync, rename, fsync the folder."""

import os
from collections.abc import Iterable
from functools import partial
from hashlib import file_digest
from pathlib import Path

CHUNK = 1 << 20


def save_atomically(
    path: Path, data: bytes, *, mode: int = 0o600, beside: Path | None = None
) -> None:
    """Replace ``path`` by ``data``; after a crash it holds the old bytes or the new ones.

    ``beside`` is where they are written first, in the same folder; a crash may leave it there.
    """
    beside = beside or path.with_name(f"{path.name}.{os.getpid()}.new")
    _write_new(beside, [data], os.O_TRUNC, mode)
    beside.replace(path)
    fsync_folder(path.parent)


def create_exclusively(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Create ``path`` with ``data``; raises FileExistsError rather than overwrite."""
    _write_new(path, [data], os.O_EXCL, mode)
    fsync_folder(path.parent)


def _write_new(path: Path, parts: Iterable[bytes], how: int, mode: int) -> None:
    """Write a file of its own; where that fails nothing is left, since a full disk has no room."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, mode)
    try:
        try:
            for data in parts:
                _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_all(handle: int, data: bytes) -> None:
    # A disk that fills up takes a part, and refuses only the next write.
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def fsync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_file(path: Path) -> None:
    """Make a file's bytes durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_durably(source: Path, target: Path, *, mode: int = 0o600) -> None:
    """Copy a file to a new one. Raises: OSError, FileExistsError among it."""
    with source.open("rb") as file:
        _write_new(target, iter(partial(file.read, CHUNK), b""), os.O_EXCL, mode)


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
