"""A story line: a stream and those its entries name, their entries together in the log's order.

Named by public members alone: a case and the session it was raised in, an item and the meeting that
approved it, an order and the account it was credited to. Units and persons are no part of the
story; they are what it is told of. Streams that name this one are not looked for.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from ledger.entry.ids import ID
from ledger.kernel.act import Act, AsOf
from ledger.service.ledger import Ledger
from ledger.service.reading.replay import Step

_STREAM: Final = re.compile(rf"(?!unit/|person/|device/|key/)[a-z][a-z_]*/{ID}")
MOST: Final = 12
"""Streams told together, beside the first."""


def linked(stream: str, steps: list[Step]) -> list[str]:
    """Return the other streams that the entries of ``stream`` name, in the order they do."""
    found: dict[str, None] = {}
    for step in steps:
        for text in _texts(msgspec.to_builtins(step.act.event)):
            if text != stream and _STREAM.fullmatch(text):
                found[text] = None
    return list(found)[:MOST]


def story(ledger: Ledger, streams: list[str], at: AsOf) -> list[Act]:
    """Return the acts of ``streams`` among the first ``at.size`` entries, in log order."""
    mapper = ledger.known.streams.mapper
    acts = (
        mapper.to_domain_event(row) for s in streams for row in ledger.recorder.select_events(s)
    )
    return sorted((a for a in acts if (a.index or 0) < at.size), key=lambda act: act.index or 0)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)
