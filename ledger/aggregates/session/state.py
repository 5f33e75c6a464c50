"""What the acts of a session have made of it, from their public members alone."""

from datetime import date
from typing import Literal, assert_never, cast

import msgspec
from msgspec.structs import replace

from ledger.aggregates.session.events import (
    AnySessionEvent,
    Attended,
    Cancelled,
    Concluded,
    Corrected,
    Count,
    Held,
    Planned,
    ProblemRaised,
    Record,
    Replanned,
    Withdrawn,
)
from ledger.kernel.act import Act
from ledger.rules.kinds.session import Standing
from ledger.rules.time import parse_date


class SessionState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A session; ``standing`` is "" before it is planned or held.

    ``day`` is the one it is planned for or was held on. ``attended`` counts the persons named,
    ``problems`` those raised, ``cases`` where they are handled.
    """

    standing: Standing | Literal[""] = ""
    unit: str = ""
    code: str = ""
    period: str = ""
    day: date | None = None
    present: int = 0
    expected: int | None = None
    counts: tuple[Count, ...] = ()
    outcome: str | None = None
    attended: int = 0
    problems: int = 0
    cases: tuple[str, ...] = ()
    corrected: int = 0

    @property
    def begun(self) -> bool:
        """Whether there is such a session."""
        return bool(self.standing)


def evolve(state: SessionState, act: Act) -> SessionState:
    """Return the session after an act that was accepted."""
    event = cast(AnySessionEvent, act.event)
    match event:
        case Planned() | Replanned():
            after = replace(_placed(state, event), standing="planned")
        case Held():
            after = replace(_recorded(state, event), standing="held")
        case Corrected():
            after = replace(_recorded(state, event), corrected=state.corrected + 1)
        case Attended():
            after = replace(state, attended=state.attended + 1)
        case ProblemRaised():
            after = _raised(state, event)
        case Concluded():
            after = replace(state, outcome=event.outcome)
        case Cancelled():
            after = replace(state, standing="cancelled")
        case Withdrawn():
            after = replace(state, standing="withdrawn")
        case _:
            assert_never(event)
    return after


def _placed(state: SessionState, event: Planned | Replanned | Record) -> SessionState:
    day = parse_date(event.day)
    return replace(state, unit=event.unit, code=event.code, period=event.period, day=day)


def _recorded(state: SessionState, event: Record) -> SessionState:
    return replace(
        _placed(state, event),
        present=event.present,
        expected=event.expected,
        counts=event.counts,
        outcome=event.outcome,
    )


def _raised(state: SessionState, event: ProblemRaised) -> SessionState:
    new = () if event.case is None or event.case in state.cases else (event.case,)
    return replace(state, problems=state.problems + 1, cases=(*state.cases, *new))
