"""A story line: a stream and those linked to it, their entries together in the log's order.

Linked are streams of which one names the other by public members (`ledger.projections.links`): a
case and the session it was raised in, an item and the meeting that approved it, an order and the
account it was credited to. Units and persons are no part of the story; they are what it is told of.
What is linked to a unit is its copies.

What the stream names is told whole where it is short. Of what only names the stream, and of what is
long, the first entry is told and those where it first names one of the story: a meeting's story
stays the meeting's.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ledger.kernel.act import Act, AsOf
from ledger.projections.links import LinkRow, key_of
from ledger.service.ledger import Ledger
from ledger.service.reading.delivered import copies_of
from ledger.store.views.store import ViewStore

MOST: Final = 12
"""Streams told together, beside the first."""
LONG: Final = 24
"""Entries of another stream beyond which it is not told whole."""


class Linked(NamedTuple):
    """At most ``MOST`` of the other ends of a stream's links, by name; not ``all`` if more follow.

    Of those chosen from all it is not said which follow: they are not the first by name.
    """

    streams: tuple[str, ...]
    all: bool


class Story(NamedTuple):
    """The acts of a story in log order; not ``whole`` where entries of others are left out."""

    acts: tuple[Act, ...]
    whole: bool


def linked(ledger: Ledger, stream: str, size: int, after: str | None = None) -> Linked:
    """Return streams linked to one by the first ``size`` entries, those ``after`` a name.

    Without ``after`` those are chosen that the stream names itself, then those that name it:
    whoever names it, however often, puts none of them out. What is linked to a unit is its
    copies, the newest of which are chosen.

    Raises: ProjectionBehind.
    """
    if stream.startswith("unit/"):
        found = _copies(ledger, stream, size, after)
    elif after is None:
        # Keys begin with the stream: one range of the key's index is read, and little beyond.
        own = _ends(ledger, stream, size, "", below={"entry": size})
        found = [*own, *_ends(ledger, stream, size, "", where={"entry": None})]
    else:
        found = _ends(ledger, stream, size, after)
    return Linked(tuple(sorted(found[:MOST])), len(found) <= MOST)


def _ends(ledger: Ledger, stream: str, size: int, after: str, **chosen: Any) -> list[str]:
    """Return one more than ``MOST`` of the streams linked to one, by name, those ``after`` one."""
    at, key = AsOf(size=size, at=0), key_of(stream, after)
    rows = _links(ledger).rows(at, after=key, limit=MOST + 1, **chosen)
    return [row.other for row in rows if row.stream == stream]


def _copies(ledger: Ledger, unit: str, size: int, after: str | None) -> list[str]:
    """Return the copies of a unit after one by name; of all of them the newest first."""
    copies = sorted(copies_of(ledger, unit, size))
    return copies[::-1] if after is None else [copy for copy in copies if copy > after]


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
