"""The log's signing key and the signer's mark.

The mark is the last (size, root) this key has signed, kept outside the database and its backups.
On start, promotion or restore the head must extend it, else the ledger refuses to write: a
truncated or restored store is noticed at once (ADR 0005). A checkpoint is signed only
after the mark is durable, and the mark only after the entries are; Ed25519 is deterministic, so
recovery signs the same bytes again.

What a crash leaves: entries committed and no mark yet, a mark and no receipt yet; both are ahead
of what anyone was told, and the next start goes on from them.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from zlib import crc32

import msgspec

from ledger.entry.keys import PrivateKey
from ledger.errors import IntegrityFault, MalformedError, StorageError, VerificationError
from ledger.store.files import create_exclusively, fsync_folder, save_atomically
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.note import NoteSigner, format_vkey
from ledger.tlog.proof import verify_consistency

SLOT = 128
"""Bytes of one slot of the mark: ``<size> <root hex> <crc32 hex>`` and a line feed at its end."""
RETIRED = "retired"
"""Name of the file that says the log was retired."""
KEY, NEXT_KEY = "key", "key.next"

ConsistencyProof = Callable[[int, int], tuple[bytes, ...]]
"""``proof(old, new)``: that the store's tree of ``new`` entries extends that of ``old``."""

_MARK = re.compile(rb"((0|[1-9][0-9]*) ([0-9a-f]{64})) ([0-9a-f]{8}) *\n")


class SignerMissing(StorageError):
    """The signing key or the mark cannot be read."""

    code = "signer.missing"
    zh = (
        "签名密钥或签名标记不可用（{path}）。账本只读：签名目录若在别处，请接回；仅标记丢失的，"
        "由登记员运行 mingzhang signer renew-mark；密钥丢失的，停用本账本，另立新账本："
        "mingzhang init --predecessor。"
    )
    en = (
        "The signing key or mark is not available ({path}). Read only. If the folder is elsewhere, "
        "put it back; if only the mark is lost, a registrar renews it with `mingzhang signer "
        "renew-mark`; if the key is lost, this log ends: `mingzhang init --predecessor`."
    )


class HeadBehindMark(IntegrityFault):
    """The store's head does not extend what this log has already signed."""

    code = "signer.head_behind_mark"
    zh = (
        "账本不是已签名状态的延续：已签名 {signed} 条，现有 {size} 条{why}。"
        "拒绝写入。两条合法途径：mingzhang tail apply 补回缺失的尾部；"
        "或 mingzhang init --predecessor 停用本账本并另立新账本。"
    )
    en = (
        "The store does not extend what was signed: signed size {signed}, size here {size}{why}. "
        "Writing is refused. Two lawful ways on: bring the missing tail back with `mingzhang tail "
        "apply`, or retire this log and found its successor with `mingzhang init --predecessor`."
    )


class SignerRetired(StorageError):
    """The log was retired: its signer signs nothing new."""

    code = "signer.retired"
    zh = "本账本已停用，由 {successor} 接续。仍可查阅和核验，不再写入；请在新账本中办理。"
    en = "This log is retired and goes on as {successor}. Read and verify it here; act there."


class MarkThere(StorageError):
    """There is a mark: nothing is to be renewed."""

    code = "signer.mark_there"
    zh = "签名标记完好（{size} 条），无需重立，也不得改动。请运行 mingzhang signer show 查看。"
    en = "The mark is there and whole (size {size}): it is not renewed, and may not be changed."


class NoNextKey(StorageError):
    """The signer's folder holds no key to change to."""

    code = "signer.no_next_key"
    zh = "签名目录中没有待换的新密钥。请先运行 mingzhang signer rotate-key 生成并提议更换。"
    en = "The signer's folder holds no next key. Make one: `mingzhang signer rotate-key`."


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    """Which log goes on: its origin, and its genesis's digest once it is founded."""

    successor: str
    genesis: str | None = None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The last size and root (32 bytes) signed, and the slot of the file that says so."""

    size: int
    root: bytes
    slot: int = 0


def create_signer(folder: Path, seed: bytes) -> None:
    """Create the signer's folder with its key (32-byte seed) and an empty mark."""
    folder.mkdir(mode=0o700)
    create_exclusively(folder / KEY, _hex(seed))
    create_exclusively(folder / "mark", bytes(2 * SLOT))


