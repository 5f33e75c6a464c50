"""Files beside the vault: encrypted under a data key of their stream, one file each.

``blobs/<id>`` is a nonce and AES-256-GCM over the bytes, with stream and id as associated data, so
a file put in another's place does not open. What was uploaded waits as ``blobs/.<id>``; before an
entry that names it is appended, the file gets its second name, durably. So no entry ever names a
file that a crash could lose, and a name without a point that is also waiting is not astray: the
entry was refused, or is on its way. ``sweep`` removes what waited in vain.

``blobs/.<id>~`` is a note on a file that waits, encrypted likewise and bound to it: what was found
of it when it came, which would take long to find again. ``blobs/.<id>+<whose>`` is empty and says
whose share of the room it takes while it waits. No entry needs either: they go with their file.
What is being swept has ``!`` behind its name.
"""

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.entry import canonical
from ledger.errors import IntegrityFault, LedgerError, NotFound, StorageError
from ledger.store.files import copy_durably, create_exclusively, fsync_folder, save_atomically
from ledger.store.keystore import Keystore

SUBJECT: Final = "attachment"
WAITS_SECONDS: Final = 24 * 3600
"""How long a file waits for its entry."""
_MARGIN_SECONDS = 3600
"""How long before the end of its wait no file is taken back from a sweep."""
_SWEEPS = 3
"""How often one claim looks for its file: sweeps of several processes may each have renamed it."""
_NONCE = 12
_NOTE, _SHARE, _GOING = "~", "+", "!"
_NAMED = re.compile(r"[~+!]")
"""Parts the id of a file from what else its name says."""


class BlobMissing(NotFound):
    """There is no such file."""

    code = "attachment.missing"
    zh = "附件 {blob} 不在账本目录中。请从备份恢复 blobs 目录；刚上传的请重新上传。"
    en = "Attachment {blob} is not in the home. Restore blobs/ from a backup, or upload it again."


class BlobFault(IntegrityFault):
    """A file does not decrypt as what it claims to be."""

    code = "attachment.fault"
    zh = "附件 {blob} 无法解密：可能被改动。请从备份恢复并查明原因。"
    en = "Attachment {blob} does not decrypt: it may have been changed. Restore it and find out."


