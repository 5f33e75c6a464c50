"""What a ledger holds, counted from its entries: streams, people, whose keys signed.

One pass over all entries; for a summary now and then, not for a page that many people load.
"""

from collections import Counter
from collections.abc import Iterator

import msgspec

from ledger.kernel.act import Act
from ledger.rules import keys
from ledger.rules.genesis import LogGenesis
from ledger.rules.keys import Hand, KeyEnrolled, Keys
from ledger.rules.persons import PersonRegistered
from ledger.service.ledger import Ledger

BATCH = 500


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger in numbers; ``root`` is hex, ``genesis`` the digest verifiers pin.

    ``by_own_keys`` are entries signed with keys their holders keep, ``by_devices`` by machines,
    ``by_custodial_keys`` by the server on behalf of persons, ``by_founders_keys`` with keys of the
    genesis, which does not say who keeps them.
    """

    origin: str
    genesis: str
    simulated: bool
    size: int
    root: str
    streams: int
    streams_by_aggregate: dict[str, int]
    persons: int
    by_own_keys: int
    by_devices: int
    by_custodial_keys: int
    by_founders_keys: int


def overview(ledger: Ledger) -> Overview:
    """Return the numbers of all entries up to the head."""
    head = ledger.recorder.head()
    streams: Counter[str] = Counter()
    hands: Counter[Hand] = Counter()
    known: Keys = {}
    persons = 0
    for act in _acts(ledger, head.size):
        streams[act.aggregate] += act.seq == 1
        if isinstance(act.event, LogGenesis | KeyEnrolled):
            known = keys.step(known, act)
        persons += _persons(act)
        hands[known[act.kid].hand] += 1
    return Overview(
        origin=ledger.home.origin,
        genesis=ledger.known.streams.first_prev,
        simulated=ledger.home.simulated,
        size=head.size,
        root=head.root.hex(),
        streams=streams.total(),
        streams_by_aggregate=dict(sorted(streams.items())),
        persons=persons,
        by_own_keys=hands["own"],
        by_devices=hands["device"],
        by_custodial_keys=hands["custodial"],
        by_founders_keys=hands["founder"],
    )


def _acts(ledger: Ledger, size: int) -> Iterator[Act]:
    for start in range(0, size, BATCH):
        yield from ledger.known.streams.acts(start, min(BATCH, size - start))


def _persons(act: Act) -> int:
    if isinstance(act.event, LogGenesis):
        return len(act.event.founders)
    return isinstance(act.event, PersonRegistered)
