"""Published types of what steers a case: ``case.<fact>.v1``.

Joining and parting name each other both ways, in one submission: the case that is merged hands its
terms over (``merging``), the other takes the case up (``absorbed``), and only then the first ends
(``merged``); a case split names its parts (``split``), and each part, once received, takes over the
terms it came with (``split_off``). Terms handed over keep the day they began on, and persons who
had a hand in a case have had it in the other: nobody handles and verifies by way of a split.

Not handled: consent of the reporters to a merger, departments outside the log.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.events import CaseEvent, Note
from ledger.kernel.event import CaseRef, Code, PersonRef, UnitRef, event
from ledger.rules.clocks import Term

MOST_PARTS = 7
"""A submission holds 16 entries: the split, and two for each part."""
Departments = Annotated[tuple[UnitRef, ...], Meta(min_length=1, max_length=20)]
Parts = Annotated[tuple[CaseRef, ...], Meta(min_length=1, max_length=MOST_PARTS)]


@event("case.consultation_called.v1", Note)
class ConsultationCalled(CaseEvent, frozen=True, kw_only=True):
    """吹哨: departments were called to consult jointly."""

    departments: Departments


@event("case.department_reported.v1")
class DepartmentReported(CaseEvent, frozen=True, kw_only=True):
    """报到: a department that was called has come."""

    department: UnitRef


@event("case.consultation_held.v1", Note)
class ConsultationHeld(CaseEvent, frozen=True, kw_only=True):
    """会商: it was held and resolved on; ``lead`` is the department that leads from now on."""

    resolution: Code
    lead: UnitRef | None = None


@event("case.leader_took_charge.v1")
class LeaderTookCharge(CaseEvent, frozen=True, kw_only=True):
    """包案: a leader answers for it from now on; she signs herself."""


@event("case.suspended.v1", Note)
class Suspended(CaseEvent, frozen=True, kw_only=True):
    """中止: it stands still for a reason; ``paused`` are the clocks that do, by a rule."""

    prompt: ClassVar[bool] = True

    paused: tuple[Code, ...] = ()


@event("case.resumed.v1", Note)
class Resumed(CaseEvent, frozen=True, kw_only=True):
    """恢复: it goes on, and what stood still with it."""


@event("case.archived.v1", Note)
class Archived(CaseEvent, frozen=True, kw_only=True):
    """归档: its file was archived; the shelf mark is in the note."""


@event("case.transferred_out.v1", Note)
class TransferredOut(CaseEvent, frozen=True, kw_only=True):
    """移交: it was sent to an authority whose business it is, which says whether it takes it."""

    authority: Code


@event("case.transfer_accepted.v1", Note)
class TransferAccepted(CaseEvent, frozen=True, kw_only=True):
    """The authority took it over; it is no longer ours."""


@event("case.transfer_returned.v1", Note)
class TransferReturned(CaseEvent, frozen=True, kw_only=True):
    """The authority sent it back, for a reason; our terms ran on meanwhile."""


HANDS: tuple[str, ...] = (
    "handlers", "verifiers", "callers", "deciders", "barred", "mediated_by",
)  # fmt: skip
"""The members that name persons, of what is handed over as of the case."""


class Handing(CaseEvent, frozen=True, kw_only=True):
    """What goes with a case into another: its terms, and who had which hand in it.

    The persons are those of ``CaseState``; who stood down from mediating is in ``mediated_by``.
    """

    concerns: ClassVar[tuple[str, ...]] = HANDS
    terms: tuple[Term, ...] = ()
    handlers: tuple[PersonRef, ...] = ()
    verifiers: tuple[PersonRef, ...] = ()
    callers: tuple[PersonRef, ...] = ()
    deciders: tuple[PersonRef, ...] = ()
    barred: tuple[PersonRef, ...] = ()
    mediated_by: tuple[PersonRef, ...] = ()


@event("case.merging.v1")
class Merging(Handing, frozen=True, kw_only=True):
    """It is to go on in another case: its terms, and who had a hand in it, are handed over."""

    into: CaseRef
    kind: Code


@event("case.absorbed.v1")
class Absorbed(Handing, frozen=True, kw_only=True):
    """并案: another case goes on in it; ``terms`` are those that end earlier than its own."""

    case: CaseRef


@event("case.merged.v1")
class Merged(CaseEvent, frozen=True, kw_only=True):
    """It goes on in another case, which has taken it up."""

    into: CaseRef


@event("case.split.v1", Note)
class Split(Handing, frozen=True, kw_only=True):
    """分案: cases of its kind were split off from it; its terms and persons go with each."""

    into: Parts
    kind: Code


@event("case.split_off.v1")
class SplitOff(Handing, frozen=True, kw_only=True):
    """It is part of another case, and goes on under the terms and persons that case had."""

    case: CaseRef


SteeringEvent = (
    ConsultationCalled | DepartmentReported | ConsultationHeld | LeaderTookCharge | Suspended
    | Resumed | Archived | TransferredOut | TransferAccepted | TransferReturned | Merging | Absorbed
    | Merged | Split | SplitOff
)  # fmt: skip

EVENTS: tuple[type[CaseEvent], ...] = SteeringEvent.__args__
