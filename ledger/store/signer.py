"""The log's signing key and the signer's mark.

The mark is the last (size, root) this key has signed, kept outside the database and its backups.
On start, promotion or restore the head must extend it, else the ledger refuses to write: a
truncated or restored store is noticed at once (design section 2). A checkpoint is signed only
after the mark is durable, and the mark only after the entries are; Ed25519 is deterministic, so
recovery signs the same bytes again.

What a crash leaves: entries committed and no mark yet, a mark and no receipt yet; both are ahead
of what anyone was told, and the next start goes on from them.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ledger.errors import IntegrityFault, StorageError
from ledger.store.files import create_exclusively, save_atomically
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.note import NoteSigner, format_vkey

_MARK = re.compile(rb"(0|[1-9][0-9]*) ([0-9a-f]{64})\n")


class SignerMissing(StorageError):
    """The signing key or the mark cannot be read."""

    code = "signer.missing"
    zh = "签名密钥或签名标记不可用（{path}）。账本只读；请恢复签名目录。"
    en = "The signing key or mark is not available ({path}). Read only; restore the signer folder."


class HeadBehindMark(IntegrityFault):
    """The store's head does not extend what this log has already signed."""

    code = "signer.head_behind_mark"
    zh = (
        "账本不是已签名状态的延续：已签名 {signed} 条，现有 {size} 条{why}。"
        "拒绝写入；请恢复缺失的尾部，或按文档停用本账本并另立新账本。"
    )
    en = (
        "The store does not extend what was signed: signed size {signed}, size here {size}{why}. "
        "Writing is refused; restore the missing tail, or retire this origin (see the docs)."
    )


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The last size and root (32 bytes) signed."""

    size: int
    root: bytes


def create_signer(folder: Path, seed: bytes) -> None:
    """Create the signer's folder with its key (32-byte seed) and an empty lock file."""
    folder.mkdir(mode=0o700)
    create_exclusively(folder / "key", seed.hex().encode() + b"\n")
    create_exclusively(folder / "lock", b"")


class LogSigner:
    """Signs checkpoints of one origin, never two that contradict."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder
        self._origin = origin
        try:
            seed = bytes.fromhex((folder / "key").read_text("ascii").strip())
        except (OSError, ValueError) as error:
            raise SignerMissing(path="signer/key") from error
        self._signer = NoteSigner(name=origin, seed=seed)

    @property
    def vkey(self) -> str:
        """The verifier key of this log, ``<origin>+<key id>+<base64>``."""
        return format_vkey(self._signer.verifier)

    def mark(self) -> Mark | None:
        """Return the mark on disk, None before the first entry. Raises: SignerMissing."""
        path = self._folder / "mark"
        try:
            found = _MARK.fullmatch(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SignerMissing(path="signer/mark") from error
        if found is None:
            raise SignerMissing(path="signer/mark")
        return Mark(size=int(found[1]), root=bytes.fromhex(found[2].decode()))

    def advance(self, size: int, root: bytes) -> None:
        """Move the mark to (size, root) unless it is already there or beyond.

        Raises: HeadBehindMark when the mark has this size and another root.
        """
        with self._locked():
            mark = self.mark()
            if mark is not None and mark.size == size and mark.root != root:
                raise HeadBehindMark(signed=size, size=size, why=" with another root")
            if mark is None or mark.size < size:
                save_atomically(self._folder / "mark", f"{size} {root.hex()}\n".encode())

    def checkpoint(self, size: int, root: bytes) -> bytes:
        """Return the signed checkpoint note of (size, root)."""
        return sign_checkpoint(Checkpoint(origin=self._origin, size=size, root=root), self._signer)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Two processes may append; the mark is compared and set by one of them at a time.
        try:
            handle = os.open(self._folder / "lock", os.O_RDWR)
        except OSError as error:
            raise SignerMissing(path="signer/lock") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
