"""Every rule of a catalogue's acts; the same in prepare, submit, import and audit.

The document that tells a facet, and the matter that exercised a power, are there and of a unit
above or below this one. Whether a document is posted by now is for the board to say.
"""

from collections.abc import Iterator
from typing import cast

from ledger.aggregates.catalogue import errors
from ledger.aggregates.catalogue.commands import Publish
from ledger.aggregates.catalogue.events import (
    REASONED,
    CatalogueEvent,
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
from ledger.aggregates.catalogue.judge import Judged, judge, settle
from ledger.aggregates.catalogue.state import CatalogueState
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.facts import Facts
from ledger.rules import references
from ledger.rules.authority import RoleNotAllowed, require_unit
from ledger.rules.members import reckoned_otherwise, stray_member
from ledger.rules.packs.book import asks_book
from ledger.rules.time import occ_date, parse_date


def catalogue_tag(unit: str, code: str) -> Tag:
    """Return the tag of the act by which a unit adopted a catalogue; a unit has one of each."""
    return Tag(f"catalogue:{unit}:{code}")


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag by which a second catalogue of one unit and code is noticed."""
    if isinstance(act.event, Published):
        yield catalogue_tag(act.event.unit, act.event.code)


def asks(state: CatalogueState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force for the unit, and of the catalogue it may have."""
    named = what.event if isinstance(what, Act) else what
    unit = named.unit if isinstance(named, CatalogueEvent | Publish) else state.unit
    if unit:
        yield from asks_book(unit, facts)
    if isinstance(named, Published | Publish):
        yield catalogue_tag(named.unit, named.code)
    if isinstance(named, CatalogueEvent):
        yield from references.asks(_other(named), unit, facts)


def _other(event: CatalogueEvent) -> str | None:
    """Return the stream an event names, None for those that name none."""
    match event:
        case FacetsDisclosed():
            return event.disclosure
        case Exercised() | FactEnded():
            return event.matter
        case _:
            return None


def check(state: CatalogueState, act: Act, facts: Facts) -> None:
    """Hold every rule of catalogues to an act.

    Raises:
        NotFound, ConflictError: no such catalogue, rule, pack, document or matter; published twice.
        NotAuthorised: not in this role, or another unit's catalogue.
        RuleViolation: what it says is not as the packs in force have it.
        BadDate: no such day.
    """
    event = cast(CatalogueEvent, act.event)
    if state.begun:
        require_unit(act, state.unit)
    judged = judge(state, event, occ_date(act.occ), act.iat, facts)
    if isinstance(event, Published) and facts.about(catalogue_tag(event.unit, event.code)):
        raise errors.HasOne(catalogue=event.code, **judged.cite)
    if act.role not in judged.kind.keepers:
        roles = " / ".join(judged.kind.keepers)
        raise RoleNotAllowed(role=act.role, roles=roles, **judged.cite)
    if state.last_on is not None and judged.on < state.last_on:
        raise errors.OccurredBefore(day=state.last_on.isoformat(), **judged.cite)
    _verify_members(judged)
    _verify_items(judged)
    if isinstance(event, Exercised | ExerciseWithdrawn):
        _verify_matter(judged, event)
    references.verify(_other(event), act, facts)
    _verify_settled(judged)


def _verify_members(judged: Judged) -> None:
    event, reasoned = judged.event, isinstance(judged.event, REASONED)
    if (stray := stray_member(event, reasoned=reasoned)) is not None:
        raise errors.MemberNotAllowed(**stray, **judged.cite)
    if reasoned and event.reason not in judged.kind.reasons:
        raise errors.ReasonNotListed(allowed=", ".join(judged.kind.reasons), **judged.cite)


def _verify_items(judged: Judged) -> None:
    event, state = judged.event, judged.state
    match event:
        case Listing(items=items):
            _verify_ordered(judged, "items", items)
            for item in items:
                _verify_listable(judged, item)
            if isinstance(event, Replaced) and items == state.items:
                raise errors.NothingChanges(**judged.cite)
        case ItemAdded(item=item):
            _verify_listable(judged, item)
            if item in state.items:
                raise errors.ListedAlready(item=item, **judged.cite)
        case ItemRemoved(item=item):
            _verify_in_list(judged, item)
            if state.items == (item,):
                raise errors.LastItem(item=item, **judged.cite)
        case FacetsDisclosed(items=items, facets=facets):
            _verify_powers(judged)
            _verify_ordered(judged, "items", items)
            _verify_ordered(judged, "facets", facets)
            for item in items:
                _verify_in_list(judged, item)
        case Exercised(item=item):
            _verify_powers(judged)
            _verify_in_list(judged, item)
        case FactStated() | FactEnded():
            _verify_in_list(judged, event.item)
            _verify_fact(judged, event)
        case _:
            pass


def _verify_ordered(judged: Judged, member: str, codes: tuple[str, ...]) -> None:
    if list(codes) != sorted(set(codes)):
        raise errors.NotInOrder(member=member, **judged.cite)


def _verify_listable(judged: Judged, item: str) -> None:
    if item not in judged.listable:
        raise errors.NotOfPack(item=item, catalogue=judged.kind.id, **judged.cite)


def _verify_in_list(judged: Judged, item: str) -> None:
    if item not in judged.state.items:
        listed = ", ".join(judged.state.items)
        raise errors.NotListed(item=item, listed=listed, **judged.cite)


def _verify_powers(judged: Judged) -> None:
    if not judged.kind.facets:
        raise errors.NoPowers(catalogue=judged.kind.id, **judged.cite)


def _verify_matter(judged: Judged, event: Exercised | ExerciseWithdrawn) -> None:
    known = event.matter in judged.state.matters
    if known and isinstance(event, Exercised):
        raise errors.RecordedBefore(matter=event.matter, **judged.cite)
    if not known and isinstance(event, ExerciseWithdrawn):
        raise errors.NotRecorded(matter=event.matter, **judged.cite)


def _verify_fact(judged: Judged, event: FactStated | FactEnded) -> None:
    """What is said holds from a day that has come, and follows what was said of it before."""
    facts = {"item": event.item, "fact": event.fact, **judged.cite}
    if event.fact not in judged.kind.facts:
        allowed = ", ".join(judged.kind.facts) or "-"
        raise errors.FactNotListed(allowed=allowed, **facts)
    before = judged.state.facts.get(f"{event.item} {event.fact}")
    if parse_date(event.since) > judged.on or (before and event.since < before.since):
        first = before.since if before else "-"
        raise errors.SinceOutOfPlace(first=first, last=judged.on.isoformat(), **facts)
    holds = before is not None and before.holds
    if holds == isinstance(event, FactStated):
        raise (errors.FactHolds if holds else errors.FactHoldsNot)(**facts)
    if before and not holds and event.since <= before.since:
        raise errors.SinceTheEnd(ended=before.since, **facts)


def _verify_settled(judged: Judged) -> None:
    if (other := reckoned_otherwise(judged.event, settle(judged))) is not None:
        raise errors.ReckonedOtherwise(**other, **judged.cite)
