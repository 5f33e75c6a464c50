"""What the acts of a catalogue have made of it, from their public members alone."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, assert_never, cast

import msgspec
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
    Published,
    Replaced,
)
from ledger.kernel.act import Act
from ledger.rules.time import occ_date


class Fact(NamedTuple):
    """Whether something holds of an item, and since which day, YYYY-MM-DD."""

    holds: bool
    since: str


class CatalogueState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A catalogue of a unit; ``code`` is "" before its first version.

    ``items`` are listed now, in order; ``matters`` the streams recorded as exercising one of them;
    ``facts`` what was last said of ``item fact``, also of items that are listed no longer.
    """

    unit: str = ""
    code: str = ""
    version: int = 0
    items: tuple[str, ...] = ()
    matters: frozenset[str] = frozenset()
    facts: Mapping[str, Fact] = msgspec.field(default_factory=dict)
    last_on: date | None = None

    @property
    def begun(self) -> bool:
        """Whether there is such a catalogue."""
        return bool(self.code)


def evolve(state: CatalogueState, act: Act) -> CatalogueState:
    """Return the catalogue after an act that was accepted."""
    event = cast(AnyCatalogueEvent, act.event)
    now = replace(state, last_on=occ_date(act.occ))
    match event:
        case Published():
            after = replace(now, unit=event.unit, code=event.code, version=1, items=event.items)
        case Replaced():
            after = replace(now, version=event.version, items=event.items)
        case ItemAdded():
            items = tuple(sorted((*state.items, event.item)))
            after = replace(now, version=event.version, items=items)
        case ItemRemoved():
            items = tuple(each for each in state.items if each != event.item)
            after = replace(now, version=event.version, items=items)
        case Exercised():
            after = replace(now, matters=state.matters | {event.matter})
        case ExerciseWithdrawn():
            after = replace(now, matters=state.matters - {event.matter})
        case FactStated() | FactEnded():
            said = Fact(holds=isinstance(event, FactStated), since=event.since)
            after = replace(now, facts={**state.facts, f"{event.item} {event.fact}": said})
        case FacetsDisclosed():
            after = now
        case _:
            assert_never(event)
    return after
