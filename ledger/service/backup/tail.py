"""The missing tail brought back: entries as they were signed, to the identical root (design 2).

A restored ledger that ends before the signer's mark lacks entries people hold receipts for. Whoever
has them, an export, another backup, a tail taken from another copy of the home, gives them as they
are; nothing is signed or judged anew. Two passes: the first only hashes, and must arrive at a root
this log has signed, in a checkpoint or as the mark; the second stores what was so proven, with the
sealed values and keys the holder has, in one transaction.

Which keys come along, and which are destroyed, is ``tail_keys``'s.

What no holder has any more is not handled here: then the log ends, and a successor names its last
checkpoint. Sealed values that do not come along are lost, and the audit names each.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection

from ledger.audit.layout import pack_digest, packs_proposed
from ledger.audit.logkeys import LogKeys
from ledger.audit.ports import Progress
from ledger.entry.entry import Entry, leaf_hash
from ledger.errors import (
    ConflictError,
    LedgerError,
    NotFound,
    StorageError,
    VerificationError,
)
from ledger.kernel.act import Act
from ledger.rules.attachments import blob_of
from ledger.service.backup.sources import TailSource, parsed_entries
from ledger.service.backup.tail_keys import Gone, TailKeys
from ledger.service.ledger import Ledger
from ledger.service.upkeep.log_keys import log_keys
from ledger.store.blobs import SUBJECT
from ledger.store.dialect import writing
from ledger.store.recorder import Head
from ledger.store.vault import VaultRow
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.note import UnverifiedNote
from ledger.tlog.tree import Frontier, append_all

CHUNK = 256


class TailOfOther(ConflictError):
    """The source is of another log, or of another history of this one."""

    code = "tail.other"
    zh = (
        "来源与本账本不是同一历史（{what}）。未作改动；请核对目录，改用本账本的备份、尾部或导出文件。"
        "如来源也由本账本的密钥签署，请原样保留并报告监督机构。"
    )
    en = (
        "The source is not of this log's history ({what}). Nothing was changed; check the folder, "
        "or give a backup, a tail or an export of this log. If its own key signed this one, keep "
        "it as it is and report it."
    )


class TailBroughtMeanwhile(ConflictError):
    """Somebody else brought entries while this tail was looked at."""

    code = "tail.meanwhile"
    zh = "核对期间已有其他进程补入条目。未作改动；请重新运行，只补仍缺的部分。"
    en = (
        "Another process brought entries while this tail was looked at. Nothing was changed; run "
        "it again: only what is still missing is brought."
    )


class NothingNew(NotFound):
    """The source has no entry this ledger lacks."""

    code = "tail.nothing_new"
    zh = "来源止于第 {there} 条，本账本已有 {here} 条，没有可补的尾部。请另找持有者。"
    en = "The source ends at {there} entries, here are {here}: nothing to bring. Find another."


class TailUnproven(VerificationError):
    """Nothing this log signed covers the source's entries."""

    code = "tail.unproven"
    zh = "来源的条目没有本账本签署的检查点或签名标记可资证明。未作改动；请另找持有者。"
    en = (
        "No checkpoint signed by this log, nor its mark, proves the source's entries. Nothing was "
        "changed; find another holder."
    )


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What was brought back: entries ``before`` to ``size`` - 1, the root (hex) they gave.

    ``unsealed`` counts the entries of which a sealed value came without its row or a key it opens
    under; ``unopened`` those among them where there is a key and it is not that one: the value's
    own was erased and another made, or the value was changed. ``erased`` counts the data keys
    destroyed here since the holder had destroyed them.
    """

    before: int
    size: int
    root: str
    unsealed: int
    unopened: int
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
        TailOfOther, NothingNew, TailGap, TailUnproven, KeysGoneThere, TailBroughtMeanwhile: nothing
            was written.
        IntegrityFault: a key is not what it was; no entry was written, keys may have been taken in
            or, where said to be erased, destroyed.
        StorageError: it could not be read or written.
    """
    if source.origin != ledger.home.origin:
        raise TailOfOther(what=source.origin)
    head = ledger.recorder.head()
    if source.size <= head.size:
        raise NothingNew(there=source.size, here=head.size)
    proven = _prove(ledger, source, head)
    keys = TailKeys(ledger, source, head.size, proven.size)
    keys.require_told(gone)
    unsealed = 0
    with writing(ledger.recorder.engine) as connection:
        if ledger.recorder.lock_head(connection) != head:
            raise TailBroughtMeanwhile
        # Before the tail, not after: once the head reaches the mark nobody would ask again.
        erased = keys.settle(gone)
        if source.keys is not None:
            ledger.keystore.take_in_signing_keys(source.keys)
        storing = _Storing(ledger, source, keys, connection, head)
        for entries in parsed_entries(source, head.size, proven.size):
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
        unopened=len(keys.unopened),
        erased=erased,
    )


# The first pass -----------------------------------------------------------------------------------


def _prove(ledger: Ledger, source: TailSource, head: Head) -> Frontier:
    """Return the tree at the newest size this log signed; all that lies before is so proven."""
    mark, stated = _marked(ledger), _stated(source)
    # The checkpoint is verified once the entries before it have told which key might sign it.
    sizes = sorted({size for size, _ in (mark, stated) if head.size < size <= source.size})
    if not sizes:
        raise TailUnproven
    keys, frontier, proven = log_keys(ledger), head.checked_frontier(), None
    for entries in parsed_entries(source, head.size, sizes[-1], cut=sizes):
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


# The second pass ----------------------------------------------------------------------------------


class _Storing:
    """Stores proven entries after the head, with what the source has of their sealed values."""

    def __init__(
        self,
        ledger: Ledger,
        source: TailSource,
        keys: TailKeys,
        connection: Connection,
        head: Head,
    ) -> None:
        self.head = head
        self._ledger = ledger
        self._source = source
        self._keys = keys
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
        claims = {index: entry.signed.claims for index, entry in entries.items()}
        pairs = {(claims[row.idx].stream, row.subject) for row in found}
        self._keys.take_in(self._connection, pairs)
        opened = (self._keys.opened(row, claims[row.idx]) for row in found)
        rows = [row for row in opened if row is not None]
        have = {(row.idx, row.grp) for row in rows}
        lacking = {
            index
            for index, each in claims.items()
            for group in each.sealed or {}
            if (index, group) not in have
        }
        return rows, len(lacking)

    def _keep_blobs(self, acts: Iterable[Act]) -> None:
        for act in acts:
            blob = blob_of(act)
            if blob is not None and (sealed := self._source.blob(blob)) is not None:
                under = self._keys.made_again(act.stream, SUBJECT)
                self._ledger.blobs.put_back(act.stream, blob, sealed, under=under)

    def _keep_packs(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            for digest in packs_proposed(entry):
                files = self._source.pack(digest)
                if files and pack_digest(files) == digest:
                    self._ledger.home.keep_pack(digest, files)


def _row(act: Act, entry: Entry) -> tuple[object, ...]:
    return act.index, act.stream, act.seq, act.type, act.jti, entry.state
