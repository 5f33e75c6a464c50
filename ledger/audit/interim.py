"""How far an audit has come, kept in a file so that one interrupted goes on.

Held are verdicts on bytes, not state: going on, every entry is read and hashed again, and the root
must be the one the verdicts were on; signatures, rules and sealed values are not gone through
again. Whoever can write the file can hide what was found, so it belongs to the auditor.
"""

import os
import time
from pathlib import Path

import msgspec

from ledger.audit.report import Tally
from ledger.errors import MalformedError, StorageError

KEEP_SECONDS = 5.0
"""How much work an interruption may cost."""


class OtherAudit(MalformedError):
    """The file is no interim state of this audit."""

    code = "audit.other_interim"
    zh = (
        "文件 {name} 不是本次核验的断点（账本、选项或程序版本不同，或已损坏）。请删除或另指定文件。"
    )
    en = (
        "The file {name} does not hold this audit's state: it is of another log, other options or "
        "another version, or damaged. Delete it, or name another file."
    )


class Interim(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of the first ``size`` entries, which have this ``root`` (hex).

    ``audit`` says which audit of which log it is, in whatever way tells them apart.
    """

    audit: str
    size: int
    root: str
    judged: int
    faults: Tally
    findings: Tally


class Keeper:
    """The file an audit keeps its interim state in: none before it begins, none after its end.

    ``audit`` is what ``Interim.audit`` must say. Raises: OtherAudit, StorageError.
    """

    def __init__(self, path: Path, audit: str) -> None:
        self._path = path
        self._audit = audit
        self._saved_at = time.monotonic()
        self.before = self._load()
        """What an interrupted run found."""

    def due(self) -> bool:
        """Tell whether as much was done since the last saving as may be lost."""
        return time.monotonic() - self._saved_at >= KEEP_SECONDS

    def save(self, *, size: int, root: bytes, judged: int, faults: Tally, findings: Tally) -> None:
        """Keep this state in place of the one before. Raises: StorageError."""
        interim = Interim(
            audit=self._audit,
            size=size,
            root=root.hex(),
            judged=judged,
            faults=faults,
            findings=findings,
        )
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            with open(beside, "wb", opener=_private) as file:
                file.write(msgspec.json.encode(interim))
            beside.replace(self._path)
        except OSError as error:
            raise StorageError(why=error.strerror or "I/O") from error
        self._saved_at = time.monotonic()

    def discard(self) -> None:
        """Forget: the audit came to its end."""
        self._path.unlink(missing_ok=True)

    def _load(self) -> Interim | None:
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=Interim)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(why=error.strerror or "I/O") from error
        except (ValueError, RecursionError):
            raise OtherAudit(name=self._path.name) from None
        if found.audit != self._audit:
            raise OtherAudit(name=self._path.name)
        return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
