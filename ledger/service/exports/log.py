"""The log as a folder of static files, to be served by any web server or audited anywhere.

    checkpoint  log.vkey  genesis  types.json  packs/<digest>/…
    tile/<L>/…  tile/entries/…      C2SP tlog-tiles, partial ones for this size

Exporting into the same folder again extends it, after the checkpoint there was found to be of this
history. Sealed values never leave in an export of the log: entries hold their digests alone.

What a crash leaves: files of a larger size beside the old checkpoint, which is replaced last, when
all others are durable; in a new folder none, but the genesis, which is written first, says whose
export was begun. The next one writes them again and removes what is half-written.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ledger.audit.layout import CHECKPOINT, GENESIS, TYPES, VKEY, pack_name
from ledger.errors import ConflictError, StorageError
from ledger.kernel.event import Event
from ledger.rules.packs.adoptions import ADOPTIONS, PackAdoptionProposed
from ledger.service.exports.types import types_document
from ledger.service.ledger import Ledger
from ledger.service.reading.receipts import checkpoint
from ledger.store.files import fsync_folder, save_atomically
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.note import UnverifiedNote
from ledger.tlog.tile import TILE_WIDTH, TileId, new_full_tiles, tiles_of

PUBLIC_FILE = 0o644
_UNFINISHED = re.compile(r".+\.[0-9]+\.new")


class ExportOfOther(ConflictError):
    """The folder holds an export of another history than this ledger's."""

    code = "export.other"
    zh = "{folder} 中是另一账本或另一历史的导出，未作改动。请另选目录，并核对两者的检查点。"
    en = (
        "{folder} holds an export of another log or another history; nothing was changed. Choose "
        "another folder, and compare the two checkpoints."
    )


class ExportNotEmpty(StorageError):
    """The folder has files but no checkpoint."""

    code = "export.not_empty"
    zh = "{folder} 已有其他文件，不会覆盖。请另选目录。"
    en = "{folder} has other files and will not be written to. Choose another folder."


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What was exported: the size now there, the size that was, the root (32 bytes)."""

    size: int
    before: int
    root: bytes


def export_log(ledger: Ledger, folder: Path) -> Exported:
    """Export the log at its present size into ``folder``, new or exported to before.

    Raises:
        ExportOfOther, ExportNotEmpty: the folder is not of this log's history.
        StorageError: it cannot be written.
    """
    note = checkpoint(ledger)
    now = parse_checkpoint(UnverifiedNote.parse(note).text)
    try:
        before = _exported_before(ledger, folder, now.size)
        _drop_unfinished(folder)
        _write(folder / GENESIS, ledger.recorder.states(0, 1)[0])
        for tile in _new_tiles(before, now.size):
            _write(folder / tile.path(), ledger.reader.tile(tile))
        _drop_superseded(folder, before, now.size)
        for name, data in _beside(ledger, now.size):
            _write(folder / name, data)
        save_atomically(folder / CHECKPOINT, note, mode=PUBLIC_FILE)
    except OSError as error:
        raise StorageError(why=f"{folder.name}: {error.strerror}") from error
    return Exported(size=now.size, before=before, root=now.root)


def packs_adopted(ledger: Ledger, size: int) -> set[str]:
    """Return the digests of all packs proposed for adoption among the first ``size`` entries."""
    found: set[str] = set()
    for _, row in ledger.recorder.tagged([ADOPTIONS], size):
        found |= digests_of(ledger.known.streams.mapper.act(row).event)
    return found


def digests_of(event: Event) -> set[str]:
    """Return the digests of the packs an event proposes to adopt, none for any other event."""
    if not isinstance(event, PackAdoptionProposed):
        return set()
    return {event.digest, *(below.digest for below in event.extends)}


def _exported_before(ledger: Ledger, folder: Path, size: int) -> int:
    """Return the size of the export already in ``folder``, 0 for a new one."""
    try:
        old = parse_checkpoint(UnverifiedNote.parse((folder / CHECKPOINT).read_bytes()).text)
    except FileNotFoundError:
        if folder.exists() and not _begun(ledger, folder):
            raise ExportNotEmpty(folder=folder.name) from None
        _make_folder(folder)
        return 0
    # A root of ours at its size is all that consistency with our own tree can mean.
    same = old.origin == ledger.home.origin and old.size <= size
    if not same or ledger.reader.root(old.size) != old.root:
        raise ExportOfOther(folder=folder.name)
    return old.size


def _begun(ledger: Ledger, folder: Path) -> bool:
    """Tell whether all that is in ``folder`` is of a first export of this log that never ended."""
    names = {path.name for path in folder.iterdir() if not _UNFINISHED.fullmatch(path.name)}
    if GENESIS not in names:
        return not names
    return (folder / GENESIS).read_bytes() == ledger.recorder.states(0, 1)[0]


def _new_tiles(before: int, size: int) -> Iterator[TileId]:
    """Yield the tiles and bundles a tree of ``size`` has beyond one of ``before``."""
    partial = [tile for tile in tiles_of(size) if tile.width < TILE_WIDTH]
    for tile in (*new_full_tiles(before, size), *partial):
        yield tile
        if tile.level == 0:
            yield tile.bundle()


def _drop_superseded(folder: Path, before: int, size: int) -> None:
    # SPEC: tlog-tiles: a partial tile may be deleted once its full tile exists, not earlier.
    for tile in tiles_of(before):
        if tile.width < TILE_WIDTH and (tile.n + 1) * TILE_WIDTH <= size >> 8 * tile.level:
            for name in (tile, tile.bundle()) if tile.level == 0 else (tile,):
                shutil.rmtree((folder / name.path()).parent, ignore_errors=True)


def _beside(ledger: Ledger, size: int) -> Iterator[tuple[str, bytes]]:
    yield VKEY, f"{ledger.signer.vkey}\n".encode()
    yield TYPES, types_document(ledger.registry)
    for digest in sorted(packs_adopted(ledger, size)):
        for path, data in ledger.home.shelf(digest).items():
            yield pack_name(digest, path), data


def _write(path: Path, data: bytes) -> None:
    """Make ``path`` hold ``data``, durably: the checkpoint must never be of lost tiles."""
    _make_folder(path.parent)
    save_atomically(path, data, mode=PUBLIC_FILE)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        fsync_folder(folder.parent)


def _drop_unfinished(folder: Path) -> None:
    # What an export was writing when its process ended; an audit would find it a stray.
    for path in folder.rglob("*.new"):
        if _UNFINISHED.fullmatch(path.name):
            path.unlink(missing_ok=True)
