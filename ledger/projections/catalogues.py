"""What units' catalogues list: a row per list, item, facet told by a document, matter, fact.

``sort`` tells which. An item struck off is ``gone`` until it is taken in anew; the documents of its
facets and what was said of it keep their rows, so that they are there again then.
"""

from collections.abc import Iterator
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.catalogue.events import (
    AnyCatalogueEvent,
    Exercised,
    ExerciseWithdrawn,
    FacetsDisclosed,
    FactEnded,
    FactStated,
    ItemAdded,
    ItemRemoved,
    Listing,
    Published,
    Replaced,
)
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date

LIST, ITEM, GONE = "list", "item", "gone"
FACET, MATTER, FACT = "facet", "matter", "fact"


class CatalogueRow(Row, frozen=True, kw_only=True):
    """A line of a catalogue: ``line`` is the stream and what of it, parted by spaces.

    ``code`` is what is listed, has a ``facet`` told by ``ref``, or was exercised by ``ref``; of
    the list itself its own. ``version`` is the list's of which the line is, ``day`` when it came.
    Of a ``fact`` of an item ``day`` is since when it ``holds``, or does no longer for a ``reason``,
    which the case ``ref`` mends; of an item that is ``gone`` when it was struck off, by the entry
    ``entry``.
    """

    line: str
    catalogue: str
    unit: str
    sort: str
    code: str
    facet: str | None = None
    fact: str | None = None
    holds: bool = False
    reason: str | None = None
    ref: str | None = None
    version: int = 0
    entry: int | None = None
    day: str


def keys(act: Act) -> Iterator[str]:
    """Yield the rows an act makes, changes or ends."""
    event, stream = cast(AnyCatalogueEvent, act.event), act.stream
    match event:
        case Listing():
            yield f"{stream} {LIST}"
            dropped = event.dropped if isinstance(event, Replaced) else ()
            yield from _of_items(stream, *event.items, *dropped)
        case ItemAdded() | ItemRemoved():
            yield f"{stream} {LIST}"
            yield from _of_items(stream, event.item)
        case FacetsDisclosed():
            for item in event.items:
                yield from (f"{stream} {FACET} {item} {facet}" for facet in event.facets)
        case Exercised() | ExerciseWithdrawn():
            yield f"{stream} {MATTER} {event.matter}"
        case FactStated() | FactEnded():
            yield f"{stream} {FACT} {event.item} {event.fact}"


def _of_items(stream: str, *items: str) -> Iterator[str]:
    yield from (f"{stream} {sort} {item}" for item in items for sort in (ITEM, GONE))


def fold(row: CatalogueRow | None, act: Act, key: str) -> CatalogueRow | None:
    """Return a line after ``act``; None where it ends."""
    event = cast(AnyCatalogueEvent, act.event)
    _, sort, *what = key.split(" ")
    made = CatalogueRow(
        line=key,
        catalogue=act.stream,
        unit=event.unit,
        sort=sort,
        code=what[0] if what else "",
        version=getattr(event, "version", 0),
        day=occ_date(act.occ).isoformat(),
    )
    if sort == LIST:
        code = event.code if isinstance(event, Published) else row and row.code
        return replace(made, code=code or "")
    if sort in {ITEM, GONE}:
        return _listed(row, made, event) if sort == ITEM else _gone(made, event, act)
    match event:
        case FacetsDisclosed():
            return replace(made, facet=what[1], ref=event.disclosure)
        case Exercised():
            return replace(made, code=event.item, ref=event.matter)
        case FactStated() | FactEnded():
            return _said(made, event)
        case _:
            return None


def _listed(
    row: CatalogueRow | None, made: CatalogueRow, event: AnyCatalogueEvent
) -> CatalogueRow | None:
    return None if made.code in _struck(event) else row or made


def _gone(made: CatalogueRow, event: AnyCatalogueEvent, act: Act) -> CatalogueRow | None:
    return replace(made, entry=act.index) if made.code in _struck(event) else None


def _struck(event: AnyCatalogueEvent) -> tuple[str, ...]:
    """Return the items an act strikes off."""
    match event:
        case ItemRemoved():
            return (event.item,)
        case Replaced():
            return event.dropped
        case _:
            return ()


def _said(made: CatalogueRow, event: FactStated | FactEnded) -> CatalogueRow:
    row = replace(made, fact=event.fact, day=event.since)
    if isinstance(event, FactStated):
        return replace(row, holds=True)
    return replace(row, reason=event.reason, ref=event.matter)


view = View(
    name="catalogues",
    version=5,
    row=CatalogueRow,
    reads=frozenset({"catalogue"}),
    keys=lambda act: tuple(keys(act)),
    fold=fold,
    counts=(("unit", "sort"),),
)
