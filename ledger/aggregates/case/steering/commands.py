"""Wishes of those who steer a case."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.commands import Line, Text
from ledger.aggregates.case.events import CaseEvent
from ledger.aggregates.case.steering import events
from ledger.kernel.aggregate import Command
from ledger.kernel.event import CaseRef, Code, UnitRef


class CallConsultation(Command, frozen=True, kw_only=True):
    """Call departments to consult jointly 吹哨."""

    name: ClassVar[str] = "case.call_consultation"
    departments: events.Departments
    text: Text | None = None


class ReportIn(Command, frozen=True, kw_only=True):
    """Record that a department called has come 报到."""

    name: ClassVar[str] = "case.report_in"
    department: UnitRef


class HoldConsultation(Command, frozen=True, kw_only=True):
    """Record a joint consultation, what it resolved and the department that leads."""

    name: ClassVar[str] = "case.hold_consultation"
    resolution: Code
    lead: UnitRef | None = None
    text: Text | None = None


class TakeCharge(Command, frozen=True, kw_only=True):
    """Answer for it as the leader in charge 包案."""

    name: ClassVar[str] = "case.take_charge"


class Suspend(Command, frozen=True, kw_only=True):
    """Let it stand still, for a reason; clocks stop only where the packs say so."""

    name: ClassVar[str] = "case.suspend"
    reason: Code
    text: Text | None = None


class Resume(Command, frozen=True, kw_only=True):
    """Let the case go on, and its terms."""

    name: ClassVar[str] = "case.resume"
    text: Text | None = None


class Archive(Command, frozen=True, kw_only=True):
    """Record that its file was archived; the text says where."""

    name: ClassVar[str] = "case.archive"
    text: Text | None = None


class TransferOut(Command, frozen=True, kw_only=True):
    """Send it to the authority whose business it is."""

    name: ClassVar[str] = "case.transfer_out"
    authority: Code
    text: Text | None = None


class AcceptTransfer(Command, frozen=True, kw_only=True):
    """Record that the authority took it over."""

    name: ClassVar[str] = "case.accept_transfer"
    text: Text | None = None


class ReturnTransfer(Command, frozen=True, kw_only=True):
    """Record that the authority sent it back."""

    name: ClassVar[str] = "case.return_transfer"
    reason: Code
    text: Text | None = None


class Merge(Command, frozen=True, kw_only=True):
    """Let it go on in another case of its kind; the other's part is signed along."""

    name: ClassVar[str] = "case.merge"
    into: CaseRef


class Absorb(Command, frozen=True, kw_only=True):
    """Take up another case that is to be merged into this one."""

    name: ClassVar[str] = "case.absorb"
    case: CaseRef


class ConcludeMerge(Command, frozen=True, kw_only=True):
    """End it, once the other case has taken it up."""

    name: ClassVar[str] = "case.conclude_merge"
    into: CaseRef


class SplitUp(Command, frozen=True, kw_only=True):
    """Split new cases off from it, one for each text; titles and forms stand in the same order."""

    name: ClassVar[str] = "case.split"
    texts: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=events.MOST_PARTS)]
    channel: Code
    category: Code | None = None
    titles: tuple[Line, ...] = ()
    forms: tuple[Text, ...] = ()
    note: Text | None = None


EVENT_OF: Mapping[type[Command], type[CaseEvent]] = {
    CallConsultation: events.ConsultationCalled,
    ReportIn: events.DepartmentReported,
    HoldConsultation: events.ConsultationHeld,
    TakeCharge: events.LeaderTookCharge,
    Suspend: events.Suspended,
    Resume: events.Resumed,
    Archive: events.Archived,
    TransferOut: events.TransferredOut,
    AcceptTransfer: events.TransferAccepted,
    ReturnTransfer: events.TransferReturned,
    Merge: events.Merging,
    Absorb: events.Absorbed,
    ConcludeMerge: events.Merged,
    SplitUp: events.Split,
}
