"""What people wish for a session: imperative, flat, as typed. Texts are checked in ``decide``."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.session.events import Number
from ledger.kernel.aggregate import Command
from ledger.kernel.event import CaseRef, Code, Date, UnitRef
from ledger.rules.periods import PeriodText
from ledger.rules.texts import Line, Moment, Text

CountText = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_.-]{0,63}=(0|[1-9][0-9]{0,7})\Z")]
"""How many of what: ``leaflets=300``."""


class Plan(Command, frozen=True, kw_only=True):
    """Call a session for a day; its period is the one the day lies in, unless another is named."""

    name: ClassVar[str] = "session.plan"
    zh: ClassVar[str] = "计划活动"
    en: ClassVar[str] = "Plan"
    usual: ClassVar[frozenset[str]] = frozenset({"title", "text", "place"})
    unit: UnitRef
    code: Code
    day: Date
    period: PeriodText | None = None
    title: Line | None = None
    text: Text | None = None
    place: Line | None = None
    starts_at: Moment | None = None


class Replan(Command, frozen=True, kw_only=True):
    """Move a planned session to another day."""

    name: ClassVar[str] = "session.replan"
    zh: ClassVar[str] = "改期"
    en: ClassVar[str] = "Replan"
    usual: ClassVar[frozenset[str]] = frozenset({"title", "text", "place"})
    day: Date
    reason: Code
    period: PeriodText | None = None
    title: Line | None = None
    text: Text | None = None
    place: Line | None = None
    starts_at: Moment | None = None


class Hold(Command, frozen=True, kw_only=True):
    """Record that a session was held; ``unit`` and ``code`` are those planned, if it was."""

    name: ClassVar[str] = "session.hold"
    zh: ClassVar[str] = "登记活动举行"
    en: ClassVar[str] = "Record a session"
    begins: ClassVar[bool] = True
    usual: ClassVar[frozenset[str]] = frozenset({"outcome", "title", "text", "place"})
    present: Number
    expected: Number | None = None
    unit: UnitRef | None = None
    code: Code | None = None
    period: PeriodText | None = None
    counts: tuple[CountText, ...] = ()
    outcome: Code | None = None
    title: Line | None = None
    text: Text | None = None
    place: Line | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Attend(Command, frozen=True, kw_only=True):
    """Name one person who was there; the name is sealed."""

    name: ClassVar[str] = "session.attend"
    zh: ClassVar[str] = "登记到场人员"
    en: ClassVar[str] = "Attend"
    attendee: Line
    contact: Line | None = None
    capacity: Line | None = None


class RaiseProblem(Command, frozen=True, kw_only=True):
    """Record a problem somebody raised, and the case that handles it."""

    name: ClassVar[str] = "session.raise_problem"
    zh: ClassVar[str] = "登记提出的问题"
    en: ClassVar[str] = "Raise problem"
    text: Text
    raised_by: Line | None = None
    case: CaseRef | None = None


class Conclude(Command, frozen=True, kw_only=True):
    """Record what it came to, where that was not said when it was held."""

    name: ClassVar[str] = "session.conclude"
    zh: ClassVar[str] = "登记结果"
    en: ClassVar[str] = "Conclude"
    outcome: Code
    text: Text | None = None


class Correct(Command, frozen=True, kw_only=True):
    """Correct what was recorded of it; what is not given stays."""

    name: ClassVar[str] = "session.correct"
    zh: ClassVar[str] = "更正活动记录"
    en: ClassVar[str] = "Correct"
    usual: ClassVar[frozenset[str]] = frozenset({"outcome", "title", "text", "place"})
    reason: Code
    day: Date | None = None
    period: PeriodText | None = None
    present: Number | None = None
    expected: Number | None = None
    counts: tuple[CountText, ...] | None = None
    outcome: Code | None = None
    title: Line | None = None
    text: Text | None = None
    place: Line | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Cancel(Command, frozen=True, kw_only=True):
    """Call off a planned session."""

    name: ClassVar[str] = "session.cancel"
    zh: ClassVar[str] = "取消活动"
    en: ClassVar[str] = "Cancel"
    reason: Code


class Withdraw(Command, frozen=True, kw_only=True):
    """Take back the record of a session that was not held."""

    name: ClassVar[str] = "session.withdraw"
    zh: ClassVar[str] = "撤销活动记录"
    en: ClassVar[str] = "Withdraw"
    reason: Code


SessionCommand = (
    Plan | Replan | Hold | Attend | RaiseProblem | Conclude | Correct | Cancel | Withdraw
)

COMMANDS: tuple[type[Command], ...] = SessionCommand.__args__
