"""A story line: a stream and those its entries name, their entries together in the log's order.

Named by public members alone: a case and the session it was raised in, an item and the meeting that
approved it, an order and the account it was credited to. Units and persons are no part of the
story; they are what it is told of. Streams that name this one are not looked for.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from ledger.entry.ids import ID
from ledger.kernel.act import Act, AsOf
from ledger.service.ledger import Ledger
from ledger.service.reading.replay import Step

_STREAM: Final = re.compile(rf"(?!unit/|person/|device/|key/)[a-z][a-z_]*/{ID}")
MOST: Final = 12
"""Streams told together, beside the first."""
LONG: Final = 24
"""Entries of another stream beyond which only those are told that name a stream of the story."""


class Story(NamedTuple):
    """The acts of a story in log order; not ``whole`` where some of long streams are left out."""

    acts: tuple[Act, ...]
    whole: bool


def linked(stream: str, steps: list[Step]) -> list[str]:
    """Return the other streams that the entries of ``stream`` name, in the order they do."""
    found: dict[str, None] = {}
    for step in steps:
        for text in _named(step.act):
            if text != stream and _STREAM.fullmatch(text):
                found[text] = None
    return list(found)[:MOST]


def story(ledger: Ledger, stream: str, others: list[str], at: AsOf) -> Story:
    """Return the acts of ``stream`` and ``others`` among the first ``at.size`` entries."""
    told = [each for each in _acts(ledger, stream) if (each.index or 0) < at.size]
    names, whole = {stream, *others}, True
    for other in others:
        acts = [each for each in _acts(ledger, other) if (each.index or 0) < at.size]
        if len(acts) > LONG:
            acts, whole = [each for each in acts if names & (set(_named(each)) - {other})], False
        told += acts
    return Story(tuple(sorted(told, key=lambda act: act.index or 0)), whole)


def _acts(ledger: Ledger, stream: str) -> Iterator[Act]:
    mapper = ledger.known.streams.mapper
    return (mapper.to_domain_event(row) for row in ledger.recorder.select_events(stream))


def _named(act: Act) -> Iterator[str]:
    return _texts(msgspec.to_builtins(act.event))


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
