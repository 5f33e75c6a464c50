"""The missing tail brought back: entries as they were signed, to the identical root (design 2).

A restored ledger that ends before the signer's mark lacks entries people hold receipts for. Whoever
has them, an export, another backup, a tail taken from another copy of the home, gives them as they
are; nothing is signed or judged anew. Two passes: the first only hashes, and must arrive at a root
this log has signed, in a checkpoint or as the mark; the second stores what was so proven, with the
sealed values and keys the holder has, in one transaction.

A data key comes along unless it was erased here: something is sealed under it in an entry before
the tail, and it is gone. What was lost so, and not erased, comes back by a restore only.

A holder with keys is of a later moment than the backup: a key that is here and not there was erased
since, or lost there. No signed act tells the two apart yet, so nothing goes on until the operator
says which; said to be erased, it is destroyed here before an entry of the tail is written.

What no holder has any more is not handled here: then the log ends, and a successor names its last
checkpoint. Sealed values that do not come along are lost, and the audit names each.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, select

from ledger.audit.layout import pack_digest, packs_proposed
from ledger.audit.logkeys import LogKeys
from ledger.audit.ports import Progress
from ledger.entry.entry import Entry, leaf_hash, parse_entry
from ledger.errors import (
    ConflictError,
    LedgerError,
    NotFound,
    StorageError,
    VerificationError,
)
from ledger.kernel.act import Act
from ledger.rules.attachments import blob_of
from ledger.service.backup.sources import TailSource
from ledger.service.ledger import Ledger
from ledger.service.upkeep.log_keys import log_keys
from ledger.store.bulk import in_chunks
from ledger.store.dialect import reading, writing
from ledger.store.keystore import KeyErased
from ledger.store.recorder import Head
from ledger.store.tables import entry as entry_table
from ledger.store.tables import vault
from ledger.store.vault import VaultRow, decrypt
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.note import UnverifiedNote
from ledger.tlog.tree import Frontier, append_all

CHUNK = 256


class TailOfOther(ConflictError):
    """The source is of another log, or of another history of this one."""

    code = "tail.other"
    zh = "{what}：与本账本不是同一历史。未作改动；请核对来源。"
    en = "{what}: not of this log's history. Nothing was changed; check where it is from."


class NothingNew(NotFound):
    """The source has no entry this ledger lacks."""

    code = "tail.nothing_new"
    zh = "来源止于第 {there} 条，本账本已有 {here} 条，没有可补的尾部。请另找持有者。"
    en = "The source ends at {there} entries, here are {here}: nothing to bring. Find another."


class TailGap(NotFound):
    """The source lacks an entry between the ledger's end and its own."""

    code = "tail.gap"
    zh = "来源缺少第 {index} 条，无法接续。请先补上更早的一段，或另找持有者。"
    en = "The source lacks entry {index} and does not go on from here. Bring an earlier part first."


class TailUnproven(VerificationError):
    """Nothing this log signed covers the source's entries."""

    code = "tail.unproven"
    zh = "来源的条目没有本账本签署的检查点或签名标记可资证明。未作改动；请另找持有者。"
    en = (
        "No checkpoint signed by this log, nor its mark, proves the source's entries. Nothing was "
        "changed; find another holder."
    )


class KeysGoneThere(ConflictError):
    """The holder of the tail has no longer keys that the restored backup brought back."""

    code = "tail.keys_gone"
    zh = (
        "随备份恢复的数据密钥中有 {count} 个，来源已没有：备份之后在那里销毁，或遗失。未作改动。"
        "已销毁的，请加 --gone erased，在此一并销毁；确属遗失的，加 --gone lost，予以保留。"
    )
    en = (
        "{count} data keys that came back with the backup are not among the source's: they were "
        "erased there since, or lost. Nothing was changed. If erased, add `--gone erased` and they "
        "are destroyed here too; if lost there, add `--gone lost` to keep them."
    )


Gone = Literal["erased", "lost"]
"""What became of the keys a later holder no longer has."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What was brought back: entries ``before`` to ``size`` - 1, the root (hex) they gave.

    ``unsealed`` counts the entries of which a sealed value came without its row or its key,
    ``erased`` the data keys destroyed here since the holder had destroyed them.
    """

    before: int
    size: int
    root: str
    unsealed: int
    erased: int


