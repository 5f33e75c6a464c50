"""Who may hold the missing tail of a log: a backup (or the tail of one), or an exported log.

A backup brings sealed values and keys along; an export has the entries alone, and what they sealed
is then lost unless another holder has it. Everything read here is doubted by ``tail``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, select

from ledger.audit.folder import ExportedLog, open_export
from ledger.audit.layout import MANIFEST
from ledger.entry.entry import Entry, parse_entry
from ledger.errors import NotFound
from ledger.service.backup.manifest import (
    BLOBS,
    KEYS_FILE,
    LEDGER_FILE,
    PACKS,
    VAULT,
    VAULT_FILE,
    Backup,
    open_backup,
)
from ledger.store.dialect import frozen_engine, reading
from ledger.store.tables import entry, vault
from ledger.store.vault import VaultRow

CHUNK = 256


class TailGap(NotFound):
    """The source lacks an entry between the ledger's end and its own."""

    code = "tail.gap"
    zh = "来源缺少第 {index} 条，无法接续。请先补上更早的一段，或另找持有者。"
    en = "The source lacks entry {index} and does not go on from here. Bring an earlier part first."


class TailSource(Protocol):
    """What a holder of the tail gives."""

    @property
    def origin(self) -> str:
        """The log it says it has a part of."""

    @property
    def size(self) -> int:
        """How many entries its log has."""

    @property
    def checkpoint(self) -> bytes | None:
        """The signed checkpoint of that size, None where it was not signed."""

    @property
    def keys(self) -> Connection | None:
        """The keys' database of a backup, None where there are none."""

    def states(self, start: int, stop: int) -> Sequence[bytes]:
        """Return entries from ``start`` on, fewer than asked for or none where it has no more."""

    def sealed(self, start: int, stop: int) -> Sequence[VaultRow]:
        """Return the vault rows of log indexes start <= index < stop."""

    def pack(self, digest: str) -> Mapping[str, bytes]:
        """Return a pack's files, none where it is not there."""

    def blob(self, blob: str) -> bytes | None:
        """Return an attachment as it lies there, encrypted; None where it does not."""


@contextmanager
def open_source(path: Path, elsewhere: Mapping[str, Path | None]) -> Iterator[TailSource]:
    """Open a backup, every file of it held to its manifest, or an exported log.

    Raises: BackupDamaged, NotABackup; as ``open_export``.
    """
    if path.is_dir() and (path / MANIFEST).exists():
        backup = open_backup(path, elsewhere)
        backup.require_whole()
        with ExitStack() as stack:
            yield _BackupSource(backup, stack)
    else:
        yield _ExportSource(open_export(path))


def parsed_entries(
    source: TailSource, start: int, stop: int, *, cut: Sequence[int] = ()
) -> Iterator[list[tuple[int, Entry]]]:
    """Yield the entries of start <= index < stop in chunks, none of which goes over a ``cut``.

    Raises: TailGap, MalformedError.
    """
    while start < stop:
        until = min([start + CHUNK, stop, *(size for size in cut if size > start)])
        states = source.states(start, until)
        if not states:
            raise TailGap(index=start)
        yield [(index, parse_entry(state)) for index, state in enumerate(states, start)]
        start += len(states)


class _BackupSource:
    def __init__(self, backup: Backup, stack: ExitStack) -> None:
        stated = backup.manifest
        self.origin, self.size = stated.origin, stated.size
        self.checkpoint = None if stated.checkpoint is None else stated.checkpoint.encode()
        self._backup = backup
        self._blobs = frozenset(backup.names(VAULT))
        self._ledger, self._vault, self.keys = (
            _opened(backup.path(name), stack) for name in (LEDGER_FILE, VAULT_FILE, KEYS_FILE)
        )

    def states(self, start: int, stop: int) -> Sequence[bytes]:
        within = (entry.c.idx >= start, entry.c.idx < stop)
        rows = self._ledger.execute(select(entry.c.idx, entry.c.state).where(*within))
        return _gapless(start, sorted((row.idx, row.state) for row in rows))

    def sealed(self, start: int, stop: int) -> Sequence[VaultRow]:
        within = (vault.c.idx >= start, vault.c.idx < stop)
        return [
            VaultRow(**row) for row in self._vault.execute(select(vault).where(*within)).mappings()
        ]

    def pack(self, digest: str) -> Mapping[str, bytes]:
        below = f"{PACKS}/{digest}/"
        names = [name for name in self._backup.names(PACKS) if name.startswith(below)]
        return {name.removeprefix(below): self._backup.path(name).read_bytes() for name in names}

    def blob(self, blob: str) -> bytes | None:
        name = f"{VAULT}/{BLOBS}/{blob}"
        return self._backup.path(name).read_bytes() if name in self._blobs else None


class _ExportSource:
    keys = None

    def __init__(self, export: ExportedLog) -> None:
        self.origin, self.size = export.origin, export.size
        self.checkpoint = export.checkpoint
        self._export = export

    def states(self, start: int, stop: int) -> Sequence[bytes]:
        found = self._export.entries(start, stop - start)
        return _gapless(start, [(stored.index, stored.state) for stored in found])

    def sealed(self, start: int, stop: int) -> Sequence[VaultRow]:  # noqa: ARG002
        return ()

    def blob(self, blob: str) -> None:
        """Return none: what is sealed is in no export."""

    def pack(self, digest: str) -> Mapping[str, bytes]:
        try:
            return self._export.shelf(digest)
        except NotFound:
            return {}


def _opened(path: Path, stack: ExitStack) -> Connection:
    engine = frozen_engine(path)
    stack.callback(engine.dispose)
    return stack.enter_context(reading(engine))


def _gapless(start: int, found: Iterable[tuple[int, bytes]]) -> list[bytes]:
    """Return the entries that follow on ``start`` without a gap."""
    return [state for expected, (index, state) in enumerate(found, start) if index == expected]
