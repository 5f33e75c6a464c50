"""What can be checked of an entry alone: its form, its signature, its leaf hash.

Done part by part, in whatever process (``parts``): whatever depends on earlier entries is
``order``'s.
"""

from collections.abc import Sequence

import msgspec

from ledger.audit.keyring import ENROLLED, Enrolment, KeyRing, parse_enrolment, parse_founding
from ledger.audit.ports import Stored
from ledger.entry.entry import Entry, leaf_hash, parse_entry
from ledger.entry.genesis import Genesis
from ledger.entry.jws import verify_signature
from ledger.errors import LedgerError

_MOVES_KEYS = ("key/", "log/")


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
    parsed: bool = True


def inspect(
    chunk: Sequence[Stored], ring: KeyRing, *, verified_before: bool = False
) -> list[Inspected]:
    """Return what each entry of ``chunk`` shows by itself; nothing is raised.

    ``verified_before``: an earlier run verified these very bytes. Only signatures on which keys
    depend are verified again.
    """
    return [_inspect(stored, ring, verified_before=verified_before) for stored in chunk]


def _inspect(stored: Stored, ring: KeyRing, *, verified_before: bool) -> Inspected:
    leaf = leaf_hash(stored.state)
    try:
        entry = parse_entry(stored.state)
    except LedgerError as error:
        return Inspected(stored, leaf, None, error, False, (), None, parsed=False)
    try:
        genesis, enrols = _keys(entry, stored.index, ring)
        verified = genesis is not None or _verify(entry, ring, verified_before=verified_before)
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
        ring.candidates[enrolment.kid] = enrolment.raw
    return genesis, enrols


def _verify(entry: Entry, ring: KeyRing, *, verified_before: bool) -> bool:
    if verified_before and not entry.signed.claims.stream.startswith(_MOVES_KEYS):
        return True
    key = ring.candidate(entry.signed.kid)
    if key is None:
        return False
    verify_signature(entry.signed, key)
    return True