def apply_tail(
    ledger: Ledger,
    source: TailSource,
    progress: Progress | None = None,
    *,
    gone: Gone | None = None,
) -> Applied:
    """Append what ``source`` has beyond the head, up to the newest size this log has signed.

    ``gone`` says what became of keys here that ``source`` no longer has.

    Raises:
        TailOfOther, NothingNew, TailGap, TailUnproven, KeysGoneThere: nothing was written.
        VaultFault, IntegrityFault: a sealed value or key is not what it was; no entry was written,
            keys may have been taken in or, where said to be erased, destroyed.
        StorageError: it could not be read or written.
    """
    if source.origin != ledger.home.origin:
        raise TailOfOther(what=source.origin)
    head = ledger.recorder.head()
    if source.size <= head.size:
        raise NothingNew(there=source.size, here=head.size)
    proven = _prove(ledger, source, head)
    missing = _gone_there(ledger, source, head.size, proven.size)
    if missing and gone is None:
        raise KeysGoneThere(count=len(missing))
    erased = missing if gone == "erased" else set()
    unsealed = 0
    with writing(ledger.recorder.engine) as connection:
        if ledger.recorder.lock_head(connection) != head:
            raise TailOfOther(what=ledger.home.origin)
        # Before the tail, not after: once the head reaches the mark nobody would ask again.
        ledger.keystore.erase(erased)
        if source.keys is not None:
            ledger.keystore.take_in_signing_keys(source.keys)
        storing = _Storing(ledger, source, connection, head)
        for entries in _parsed(source, head.size, proven.size):
            unsealed += storing.take(entries)
            if progress is not None:
                progress(storing.head.size, proven.size)
        if storing.head.root != proven.root():
            raise TailOfOther(what=ledger.home.origin)
    ledger.known.catch_up()
    return Applied(
        before=head.size,
        size=proven.size,
        root=proven.root().hex(),
        unsealed=unsealed,
        erased=len(erased),
    )


def _gone_there(ledger: Ledger, source: TailSource, start: int, stop: int) -> set[tuple[str, str]]:
    """Return the keys ``source`` lacks that something is sealed under, here or in the tail.

    A key made for an act that was refused then is nobody's, here or there.
    """
    missing = set() if source.keys is None else ledger.keystore.missing_in(source.keys)
    if not missing:
        return missing
    with reading(ledger.recorder.engine) as connection:
        used = _used(connection, missing)
    for entries in _parsed(source, start, stop):
        streams = {index: entry.signed.claims.stream for index, entry in entries}
        rows = source.sealed(min(streams), max(streams) + 1)
        used |= {(streams[row.idx], row.subject) for row in rows}
    return missing & used


def _used(
    connection: Connection, pairs: set[tuple[str, str]], before: int | None = None
) -> set[tuple[str, str]]:
    """Return those of ``pairs`` that something is sealed under, in an entry ``before`` an index."""
    query = (
        select(entry_table.c.stream, vault.c.subject)
        .join(vault, vault.c.idx == entry_table.c.idx)
        .distinct()
    )
    if before is not None:
        query = query.where(entry_table.c.idx < before)
    found: set[tuple[str, str]] = set()
    for streams in in_chunks(sorted({stream for stream, _ in pairs})):
        rows = connection.execute(query.where(entry_table.c.stream.in_(streams)))
        found |= {(row[0], row[1]) for row in rows}
    return pairs & found


# The first pass -----------------------------------------------------------------------------------


def _prove(ledger: Ledger, source: TailSource, head: Head) -> Frontier:
    """Return the tree at the newest size this log signed; all that lies before is so proven."""
    mark, stated = _marked(ledger), _stated(source)
    # The checkpoint is verified once the entries before it have told which key might sign it.
    sizes = sorted({size for size, _ in (mark, stated) if head.size < size <= source.size})
    if not sizes:
        raise TailUnproven
    keys, frontier, proven = log_keys(ledger), head.checked_frontier(), None
    for entries in _parsed(source, head.size, sizes[-1], cut=sizes):
        for index, entry in entries:
            if entry.signed.claims.stream.startswith("log/"):
                keys.take(entry, index)
        frontier = append_all(frontier, [leaf_hash(entry.state) for _, entry in entries])
        if frontier.size == mark[0] and frontier.root() != mark[1]:
            raise TailOfOther(what=f"root {frontier.size}")
        if frontier.size == stated[0] and not _signed(keys, source, frontier):
            continue
        if frontier.size in sizes:
            proven = frontier
    if proven is None:
        raise TailUnproven
    return proven


def _signed(keys: LogKeys, source: TailSource, frontier: Frontier) -> bool:
    """Tell whether the source's checkpoint is this log's; refuse it if it has another root."""
    assert source.checkpoint is not None
    try:
        checkpoint = keys.verify(source.checkpoint)
    except LedgerError:
        return False
    if checkpoint.root != frontier.root():
        raise TailOfOther(what=f"root {frontier.size}")
    return True


