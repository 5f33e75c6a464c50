"""What a supervision committee has reviewed: its ranges, and whether the log still shows them so.

Each signature states the root its signer was shown (``ledger.aggregates.review``); here it is
compared with the log's own.
"""

from typing import cast

import msgspec

from ledger.aggregates.review import Signed, review_tag
from ledger.entry import base64url
from ledger.kernel.act import AsOf
from ledger.service.ledger import Ledger


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A signature under a range; ``agrees``: the log had the root she was shown."""

    index: int
    stream: str
    person: str
    recorded_at: int
    start: int
    size: int
    outcome: str
    agrees: bool


def reviewed(ledger: Ledger, unit: str, at: AsOf) -> list[Reviewed]:
    """Return the signatures under reviews of a unit as of a point, in log order."""
    rows = ledger.recorder.tagged([review_tag(unit)], at.size)
    acts = [ledger.known.streams.mapper.act(row) for _, row in rows]
    return [
        Reviewed(
            index=act.index or 0,
            stream=act.stream,
            person=act.actor,
            recorded_at=act.recorded_at or 0,
            start=signed.start,
            size=signed.size,
            outcome=signed.outcome,
            agrees=signed.size <= (act.index or 0) and signed.root == root_of(ledger, signed.size),
        )
        for act in acts
        for signed in (cast(Signed, act.event),)
    ]


def root_of(ledger: Ledger, size: int) -> str:
    """Return the root of the first ``size`` entries, base64url, as a review states it."""
    return base64url.encode(ledger.reader.root(size))
