"""What happens to a decision: ``decision.<fact>.v1`` and the groups they seal.

Public are the kind, each step with its day and its counts, what was wrong with it, and the result.
What was proposed and said is sealed. A step that was defective says so itself: ``check`` computes
its defects and refuses one that hides them, so that honest recording is the only way to record.

Not handled: who voted how.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ledger.kernel.event import Code, Date, Event, Group, PersonRef, UnitRef, event, group
from ledger.rules.evidence import Gives
from ledger.rules.kinds.decision import Defect, Result, Vote
from ledger.rules.periods import PeriodText

Number = Annotated[int, Meta(ge=1, le=1_000)]
Verdict = Literal["upheld", "dismissed"]
ADULT = "adult"
"""The check by which whoever proposes says that no minor is concerned."""


@group(
    "proposal", data_class="personal", purpose="deciding", years=30, zh="提议内容", en="Proposal"
)
class Proposal(Group, frozen=True, kw_only=True):
    """What is to be decided."""

    title: str | None = None
    text: str | None = None


@group(
    "minutes",
    data_class="personal",
    purpose="record of the step",
    years=30,
    zh="记录",
    en="Minutes",
)
class Minutes(Group, frozen=True, kw_only=True):
    """What was said and done at a step."""

    text: str | None = None
    place: str | None = None


@group("ground", data_class="personal", purpose="revocation", years=30, zh="理由说明", en="Ground")
class Ground(Group, frozen=True, kw_only=True):
    """Why it was revoked, in words."""

    text: str | None = None


@group("appeal", data_class="personal", purpose="appeal", years=30, zh="申诉内容", en="Appeal")
class Appeal(Group, frozen=True, kw_only=True):
    """Who appeals, and why."""

    appellant: str | None = None
    text: str | None = None


@group(
    "ruling",
    subject="appeal",
    data_class="personal",
    purpose="appeal",
    years=30,
    zh="裁定内容",
    en="Ruling",
)
class Ruling(Group, frozen=True, kw_only=True):
    """What she was told of her appeal."""

    text: str | None = None


@group("remark", data_class="personal", purpose="appraisal", years=10, zh="备注", en="Remark")
class Remark(Group, frozen=True, kw_only=True):
    """What was said of an office-holder."""

    text: str | None = None


class DecisionEvent(Event, frozen=True, kw_only=True):
    """Every event names the decision's unit; ``basis`` cites its kind and the rules applied."""

    unit: UnitRef


@event("decision.proposed.v1", Proposal, zh="提出决策事项", en="Decision proposed")
class Proposed(DecisionEvent, frozen=True, kw_only=True):
    """A matter was put up for decision, of a kind, for a period."""

    gives: ClassVar[Gives] = "announced"
    numbers: ClassVar[str | None] = "code"
    code: Code
    period: PeriodText


@event("decision.step_taken.v1", Minutes, zh="登记决策步骤", en="Step of a decision recorded")
class StepTaken(DecisionEvent, frozen=True, kw_only=True):
    """A step was taken; a meeting says how it voted, a posting how long it stays.

    ``defects`` are what the rules find wrong with it, in their order.
    """

    step: Code
    vote: Vote | None = None
    result: Result | None = None
    until: Date | None = None
    defects: tuple[Defect, ...] = ()

    @property
    def gives(self) -> Gives | None:
        """The step that decides meets a duty, either way, if nothing is wrong with it.

        The one taken last is the decision: with a defect nothing is met any more.
        """
        if self.result is None:
            return None
        return "unmet" if self.defects else "met"


@event("decision.taken_down.v1", zh="撤下决策公示", en="Posting of a decision taken down")
class TakenDown(DecisionEvent, frozen=True, kw_only=True):
    """What a step posted was taken down; ``early``: before it had been up as long as it must."""

    step: Code
    early: bool = False


@event("decision.closed.v1", zh="决策办结", en="Decision closed")
class Closed(DecisionEvent, frozen=True, kw_only=True):
    """It is done; ``missing`` are the steps never taken."""

    code: Code
    period: PeriodText
    missing: tuple[Code, ...] = ()


@event("decision.revoked.v1", Ground, zh="撤销决策", en="Decision revoked")
class Revoked(DecisionEvent, frozen=True, kw_only=True):
    """A higher body, or a court, revoked it for a reason."""

    gives: ClassVar[Gives] = "withdrawn"
    voids: ClassVar[bool] = True


@event("decision.appealed.v1", Appeal, zh="提出申诉", en="Appealed")
class Appealed(DecisionEvent, frozen=True, kw_only=True):
    """Whom it concerns appealed: the decision's appeal ``number``, to be ruled on by ``due``."""

    number: Number
    due: Date


@event("decision.appeal_decided.v1", Ruling, zh="裁定申诉", en="Appeal ruled on")
class AppealDecided(DecisionEvent, frozen=True, kw_only=True):
    """Somebody who had no hand in it ruled on an appeal; one upheld overturns the decision."""

    number: Number
    verdict: Verdict

    @property
    def gives(self) -> Gives | None:
        """What an appeal overturned meets no duty."""
        return "withdrawn" if self.verdict == "upheld" else None


@event("decision.appraised.v1", Remark, zh="评定等次", en="Grade given")
class Appraised(DecisionEvent, frozen=True, kw_only=True):
    """The meeting gave an office-holder a grade."""

    concerns: ClassVar[tuple[str, ...]] = ("holder",)
    holder: PersonRef
    grade: Code


AnyDecisionEvent = (
    Proposed | StepTaken | TakenDown | Closed | Revoked | Appealed | AppealDecided | Appraised
)

EVENTS: tuple[type[DecisionEvent], ...] = AnyDecisionEvent.__args__
REASONED = (Revoked,)
