"""Sealed values, read back with the state each is in.

A sealed value is shown, withheld from this reader, restricted, erased or lost; each of the last
three but lost is the effect of a signed entry, and a missing value without one is a finding.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from ledger.entry.claims import Claims
from ledger.entry.disclosure import Disclosure, match_disclosures, parse_disclosure
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError, StorageError
from ledger.service.ledger import Ledger
from ledger.store.vault import VaultRow, decrypt

BATCH = 200
State = Literal["shown", "withheld", "restricted", "erased", "lost"]


class SealedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One group of an entry: its state, and its values where shown."""

    group: str
    state: State
    values: dict[str, object]
    disclosures: tuple[Disclosure, ...] = ()


def open_groups(ledger: Ledger, index: int, claims: Claims) -> dict[str, SealedGroup]:
    """Return the sealed groups of entry ``index``, opened from the vault where it can be.

    Raises: StorageError when the vault or the keys cannot be read now.
    """
    return open_rows(ledger, ledger.recorder.vault_rows(index, index + 1), claims)


def open_rows(ledger: Ledger, kept: Iterable[VaultRow], claims: Claims) -> dict[str, SealedGroup]:
    """Return the sealed groups of an entry, opened from its vault rows. Raises: StorageError."""
    rows = {row.grp: row for row in kept}
    return {group: _opened(ledger, claims, group, rows.get(group)) for group in claims.sealed or {}}


class Opened(NamedTuple):
    """The values of a group of an entry: its log index, its stream."""

    entry: int
    stream: str
    values: dict[str, object]


def values_in(ledger: Ledger, indexes: Sequence[int], group: str) -> Iterator[Opened]:
    """Yield the values of a group of entries, those left out that cannot be opened.

    Raises: StorageError.
    """
    for start in range(0, len(indexes), BATCH):
        some = indexes[start : start + BATCH]
        kept: dict[int, list[VaultRow]] = defaultdict(list)
        for row in ledger.recorder.vault_rows_of(some):
            kept[row.idx].append(row)
        states = ledger.recorder.states_at(some)
        parsed = {index: parse_entry(state).signed.claims for index, state in states.items()}
        ledger.keystore.fetch({claims.stream for claims in parsed.values()})
        for index in some:
            found = open_rows(ledger, kept[index], parsed[index]).get(group)
            if found is not None and found.state == "shown":
                yield Opened(index, parsed[index].stream, found.values)


def _opened(ledger: Ledger, claims: Claims, group: str, row: VaultRow | None) -> SealedGroup:
    if row is None:
        return SealedGroup(group=group, state="lost", values={})
    sealed = claims.sealed or {}
    try:
        key = ledger.keystore.data_key(claims.stream, row.subject)
        found = tuple(parse_disclosure(text) for text in decrypt(row, sealed, key))
        values = match_disclosures({group: sealed[group]}, found)[group]
    except StorageError:
        raise  # a store that cannot be read now has lost nothing
    except LedgerError:
        # No key, or not what was sealed: the audit names it; a reader is shown nothing false.
        return SealedGroup(group=group, state="lost", values={})
    return SealedGroup(group=group, state="shown", values=values, disclosures=found)
