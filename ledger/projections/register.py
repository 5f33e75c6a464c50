"""The case register: one row per case, as the public members of its acts tell it.

Every case event says which state it leads to, which terms it set and which clocks it stopped
(`ledger.aggregates.case.events`), so the row needs no pack. Whether a case is overdue depends on
the day one asks about and is therefore no column: see ``overdue`` and ``due_before``.

Design section 3, As of; domain 7.2.A. Not handled: who reported what (sealed), the history of a
case (its stream), rates and durations (views of their own).
"""

from datetime import date
from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.case import events
from ledger.aggregates.case.events import CaseEvent, Received
from ledger.aggregates.case.evolve import AnyCaseEvent
from ledger.kernel.act import Act, AsOf
from ledger.kernel.view import Row, View
from ledger.rules.persons import IMPORTER
from ledger.rules.time import local_date, occ_date


class CaseRow(Row, frozen=True, kw_only=True):
    """A case as of a size; days are local, written YYYY-MM-DD.

    ``due`` is the earliest day on which a running term ends, ``clock`` the term it belongs to,
    ``provisional`` while that year's holidays are not announced; all terms that run are in
    ``terms``, as ``clock=day`` by clock, parted by spaces, a provisional day ending in ``?``.
    Rights that lapse are no terms to keep and not among them. ``closed_on`` is the day it last
    ceased to be open. ``handler`` handles it now, ``handled`` tells whether anyone ever did.
    ``imported`` cases were received by import: their days are those of the old system.
    """

    case: str
    unit: str
    kind: str
    state: str
    open: bool
    received_on: str
    due: str | None = None
    clock: str | None = None
    provisional: bool = False
    terms: str = ""
    closed_on: str | None = None
    handler: str | None = None
    handled: bool = False
    reopened: int = 0
    reassigned: int = 0
    imported: bool = False
    last_act: str


OPEN_CASES = {"open": True}
"""Filter of the cases that count as open; add members to narrow it."""


def due_before(on: date) -> dict[str, str]:
    """Return the filter (columns below a value) of the cases overdue on ``on``."""
    return {"due": on.isoformat()}


def overdue(row: CaseRow, on: date) -> bool:
    """Tell whether a term of an open case ended before the day ``on``; its last day is in time."""
    return row.open and row.due is not None and row.due < on.isoformat()


def day_of(as_of: AsOf) -> date:
    """Return the local day of ``as_of.at``, on which windows and terms are judged."""
    return local_date(as_of.at // 1000)


def fold(row: CaseRow | None, act: Act, key: str) -> CaseRow | None:
    """Return the case's row after ``act``. No act comes before a case was received."""
    event = cast(AnyCaseEvent, act.event)
    if row is None:
        if not isinstance(event, Received):
            return None
        row = _received(event, act, key)
    moved = replace(
        row,
        unit=event.unit,
        state=event.state,
        open=event.open,
        closed_on=_closed_on(row, event, act),
        last_act=act.type,
    )
    return _by_fact(_timed(moved, event), event, act.actor)


def _received(event: Received, act: Act, key: str) -> CaseRow:
    return CaseRow(
        case=key,
        unit=event.unit,
        kind=event.kind,
        state=event.state,
        open=True,
        received_on=occ_date(act.occ).isoformat(),
        imported=act.role == IMPORTER,
        last_act=act.type,
    )


def _closed_on(row: CaseRow, event: CaseEvent, act: Act) -> str | None:
    if event.open:
        return None
    return occ_date(act.occ).isoformat() if row.open else row.closed_on


def _timed(row: CaseRow, event: CaseEvent) -> CaseRow:
    if not event.due and not event.stopped:
        return row
    terms = dict(term.split("=") for term in row.terms.split())
    for clock in event.stopped:
        terms.pop(clock, None)
    for due in event.due:
        if not due.lapses:
            terms[due.clock] = due.day + "?" * due.provisional
    text = " ".join(f"{clock}={terms[clock]}" for clock in sorted(terms))
    if not terms:
        return replace(row, terms=text, due=None, clock=None, provisional=False)
    # Of two terms that end on one day the definite one sorts first.
    day, clock = min((day, clock) for clock, day in terms.items())
    provisional = day.endswith("?")
    return replace(row, terms=text, due=day[:10], clock=clock, provisional=provisional)


def _by_fact(row: CaseRow, event: AnyCaseEvent, actor: str) -> CaseRow:
    match event:
        case events.Assigned():
            return _handled_by(row, event.handler)
        case events.Reassigned():
            return replace(_handled_by(row, event.handler), reassigned=row.reassigned + 1)
        case events.ProgressNoted() | events.Resolved():
            return _handled_by(row, actor)
        case events.Answered():
            # Who answers what nobody else handled has handled it: a message has no other handler.
            return row if row.handled else _handled_by(row, actor)
        case events.Reopened():
            return replace(row, handler=None, reopened=row.reopened + 1)
        case (
            events.Received() | events.Accepted() | events.Refused() | events.Triaged()
            | events.Objected() | events.Extended() | events.Verified()
            | events.VerificationFailed() | events.Rated() | events.CalledBack() | events.Closed()
            | events.Withdrawn() | events.Submitted() | events.Issued() | events.Claimed()
            | events.Released() | events.Completed() | events.Confirmed() | events.Cancelled()
            | events.Expired() | events.Attached()
        ):  # fmt: skip
            return row
        case _:
            assert_never(event)


def _handled_by(row: CaseRow, actor: str) -> CaseRow:
    # A device handles nothing: an import tells what persons did elsewhere.
    if not actor.startswith("person/"):
        return row
    return replace(row, handler=actor, handled=True)


view = View(
    name="register",
    version=4,
    row=CaseRow,
    reads=frozenset({"case"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    # One count answers every total; overdue is one by due day: what is late on a day are the
    # cells before it.
    counts=(("unit", "kind", "state", "open", "imported"), ("open", "due")),
    lists=(("unit",), ("open",), ("open", "unit")),
)
