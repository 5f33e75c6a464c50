"""Evidence: what acts say of a duty met, or of one met no longer; the agreement between aggregates.

An event type whose acts may meet obligations has the public members ``unit``, ``code`` and
``period``, and says so on its class::

    @event("session.held.v1", Attendance)
    class Held(Event, frozen=True, kw_only=True):
        gives: ClassVar[Gives] = "met"
        unit: UnitRef
        code: Code            # id of an item of the section whose ``evidence`` is "session"
        period: PeriodText    # the period it covers, spelt as ``ledger.rules.periods`` does

A stream is one piece of evidence. Another "met" in it restates what is covered; ``gives =
"withdrawn"`` takes it back, and such a type needs none of the three members. What an obligation
asks for, and whether it came in time: ``ledger.rules.compliance``.
"""

from typing import Literal, NamedTuple

from ledger.kernel.event import Event

Gives = Literal["met", "withdrawn"]


class Covered(NamedTuple):
    """What a piece of evidence covers: unit, code of its section, spelling of the period."""

    unit: str
    code: str
    period: str


def gives(type_: type[Event]) -> Gives | None:
    """Return what acts of a type say of a duty, None for types that say nothing."""
    return getattr(type_, "gives", None)


def covered(event: Event) -> Covered:
    """Return what an act of a type that gives "met" covers."""
    return Covered(*(getattr(event, member) for member in Covered._fields))
