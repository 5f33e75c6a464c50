"""A folder for a while: gone with the block that made it, and with whatever was copied into it.

A process that is killed leaves its folder behind, with the keys of the home it copied. Each is held
by a lock that ends with its process, so that whoever makes the next one removes what nobody holds.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

PREFIX: Final = "mingzhang-copy-"
_HOW: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextmanager
def passing_folder(beside: Path | None = None) -> Iterator[Path]:
    """Yield a new folder in ``beside``, else where the system keeps such. Raises: OSError."""
    _remove_left(beside or Path(gettempdir()))
    with TemporaryDirectory(prefix=PREFIX, dir=beside) as folder, _held(Path(folder), 0):
        yield Path(folder)


def _remove_left(where: Path) -> None:
    """Remove what killed processes of this user left; an empty one is about to be held."""
    for folder in where.glob(f"{PREFIX}*"):
        with suppress(OSError), _held(folder, fcntl.LOCK_NB) as handle:
            if os.fstat(handle).st_uid == os.geteuid() and any(folder.iterdir()):
                shutil.rmtree(folder)


@contextmanager
def _held(folder: Path, how: int) -> Iterator[int]:
    handle = os.open(folder, _HOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | how)
        yield handle
    finally:
        os.close(handle)