class Blobs:
    """The files of one home."""

    def __init__(self, folder: Path, keystore: Keystore) -> None:
        self.folder = folder
        self._keystore = keystore

    def keep(
        self, stream: str, blob: str, data: bytes, *, note: bytes, whose: str | None = None
    ) -> None:
        """Keep a file for a stream as ``blob``, a new id, waiting for its entry, and a note on it.

        ``whose`` share it waits in is letters and digits. Raises: StorageError.
        """
        pair = (stream, SUBJECT)
        key = self._keystore.ensure([pair])[pair]
        with _storing():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if whose is not None:
                create_exclusively(self._waiting(f"{blob}{_SHARE}{whose}"), b"")
            for name, content in ((blob, data), (_note(blob), note)):
                create_exclusively(self._waiting(name), _seal(key, content, stream, name))

    def note(self, stream: str, blob: str) -> bytes | None:
        """Return the note on a stream's file, None where there is none that opens."""
        try:
            return self.read(stream, _note(blob))
        except (BlobMissing, BlobFault):
            return None

    def claim(self, blob: str) -> None:
        """Give a waiting file the name its entry will find it by; its wait begins anew.

        Raises: BlobMissing.
        """
        with _storing():
            for _ in range(_SWEEPS):
                with suppress(FileNotFoundError):
                    # First of all: what is going to be swept from now on waits no more.
                    os.utime(self._waiting(blob))
                    if not self.path(blob).exists():
                        self._link(blob)
                    return
                self._take_back(blob)
        raise BlobMissing(blob=blob)

    def _take_back(self, blob: str) -> None:
        """Take back what was claimed while a sweep renamed it: that sweep may have been killed."""
        going = self._waiting(f"{blob}{_GOING}")
        with suppress(FileNotFoundError):  # given back by now, or none
            # What is old is perhaps being removed. What is nearly so is left, lest it be both.
            if going.stat().st_mtime >= time.time() - WAITS_SECONDS + _MARGIN_SECONDS:
                going.rename(self._waiting(blob))

    def _link(self, blob: str) -> None:
        try:
            os.link(self._waiting(blob), self.path(blob))
        except FileExistsError:
            return
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            copy_durably(self._waiting(blob), self.path(blob))
        fsync_folder(self.folder)

    def put_back(
        self, stream: str, blob: str, sealed: bytes, *, under: bytes | None = None
    ) -> None:
        """Put a file from a backup where its entry will find it, encrypted as it is.

        What is so ``under`` another key than the stream's here is encrypted anew. A file that is
        there and opens is kept; one that a crash cut short is replaced.
        """
        if self._is_whole(stream, blob):
            return
        if under is not None:
            with suppress(InvalidTag):
                data = _open(under, sealed, stream, blob)
                sealed = _seal(self._keystore.data_key(stream, SUBJECT), data, stream, blob)
        with _storing():
            save_atomically(self.path(blob), sealed, beside=self._waiting(f"{blob}.{os.getpid()}"))

    def _is_whole(self, stream: str, blob: str) -> bool:
        try:
            return self.path(blob).exists() and bool(self.read(stream, blob))
        except LedgerError:
            return False

    def read(self, stream: str, blob: str) -> bytes:
        """Return the bytes of a stream's file, waiting or not.

        Raises:
            BlobMissing: there is none.
            KeyErased: the key is gone, and with it the file.
            BlobFault: it does not open as the file of this stream and name.
        """
        key = self._keystore.data_key(stream, SUBJECT)
        data = self._bytes(blob)
        try:
            opened = _open(key, data, stream, blob)
        except (InvalidTag, ValueError):
            raise BlobFault(blob=blob) from None
        return opened

    def waits(self, blob: str) -> bool:
        """Tell whether a file is waiting for its entry, or was until lately."""
        return self._waiting(blob).exists()

    def sweep(self, named: Callable[[str], bool]) -> None:
        """Remove what has waited for over a day; what an entry has ``named`` keeps its name."""
        before = time.time() - WAITS_SECONDS
        for waiting in list(self.folder.glob(".*")):
            with suppress(OSError):  # another process sweeps too
                self._sweep(waiting, before, named)

    def _sweep(self, waiting: Path, before: float, named: Callable[[str], bool]) -> None:
        blob = waiting.name[1:].removesuffix(_GOING)
        going = self._waiting(f"{blob}{_GOING}")
        if waiting.stat().st_mtime >= before:
            if waiting == going:  # a sweep was killed before it gave it back
                going.rename(self._waiting(blob))
            return
        if self._tells_of_one_kept(blob, before):
            return
        in_vain = not named(blob)
        # Under another name nobody claims what is old: it is claimed or swept, never both.
        waiting.rename(going)
        if going.stat().st_mtime >= before:  # claimed since: its entry is on its way
            going.rename(self._waiting(blob))
            return
        if in_vain:
            self.path(blob).unlink(missing_ok=True)
        going.unlink()

    def waiting(self, whose: str | None = None) -> dict[str, int]:
        """Return the size in bytes of each file that waits or did lately, in all or in one share.

        A file claimed is among them: whether its entry came, or was refused, the log knows.
        """
        found = self.folder.glob(".*" if whose is None else f".*{_SHARE}{whose}")
        sizes: dict[str, int] = {}
        for blob in {_NAMED.split(each.name[1:])[0] for each in found}:
            with suppress(OSError):  # another process sweeps
                sizes[blob] = self._waiting(blob).stat().st_size
        return sizes

    def path(self, blob: str) -> Path:
        """Return where the file of an entry lies."""
        return self.folder / blob

    def _tells_of_one_kept(self, name: str, before: float) -> bool:
        """Tell whether a name is a note's or a share's, of a file whose own wait is not over."""
        blob = _NAMED.split(name)[0]
        with suppress(FileNotFoundError):
            return blob != name and self._waiting(blob).stat().st_mtime >= before
        return False

    def _waiting(self, blob: str) -> Path:
        return self.folder / f".{blob}"

    def _bytes(self, blob: str) -> bytes:
        waiting = self._waiting(blob)
        # A sweep may be giving it back: it waits, is going, and waits again.
        for path in (self.path(blob), waiting, self._waiting(f"{blob}{_GOING}"), waiting):
            with suppress(FileNotFoundError), _storing():
                return path.read_bytes()
        raise BlobMissing(blob=blob)


class _storing:  # noqa: N801 - a context manager, read as a verb
    """Turn what the file system refuses into a storage error; what is not there passes."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise StorageError(why=f"blobs: {error.strerror or 'I/O'}") from error


def _note(blob: str) -> str:
    return f"{blob}{_NOTE}"


def _seal(key: bytes, data: bytes, stream: str, blob: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, _bound(stream, blob))


def _open(key: bytes, sealed: bytes, stream: str, blob: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(stream, blob))


def _bound(stream: str, blob: str) -> bytes:
    return canonical.encode([SUBJECT, stream, blob])
