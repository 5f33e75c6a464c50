"""Rules of what steers a case, which no pack can take away."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from ledger.aggregates.case.judge import Judged
from ledger.aggregates.case.steering import errors, events
from ledger.aggregates.case.steering.links import link_of
from ledger.rules.time import parse_date
from ledger.rules.units import verify_unit


def consultation_called(judged: Judged) -> None:
    """Raises: ConsultationOpen, DepartmentRepeated; UnitUnknown for one never established."""
    event = cast(events.ConsultationCalled, judged.event)
    if judged.state.consultation is not None:
        raise errors.ConsultationOpen(**judged.cite)
    if len(set(event.departments)) != len(event.departments):
        raise errors.DepartmentRepeated(**judged.cite)
    for department in event.departments:
        verify_unit(judged.facts, department)


def department_reported(judged: Judged) -> None:
    """Raises: NoConsultation, DepartmentNotCalled."""
    event = cast(events.DepartmentReported, judged.event)
    _require_awaited(judged, event.department)


def consultation_held(judged: Judged) -> None:
    """Raises: NoConsultation; DepartmentNotCalled, for one that leads and did not come."""
    event = cast(events.ConsultationHeld, judged.event)
    called = judged.state.consultation
    if called is None:
        raise errors.NoConsultation(**judged.cite)
    if event.lead is not None and event.lead not in called.reported:
        raise errors.DepartmentNotCalled(
            departments=", ".join(called.reported) or "-", **judged.cite
        )


def _require_awaited(judged: Judged, department: str) -> None:
    called = judged.state.consultation
    if called is None:
        raise errors.NoConsultation(**judged.cite)
    if department not in called.awaited:
        raise errors.DepartmentNotCalled(
            departments=", ".join(called.awaited) or "-", **judged.cite
        )


def leader_took_charge(judged: Judged) -> None:
    """Raises: InChargeAlready."""
    if judged.state.leader == judged.who.actor:
        raise errors.InChargeAlready(**judged.cite)


def suspends(judged: Judged) -> None:
    """Raises: SuspendedAlready; DatedIntoTerm, for a day of a term that ended before signing."""
    not_suspended(judged)
    ends = (parse_date(running.due.day) for running in judged.state.clocks)
    if not judged.imported and any(judged.on <= end < judged.signed for end in ends):
        raise errors.DatedIntoTerm(day=judged.on.isoformat(), **judged.cite)


def not_suspended(judged: Judged) -> None:
    """Raises: SuspendedAlready."""
    if judged.state.suspended is not None:
        raise errors.SuspendedAlready(day=judged.state.suspended.isoformat(), **judged.cite)


def resumed(judged: Judged) -> None:
    """Raises: NotSuspended. That it is not before the suspension, the order of days holds."""
    if judged.state.suspended is None:
        raise errors.NotSuspended(**judged.cite)


def parts_apart(judged: Judged) -> None:
    """Raises: MergesItself."""
    event = cast(events.Merging | events.Split, judged.event)
    others = (event.into,) if isinstance(event, events.Merging) else event.into
    if judged.stream in others or len(set(others)) != len(others):
        raise errors.MergesItself(**judged.cite)


def takes_over(judged: Judged) -> None:
    """Hold what takes over to a case of its kind and unit; see ``settle``, too.

    Raises:
        SuspendedAlready: it stands still, and would go on by its own term, not by the earlier.
        OfAnotherKind, NotHandedOver: the other is no such case.
    """
    event = cast(events.Absorbed | events.SplitOff, judged.event)
    not_suspended(judged)
    handed = handed_over(judged)
    if handed.kind != judged.kind.id:
        raise errors.OfAnotherKind(kind=judged.kind.id, other=handed.kind, **judged.cite)
    if handed.unit != event.unit:
        raise errors.NotHandedOver(case=event.case, **judged.cite)


def taken_up(judged: Judged) -> None:
    """Raises: NotTakenUp, unless the other took it up right after it was handed over."""
    event = cast(events.Merged, judged.event)
    link = link_of(judged.facts, judged.stream)
    fresh = judged.state.last == "merging" and link.merging is not None
    if not fresh or event.into not in link.taken_by:
        raise errors.NotTakenUp(case=event.into, **judged.cite)


def handed_over(judged: Judged) -> events.Merging | events.Split:
    """Return the act by which the other case handed over to this one.

    Raises:
        NotHandedOver: it did not.
    """
    event = cast(events.Absorbed | events.SplitOff, judged.event)
    link = link_of(judged.facts, event.case)
    found: events.Merging | events.Split | None = link.parts.get(judged.stream)
    if isinstance(event, events.Absorbed):
        merging = link.merging
        found = merging if merging is not None and merging.into == judged.stream else None
    if found is None:
        raise errors.NotHandedOver(case=event.case, **judged.cite)
    return found


HOLDS: Mapping[type[Any], Callable[[Judged], None]] = {
    events.ConsultationCalled: consultation_called,
    events.DepartmentReported: department_reported,
    events.ConsultationHeld: consultation_held,
    events.LeaderTookCharge: leader_took_charge,
    events.Suspended: suspends,
    events.Resumed: resumed,
    events.Merging: parts_apart,
    events.Split: parts_apart,
    events.Absorbed: takes_over,
    events.SplitOff: takes_over,
    events.Merged: taken_up,
}
"""The rule of each act, by its type."""
