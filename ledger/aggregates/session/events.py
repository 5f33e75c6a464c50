"""What happens to a session: the published types ``session.<fact>.v1`` and the groups they seal.

Public are the kind, the period it covers, the day, how many were there, what was counted, and
references to cases that arose. Who was there, what was said and the exact time are sealed; one
entry names one person present.

Not handled: attachments, the deliberations and votes of a decision (an aggregate of their own).
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from ledger.kernel.event import CaseRef, Code, Date, Event, Group, UnitRef, event, group
from ledger.rules.evidence import Gives
from ledger.rules.periods import PeriodText

Number = Annotated[int, Meta(ge=0, le=10_000_000)]


class Count(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """So many of something, by a code the kind lists: leaflets, households."""

    of: Code
    number: Number


@group("agenda", data_class="personal", purpose="convening", years=5, zh="议程", en="Agenda")
class Agenda(Group, frozen=True, kw_only=True):
    """What a session is to be about. ``starts_at`` is RFC 3339."""

    title: str | None = None
    text: str | None = None
    place: str | None = None
    starts_at: str | None = None


@group(
    "minutes",
    data_class="personal",
    purpose="record of what was held",
    years=10,
    zh="记录",
    en="Minutes",
)
class Minutes(Group, frozen=True, kw_only=True):
    """What was said and done. ``starts_at`` and ``ends_at`` are RFC 3339."""

    title: str | None = None
    text: str | None = None
    place: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None


@group("attendee", data_class="contact", purpose="attendance", years=5, zh="到场人", en="Attendee")
class Attendee(Group, frozen=True, kw_only=True):
    """One person present, as she signed in; ``capacity`` is what she came as."""

    name: str | None = None
    contact: str | None = None
    capacity: str | None = None


@group("problem", data_class="personal", purpose="handling", years=10, zh="问题", en="Problem")
class Problem(Group, frozen=True, kw_only=True):
    """A problem somebody raised, and who."""

    text: str | None = None
    raised_by: str | None = None


@group(
    "conclusion",
    subject="minutes",
    data_class="personal",
    purpose="outcome",
    years=10,
    zh="结论",
    en="Conclusion",
)
class Conclusion(Group, frozen=True, kw_only=True):
    """What it came to, in words."""

    text: str | None = None


class SessionEvent(Event, frozen=True, kw_only=True):
    """Every event names the session's unit; ``basis`` cites the arrangement of its kind."""

    unit: UnitRef


class Appointed(SessionEvent, frozen=True, kw_only=True):
    """A kind of session is to be held on a day, for a period."""

    code: Code
    period: PeriodText
    day: Date


class Record(Appointed, frozen=True, kw_only=True):
    """A session was held: so many ``present`` of those ``expected``, what was counted."""

    present: Number
    expected: Number | None = None
    counts: tuple[Count, ...] = ()
    outcome: Code | None = None


@event("session.planned.v1", Agenda, zh="安排活动", en="Session planned")
class Planned(Appointed, frozen=True, kw_only=True):
    """A session was called for a day."""


@event("session.replanned.v1", Agenda, zh="改期", en="Session moved")
class Replanned(Appointed, frozen=True, kw_only=True):
    """It was moved to another day, for a reason."""


@event("session.held.v1", Minutes, zh="举行活动", en="Session held")
class Held(Record, frozen=True, kw_only=True):
    """It was held, planned or not; ``day`` is the day it occurred."""

    gives: ClassVar[Gives] = "met"


@event("session.attended.v1", Attendee, zh="到场登记", en="Attendance recorded")
class Attended(SessionEvent, frozen=True, kw_only=True):
    """One person was there; her name is sealed."""


@event("session.problem_raised.v1", Problem, zh="提出问题", en="Problem raised")
class ProblemRaised(SessionEvent, frozen=True, kw_only=True):
    """Somebody raised a problem; ``case`` is where it is handled."""

    case: CaseRef | None = None


@event("session.concluded.v1", Conclusion, zh="记录结果", en="Outcome recorded")
class Concluded(SessionEvent, frozen=True, kw_only=True):
    """Its outcome was recorded after it."""

    outcome: Code


@event("session.corrected.v1", Minutes, zh="更正活动记录", en="Session corrected")
class Corrected(Record, frozen=True, kw_only=True):
    """What was recorded of it was wrong, for a reason; this is how it was."""

    gives: ClassVar[Gives] = "met"


@event("session.cancelled.v1", zh="取消活动", en="Session cancelled")
class Cancelled(SessionEvent, frozen=True, kw_only=True):
    """It was called off before it was held."""


@event("session.withdrawn.v1", zh="撤销活动记录", en="Session withdrawn")
class Withdrawn(SessionEvent, frozen=True, kw_only=True):
    """It was never held as recorded; it is evidence of nothing any more."""

    gives: ClassVar[Gives] = "withdrawn"


AnySessionEvent = (
    Planned | Replanned | Held | Attended | ProblemRaised | Concluded | Corrected | Cancelled
    | Withdrawn
)  # fmt: skip

EVENTS: tuple[type[SessionEvent], ...] = AnySessionEvent.__args__
REASONED = (Replanned, Corrected, Cancelled, Withdrawn)
"""Acts that must give a reason; the kind lists the codes."""
