"""What an act on a catalogue meets, and what it must state: version, what was dropped, basis.

``decide`` writes what ``settle`` says into the event, ``check`` compares; so both are one rule.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.catalogue import errors
from ledger.aggregates.catalogue.events import (
    AnyCatalogueEvent,
    CatalogueEvent,
    ItemAdded,
    ItemRemoved,
    Published,
    Replaced,
)
from ledger.aggregates.catalogue.state import CatalogueState
from ledger.kernel.act import Act
from ledger.kernel.event import Basis
from ledger.kernel.facts import Facts
from ledger.rules.kinds.catalogue import CatalogueKind
from ledger.rules.packs.book import Book, book_in_force
from ledger.rules.packs.sections import catalogue_kinds, catalogues
from ledger.rules.time import occ_date


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for a catalogue, its arrangement by the packs in force, the day it occurred."""

    state: CatalogueState
    event: AnyCatalogueEvent
    on: date
    book: Book
    kind: CatalogueKind
    basis: Basis

    @property
    def listable(self) -> tuple[str, ...]:
        """The items the packs in force list in this catalogue, in order."""
        found = self.book.items(catalogues.section)
        return tuple(sorted(item.id for item in found if item.catalogue == self.kind.id))

    @property
    def cite(self) -> dict[str, str]:
        """The arrangement a refusal rests on, as facts of an error."""
        return {"rule": self.basis.rule, "article": self.basis.pack}

    def listing(self, items: tuple[str, ...]) -> "Judged":
        """Return the same with another list."""
        event = cast("Published | Replaced", self.event)
        return dataclasses.replace(self, event=replace(event, items=items))


def judge(state: CatalogueState, event: CatalogueEvent, on: date, iat: int, facts: Facts) -> Judged:
    """Return what an event meets.

    Raises:
        AlreadyPublished, NotPublished: there is such a catalogue, or none.
        NoPackAdopted, UnknownCatalogue, PackInvalid: nothing arranges it here and now.
    """
    if isinstance(event, Published) and state.begun:
        raise errors.AlreadyPublished
    if not (state.begun or isinstance(event, Published)):
        raise errors.NotPublished(what="catalogue")
    code = state.code or (event.code if isinstance(event, Published) else "")
    book = book_in_force(facts, event.unit, iat)
    return Judged(
        state=state,
        event=cast(AnyCatalogueEvent, event),
        on=on,
        book=book,
        kind=book.item(catalogue_kinds.section, code),
        basis=book.basis(catalogue_kinds.section, code),
    )


def settle(judged: Judged) -> CatalogueEvent:
    """Return the event with version, dropped items and basis as they must be.

    Raises:
        UnknownRule, NoRuleInForce: the rule named was not in force on the day.
    """
    event, state, own = judged.event, judged.state, (judged.basis,)
    match event:
        case Published():
            return replace(event, version=1, basis=own)
        case Replaced():
            dropped = tuple(each for each in state.items if each not in event.items)
            return replace(event, version=state.version + 1, dropped=dropped, basis=own)
        case ItemAdded() | ItemRemoved():
            judged.book.rule(event.rule, judged.on)
            basis = (*own, judged.book.rule_basis(event.rule))
            return replace(event, version=state.version + 1, basis=basis)
        case _:
            return replace(event, basis=own)


def restate(state: CatalogueState, act: Act, facts: Facts) -> CatalogueEvent:
    """Return the event as the packs in these facts have it. Raises: as ``judge``, ``settle``."""
    event = cast(CatalogueEvent, act.event)
    return settle(judge(state, event, occ_date(act.occ), act.iat, facts))
