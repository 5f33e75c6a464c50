"""A story line: a stream and those linked to it, their entries together in the log's order.

Linked are streams of which one names the other by public members (`ledger.projections.links`): a
case and the session it was raised in, an item and the meeting that approved it, an order and the
account it was credited to. Units and persons are no part of the story; they are what it is told of.

What the stream names is told whole where it is short. Of what only names the stream, and of what is
long, the first entry is told and those where it first names one of the story: a meeting's story
stays the meeting's.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ledger.kernel.act import Act, AsOf
from ledger.projections.links import LinkRow, key_of
from ledger.service.ledger import Ledger
from ledger.store.views.store import ViewStore

MOST: Final = 12
"""Streams told together, beside the first."""
LONG: Final = 24
"""Entries of another stream beyond which it is not told whole."""


class Linked(NamedTuple):
    """The other ends of a stream's links; not ``all`` where there are more than ``MOST``."""

    streams: tuple[str, ...]
    all: bool


class Story(NamedTuple):
    """The acts of a story in log order; not ``whole`` where entries of others are left out."""

    acts: tuple[Act, ...]
    whole: bool


def linked(ledger: Ledger, stream: str, size: int) -> Linked:
    """Return the streams linked to one by the first ``size`` entries, by their names.

    Where they are more than are told, those it names itself come first: whoever names it, however
    often, puts none of them out.

    Raises: ProjectionBehind.
    """
    view, at, after = _links(ledger), AsOf(size=size, at=0), key_of(stream, "")
    # Keys begin with the stream, so that one range of the key's index is read, and little beyond.
    own = view.rows(at, below={"entry": size}, after=after, limit=MOST + 1)
    naming = view.rows(at, where={"entry": None}, after=after, limit=MOST + 1)
    found = [row.other for row in (*own, *naming) if row.stream == stream]
    return Linked(tuple(sorted(found[:MOST])), len(found) <= MOST)


def story(ledger: Ledger, stream: str, others: Iterable[str], at: AsOf) -> Story:
    """Return the acts of ``stream`` and ``others`` among the first ``at.size`` entries.

    Raises: ProjectionBehind.
    """
    others = tuple(others)
    told, whole, names = _acts(ledger, stream, at.size), True, {stream, *others}
    named = _links(ledger).rows_of((key_of(stream, other) for other in others), at)
    for other in others:
        acts = _acts(ledger, other, at.size, LONG + 1)
        link = named.get(key_of(stream, other))
        if len(acts) > LONG or (link is not None and link.entry is None):
            kept = [*acts[:1], *_naming(ledger, other, names, at)]
            whole = whole and len({act.seq for act in kept}) == len(acts)
            acts = kept
        told += acts
    by_index = {act.index or 0: act for act in told}
    return Story(tuple(by_index[index] for index in sorted(by_index)), whole)


def _naming(ledger: Ledger, stream: str, names: set[str], at: AsOf) -> Iterator[Act]:
    """Yield the acts by which ``stream`` first names each of ``names``."""
    rows = _links(ledger).rows_of((key_of(stream, name) for name in names), at)
    for row in rows.values():
        if row.entry is not None:
            yield from ledger.known.streams.acts(row.entry, 1)


def _acts(ledger: Ledger, stream: str, size: int, limit: int | None = None) -> list[Act]:
    rows = ledger.recorder.select_events(stream, limit=limit)
    acts = map(ledger.known.streams.mapper.to_domain_event, rows)
    return [act for act in acts if (act.index or 0) < size]


def _links(ledger: Ledger) -> ViewStore[LinkRow]:
    return ledger.views["links"]
