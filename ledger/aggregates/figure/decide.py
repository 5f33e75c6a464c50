"""From a wish to the event that states it; words of a source are sealed."""

from typing import assert_never

from ledger.aggregates.figure import commands as wishes
from ledger.aggregates.figure import events
from ledger.aggregates.figure.check import judge, settle
from ledger.aggregates.figure.commands import FigureCommand
from ledger.aggregates.figure.errors import AlreadyStated, NotStated
from ledger.aggregates.figure.events import FigureEvent
from ledger.aggregates.figure.state import FigureState
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import Group
from ledger.rules.texts import sealable
from ledger.rules.time import local_date, occ_date


def decide(state: FigureState, command: FigureCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the event of a command.

    Raises:
        BadText, TextBlank: a text is not as it must be.
        LedgerError: what ``judge`` raises; ``check`` holds the other rules.
    """
    iat = int(context.now.timestamp())
    on = local_date(iat) if command.occ is None else occ_date(command.occ)
    judged = judge(state, _draft(state, command), on, iat, context.facts)
    stream = command.stream or f"figure/{context.new_id()}"
    return (Proposed(stream=stream, event=settle(judged), sealed=(_sealed(command),)),)


def _draft(state: FigureState, command: FigureCommand) -> FigureEvent:
    if isinstance(command, wishes.State):
        if state.begun:
            raise AlreadyStated
        return events.Stated(
            unit=command.unit,
            code=command.code,
            value=command.value,
            source=command.source,
            at_least=command.at_least,
            period=command.period,
        )
    if not state.begun:
        raise NotStated(what="figure")
    match command:
        case wishes.Correct():
            return events.Corrected(
                unit=state.unit,
                value=command.value,
                source=command.source,
                at_least=command.at_least,
                reason=command.reason,
                before=state.value,
            )
        case wishes.Read(value=value):
            return events.Read(unit=state.unit, value=value)
        case wishes.Withdraw(reason=reason):
            return events.Withdrawn(unit=state.unit, reason=reason)
        case _:
            assert_never(command)


def _sealed(command: FigureCommand) -> Group:
    text = sealable("text", command.text, lines=True)
    match command:
        case wishes.State() | wishes.Correct():
            return events.Wording(text=text)
        case wishes.Read():
            return events.Reading(text=text)
        case wishes.Withdraw():
            return events.Ground(text=text)
        case _:
            assert_never(command)
