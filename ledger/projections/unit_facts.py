"""Stated numbers of units (households, members): one row per unit and fact, the last stated."""

import ledger.aggregates
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View
from ledger.rules.evidence import done_on, states


class UnitFactRow(Row, frozen=True, kw_only=True):
    """A number stated of a unit: the day it is of, the stream that says so.

    Of two, the later recorded stands: earlier ones are found as of an earlier size.
    """

    fact: str
    unit: str
    code: str
    value: int
    day: str
    stated_by: str


def fold(_: UnitFactRow | None, act: Act, key: str) -> UnitFactRow:
    """Return the number after ``act``."""
    return UnitFactRow(
        fact=key,
        unit=str(act.event.unit),
        code=act.event.code,  # type: ignore[attr-defined]
        value=act.event.value,  # type: ignore[attr-defined]
        day=done_on(act),
        stated_by=act.stream,
    )


view = View(
    name="unit_facts",
    version=1,
    row=UnitFactRow,
    reads=frozenset(
        aggregate.name
        for aggregate in declared(ledger.aggregates, "aggregate")
        if any(states(type_) for type_ in aggregate.events)
    ),
    keys=lambda act: (
        (f"{act.event.unit} {getattr(act.event, 'code', '')}",) if states(type(act.event)) else ()
    ),
    fold=fold,
    counts=(("unit",),),
)
