"""How each act changes a case: from its public members and who signed it, without any rule.

What an act changes beside state, terms and days is found by its type: trying one type after the
other took half of all folding.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, assert_never, cast, get_args

from msgspec.structs import replace

from ledger.aggregates.case.events import (
    Answered,
    Assigned,
    CalledBack,
    CaseEvent,
    Claimed,
    Extended,
    Issued,
    ProgressNoted,
    Reassigned,
    Received,
    Refused,
    Released,
    Reopened,
    Resolved,
    Triaged,
    VerificationFailed,
    Verified,
)
from ledger.aggregates.case.mediation import events as mediation
from ledger.aggregates.case.mediation.events import MediationEvent, MediatorsNamed
from ledger.aggregates.case.mediation.state import evolved
from ledger.aggregates.case.published import FACT_OF
from ledger.aggregates.case.state import CaseState, OrderClaim
from ledger.aggregates.case.steering import events as steering
from ledger.aggregates.case.steering.evolve import steered
from ledger.kernel.act import Act
from ledger.kernel.event import Event
from ledger.rules import clocks
from ledger.rules.clocks import Extension, Turn
from ledger.rules.persons import IMPORTER
from ledger.rules.time import occ_date


def evolve(state: CaseState, act: Act) -> CaseState:
    """Return the case after an act that was accepted."""
    event, on = cast(CaseEvent, act.event), occ_date(act.occ)
    moved = replace(
        state,
        unit=event.unit,
        state=event.state,
        open=event.open,
        clocks=clocks.fold(
            state.clocks,
            event.due,
            (*event.stopped, *(event.paused if isinstance(event, steering.Suspended) else ())),
            on=on,
            turn=turn_of(state, event, on),
        ),
        last=FACT_OF[type(event)],
        last_on=max(state.last_on or on, on),
    )
    if isinstance(event, Received):
        imported = act.role == IMPORTER
        moved = replace(moved, received=on, kind=event.kind, imported=imported)
    if isinstance(event, steering.Suspended):
        moved = replace(
            moved, paused=tuple(one for one in state.clocks if one.clock in event.paused)
        )
    if not event.open:
        moved = replace(moved, suspended=None, suspended_for=None, paused=())
    change = _CHANGES.get(type(event))
    return moved if change is None else change(moved, event, act.actor, on)


def turn_of(state: CaseState, event: CaseEvent, on: date) -> Turn:
    """Return what an event does to clocks, as far as it and the state before it tell."""
    if type(event) not in _TURNS:
        return clocks.NOTHING_MORE
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


def _mediated(state: CaseState, event: MediationEvent, actor: str, on: date) -> CaseState:
    handlers = state.handlers
    if isinstance(event, MediatorsNamed):
        # Who mediates handles: she neither verifies nor closes it, nor gives it more time.
        for mediator in event.mediators:
            handlers = _with(handlers, mediator)
    return replace(state, handlers=handlers, mediation=evolved(state.mediation, event, actor, on))


_Handling = (
    Triaged | Assigned | Reassigned | ProgressNoted | Resolved | Refused | Verified
    | VerificationFailed | Answered | CalledBack | Reopened | Issued | Claimed | Released
)  # fmt: skip


def _handled(state: CaseState, event: _Handling, actor: str, _on: date) -> CaseState:
    match event:
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
        case _:
            assert_never(event)
    return after


_CHANGES: Mapping[type[Event], Callable[[CaseState, Any, str, date], CaseState]] = {
    **dict.fromkeys(steering.EVENTS, steered),
    **dict.fromkeys(mediation.EVENTS, _mediated),
    **dict.fromkeys(get_args(_Handling), _handled),
}
_TURNS: frozenset[type[Event]] = frozenset(
    (Extended, steering.Resumed, steering.Absorbed, steering.SplitOff)
)


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
