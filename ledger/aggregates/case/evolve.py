"""How each act changes a case: from its public members and who signed it, without any rule."""

from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.case.events import (
    FACT_OF,
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
)  # fmt: skip
from ledger.aggregates.case.state import CaseState, OrderClaim
from ledger.kernel.act import Act
from ledger.rules import clocks
from ledger.rules.clocks import Extension
from ledger.rules.persons import IMPORTER
from ledger.rules.time import occ_date

AnyCaseEvent = (
    Received | Accepted | Refused | Triaged | Assigned | Objected | Reassigned | ProgressNoted
    | Extended | Resolved | Verified | VerificationFailed | Answered | Rated | CalledBack | Closed
    | Reopened | Withdrawn | Submitted | Issued | Claimed | Released | Completed | Confirmed
    | Cancelled | Expired | Attached
)  # fmt: skip


def evolve(state: CaseState, act: Act) -> CaseState:
    """Return the case after an act that was accepted."""
    event = cast(AnyCaseEvent, act.event)
    moved = replace(
        state,
        unit=event.unit,
        state=event.state,
        open=event.open,
        clocks=clocks.fold(
            state.clocks,
            event.due,
            event.stopped,
            on=occ_date(act.occ),
            extension=extension_of(event),
        ),
        last=FACT_OF[type(event)],
    )
    if isinstance(event, Received):
        moved = replace(moved, received=occ_date(act.occ), imported=act.role == IMPORTER)
    return _by_fact(moved, event, act.actor)


def extension_of(event: CaseEvent) -> Extension | None:
    """Return the extension an event grants, if it is one."""
    return Extension(event.clock, event.days) if isinstance(event, Extended) else None


def _by_fact(state: CaseState, event: AnyCaseEvent, actor: str) -> CaseState:
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
        reopened=state.reopened + 1,
    )


def _offered(state: CaseState, event: Issued | Claimed | Released, actor: str) -> CaseState:
    if isinstance(event, Issued):
        return replace(state, issuers=_with(state.issuers, actor))
    others = tuple(claim for claim in state.claims if claim.account != event.account)
    mine = OrderClaim(account=event.account, by=actor)
    return replace(state, claims=(*others, mine) if isinstance(event, Claimed) else others)


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
