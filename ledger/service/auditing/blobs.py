"""Attachments as an audit sees them: each there, opening to what its entry sealed; none astray."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from ledger.audit.faults import FileDiffers, FileMissing, Stray
from ledger.audit.files import printable
from ledger.audit.ports import Audited, Fault
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError
from ledger.rules.attachments import GROUP, BlobRef
from ledger.service.ledger import Ledger
from ledger.service.reading.values import open_groups
from ledger.store.keystore import KeyErased


class _Attaching(msgspec.Struct, frozen=True):
    blob: BlobRef


class _Named(NamedTuple):
    """An entry with an attachment."""

    entry: int
    stream: str
    blob: str


_ATTACHING = msgspec.json.Decoder(_Attaching)


class BlobCheck:
    """Every attachment an entry names is in the home, unchanged; what else lies there is astray.

    A file whose data key is gone has no content any more; that the key is missing is told with the
    entry's vault row.
    """

    name = "blobs"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._blobs = ledger.blobs
        self._named: list[_Named] = []

    def look(self, batch: Sequence[Audited]) -> Iterable[Fault]:
        """Remember which files these entries name."""
        for audited in batch:
            claims = audited.entry.signed.claims
            if GROUP in (claims.sealed or {}):
                try:
                    blob = _ATTACHING.decode(claims.pub).blob
                except (ValueError, RecursionError):
                    continue  # not what its type declares, which is for the rules to tell
                self._named.append(_Named(audited.index, claims.stream, blob))
        return ()

    def finish(self, _size: int) -> Iterable[Fault]:
        """Yield the files that are missing or changed, and what is no entry's file."""
        for named in self._named:
            yield from self._faults(named)
        known = {named.blob for named in self._named}
        folder = self._blobs.folder
        found = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else ()
        for name in found:
            # What waits for its entry has a name with a point.
            if name not in known and name[0] != "." and not self._blobs.waits(name):
                yield Fault(None, Stray(what=f"{folder.name}/{printable(name)}"))

    def _faults(self, named: _Named) -> Iterator[Fault]:
        name = f"{self._blobs.folder.name}/{named.blob}"
        if not self._blobs.path(named.blob).exists():  # one that only waits is in no backup
            yield Fault(named.entry, FileMissing(name=name))
            return
        try:
            data = self._blobs.read(named.stream, named.blob)
        except KeyErased:
            return
        except LedgerError:
            yield Fault(named.entry, FileDiffers(name=name))
        else:
            sealed = self._sealed(named.entry)
            digest = base64url.encode(sha256(data).digest())
            if sealed is not None and sealed != digest:
                yield Fault(named.entry, FileDiffers(name=name))

    def _sealed(self, index: int) -> object:
        """Return the digest the entry sealed, None where it cannot be opened."""
        (state,) = self._ledger.recorder.states(index, index + 1)
        groups = open_groups(self._ledger, index, parse_entry(state).signed.claims)
        return groups[GROUP].values.get("digest")
