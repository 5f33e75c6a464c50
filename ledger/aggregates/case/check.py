"""Every rule of a case's acts; the same in prepare, submit, import and audit."""

from collections.abc import Iterator
from typing import cast

from ledger.aggregates.case.commands import Receive
from ledger.aggregates.case.errors import (
    BasisDiffers,
    CodeNotListed,
    DueDiffers,
    MemberNotAllowed,
    OccurredBefore,
    OccurredBeforeReceived,
    RatingEmpty,
    ReasonMissing,
    StateDiffers,
    UnitGone,
)
from ledger.aggregates.case.events import (
    Assigned,
    Attached,
    CaseEvent,
    Claimed,
    Confirmed,
    Extended,
    Rated,
    Reassigned,
    Received,
    Resolved,
)
from ledger.aggregates.case.guards import verify_guards
from ledger.aggregates.case.judge import Judged, judge
from ledger.aggregates.case.mediation.events import MediatorsNamed
from ledger.aggregates.case.settle import settle
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.case.steering import links
from ledger.aggregates.case.steering.commands import Absorb, SplitUp
from ledger.aggregates.case.steering.errors import SettledOtherwise
from ledger.aggregates.case.steering.events import (
    ConsultationCalled,
    ConsultationHeld,
    Resumed,
    Suspended,
    TransferredOut,
)
from ledger.aggregates.case.steering.links import link_tag
from ledger.kernel.act import Act, Tag, Who
from ledger.kernel.aggregate import Command
from ledger.kernel.facts import Facts
from ledger.rules import attachments, references
from ledger.rules.accounts import account_tag, order_tag
from ledger.rules.authority import asks_roles, require_unit
from ledger.rules.members import Listed, stray_member, unlisted_code
from ledger.rules.packs.book import asks_book
from ledger.rules.time import occ_date
from ledger.rules.units import unit_of, unit_tag


