"""What can be checked of an entry alone: its form, its signature, its leaf hash.

Run by worker threads over chunks; the signature check releases the interpreter lock, so it is the
part that uses every core. Whatever depends on earlier entries is ``order``'s.
"""

from collections.abc import Sequence

import msgspec

from ledger.audit.keyring import ENROLLED, Enrolment, KeyRing, parse_enrolment, parse_founding
from ledger.audit.ports import Stored
from ledger.entry.entry import Entry, leaf_hash, parse_entry
from ledger.entry.genesis import Genesis
from ledger.entry.jws import verify_signature
from ledger.errors import LedgerError


class Inspected(msgspec.Struct, frozen=True, gc=False):
    """A stored entry and what it showed by itself.

    ``refusal`` is why it could not be parsed (``entry`` is None then), or why its signature or
    the keys it enrols do not hold. ``verified`` is False where its key was not known yet.
    """

    stored: Stored
    leaf: bytes
    entry: Entry | None
    refusal: LedgerError | None
    verified: bool
    enrols: tuple[Enrolment, ...]
    genesis: Genesis | None


def inspect(chunk: Sequence[Stored], ring: KeyRing) -> list[Inspected]:
    """Return what each entry of ``chunk`` shows by itself; nothing is raised."""
    return [_inspect(stored, ring) for stored in chunk]


def _inspect(stored: Stored, ring: KeyRing) -> Inspected:
    leaf = leaf_hash(stored.state)
    try:
        entry = parse_entry(stored.state)
    except LedgerError as error:
        return Inspected(stored, leaf, None, error, False, (), None)
    try:
        genesis, enrols = _keys(entry, stored.index, ring)
        verified = genesis is not None or _verify(entry, ring)
    except LedgerError as error:
        return Inspected(stored, leaf, entry, error, False, (), None)
    return Inspected(stored, leaf, entry, None, verified, enrols, genesis)


def _keys(entry: Entry, index: int, ring: KeyRing) -> tuple[Genesis | None, tuple[Enrolment, ...]]:
    if index == 0:
        genesis, enrols = parse_founding(entry)
    elif entry.signed.claims.type == ENROLLED:
        genesis, enrols = None, (parse_enrolment(entry),)
    else:
        return None, ()
    for enrolment in enrols:
        ring.candidates[enrolment.key.kid] = enrolment.key
    return genesis, enrols


def _verify(entry: Entry, ring: KeyRing) -> bool:
    key = ring.candidates.get(entry.signed.kid)
    if key is None:
        return False
    verify_signature(entry.signed, key)
    return True
