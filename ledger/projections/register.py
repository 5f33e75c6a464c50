"""The case register: one row per case, as the public members of its acts tell it.

Every case event says which state it leads to, which terms it set and which clocks it stopped
(`ledger.aggregates.case.events`), so the row needs no pack. Whether a case is overdue depends on
the day one asks about and is therefore no column: see ``overdue`` and ``due_before``.

Not handled: who reported what (sealed), the history of a case (its stream), single ratings and
closings (views of their own).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, assert_never, cast, get_args

from msgspec.structs import replace

from ledger.aggregates.case import events
from ledger.aggregates.case.events import CaseEvent, Received
from ledger.aggregates.case.mediation import events as mediation
from ledger.aggregates.case.steering import events as steering
from ledger.kernel.act import Act, AsOf
from ledger.kernel.event import Event
from ledger.kernel.view import Row, View
from ledger.rules.kinds.case import MEDIATION_OF
from ledger.rules.persons import IMPORTER
from ledger.rules.time import local_date, occ_date


class CaseRow(Row, frozen=True, kw_only=True):
    """A case as of a size; days are local, written YYYY-MM-DD.

    ``due`` is the earliest day on which a running term ends, ``clock`` the term it belongs to,
    ``provisional`` while that year's holidays are not announced; all terms that run are in
    ``terms``, as ``clock=day`` by clock, parted by spaces, a provisional day ending in ``?``.
    Rights that lapse are no terms to keep and not among them. ``closed_on`` is the day it last
    ceased to be open. ``handler`` handles it now, ``handled`` tells whether anyone ever did.
    ``missed`` are the terms that had ended when they were stopped. While a case stands still,
    ``suspended_on`` is since when, and what stands still with it is no term; ``stood`` are the days
    it did before. ``part_of`` is the case it was merged into or split off from. ``mediation`` is
    where one stands: under_way, oral or written once in effect, declined, failed. ``responded``,
    ``solved`` and ``satisfied`` are what the reporter last said of each, None while she said
    nothing. ``imported`` cases were received by import: their days are those of the old system.
    """

    case: str
    unit: str
    kind: str
    category: str | None = None
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
    missed: int = 0
    suspended: bool = False
    suspended_on: str | None = None
    stood: int = 0
    consulting: bool = False
    leader: str | None = None
    part_of: str | None = None
    mediation: str | None = None
    responded: bool | None = None
    solved: bool | None = None
    satisfied: bool | None = None
    last_act: str


OPEN_CASES = {"open": True}
"""Filter of the cases that count as open; add members to narrow it."""

AGREED = ("oral", "written")
"""Where a mediation stands once parties agreed."""
ENDED = (*AGREED, "failed")
"""Where a mediation stands once it has ended; one that a party refused never began."""


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
    event = cast(CaseEvent, act.event)
    if row is None:
        if not isinstance(event, Received):
            return None
        row = _received(event, act, key)
    on = occ_date(act.occ)
    moved = replace(
        row,
        unit=event.unit,
        state=event.state,
        open=event.open,
        closed_on=_closed_on(row, event, on),
        last_act=act.type,
    )
    if not event.open and row.suspended:
        moved = _resumed(moved, on)
    paused = event.paused if isinstance(event, steering.Suspended) else ()
    if event.due or event.stopped or paused:
        moved = _timed(moved, event, (*event.stopped, *paused), on)
    change = _CHANGES.get(type(event))
    return moved if change is None else change(moved, event, act.actor, on)


def _received(event: Received, act: Act, key: str) -> CaseRow:
    return CaseRow(
        case=key,
        unit=event.unit,
        kind=event.kind,
        category=event.category,
        state=event.state,
        open=True,
        received_on=occ_date(act.occ).isoformat(),
        imported=act.role == IMPORTER,
        last_act=act.type,
    )


def _closed_on(row: CaseRow, event: CaseEvent, on: date) -> str | None:
    if event.open:
        return None
    return on.isoformat() if row.open else row.closed_on


def _timed(row: CaseRow, event: CaseEvent, ended: tuple[str, ...], on: date) -> CaseRow:
    """Return the row with the terms an event set, without those it ``ended``."""
    terms = dict([term.split("=") for term in row.terms.split()])
    today = on.isoformat()
    over = [clock for clock in event.stopped if terms.get(clock, "9999")[:10] < today]
    for clock in ended:
        terms.pop(clock, None)
    for due in event.due:
        if not due.lapses:
            terms[due.clock] = due.day + "?" * due.provisional
    # Of two terms that end on one day the definite one sorts first.
    day, first = min([(day, clock) for clock, day in terms.items()], default=("", ""))
    return replace(
        row,
        terms=" ".join([f"{clock}={terms[clock]}" for clock in sorted(terms)]),
        due=day[:10] or None,
        clock=first or None,
        provisional=day.endswith("?"),
        missed=row.missed + len(over),
    )


def _steered(row: CaseRow, event: steering.SteeringEvent, actor: str, on: date) -> CaseRow:
    after = row
    match event:
        case steering.ConsultationCalled() | steering.ConsultationHeld():
            after = replace(row, consulting=isinstance(event, steering.ConsultationCalled))
        case steering.LeaderTookCharge():
            handled = row.handled or actor.startswith("person/")
            after = replace(row, leader=actor, handled=handled)
        case steering.Suspended():
            after = replace(row, suspended=True, suspended_on=on.isoformat())
        case steering.Resumed():
            after = _resumed(row, on)
        case steering.Absorbed(handlers=handlers):
            after = replace(row, handled=row.handled or bool(handlers))
        case steering.Merged(into=other):
            after = replace(row, part_of=other)
        case steering.SplitOff(case=other, handlers=handlers):
            after = replace(row, part_of=other, handled=row.handled or bool(handlers))
        case _:
            pass
    return after


def _resumed(row: CaseRow, on: date) -> CaseRow:
    since = date.fromisoformat(row.suspended_on or on.isoformat())
    stood = row.stood + max(0, (on - since).days)
    return replace(row, suspended=False, suspended_on=None, stood=stood)


def _mediated(row: CaseRow, event: mediation.MediationEvent, _actor: str, _on: date) -> CaseRow:
    handled = row.handled or isinstance(event, mediation.MediatorsNamed)
    stands = _STANDS.get(type(event), row.mediation)
    return replace(row, handled=handled, mediation=stands)


_STANDS: Mapping[type[CaseEvent], str] = {
    mediation.MediationOpened: "under_way",
    mediation.PartyDeclined: "declined",
    mediation.AgreedOrally: "oral",
    mediation.AgreementSigned: "written",
    mediation.MediationFailed: "failed",
}
"""Where a mediation stands after an act; others leave it there."""


_Handling = (
    events.Assigned | events.Reassigned | events.ProgressNoted | events.Resolved | events.Answered
    | events.Reopened
)  # fmt: skip


def _handled(row: CaseRow, event: _Handling, actor: str, _on: date) -> CaseRow:
    match event:
        case events.Assigned():
            return _handled_by(row, event.handler)
        case events.Reassigned():
            return replace(_handled_by(row, event.handler), reassigned=row.reassigned + 1)
        case events.ProgressNoted() | events.Resolved():
            outcome = event.outcome if isinstance(event, events.Resolved) else ""
            mediated = MEDIATION_OF.get(outcome, row.mediation)
            return replace(_handled_by(row, actor), mediation=mediated)
        case events.Answered():
            # Who answers what nobody else handled has handled it: a message has no other handler.
            return row if row.handled else _handled_by(row, actor)
        case events.Reopened():
            return replace(
                row,
                handler=None,
                leader=None,
                consulting=False,
                mediation=None,
                reopened=row.reopened + 1,
            )
        case _:
            assert_never(event)


def _rated(row: CaseRow, event: events.Rated, _actor: str, _on: date) -> CaseRow:
    # It stands when the case is taken up again, until she says otherwise: else reopening what went
    # wrong would take her verdict out of the rates.
    return replace(
        row,
        responded=row.responded if event.responded is None else event.responded,
        solved=row.solved if event.solved is None else event.solved,
        satisfied=row.satisfied if event.satisfied is None else event.satisfied,
    )


_CHANGES: Mapping[type[Event], Callable[[CaseRow, Any, str, date], CaseRow]] = {
    **dict.fromkeys(steering.EVENTS, _steered),
    **dict.fromkeys(mediation.EVENTS, _mediated),
    **dict.fromkeys(get_args(_Handling), _handled),
    events.Rated: _rated,
}
"""What an act changes beside state and terms, by its type: trying one type after the other took
half of the time of this fold."""


def _handled_by(row: CaseRow, actor: str) -> CaseRow:
    # A device handles nothing: an import tells what persons did elsewhere.
    if not actor.startswith("person/"):
        return row
    return replace(row, handler=actor, handled=True)


view = View(
    name="register",
    version=10,
    row=CaseRow,
    reads=frozenset({"case"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    # One count answers every total; overdue is one by due day: what is late on a day are the
    # cells before it.
    counts=(
        ("unit", "kind", "state", "open", "imported", "suspended", "mediation"),
        ("open", "due"),
        ("unit", "category", "handled", "open"),
        # Apart from the first, which every act moves: these move when a case ends or is rated.
        ("unit", "kind", "open", "missed", "responded", "solved", "satisfied"),
    ),
    lists=(("unit",), ("open",), ("open", "unit"), ("received_on",)),
)