def asks(state: CaseState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force for the case's unit, and of whom and what it names."""
    if isinstance(what, Act):
        event = cast(CaseEvent, what.event)
        yield from asks_book(event.unit, facts)
        yield from _asks_named(state, event)
        yield from links.asks(what)
        yield from attachments.tags(what)
    elif isinstance(what, Receive):
        yield from asks_book(what.unit, facts)
    elif state.begun:
        yield from asks_book(state.unit, facts)
        if isinstance(what, Absorb):
            yield link_tag(what.case)
        elif isinstance(what, SplitUp):
            yield link_tag(str(what.stream))


def _asks_named(state: CaseState, event: CaseEvent) -> Iterator[Tag]:
    match event:
        case Assigned(handler=handler) | Reassigned(handler=handler):
            yield from asks_roles(handler)
        case MediatorsNamed(mediators=mediators):
            for mediator in mediators:
                yield from asks_roles(mediator)
        case ConsultationCalled(departments=departments):
            yield from map(unit_tag, departments)
        case Claimed(account=account):
            yield account_tag(account)
        case Confirmed():
            yield from (account_tag(claim.account) for claim in state.claimed)
        case _:
            pass


def restate(state: CaseState, act: Act, facts: Facts) -> CaseEvent:
    """Return the event with the state, terms and basis that the packs in these facts give it.

    Raises:
        LedgerError: what ``judge`` and ``settle`` raise.
    """
    return settle(_judged(state, act, facts))


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tags by which others find the case, its credits, what it hands over, its files."""
    if isinstance(act.event, Confirmed):
        yield order_tag(act.stream)
    yield from references.tags(act)
    yield from links.tags(act)
    yield from attachments.tags(act)


def check(state: CaseState, act: Act, facts: Facts) -> None:
    """Hold every rule of a case to an act.

    Raises:
        NotFound, ConflictError: no such case, kind or pack; received twice.
        NotAuthorised: not in this role, or another unit's case.
        RuleViolation: a guard, code, term or basis is not as the packs in force have it.
        PackInvalid: what was adopted is no valid pack.
    """
    if state.begun:
        require_unit(act, state.unit)
    judged = _judged(state, act, facts)
    _verify_day(judged)
    _verify_unit(judged)
    _verify_members(judged)
    _verify_codes(judged)
    verify_guards(judged)
    if isinstance(judged.event, Attached):
        attachments.verify_new(judged.event.blob, facts)
    _verify_settled(judged)


def _verify_day(judged: Judged) -> None:
    received, last_on = judged.state.received, judged.state.last_on
    if received is not None and judged.on < received:
        # Terms count from the days acts occurred: one dated back would end a term unseen.
        raise OccurredBeforeReceived(received=received.isoformat(), **judged.cite)
    moves = isinstance(judged.event, Extended | Suspended | Resumed)
    if moves and last_on is not None and judged.on < last_on:
        # What was late would be made timely after the fact, and a day left out twice.
        raise OccurredBefore(day=last_on.isoformat(), **judged.cite)


def _verify_unit(judged: Judged) -> None:
    # By the day it came in: what was written on paper while the unit stood may be typed later, and
    # what comes from a system older than the unit here may be imported.
    if not isinstance(judged.event, Received):
        return
    unit = unit_of(judged.facts, judged.event.unit)
    if unit is not None and unit.dissolved is not None and judged.on >= unit.dissolved:
        gone = {"unit": judged.event.unit, "day": unit.dissolved.isoformat()}
        raise UnitGone(**gone, **judged.cite)


def _judged(state: CaseState, act: Act, facts: Facts) -> Judged:
    event = cast(CaseEvent, act.event)
    who = Who(actor=act.actor, role=act.role, kid=act.kid)
    return judge(
        state, event, who, stream=act.stream, on=occ_date(act.occ), iat=act.iat, facts=facts
    )


def _verify_members(judged: Judged) -> None:
    event, reasons = judged.event, judged.way.reasons
    if (stray := stray_member(event, reasoned=bool(reasons))) is not None:
        raise MemberNotAllowed(**stray, **judged.names, **judged.cite)
    if reasons and event.reason is None:
        raise ReasonMissing(**judged.names, **judged.cite)
    if isinstance(event, Rated) and {event.responded, event.solved, event.satisfied} == {None}:
        raise RatingEmpty(**judged.cite)


def _verify_codes(judged: Judged) -> None:
    event, kind = judged.event, judged.kind
    listed: list[Listed] = [("reason", event.reason, judged.way.reasons)]
    if isinstance(event, Received):
        listed.append(("channel", event.channel, kind.channels))
        listed.append(("category", event.category, kind.categories))
    if isinstance(event, Resolved):
        listed.append(("outcome", event.outcome, kind.outcomes))
    if isinstance(event, ConsultationHeld):
        listed.append(("resolution", event.resolution, kind.resolutions))
    if isinstance(event, TransferredOut):
        listed.append(("authority", event.authority, kind.authorities))
    listed += [("remedies", code, kind.remedies) for code in getattr(event, "remedies", ())]
    if (code := unlisted_code(*listed)) is not None:
        raise CodeNotListed(**code, **judged.cite)


def _verify_settled(judged: Judged) -> None:
    stated, settled = judged.event, settle(judged)
    if (stated.state, stated.open) != (settled.state, settled.open):
        raise StateDiffers(state=settled.state, **judged.cite)
    if (stated.due, stated.stopped) != (settled.due, settled.stopped):
        due = ", ".join(f"{one.clock} {one.day}" for one in settled.due)
        raise DueDiffers(due=due or "-", **judged.cite)
    if stated.basis != settled.basis:
        basis = ", ".join(f"{one.pack} {one.rule}" for one in settled.basis)
        raise BasisDiffers(basis=basis, **judged.cite)
    if stated != settled:
        raise SettledOtherwise(**judged.cite)