class LogSigner:
    """Signs checkpoints of one origin, never two that contradict."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder
        self._origin = origin

    @cached_property
    def _signer(self) -> NoteSigner:
        # Read when first needed: a restored copy without the signer's folder can still be read.
        return NoteSigner(name=self._origin, seed=self._seed(KEY).seed)

    @property
    def vkey(self) -> str:
        """The verifier key of this log, ``<origin>+<key id>+<base64>``. Raises: SignerMissing."""
        return format_vkey(self._signer.verifier)

    def next_vkey(self) -> str:
        """Return the verifier key of the key to change to. Raises: NoNextKey, SignerMissing."""
        return self._vkey_of(self._seed(NEXT_KEY))

    def make_next_key(self) -> str:
        """Make the key to change to, unless it is made; return its verifier key."""
        with self._locked():
            try:
                return self.next_vkey()
            except NoNextKey:
                seed = PrivateKey.generate().seed
                save_atomically(self._folder / NEXT_KEY, _hex(seed))
        return self.next_vkey()

    def sign_change(self, message: bytes) -> tuple[bytes, bytes]:
        """Return the signatures (64 bytes) of the present key and of the next over a change."""
        return self._seed(KEY).sign(message), self._seed(NEXT_KEY).sign(message)

    def switch(self) -> None:
        """Sign with the next key from now on; the present one is gone for good."""
        self.next_vkey()
        (self._folder / NEXT_KEY).replace(self._folder / KEY)
        fsync_folder(self._folder)
        self.__dict__.pop("_signer", None)

    def _seed(self, name: str) -> PrivateKey:
        try:
            text = (self._folder / name).read_text()
            if name == NEXT_KEY and len(text) < len(_hex(bytes(32))):
                raise NoNextKey  # it was being made as the power failed: nothing was signed with it
            return PrivateKey.from_seed(bytes.fromhex(text.strip()))
        except FileNotFoundError:
            if name == NEXT_KEY:
                raise NoNextKey from None
            raise SignerMissing(path=f"signer/{name}") from None
        except (OSError, ValueError, MalformedError) as error:
            raise SignerMissing(path=f"signer/{name}") from error

    def _vkey_of(self, key: PrivateKey) -> str:
        return format_vkey(NoteSigner(name=self._origin, seed=key.seed).verifier)

    def mark(self) -> Mark | None:
        """Return the mark on disk, None before the first entry. Raises: SignerMissing."""
        try:
            return _newest((self._folder / "mark").read_bytes())
        except OSError as error:
            raise SignerMissing(path="signer/mark") from error

    def retirement(self) -> Retirement | None:
        """Return which log goes on instead of this one, None while it goes on itself."""
        try:
            return msgspec.json.decode((self._folder / RETIRED).read_bytes(), type=Retirement)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return Retirement(successor="?")  # whatever it says, it was not put there for nothing

    def require_going_on(self) -> None:
        """Raise SignerRetired where another log goes on."""
        if (retired := self.retirement()) is not None:
            raise SignerRetired(successor=retired.successor)

    def require_extended(
        self, head: Callable[[], tuple[int, bytes]], root_at: Callable[[int], bytes]
    ) -> None:
        """Refuse a head (size, root) that does not extend the mark; ``root_at`` reads the store.

        Raises: HeadBehindMark; SignerRetired; SignerMissing when a log that has signed has no mark.
        """
        self.require_going_on()
        # The mark first: another process may append in between, and the mark follows the head.
        mark = self.mark()
        size, root = head()
        if mark is None:
            # Only a log that stopped between its genesis and its first receipt has no mark.
            if size > 1:
                raise SignerMissing(path="signer/mark")
            return
        if size < mark.size:
            raise HeadBehindMark(signed=mark.size, size=size, why="")
        if (root if mark.size == size else root_at(mark.size)) != mark.root:
            raise HeadBehindMark(signed=mark.size, size=size, why=" with another root")

    def advance(self, size: int, root: bytes) -> None:
        """Move the mark to (size, root) unless it is already there or beyond.

        For whoever just appended to the head the mark was at; see ``checkpoint`` for others.
        Raises: HeadBehindMark when the mark has this size and another root; SignerRetired.
        """
        with self._locked() as handle:
            self.require_going_on()
            mark = _newest(os.pread(handle, 2 * SLOT, 0))
            if mark is not None and mark.size == size and mark.root != root:
                raise HeadBehindMark(signed=size, size=size, why=" with another root")
            _move(handle, mark, size, root)

    def checkpoint(self, size: int, root: bytes, proof: ConsistencyProof) -> bytes:
        """Return the signed checkpoint note of (size, root), the mark moved if it lies before.

        Raises: HeadBehindMark unless ``proof`` shows this and the mark to be one history;
            SignerRetired when it would be a new one; SignerMissing.
        """
        with self._locked() as handle:
            mark = _newest(os.pread(handle, 2 * SLOT, 0))
            if mark is None or mark.size < size:
                self.require_going_on()
            if mark is not None:
                _require_one_history(mark, size, root, proof)
            elif size > 1:
                # Only a log that stopped between its genesis and its first receipt has no mark.
                raise SignerMissing(path="signer/mark")
            _move(handle, mark, size, root)
        return self._signed(size, root)

    def renew(self, size: int, root: bytes) -> Callable[[], None]:
        """Make a mark where it was lost; return what takes it back.

        Raises: MarkThere unless it is missing or cannot be read.
        """
        try:
            found = self.mark()
        except SignerMissing:
            found = None
        if found is not None:
            raise MarkThere(size=found.size)
        file = self._folder / "mark"
        before = file.read_bytes() if file.exists() else None
        save_atomically(file, _line(size, root) + bytes(SLOT))
        return file.unlink if before is None else lambda: save_atomically(file, before)

    def retire(self, retirement: Retirement) -> bytes:
        """End this log for good; return its last checkpoint, that of the mark.

        To be done again for the same successor, should founding it have failed.
        Raises: SignerRetired when another log goes on already; SignerMissing.
        """
        with self._locked() as handle:
            before = self.retirement()
            if before is not None and before not in (
                retirement,
                Retirement(successor=retirement.successor),
            ):
                raise SignerRetired(successor=before.successor)
            mark = _newest(os.pread(handle, 2 * SLOT, 0))
            if mark is None:
                raise SignerMissing(path="signer/mark")
            note = self._signed(mark.size, mark.root)
            save_atomically(self._folder / RETIRED, msgspec.json.encode(retirement) + b"\n")
        return note

    def go_on(self) -> None:
        """Take a retirement back whose successor was never founded."""
        (self._folder / RETIRED).unlink(missing_ok=True)
        fsync_folder(self._folder)

    def _signed(self, size: int, root: bytes) -> bytes:
        return sign_checkpoint(Checkpoint(origin=self._origin, size=size, root=root), self._signer)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        # Two processes may append; the mark is compared and set by one of them at a time.
        try:
            handle = os.open(self._folder / "mark", os.O_RDWR)
        except OSError as error:
            raise SignerMissing(path="signer/mark") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)


def _hex(seed: bytes) -> bytes:
    return seed.hex().encode() + b"\n"


def _move(handle: int, mark: Mark | None, size: int, root: bytes) -> None:
    if mark is None or mark.size < size:
        # The other slot: a torn write leaves the mark before it whole.
        slot = 0 if mark is None else 1 - mark.slot
        os.pwrite(handle, _line(size, root), slot * SLOT)
        os.fdatasync(handle)


def _require_one_history(mark: Mark, size: int, root: bytes, proof: ConsistencyProof) -> None:
    (old, old_root), (new, new_root) = sorted([(mark.size, mark.root), (size, root)])
    try:
        verify_consistency(
            old=old, old_root=old_root, new=new, new_root=new_root, proof=proof(old, new)
        )
    except (VerificationError, IntegrityFault) as error:
        raise HeadBehindMark(signed=mark.size, size=size, why=" with another root") from error


def _line(size: int, root: bytes) -> bytes:
    text = f"{size} {root.hex()}".encode()
    return b"%b %08x" % (text, crc32(text)) + b" " * (SLOT - len(text) - 10) + b"\n"


def _newest(data: bytes) -> Mark | None:
    """Return the larger of the two slots that hold a whole line.

    Raises: SignerMissing when there is something and none of it is whole.
    """
    found = []
    for slot in (0, 1):
        line = _MARK.fullmatch(data[slot * SLOT : (slot + 1) * SLOT])
        if line and int(line[4], 16) == crc32(line[1]):
            root = bytes.fromhex(line[3].decode())
            found.append(Mark(size=int(line[2]), root=root, slot=slot))
    if not found and data.strip(b"\0"):
        raise SignerMissing(path="signer/mark")
    return max(found, key=lambda mark: mark.size, default=None)
