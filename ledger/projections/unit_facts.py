"""Stated numbers of units (households, members): one row per unit, fact and day they are of."""

import ledger.aggregates
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View
from ledger.rules.evidence import done_on, states


class UnitFactRow(Row, frozen=True, kw_only=True):
    """A number stated of a unit: the day it is of, the stream that says so.

    Of two for one day the later recorded stands; a number holds until that of a later day.
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


def _keys(act: Act) -> tuple[str, ...]:
    if not states(type(act.event)):
        return ()
    return (f"{act.event.unit} {act.event.code} {done_on(act)}",)  # type: ignore[attr-defined]


view = View(
    name="unit_facts",
    version=2,
    row=UnitFactRow,
    reads=frozenset(
        aggregate.name
        for aggregate in declared(ledger.aggregates, "aggregate")
        if any(states(type_) for type_ in aggregate.events)
    ),
    keys=_keys,
    fold=fold,
    counts=(("unit",),),
)
