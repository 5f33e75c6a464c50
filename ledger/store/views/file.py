"""On SQLite each view version is a file of its own, and may be built anew beside the old one.

``views/<name>@<version>[.<build>].sqlite`` holds one build; ``views/<name>@<version>.current``
names the build that serves. A pointer file, not a table: it is replaced by one rename, any
process sees the switch with one ``stat``, and no build must be opened to learn which one serves.
A build number is never used twice, so a leftover write-ahead log never meets another file.

Views are derived: whatever is missing or damaged here is built again from entry 0, with a message
in the log, and readers are told ``projection.behind`` meanwhile. ``<name>@<version>.lock`` is held
by whoever rebuilds; a killed rebuild drops it, and its leftovers go at the next opening.

Not handled here: catching a build up (`ledger.store.views.rebuild`); PostgreSQL, where a build is a
schema (`ledger.store.views.schema`).
"""

import fcntl
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine, event

from ledger.errors import StorageError
from ledger.kernel.view import Row, View
from ledger.store.dialect import sqlite_engine
from ledger.store.files import save_atomically
from ledger.store.views.place import RebuildRunning
from ledger.store.views.source import label_of, prepare, source_of
from ledger.store.views.store import ViewStore
from ledger.store.views.tables import view_tables

R = TypeVar("R", bound=Row)

START_SECONDS = 2.0
"""How long to wait for another process that is starting the same view."""
LOOK_SECONDS = 0.01

_log = logging.getLogger(__name__)

WRITER_KIB = 4 * 1024
"""Pages of a view its follower keeps: views are many, and each has one."""


