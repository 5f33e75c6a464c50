"""Wishes of those who steer a case."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.commands import Line, Text, Wish
from ledger.aggregates.case.steering import events
from ledger.kernel.event import CaseRef, Code, UnitRef


class CallConsultation(Wish, frozen=True, kw_only=True):
    """Call departments to consult jointly 吹哨."""

    name: ClassVar[str] = "case.call_consultation"
    zh: ClassVar[str] = "吹哨召集部门"
    en: ClassVar[str] = "Call consultation"
    leads_to = events.ConsultationCalled
    departments: events.Departments
    text: Text | None = None


class ReportIn(Wish, frozen=True, kw_only=True):
    """Record that a department called has come 报到."""

    name: ClassVar[str] = "case.report_in"
    zh: ClassVar[str] = "登记部门报到"
    en: ClassVar[str] = "Report in"
    leads_to = events.DepartmentReported
    department: UnitRef


class HoldConsultation(Wish, frozen=True, kw_only=True):
    """Record a joint consultation, what it resolved and the department that leads."""

    name: ClassVar[str] = "case.hold_consultation"
    zh: ClassVar[str] = "登记会商"
    en: ClassVar[str] = "Hold consultation"
    leads_to = events.ConsultationHeld
    resolution: Code
    lead: UnitRef | None = None
    text: Text | None = None


class TakeCharge(Wish, frozen=True, kw_only=True):
    """Answer for it as the leader in charge 包案."""

    name: ClassVar[str] = "case.take_charge"
    zh: ClassVar[str] = "领导包案"
    en: ClassVar[str] = "Take charge"
    leads_to = events.LeaderTookCharge


class Suspend(Wish, frozen=True, kw_only=True):
    """Let it stand still, for a reason; clocks stop only where the packs say so."""

    name: ClassVar[str] = "case.suspend"
    zh: ClassVar[str] = "中止"
    en: ClassVar[str] = "Suspend"
    leads_to = events.Suspended
    reason: Code
    text: Text | None = None


class Resume(Wish, frozen=True, kw_only=True):
    """Let the case go on, and its terms."""

    name: ClassVar[str] = "case.resume"
    zh: ClassVar[str] = "恢复"
    en: ClassVar[str] = "Resume"
    leads_to = events.Resumed
    text: Text | None = None


class Archive(Wish, frozen=True, kw_only=True):
    """Record that its file was archived; the text says where."""

    name: ClassVar[str] = "case.archive"
    zh: ClassVar[str] = "归档"
    en: ClassVar[str] = "Archive"
    leads_to = events.Archived
    text: Text | None = None


class TransferOut(Wish, frozen=True, kw_only=True):
    """Send it to the authority whose business it is."""

    name: ClassVar[str] = "case.transfer_out"
    zh: ClassVar[str] = "移交"
    en: ClassVar[str] = "Transfer out"
    leads_to = events.TransferredOut
    authority: Code
    text: Text | None = None


class AcceptTransfer(Wish, frozen=True, kw_only=True):
    """Record that the authority took it over."""

    name: ClassVar[str] = "case.accept_transfer"
    zh: ClassVar[str] = "登记移交已接收"
    en: ClassVar[str] = "Accept transfer"
    leads_to = events.TransferAccepted
    text: Text | None = None


class ReturnTransfer(Wish, frozen=True, kw_only=True):
    """Record that the authority sent it back."""

    name: ClassVar[str] = "case.return_transfer"
    zh: ClassVar[str] = "登记移交退回"
    en: ClassVar[str] = "Return transfer"
    leads_to = events.TransferReturned
    reason: Code
    text: Text | None = None


class Merge(Wish, frozen=True, kw_only=True):
    """Let it go on in another case of its kind; the other's part is signed along."""

    name: ClassVar[str] = "case.merge"
    zh: ClassVar[str] = "并案"
    en: ClassVar[str] = "Merge"
    leads_to = events.Merging
    into: CaseRef


class Absorb(Wish, frozen=True, kw_only=True):
    """Take up another case that is to be merged into this one."""

    name: ClassVar[str] = "case.absorb"
    zh: ClassVar[str] = "并入他案"
    en: ClassVar[str] = "Absorb"
    leads_to = events.Absorbed
    case: CaseRef


class ConcludeMerge(Wish, frozen=True, kw_only=True):
    """End it, once the other case has taken it up."""

    name: ClassVar[str] = "case.conclude_merge"
    zh: ClassVar[str] = "并案办结"
    en: ClassVar[str] = "Conclude merge"
    leads_to = events.Merged
    into: CaseRef


class SplitUp(Wish, frozen=True, kw_only=True):
    """Split new cases off from it, one for each text; titles and forms stand in the same order."""

    name: ClassVar[str] = "case.split"
    zh: ClassVar[str] = "分案"
    en: ClassVar[str] = "Split"
    usual: ClassVar[frozenset[str]] = frozenset({"category"})
    leads_to = events.Split
    texts: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=events.MOST_PARTS)]
    channel: Code
    category: Code | None = None
    titles: tuple[Line, ...] = ()
    forms: tuple[Text, ...] = ()
    note: Text | None = None
