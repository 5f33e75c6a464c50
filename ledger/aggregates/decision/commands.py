"""What people wish for a decision: imperative, flat, as typed."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.decision.events import Number as AppealNumber
from ledger.aggregates.decision.events import Verdict
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, PersonRef, UnitRef
from ledger.rules.kinds.decision import Result
from ledger.rules.periods import PeriodText
from ledger.rules.texts import Line, Text

Number = Annotated[int, Meta(ge=0, le=10_000_000)]


class Propose(Command, frozen=True, kw_only=True):
    """Put a matter up for decision; ``adult`` says that whom it concerns is no minor."""

    name: ClassVar[str] = "decision.propose"
    zh: ClassVar[str] = "提出决策事项"
    en: ClassVar[str] = "Put a matter up for decision"
    begins: ClassVar[bool] = True
    unit: UnitRef
    code: Code
    title: Line
    text: Text | None = None
    period: PeriodText | None = None
    adult: bool | None = None


class TakeStep(Command, frozen=True, kw_only=True):
    """Record a step: a meeting with its counts, a posting, or a plain record.

    ``of`` is the body that met (such as representatives), ``total`` its members.
    """

    name: ClassVar[str] = "decision.take_step"
    zh: ClassVar[str] = "登记步骤（会议表决、公示或记录）"
    en: ClassVar[str] = "Record a step"
    usual: ClassVar[frozenset[str]] = frozenset({"text", "place"})
    step: Code
    of: Code | None = None
    total: Number | None = None
    present: Number | None = None
    ayes: Number | None = None
    nays: Number = 0
    abstained: Number = 0
    result: Result | None = None
    text: Text | None = None
    place: Line | None = None


class TakeDown(Command, frozen=True, kw_only=True):
    """Take down what a step posted; done too early it is recorded as such."""

    name: ClassVar[str] = "decision.take_down"
    zh: ClassVar[str] = "撤下公示"
    en: ClassVar[str] = "Take a posting down"
    step: Code


class Close(Command, frozen=True, kw_only=True):
    """Close the decision; steps never taken are recorded as missing."""

    name: ClassVar[str] = "decision.close"
    zh: ClassVar[str] = "办结"
    en: ClassVar[str] = "Close"


class Revoke(Command, frozen=True, kw_only=True):
    """Revoke the decision as a higher body."""

    name: ClassVar[str] = "decision.revoke"
    zh: ClassVar[str] = "撤销决策"
    en: ClassVar[str] = "Revoke"
    reason: Code
    text: Text | None = None


class AppealDecision(Command, frozen=True, kw_only=True):
    """Take in an appeal of somebody whom the decision concerns."""

    name: ClassVar[str] = "decision.appeal"
    zh: ClassVar[str] = "登记申诉"
    en: ClassVar[str] = "Appeal"
    text: Text
    appellant: Line | None = None


class DecideAppeal(Command, frozen=True, kw_only=True):
    """Rule on an appeal, as somebody who had no hand in the decision."""

    name: ClassVar[str] = "decision.decide_appeal"
    zh: ClassVar[str] = "裁定申诉"
    en: ClassVar[str] = "Decide appeal"
    number: AppealNumber
    verdict: Verdict
    text: Text | None = None


class Appraise(Command, frozen=True, kw_only=True):
    """Record the grade a meeting gave an office-holder."""

    name: ClassVar[str] = "decision.appraise"
    zh: ClassVar[str] = "登记评议等次"
    en: ClassVar[str] = "Appraise"
    holder: PersonRef
    grade: Code
    text: Text | None = None


DecisionCommand = (
    Propose | TakeStep | TakeDown | Close | Revoke | AppealDecision | DecideAppeal | Appraise
)

COMMANDS: tuple[type[Command], ...] = DecisionCommand.__args__
