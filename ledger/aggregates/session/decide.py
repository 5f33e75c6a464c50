"""From a wish to the event that states it: defaults from the session and its kind, texts sealed."""

from datetime import date
from typing import Any, assert_never

from msgspec.structs import replace

from ledger.aggregates.session import commands as wishes
from ledger.aggregates.session import events
from ledger.aggregates.session.check import judge
from ledger.aggregates.session.commands import SessionCommand
from ledger.aggregates.session.errors import AlreadyBegun, NotBegun
from ledger.aggregates.session.events import Count, SessionEvent
from ledger.aggregates.session.state import SessionState
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import Group
from ledger.rules.periods import containing
from ledger.rules.texts import moment, sealable
from ledger.rules.time import local_date, occ_date, parse_date


def decide(state: SessionState, command: SessionCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the event of a command.

    Raises:
        BadText, TextBlank, BadClaims, BadDate: a text, time or day is not as it must be.
        LedgerError: what ``judge`` raises; ``check`` holds the other rules.
    """
    iat = int(context.now.timestamp())
    on = local_date(iat) if command.occ is None else occ_date(command.occ)
    draft = _draft(state, command, on)
    judged = judge(state, draft, iat, context.facts)
    event = replace(draft, basis=(judged.basis,))
    if isinstance(event, events.Appointed) and not event.period:
        period = containing(judged.kind.period, parse_date(event.day))
        event = replace(event, period=str(period))
    stream = command.stream or f"session/{context.new_id()}"
    return (Proposed(stream=stream, event=event, sealed=_sealed(command)),)


def _draft(state: SessionState, command: SessionCommand, on: date) -> SessionEvent:
    """Return the event without period, where none is named, and without basis."""
    if isinstance(command, wishes.Plan):
        if state.begun:
            raise AlreadyBegun
        return events.Planned(
            unit=command.unit, code=command.code, period=command.period or "", day=command.day
        )
    if isinstance(command, wishes.Hold):
        return _held(state, command, on)
    if state.day is None:
        raise NotBegun(what="session")
    return _following(state, state.day, command)


def _following(
    state: SessionState,
    day: date,
    command: (
        wishes.Replan | wishes.Attend | wishes.RaiseProblem | wishes.Conclude | wishes.Correct
        | wishes.Cancel | wishes.Withdraw
    ),
) -> SessionEvent:  # fmt: skip
    event: SessionEvent
    match command:
        case wishes.Replan():
            event = events.Replanned(
                unit=state.unit,
                code=state.code,
                period=command.period or "",
                day=command.day,
                reason=command.reason,
            )
        case wishes.Correct():
            event = _corrected(state, day, command)
        case wishes.Attend():
            event = events.Attended(unit=state.unit)
        case wishes.RaiseProblem():
            event = events.ProblemRaised(unit=state.unit, case=command.case)
        case wishes.Conclude():
            event = events.Concluded(unit=state.unit, outcome=command.outcome)
        case wishes.Cancel():
            event = events.Cancelled(unit=state.unit, reason=command.reason)
        case wishes.Withdraw():
            event = events.Withdrawn(unit=state.unit, reason=command.reason)
        case _:
            assert_never(command)
    return event


def _held(state: SessionState, command: wishes.Hold, on: date) -> events.Held:
    unit, code = command.unit or state.unit, command.code or state.code
    if not (unit and code):
        raise NotBegun(what="session")
    return events.Held(
        unit=unit,
        code=code,
        period=command.period or state.period,
        day=on.isoformat(),
        present=command.present,
        expected=command.expected,
        counts=_counts(command.counts),
        outcome=command.outcome,
    )


def _corrected(state: SessionState, day: date, command: wishes.Correct) -> events.Corrected:
    def or_as_it_was(member: str) -> Any:
        typed = getattr(command, member)
        return getattr(state, member) if typed is None else typed

    return events.Corrected(
        unit=state.unit,
        code=state.code,
        # A session moved to another day covers the period that day lies in, unless one is named.
        period=command.period or ("" if command.day else state.period),
        day=command.day or day.isoformat(),
        present=or_as_it_was("present"),
        expected=or_as_it_was("expected"),
        counts=state.counts if command.counts is None else _counts(command.counts),
        outcome=or_as_it_was("outcome"),
        reason=command.reason,
    )


def _counts(texts: tuple[str, ...]) -> tuple[Count, ...]:
    found = (text.partition("=") for text in sorted(texts))
    return tuple(Count(of=of, number=int(number)) for of, _, number in found)


def _sealed(command: SessionCommand) -> tuple[Group, ...]:
    match command:
        case wishes.Plan() | wishes.Replan():
            return (events.Agenda(**_told(command)),)
        case wishes.Hold() | wishes.Correct():
            ends_at = moment(command.ends_at)
            return (events.Minutes(**_told(command), ends_at=ends_at),)
        case wishes.Attend():
            return (
                events.Attendee(
                    name=sealable("attendee", command.attendee),
                    contact=sealable("contact", command.contact),
                    capacity=sealable("capacity", command.capacity),
                ),
            )
        case wishes.RaiseProblem():
            text = sealable("text", command.text, lines=True)
            raised_by = sealable("raised_by", command.raised_by)
            return (events.Problem(text=text, raised_by=raised_by),)
        case wishes.Conclude():
            return (events.Conclusion(text=sealable("text", command.text, lines=True)),)
        case wishes.Cancel() | wishes.Withdraw():
            return ()
        case _:
            assert_never(command)


def _told(command: wishes.Plan | wishes.Replan | wishes.Hold | wishes.Correct) -> dict[str, Any]:
    return {
        "title": sealable("title", command.title),
        "text": sealable("text", command.text, lines=True),
        "place": sealable("place", command.place),
        "starts_at": moment(command.starts_at),
    }
