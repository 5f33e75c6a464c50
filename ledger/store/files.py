"""Small files that must not be half-written: write beside, fsync, rename, fsync the folder."""

import os
from hashlib import file_digest
from pathlib import Path

CHUNK = 1 << 20


def save_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace ``path`` by ``data``; after a crash it holds the old bytes or the new ones."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.replace(path)
    fsync_folder(path.parent)


def create_exclusively(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Create ``path`` with ``data``; raises FileExistsError rather than overwrite."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    fsync_folder(path.parent)


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
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with source.open("rb") as file:
            while data := file.read(CHUNK):
                _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
