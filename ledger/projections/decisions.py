"""Decisions: one row per decision; each step taken with its day, its votes and its defects.

``steps`` holds what ``taken`` reads: the steps in the order taken, parted by spaces. Which are
missing depends on the kind, which packs arrange.
"""

from typing import NamedTuple, assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.decision import events
from ledger.aggregates.decision.events import AnyDecisionEvent
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date


class DecisionRow(Row, frozen=True, kw_only=True):
    """A decision as of a size; ``defective`` counts the steps something was wrong with.

    ``up`` are the steps whose posting was not taken down, parted by spaces; ``appeals`` wait as
    ``number=due``, ``appealed`` counts all there were, ``upheld`` those that overturned it.
    """

    decision: str
    unit: str
    code: str
    period: str
    standing: str = "open"
    proposed_on: str
    steps: str = ""
    defective: int = 0
    early: int = 0
    closed_on: str | None = None
    revoked_on: str | None = None
    decided_on: str | None = None
    result: str | None = None
    up: str = ""
    appealed: int = 0
    appeals: str = ""
    upheld: int = 0
    reason: str | None = None


class Taken(NamedTuple):
    """A step taken: its day, votes where it was a meeting, how long it was posted, its defects."""

    step: str
    day: str
    present: int | None
    total: int | None
    ayes: int | None
    until: str | None
    defects: tuple[str, ...]


def taken(row: DecisionRow) -> tuple[Taken, ...]:
    """Return the steps of a row in the order they were taken."""
    return tuple(_parse(one) for one in row.steps.split())


def _parse(text: str) -> Taken:
    step, day, present, total, ayes, until, defects = text.split(":")

    def number(digits: str) -> int | None:
        return int(digits) if digits else None

    named = tuple(defects.split(",")) if defects else ()
    return Taken(step, day, number(present), number(total), number(ayes), until or None, named)


def fold(row: DecisionRow | None, act: Act, key: str) -> DecisionRow | None:
    """Return the decision's row after ``act``; nothing comes before it is proposed."""
    event, day = cast(AnyDecisionEvent, act.event), occ_date(act.occ).isoformat()
    if row is None:
        if not isinstance(event, events.Proposed):
            return None
        unit, code, period = event.unit, event.code, event.period
        return DecisionRow(decision=key, unit=unit, code=code, period=period, proposed_on=day)
    match event:
        case events.Proposed():
            after = row
        case events.StepTaken():
            after = replace(
                row,
                steps=f"{row.steps} {_format(event, day)}".strip(),
                standing=event.result or row.standing,
                decided_on=day if event.result else row.decided_on,
                result=event.result or row.result,
                up=row.up if event.until is None else f"{row.up} {event.step}".strip(),
                defective=row.defective + bool(event.defects),
            )
        case events.TakenDown():
            left = (step for step in row.up.split() if step != event.step)
            after = replace(row, early=row.early + event.early, up=" ".join(left))
        case events.Closed():
            after = replace(row, standing="closed", closed_on=day)
        case events.Revoked():
            after = replace(row, standing="revoked", revoked_on=day, reason=event.reason)
        case events.Appealed():
            waiting = f"{row.appeals} {event.number}={event.due}".strip()
            after = replace(row, appealed=event.number, appeals=waiting)
        case events.AppealDecided():
            after = _ruled(row, event)
        case events.Appraised():
            after = row
        case _:
            assert_never(event)
    return after


def _ruled(row: DecisionRow, event: events.AppealDecided) -> DecisionRow:
    left = (one for one in row.appeals.split() if not one.startswith(f"{event.number}="))
    upheld = event.verdict == "upheld"
    return replace(
        row,
        appeals=" ".join(left),
        upheld=row.upheld + upheld,
        standing="overturned" if upheld else row.standing,
    )


def _format(event: events.StepTaken, day: str) -> str:
    vote = event.vote
    counts = ("", "", "") if vote is None else (vote.present, vote.total, vote.ayes)
    parts = (event.step, day, *counts, event.until or "", ",".join(event.defects))
    return ":".join(map(str, parts))


view = View(
    name="decisions",
    version=4,
    row=DecisionRow,
    reads=frozenset({"decision"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    counts=(("unit", "code", "standing"),),
)