def _marked(ledger: Ledger) -> tuple[int, bytes]:
    try:
        mark = ledger.signer.mark()
    except StorageError:
        mark = None
    return (0, b"") if mark is None else (mark.size, mark.root)


def _stated(source: TailSource) -> tuple[int, bytes]:
    if source.checkpoint is None:
        return 0, b""
    try:
        found = parse_checkpoint(UnverifiedNote.parse(source.checkpoint).text)
    except LedgerError:
        return 0, b""
    return found.size, found.root


def _parsed(
    source: TailSource, start: int, stop: int, *, cut: Sequence[int] = ()
) -> Iterator[list[tuple[int, Entry]]]:
    """Yield the entries of start <= index < stop in chunks, none of which goes over a ``cut``."""
    while start < stop:
        until = min([start + CHUNK, stop, *(size for size in cut if size > start)])
        states = source.states(start, until)
        if not states:
            raise TailGap(index=start)
        yield [(index, parse_entry(state)) for index, state in enumerate(states, start)]
        start += len(states)


# The second pass ----------------------------------------------------------------------------------


class _Storing:
    """Stores proven entries after the head, with what the source has of their sealed values."""

    def __init__(
        self, ledger: Ledger, source: TailSource, connection: Connection, head: Head
    ) -> None:
        self.head = head
        self._before = head.size
        self._ledger = ledger
        self._source = source
        self._connection = connection
        self._frontier = head.checked_frontier()
        self._builder = ledger.reader.builder(head.size)

    def take(self, entries: Sequence[tuple[int, Entry]]) -> int:
        """Store a chunk; return how many of its entries came without a value they sealed."""
        registry = self._ledger.registry
        acts = [
            registry.act(entry.signed, index=index, recorded_at=entry.recorded_at)
            for index, entry in entries
        ]
        self._keep_packs(entry for _, entry in entries)
        self._keep_blobs(acts)
        rows, unsealed = self._sealed(dict(entries))
        leaves = [leaf_hash(entry.state) for _, entry in entries]
        self._frontier = append_all(self._frontier, leaves)
        self._builder, tiles = self._builder.append_all(leaves)
        self.head = Head(
            size=self._frontier.size,
            root=self._frontier.root(),
            frontier=self._frontier.to_bytes(),
            last_at=entries[-1][1].recorded_at,
        )
        self._ledger.recorder.insert(
            self._connection,
            entries=[_row(act, entry) for act, (_, entry) in zip(acts, entries, strict=True)],
            tags=[(tag, act.index or 0) for act in acts for tag in registry.tags(act)],
            vault_rows=rows,
            tiles=[{"level": t.level, "n": t.n, "hashes": data} for t, data in tiles],
            new_head=self.head,
        )
        return unsealed

    def _sealed(self, entries: dict[int, Entry]) -> tuple[list[VaultRow], int]:
        """Return the vault rows that open, their keys kept first; and how many entries lack one."""
        found = self._source.sealed(min(entries), max(entries) + 1)
        if self._source.keys is not None:
            pairs = {(entries[row.idx].signed.claims.stream, row.subject) for row in found}
            self._ledger.keystore.take_in(self._source.keys, pairs - self._erased(pairs))
        rows = [row for row in found if self._opens(row, entries[row.idx])]
        have = {(row.idx, row.grp) for row in rows}
        lacking = {
            index
            for index, entry in entries.items()
            for group in entry.signed.claims.sealed or {}
            if (index, group) not in have
        }
        return rows, len(lacking)

    def _erased(self, pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those whose key was here, since a row before the tail is sealed under it."""
        used = _used(self._connection, pairs, self._before)
        return {pair for pair in used if not self._has_key(*pair)}

    def _has_key(self, stream: str, subject: str) -> bool:
        try:
            self._ledger.keystore.data_key(stream, subject)
        except KeyErased:
            return False
        return True

    def _opens(self, row: VaultRow, entry: Entry) -> bool:
        claims = entry.signed.claims
        if not self._has_key(claims.stream, row.subject):
            return False
        decrypt(row, claims.sealed, self._ledger.keystore.data_key(claims.stream, row.subject))
        return True

    def _keep_blobs(self, acts: Iterable[Act]) -> None:
        for blob in filter(None, map(blob_of, acts)):
            if (sealed := self._source.blob(blob)) is not None:
                self._ledger.blobs.put_back(blob, sealed)

    def _keep_packs(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            for digest in packs_proposed(entry):
                files = self._source.pack(digest)
                if files and pack_digest(files) == digest:
                    self._ledger.home.keep_pack(digest, files)


def _row(act: Act, entry: Entry) -> tuple[object, ...]:
    return act.index, act.stream, act.seq, act.type, act.jti, entry.state
