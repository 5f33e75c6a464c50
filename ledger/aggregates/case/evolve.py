"""How each act changes a case: from its public members and who signed it, without any rule."""

from datetime import date
from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.case.events import (
    Accepted,
    Answered,
    Assigned,
    Attached,
    CalledBack,
    Cancelled,
    CaseEvent,
    Claimed,
    Closed,
    Completed,
    Confirmed,
    Expired,
    Extended,
    HandlingEvent,
    Issued,
    Objected,
    ProgressNoted,
    Rated,
    Reassigned,
    Received,
    Refused,
    Released,
    Reopened,
    Resolved,
    Submitted,
    Triaged,
    VerificationFailed,
    Verified,
    Withdrawn,
)
from ledger.aggregates.case.mediation.events import MediationEvent, MediatorsNamed
from ledger.aggregates.case.mediation.state import evolved
from ledger.aggregates.case.published import FACT_OF, AnyCaseEvent
from ledger.aggregates.case.state import CaseState, OrderClaim
from ledger.aggregates.case.steering import events as steering
from ledger.aggregates.case.steering.events import SteeringEvent
from ledger.aggregates.case.steering.evolve import steered
from ledger.kernel.act import Act
from ledger.rules import clocks
from ledger.rules.clocks import Extension, Turn
from ledger.rules.persons import IMPORTER
from ledger.rules.time import occ_date


def evolve(state: CaseState, act: Act) -> CaseState:
    """Return the case after an act that was accepted."""
    event, on = cast(AnyCaseEvent, act.event), occ_date(act.occ)
    moved = replace(
        state,
        unit=event.unit,
        state=event.state,
        open=event.open,
        clocks=clocks.fold(
            state.clocks,
            event.due,
            (*event.stopped, *_paused(event)),
            on=on,
            turn=turn_of(state, event, on),
        ),
        last=FACT_OF[type(event)],
        last_on=max(state.last_on or on, on),
    )
    if isinstance(event, Received):
        moved = replace(moved, received=on, imported=act.role == IMPORTER)
    if isinstance(event, steering.Suspended):
        moved = replace(
            moved, paused=tuple(one for one in state.clocks if one.clock in event.paused)
        )
    if not event.open:
        moved = replace(moved, suspended=None, suspended_for=None, paused=())
    return _by_aspect(moved, event, act.actor, on)


def turn_of(state: CaseState, event: CaseEvent, on: date) -> Turn:
    """Return what an event does to clocks, as far as it and the state before it tell."""
    match event:
        case Extended():
            return Turn(extension=Extension(event.clock, event.days))
        case steering.Resumed():
            since = state.suspended or on
            return Turn(resumed=clocks.resumed(state.paused, since, max(since, on)))
        case steering.Absorbed() | steering.SplitOff():
            return Turn(taken=event.terms)
        case _:
            return Turn()


def _paused(event: CaseEvent) -> tuple[str, ...]:
    return event.paused if isinstance(event, steering.Suspended) else ()


def _by_aspect(state: CaseState, event: AnyCaseEvent, actor: str, on: date) -> CaseState:
    if isinstance(event, SteeringEvent):
        return steered(state, event, actor, on)
    if isinstance(event, MediationEvent):
        return _mediated(state, event, actor, on)
    return _by_fact(state, event, actor)


def _mediated(state: CaseState, event: MediationEvent, actor: str, on: date) -> CaseState:
    handlers = state.handlers
    if isinstance(event, MediatorsNamed):
        # Who mediates handles: she neither verifies nor closes it, nor gives it more time.
        for mediator in event.mediators:
            handlers = _with(handlers, mediator)
    return replace(state, handlers=handlers, mediation=evolved(state.mediation, event, actor, on))


def _by_fact(state: CaseState, event: HandlingEvent, actor: str) -> CaseState:
    after = state
    match event:
        case Received():
            after = replace(state, kind=event.kind)
        case Triaged():
            after = replace(state, route=event.route)
        case Assigned() | Reassigned():
            again = isinstance(event, Reassigned)
            after = replace(_handled_by(state, event.handler), reassigned=state.reassigned + again)
        case ProgressNoted() | Resolved():
            verified = state.verified and not isinstance(event, Resolved)
            after = replace(_handled_by(state, actor), verified=verified)
        case Refused():
            after = replace(state, deciders=_with(state.deciders, actor))
        case Verified() | VerificationFailed():
            after = _verified_by(state, actor, passed=isinstance(event, Verified))
        case Answered():
            # Who answers what nobody else handled has handled it: a message has no other handler.
            after = replace(state if state.handlers else _handled_by(state, actor), answered=True)
        case CalledBack():
            after = replace(state, callers=_with(state.callers, actor))
        case Reopened():
            after = _reopened(state)
        case Issued() | Claimed() | Released():
            after = _offered(state, event, actor)
        case (
            Accepted() | Objected() | Extended() | Rated() | Closed() | Withdrawn() | Submitted()
            | Completed() | Confirmed() | Cancelled() | Expired() | Attached()
        ):  # fmt: skip
            pass
        case _:
            assert_never(event)
    return after


def _reopened(state: CaseState) -> CaseState:
    return replace(
        state,
        route=None,
        handler=None,
        verified=False,
        answered=False,
        barred=state.deciders,
        consultation=None,
        leader=None,
        mediation=None,
        mediated_by=_mediators(state),
        reopened=state.reopened + 1,
    )


def _mediators(state: CaseState) -> tuple[str, ...]:
    mine = state.mediation.mediators if state.mediation is not None else ()
    return (*state.mediated_by, *(one for one in mine if one not in state.mediated_by))


def _offered(state: CaseState, event: Issued | Claimed | Released, actor: str) -> CaseState:
    if isinstance(event, Issued):
        return replace(state, issuers=_with(state.issuers, actor))
    others = tuple(claim for claim in state.claims if claim.account != event.account)
    mine = OrderClaim(account=event.account, by=actor)
    if isinstance(event, Released):
        return replace(state, claims=others)
    ever = state.claimed if mine in state.claimed else (*state.claimed, mine)
    return replace(state, claims=(*others, mine), claimed=ever)


def _handled_by(state: CaseState, person: str) -> CaseState:
    if not person.startswith("person/"):
        return state
    return replace(state, handler=person, handlers=_with(state.handlers, person))


def _verified_by(state: CaseState, actor: str, *, passed: bool) -> CaseState:
    return replace(
        state,
        verified=passed,
        answered=state.answered and passed,
        verifiers=_with(state.verifiers, actor),
        deciders=_with(state.deciders, actor) if passed else state.deciders,
    )


def _with(persons: tuple[str, ...], actor: str) -> tuple[str, ...]:
    """Devices stand for nobody, so only natural persons are remembered."""
    if actor in persons or not actor.startswith("person/"):
        return persons
    return (*persons, actor)
