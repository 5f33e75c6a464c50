"""What acts say about duties: one met, one met no longer, one begun, a number of a unit stated.

The agreement between aggregates and obligations; nobody lists types. An event type whose acts
meet obligations has the public members ``unit``, ``code``, ``period``, and says so on its class::

    @event("session.held.v1", Minutes)
    class Held(Event, frozen=True, kw_only=True):
        gives: ClassVar[Gives] = "met"
        unit: UnitRef
        code: Code            # id of an item of the section whose ``evidence`` is "session"
        period: PeriodText    # the period it covers, spelt as ``ledger.rules.periods`` does
        day: Date             # optional: the day it was done, else the day the act occurred

Where it depends on the act, ``gives`` is a property. A stream is one piece of evidence. Another
"met" in it restates what is covered; "withdrawn" takes it back. "unmet" says that what was done
last meets nothing, whatever was done before; the record stands, and may be named. A stream whose
first act covers something and meets nothing yet says "announced"; a later "met" in it then needs no
``code`` and no ``period`` of its own: what it covers was said before (ADR 0045).

A type that states a number of a unit (households, members) has ``unit``, ``code`` and an integer
``value``, and says ``states: ClassVar[bool] = True``. What an obligation asks for, and whether it
came in time: ``ledger.rules.compliance``.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ledger.kernel.act import Act
from ledger.kernel.event import Event
from ledger.rules.time import occ_date

Gives = Literal["announced", "met", "unmet", "withdrawn"]

BEGINNINGS: Mapping[str, str] = {
    "case.received": "kind",
}
"""Acts an obligation may follow (``after``), each with the member that carries its code."""


class Covered(NamedTuple):
    """What a piece of evidence covers: unit, code of its section, spelling of the period."""

    unit: str
    code: str
    period: str


def gives(event: Event) -> Gives | None:
    """Return what an act says of a duty, None where it says nothing."""
    return getattr(event, "gives", None)


def may_give(type_: type[Event]) -> bool:
    """Tell whether acts of a type may say something of a duty."""
    return hasattr(type_, "gives")


def states(type_: type[Event]) -> bool:
    """Tell whether acts of a type state a number of a unit."""
    return getattr(type_, "states", False)


def covered(event: Event) -> Covered | None:
    """Return what an act says it covers, None where its stream has said so before."""
    said = tuple(getattr(event, member, None) for member in Covered._fields)
    return None if None in said else Covered(*map(str, said))


def done_on(act: Act) -> str:
    """Return the day something was done, YYYY-MM-DD: as the act states, else when it occurred."""
    return getattr(act.event, "day", None) or occ_date(act.occ).isoformat()
