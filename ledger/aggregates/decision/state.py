"""What the acts of a decision have made of it, from their public members alone."""

from datetime import date
from typing import Literal, assert_never, cast

import msgspec
from msgspec.structs import replace

from ledger.aggregates.decision.events import (
    AnyDecisionEvent,
    AppealDecided,
    Appealed,
    Appraised,
    Closed,
    Proposed,
    Revoked,
    StepTaken,
    TakenDown,
)
from ledger.kernel.act import Act
from ledger.rules.kinds.decision import DecisionStanding
from ledger.rules.time import occ_date, parse_date


class Posted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a step posted: the day, and the day through which it must stay."""

    step: str
    day: date
    until: date


class DecisionState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A decision; ``standing`` is "" before it is proposed, ``taken`` the steps in their order.

    ``hands`` are those who recorded any of it, ``appeals`` the numbers not ruled on.
    """

    standing: DecisionStanding | Literal[""] = ""
    unit: str = ""
    code: str = ""
    period: str = ""
    taken: tuple[str, ...] = ()
    last_on: date | None = None
    up: tuple[Posted, ...] = ()
    defective: int = 0
    decided_on: date | None = None
    hands: frozenset[str] = frozenset()
    appealed: int = 0
    appeals: tuple[int, ...] = ()
    appraised: frozenset[str] = frozenset()

    @property
    def begun(self) -> bool:
        """Whether there is such a decision."""
        return bool(self.standing)


def evolve(state: DecisionState, act: Act) -> DecisionState:
    """Return the decision after an act that was accepted."""
    event, on = cast(AnyDecisionEvent, act.event), occ_date(act.occ)
    match event:
        case Proposed():
            after = replace(
                state,
                standing="open",
                unit=event.unit,
                code=event.code,
                period=event.period,
            )
        case StepTaken():
            after = _stepped(state, event, on)
        case TakenDown():
            left = tuple(posted for posted in state.up if posted.step != event.step)
            after = replace(state, up=left)
        case Closed():
            after = replace(state, standing="closed")
        case Revoked():
            after = replace(state, standing="revoked")
        case Appealed():
            waiting = (*state.appeals, event.number)
            after = replace(state, appealed=event.number, appeals=waiting)
        case AppealDecided():
            after = _ruled(state, event)
        case Appraised():
            after = replace(state, appraised=state.appraised | {event.holder})
        case _:
            assert_never(event)
    # Whatever happened last, nothing may be dated before it.
    return replace(after, last_on=on, hands=after.hands | {act.actor})


def _ruled(state: DecisionState, event: AppealDecided) -> DecisionState:
    left = tuple(number for number in state.appeals if number != event.number)
    standing = "overturned" if event.verdict == "upheld" else state.standing
    return replace(state, appeals=left, standing=standing)


def _stepped(state: DecisionState, event: StepTaken, on: date) -> DecisionState:
    taken = state.taken if event.step in state.taken else (*state.taken, event.step)
    up = state.up
    if event.until is not None:
        up = (*up, Posted(step=event.step, day=on, until=parse_date(event.until)))
    return replace(
        state,
        standing=event.result or state.standing,
        taken=taken,
        decided_on=on if event.result else state.decided_on,
        up=up,
        defective=state.defective + bool(event.defects),
    )