class Builds:
    """The builds of one view version in a folder, and the pointer to the one that serves."""

    def __init__(self, folder: Path, label: str) -> None:
        self.label = label
        self.pointer = folder / f"{label}.current"
        self._folder = folder
        self._name = re.compile(
            rf"{re.escape(label)}(?:\.([1-9][0-9]*))?\.sqlite(-wal|-shm|-journal)?"
        )

    def current(self) -> Path | None:
        """Return the file that serves; None when there is no pointer, or not to a file here."""
        try:
            name = self.pointer.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self._folder / name
        return path if self._name.fullmatch(name) and path.is_file() else None

    def next(self) -> Path:
        """Return a name no build has had whose files are still here."""
        taken = [int(found[1] or 0) for found, _ in self._files()]
        number = max(taken, default=-1) + 1
        return self._folder / (
            f"{self.label}.{number}.sqlite" if number else f"{self.label}.sqlite"
        )

    def switch(self, path: Path) -> None:
        """Let ``path`` serve from now on. Raises: StorageError."""
        try:
            save_atomically(self.pointer, f"{path.name}\n".encode())
        except OSError as error:
            raise StorageError(why=f"{self.pointer.name}: {error.strerror}") from error

    def remove_all_but(self, path: Path) -> None:
        """Remove the files of every other build; the rebuild lock must be held."""
        for found, file in self._files():
            if file.name.removesuffix(found[2] or "") != path.name:
                file.unlink(missing_ok=True)

    @contextmanager
    def locked(self, *, wait: float = 0.0) -> Iterator[None]:
        """Hold the rebuild lock; it falls with the process.

        Raises: RebuildRunning when another process still holds it after ``wait`` seconds.
        """
        handle = os.open(self._folder / f"{self.label}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._lock(handle, time.monotonic() + wait)
            yield
        finally:
            os.close(handle)

    def _lock(self, handle: int, until: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise RebuildRunning(view=self.label) from None
                time.sleep(LOOK_SECONDS)
            else:
                return

    def _files(self) -> Iterator[tuple[re.Match[str], Path]]:
        for file in self._folder.iterdir():
            if found := self._name.fullmatch(file.name):
                yield found, file


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    engine: Engine
    path: Path
    file: tuple[int, ...] | None
    pointer: tuple[int, ...] | None


class ViewFile:
    """The engine on the build that serves; follows a switch, starts over when the file is gone."""

    def __init__(self, builds: Builds, prepare: Callable[[Engine], None]) -> None:
        self._builds = builds
        self._prepare = prepare
        self._lock = Lock()
        self._opened: _Opened | None = None

    def engine(self) -> Engine:
        """Return the engine to use for the next transaction. Raises: ViewChanged."""
        opened = self._opened
        if opened is not None and self._still(opened):
            return opened.engine
        with self._lock:
            opened = self._opened
            if opened is None or not self._still(opened):
                opened = self._reopen()
            return opened.engine

    @contextmanager
    def kept(self) -> Iterator[Engine | None]:
        """Open the file that serves as it is, None where there is none."""
        path = self._builds.current()
        if path is None:
            if self._builds.pointer.exists() and not self._builds.pointer.is_file():
                raise StorageError(why="its pointer is no file")
            yield None
            return
        engine = open_build(path)
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def renewing(self) -> Iterator[Engine]:
        """Open an empty build that serves from the block's end. Raises: RebuildRunning."""
        with self._builds.locked():
            path = self._builds.next()
            engine = open_unserved(path)
            try:
                self._prepare(engine)
                yield engine
            finally:
                engine.dispose()
            settle(path)
            self._builds.switch(path)
            self._builds.remove_all_but(path)

    def close(self) -> None:
        """Close every connection; the next call of ``engine`` opens again."""
        with self._lock:
            if self._opened is not None:
                self._opened.engine.dispose()
            self._opened = None

    def _still(self, opened: _Opened) -> bool:
        return opened.pointer == _identity(self._builds.pointer) and opened.file == _inode(
            opened.path
        )

    def _reopen(self) -> _Opened:
        # The pointer is looked at before it is read: a switch in between is seen next time.
        pointer = _identity(self._builds.pointer)
        path = self._builds.current()
        if path is None:
            path = self._started_over(deleted=pointer is not None)
            pointer = _identity(self._builds.pointer)
        engine = open_build(path)
        try:
            self._prepare(engine)
        except BaseException:
            engine.dispose()
            raise
        if self._opened is not None:
            self._opened.engine.dispose()
        self._opened = _Opened(engine=engine, path=path, file=_inode(path), pointer=pointer)
        self._clean(path)
        return self._opened

    def _started_over(self, *, deleted: bool) -> Path:
        # Under the lock: another process that starts the same view would take this build for a
        # leftover, and remove it.
        with self._builds.locked(wait=START_SECONDS):
            return self._builds.current() or self._start_over(deleted=deleted)

    def _start_over(self, *, deleted: bool) -> Path:
        path = self._builds.next()
        if deleted:
            _log.warning(
                "The file of view %s is missing; it is rebuilt from entry 0 as %s.",
                self._builds.label,
                path.name,
            )
        engine = open_build(path, create=True)
        try:
            self._prepare(engine)
        finally:
            engine.dispose()
        self._builds.switch(path)
        return path

    def _clean(self, serving: Path) -> None:
        try:
            with self._builds.locked():
                if self._builds.current() == serving:  # else another was switched to meanwhile
                    self._builds.remove_all_but(serving)
        except RebuildRunning:
            _log.info("View %s is being rebuilt by another process.", self._builds.label)


def open_build(path: Path, *, create: bool = False) -> Engine:
    """Return an engine on one build's file."""
    engine = sqlite_engine(path, create=create, writer_kib=WRITER_KIB)
    event.listen(engine, "connect", _relax)
    return engine


def open_unserved(path: Path) -> Engine:
    """Make the file of a build that nothing serves from yet; see ``settle``.

    Nothing is written twice and no flush awaited: what a crash leaves is removed, not repaired.
    """
    engine = sqlite_engine(path, create=True, writer_kib=WRITER_KIB)
    event.listen(engine, "connect", _hurry)
    return engine


def settle(path: Path) -> None:
    """Make a build written by ``open_unserved`` last, before anything serves from it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")


def _relax(connection: Any, _record: object) -> None:
    # A view is derived: a power cut may take its last batches, never its consistency, and the
    # follower applies them again. So it does not compete with the ledger for the disk's flushes.
    connection.execute("PRAGMA synchronous=NORMAL")


def view_in(view: View[R], folder: Path) -> tuple[ViewStore[R], ViewFile]:
    """Return ``view`` in ``folder`` (made if missing), its file opened on first use."""
    folder.mkdir(parents=True, exist_ok=True)
    tables, source = view_tables(view), source_of(view)
    file = ViewFile(
        Builds(folder, label_of(view)), lambda engine: prepare(engine, view, tables, source)
    )
    return ViewStore(view, file.engine, tables), file


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _inode(path: Path) -> tuple[int, ...] | None:
    found = _identity(path)
    return found and found[:2]
