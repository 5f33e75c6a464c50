"""Which data keys come along with a tail, and which were destroyed where it is from.

A key comes along unless it was erased here: something is sealed under it in an entry before the
tail, and it is gone. What was lost so, and not erased, comes back by a restore only.

A holder with keys is of a later moment than the backup: a key that is here and not there was erased
since, or lost there. No signed act tells the two apart yet, so nothing goes on until the operator
says which; said to be erased, it is destroyed here before an entry of the tail is written.

The keys themselves are compared, not their names alone: who writes on in a stream after an erasure
is given another key of the same name. What was erased stays erased then, and what was made again
comes along; said to be lost there, the key here is kept, and what the holder sealed under the other
is sealed anew under it.

A value that comes and opens under none of these was sealed under a key since erased, another made
after it, or it was changed: nothing here can tell which. It stays out, as one the holder left out
would, and is counted apart.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from sqlalchemy import Connection, select

from ledger.entry.claims import Claims
from ledger.entry.entry import parse_entry
from ledger.errors import ConflictError
from ledger.service.backup.sources import TailSource, parsed_entries
from ledger.service.ledger import Ledger
from ledger.store.bulk import in_chunks
from ledger.store.dialect import reading
from ledger.store.keystore import Pair
from ledger.store.tables import entry as entry_table
from ledger.store.tables import vault
from ledger.store.vault import Sealed, VaultRow, opens, sealed_anew

Gone = Literal["erased", "lost"]
"""What became of the keys a later holder no longer has."""


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


class TailKeys:
    """The data keys a tail comes with, compared with those here, for what is sealed under them."""

    def __init__(self, ledger: Ledger, source: TailSource, start: int, stop: int) -> None:
        """Compare them, for a tail of entries start <= index < stop.

        Raises: IntegrityFault: a key was wrapped by another key-encryption key; as the source.
        """
        self._keystore = ledger.keystore
        self._keys = source.keys
        self._start = start
        self.unopened: set[int] = set()
        """Indexes of the entries a value of which opened under no key there is for it."""
        found = {} if source.keys is None else ledger.keystore.differing_in(source.keys)
        self._made_again = {pair: key for pair, key in found.items() if key is not None}
        self._gone: set[Pair] = set()
        if found:
            with reading(ledger.recorder.engine) as connection:
                self._gone = _used(connection, set(found))
            self._gone |= self._used_there(source, stop, found)

    def require_told(self, gone: Gone | None) -> None:
        """Ask what became of the keys gone there. Raises: KeysGoneThere."""
        if self._gone and gone is None:
            raise KeysGoneThere(count=len(self._gone))

    def settle(self, gone: Gone | None) -> int:
        """Destroy the keys said to be erased there; return how many."""
        erased = self._gone if gone == "erased" else set[Pair]()
        # One that nothing is sealed under gives way to the holder's without a word.
        destroyed = erased | (self._made_again.keys() - self._gone)
        self._keystore.erase(destroyed)
        self._made_again = {p: key for p, key in self._made_again.items() if p not in destroyed}
        return len(erased)

    def take_in(self, connection: Connection, pairs: set[Pair]) -> None:
        """Keep those of the holder's keys that are missing here and were not erased here."""
        if self._keys is None:
            return
        missing = pairs - self._keystore.held(pairs)
        erased = _used(connection, missing, self._start)
        # Another key than the one erased: it was made for who wrote on there.
        succeeded = {
            pair
            for pair, key in self._keystore.keys_in(self._keys, erased).items()
            if not any(opens(row, sealed, key) for row, sealed in self._rows(connection, pair))
        }
        self._keystore.take_in(self._keys, (missing - erased) | succeeded)

    def opened(self, row: VaultRow, claims: Claims) -> VaultRow | None:
        """Return a row of the tail as it opens here, None where it does not."""
        pair = (claims.stream, row.subject)
        if (key := self._keystore.find(*pair)) is None:
            return None
        if opens(row, claims.sealed, key):
            return row
        theirs = self._made_again.get(pair)
        if theirs is not None and opens(row, claims.sealed, theirs):
            return sealed_anew(row, claims.sealed, theirs, key)
        self.unopened.add(row.idx)
        return None

    def made_again(self, stream: str, subject: str) -> bytes | None:
        """Return the holder's key where another is kept here beside it, None where they agree."""
        return self._made_again.get((stream, subject))

    def _used_there(
        self, source: TailSource, stop: int, found: Mapping[Pair, bytes | None]
    ) -> set[Pair]:
        """Return those of the keys here, not the holder's, that the tail has something under.

        A key made for an act that was refused then is nobody's, here or there.
        """
        used: set[Pair] = set()
        for entries in parsed_entries(source, self._start, stop) if found else ():
            claims = {index: entry.signed.claims for index, entry in entries}
            for row in source.sealed(min(claims), max(claims) + 1):
                pair = (claims[row.idx].stream, row.subject)
                if pair in used or pair not in found:
                    continue
                key = None if found[pair] is None else self._keystore.find(*pair)
                if key is None or opens(row, claims[row.idx].sealed, key):
                    used.add(pair)
        return used

    def _rows(self, connection: Connection, pair: Pair) -> Iterator[tuple[VaultRow, Sealed]]:
        """Yield what is sealed under a name before the tail, each with its entry's digests."""
        stream, subject = pair
        named = (entry_table.c.stream == stream, vault.c.subject == subject)
        query = select(vault, entry_table.c.state).join(
            entry_table, entry_table.c.idx == vault.c.idx
        )
        before = query.where(*named, vault.c.idx < self._start)
        for row in connection.execute(before).mappings():
            columns = {name: row[name] for name in VaultRow.__struct_fields__}
            yield VaultRow(**columns), parse_entry(row["state"]).signed.claims.sealed


def _used(connection: Connection, pairs: set[Pair], before: int | None = None) -> set[Pair]:
    """Return those of ``pairs`` that something is sealed under, in an entry ``before`` an index."""
    query = (
        select(entry_table.c.stream, vault.c.subject)
        .join(vault, vault.c.idx == entry_table.c.idx)
        .distinct()
    )
    if before is not None:
        query = query.where(entry_table.c.idx < before)
    found: set[Pair] = set()
    for streams in in_chunks(sorted({stream for stream, _ in pairs})):
        rows = connection.execute(query.where(entry_table.c.stream.in_(streams)))
        found |= {(row[0], row[1]) for row in rows}
    return pairs & found
