"""From a wish to the event that states it: lists in order, what they leave out, remarks sealed."""

from typing import assert_never

from ledger.aggregates.catalogue import commands as wishes
from ledger.aggregates.catalogue import events
from ledger.aggregates.catalogue.commands import CatalogueCommand
from ledger.aggregates.catalogue.errors import NothingListed, NotPublished
from ledger.aggregates.catalogue.events import CatalogueEvent
from ledger.aggregates.catalogue.judge import Judged, judge, settle
from ledger.aggregates.catalogue.state import CatalogueState
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import Group
from ledger.rules.texts import sealable
from ledger.rules.time import local_date, occ_date


def decide(
    state: CatalogueState, command: CatalogueCommand, context: Context
) -> tuple[Proposed, ...]:
    """Propose the event of a command.

    Raises:
        BadText, TextBlank, NothingListed: a text, or a list, is not as it must be.
        LedgerError: what ``judge`` and ``settle`` raise; ``check`` holds the other rules.
    """
    iat = int(context.now.timestamp())
    on = local_date(iat) if command.occ is None else occ_date(command.occ)
    judged = judge(state, _draft(state, command), on, iat, context.facts)
    stream = command.stream or f"catalogue/{context.new_id()}"
    return (Proposed(stream=stream, event=settle(_listed(judged)), sealed=_sealed(command)),)


def _draft(state: CatalogueState, command: CatalogueCommand) -> CatalogueEvent:
    """Return the event as far as the command and the catalogue say it."""
    if isinstance(command, wishes.Publish):
        items = _ordered(command.items)
        return events.Published(unit=command.unit, code=command.code, version=1, items=items)
    if not state.begun:
        raise NotPublished(what="catalogue")
    if isinstance(command, wishes.Replace | wishes.AddItem | wishes.RemoveItem):
        return _changed(state, command)
    if isinstance(command, wishes.StateFact | wishes.EndFact):
        return _said(state.unit, command)
    unit = state.unit
    match command:
        case wishes.DiscloseFacets(disclosure=disclosure):
            items, facets = _ordered(command.items), tuple(sorted(set(command.facets)))
            return events.FacetsDisclosed(
                unit=unit, items=items, facets=facets, disclosure=disclosure
            )
        case wishes.RecordExercise(item=item, matter=matter):
            return events.Exercised(unit=unit, item=item, matter=matter)
        case wishes.WithdrawExercise(matter=matter, reason=reason):
            return events.ExerciseWithdrawn(unit=unit, matter=matter, reason=reason)
        case _:
            assert_never(command)


def _said(unit: str, command: wishes.StateFact | wishes.EndFact) -> CatalogueEvent:
    item, fact, since = command.item, command.fact, command.since
    if isinstance(command, wishes.StateFact):
        return events.FactStated(unit=unit, item=item, fact=fact, since=since)
    reason, matter = command.reason, command.matter
    return events.FactEnded(
        unit=unit, item=item, fact=fact, since=since, reason=reason, matter=matter
    )


def _changed(
    state: CatalogueState, command: wishes.Replace | wishes.AddItem | wishes.RemoveItem
) -> CatalogueEvent:
    unit, version, reason = state.unit, state.version + 1, command.reason
    if isinstance(command, wishes.Replace):
        items = _ordered(command.items)
        return events.Replaced(unit=unit, version=version, items=items, reason=reason)
    type_ = events.ItemAdded if isinstance(command, wishes.AddItem) else events.ItemRemoved
    item, rule = command.item, command.rule
    return type_(unit=unit, version=version, item=item, rule=rule, reason=reason)


def _ordered(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


def _listed(judged: Judged) -> Judged:
    """Return the event with the whole list of the packs where none was named."""
    event = judged.event
    if not isinstance(event, events.Published | events.Replaced) or event.items:
        return judged
    if not judged.listable:
        raise NothingListed(catalogue=judged.kind.id, **judged.cite)
    return judged.listing(judged.listable)


def _sealed(command: CatalogueCommand) -> tuple[Group, ...]:
    if isinstance(command, wishes.DiscloseFacets | wishes.RecordExercise):
        return ()
    return (events.Remark(text=sealable("text", command.text, lines=True)),)
