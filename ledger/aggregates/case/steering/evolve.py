"""How each act that steers a case changes it."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from ledger.aggregates.case.state import CaseState, Consultation
from ledger.aggregates.case.steering import events
from ledger.aggregates.case.steering.events import SteeringEvent


def steered(state: CaseState, event: SteeringEvent, actor: str, on: date) -> CaseState:
    """Return the case after an act by ``actor`` that occurred ``on`` a day; clocks are folded."""
    after = state
    match event:
        case events.ConsultationCalled():
            after = replace(state, consultation=Consultation(departments=event.departments))
        case events.DepartmentReported():
            after = _reported(state, event.department)
        case events.ConsultationHeld():
            after = replace(state, consultation=None)
        case events.LeaderTookCharge():
            after = replace(state, leader=actor, handlers=_union(state.handlers, _person(actor)))
        case events.Suspended():
            after = replace(state, suspended=on, suspended_for=event.reason)
        case events.Resumed():
            after = replace(state, suspended=None, suspended_for=None, paused=())
        case events.Absorbed():
            after = replace(_taken_over(state, event), holds=_union(state.holds, (event.case,)))
        case events.Split():
            after = replace(state, holds=_union(state.holds, event.into))
        case events.Merged():
            after = replace(state, part_of=event.into)
        case events.SplitOff():
            after = replace(_taken_over(state, event), part_of=event.case)
        case (
            events.Merging() | events.Archived() | events.TransferredOut()
            | events.TransferAccepted() | events.TransferReturned()
        ):  # fmt: skip
            pass
        case _:
            assert_never(event)
    return after


def _reported(state: CaseState, department: str) -> CaseState:
    called = state.consultation or Consultation(departments=())
    return replace(
        state, consultation=replace(called, reported=_union(called.reported, (department,)))
    )


def _taken_over(state: CaseState, event: events.Absorbed | events.SplitOff) -> CaseState:
    """Return the case in which those of the other had the same hand."""
    hands = {one: _union(getattr(state, one), getattr(event, one)) for one in events.HANDS}
    return replace(state, **hands)


def _person(actor: str) -> tuple[str, ...]:
    """Devices stand for nobody."""
    return (actor,) if actor.startswith("person/") else ()


def _union(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return (*known, *(one for one in more if one not in known))
