"""From a wish to the event that states it, with whatever is wrong about it."""

from typing import assert_never

from msgspec.structs import replace

from ledger.aggregates.decision import commands as wishes
from ledger.aggregates.decision import events
from ledger.aggregates.decision.check import judge, settle
from ledger.aggregates.decision.commands import DecisionCommand
from ledger.aggregates.decision.errors import AlreadyProposed, CountsMissing, NotProposed
from ledger.aggregates.decision.events import ADULT, DecisionEvent
from ledger.aggregates.decision.state import DecisionState
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import Group, Verdict
from ledger.rules.kinds.decision import Vote
from ledger.rules.periods import containing
from ledger.rules.texts import sealable
from ledger.rules.time import local_date, occ_date

UNSETTLED = "0001-01-01"
"""Stands where ``settle`` reckons a day."""


def decide(
    state: DecisionState, command: DecisionCommand, context: Context
) -> tuple[Proposed, ...]:
    """Propose the event of a command.

    Raises:
        BadText, TextBlank, CountsMissing: a text or the counts are not as they must be.
        LedgerError: what ``judge`` and ``settle`` raise; ``check`` holds the other rules.
    """
    iat = int(context.now.timestamp())
    on = local_date(iat) if command.occ is None else occ_date(command.occ)
    judged = judge(state, _draft(state, command), on, iat, context.facts)
    event = settle(judged)
    if isinstance(event, events.Proposed) and not event.period:
        event = replace(event, period=str(containing(judged.kind.period, on)))
    stream = command.stream or f"decision/{context.new_id()}"
    return (Proposed(stream=stream, event=event, sealed=_sealed(command)),)


def _draft(state: DecisionState, command: DecisionCommand) -> DecisionEvent:
    if isinstance(command, wishes.Propose):
        if state.begun:
            raise AlreadyProposed
        period = command.period or ""
        said = command.adult
        checks = () if said is None else (Verdict(check=ADULT, subject="subject", verdict=said),)
        return events.Proposed(unit=command.unit, code=command.code, period=period, checks=checks)
    if not state.begun:
        raise NotProposed(what="decision")
    match command:
        case wishes.TakeStep():
            vote, result = _vote(command), command.result
            return events.StepTaken(unit=state.unit, step=command.step, vote=vote, result=result)
        case wishes.TakeDown():
            return events.TakenDown(unit=state.unit, step=command.step)
        case wishes.Close():
            return events.Closed(unit=state.unit, code=state.code, period=state.period)
        case wishes.Revoke():
            return events.Revoked(unit=state.unit, reason=command.reason)
        case _:
            return _after(state, command)


def _after(
    state: DecisionState, command: wishes.AppealDecision | wishes.DecideAppeal | wishes.Appraise
) -> DecisionEvent:
    match command:
        case wishes.AppealDecision():
            return events.Appealed(unit=state.unit, number=state.appealed + 1, due=UNSETTLED)
        case wishes.DecideAppeal():
            return events.AppealDecided(
                unit=state.unit, number=command.number, verdict=command.verdict
            )
        case wishes.Appraise():
            return events.Appraised(unit=state.unit, holder=command.holder, grade=command.grade)
        case _:
            assert_never(command)


def _vote(command: wishes.TakeStep) -> Vote | None:
    given = (command.of, command.total, command.present, command.ayes)
    if all(each is None for each in given):
        return None
    of, total, present, ayes = given
    if of is None or total is None or present is None or ayes is None:
        raise CountsMissing
    return Vote(
        of=of,
        total=total,
        present=present,
        ayes=ayes,
        nays=command.nays,
        abstained=command.abstained,
    )


def _sealed(command: DecisionCommand) -> tuple[Group, ...]:
    match command:
        case wishes.Propose():
            title = sealable("title", command.title)
            group: Group = events.Proposal(title=title, text=_text(command.text))
        case wishes.TakeStep():
            place = sealable("place", command.place)
            group = events.Minutes(text=_text(command.text), place=place)
        case wishes.Revoke():
            group = events.Ground(text=_text(command.text))
        case wishes.AppealDecision():
            appellant = sealable("appellant", command.appellant)
            group = events.Appeal(appellant=appellant, text=_text(command.text))
        case wishes.DecideAppeal():
            group = events.Ruling(text=_text(command.text))
        case wishes.Appraise():
            group = events.Remark(text=_text(command.text))
        case wishes.TakeDown() | wishes.Close():
            return ()
        case _:
            assert_never(command)
    return (group,)


def _text(value: str | None) -> str | None:
    return sealable("text", value, lines=True)
