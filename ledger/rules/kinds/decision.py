"""A kind of decision as a pack arranges it (``decisions.toml``): its steps in order.

四议两公开 is six steps: proposed, consulted, examined, decided, the decision posted, the result
posted; other kinds have fewer. A step is a meeting, whose quorum is a rule of law.toml; a posting,
which lasts as long as a rule says; or a plain record. Steps are data, what is a defect is code:
a step out of order, a quorum missed, a vote not carried are recorded and named, never refused and
never passed over.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules import periods
from ledger.rules.files.toml_file import PackInvalid, Problem, repeated
from ledger.rules.measures import Quorum
from ledger.rules.roles import Role
from ledger.rules.words import Word

Defect = Literal["out_of_order", "after_rejection", "no_quorum", "not_carried"]
DEFECTS: frozenset[str] = frozenset(get_args(Defect))
"""What can be wrong with a step: an earlier one was not taken; the matter had been rejected; too
few came; it is said to have passed without enough votes."""

Result = Literal["passed", "rejected"]
RESULTS: frozenset[str] = frozenset(get_args(Result))
DecisionStanding = Literal["open", "passed", "rejected", "closed", "overturned", "revoked"]
"""``overturned``: an appeal against it was upheld."""
DECISION_STANDINGS: frozenset[str] = frozenset(get_args(DecisionStanding))
UNDER_WAY: tuple[str, ...] = ("open", *get_args(Result))
"""How a decision stands that still has steps to come: it was not decided, or is carried out."""


class StepUnclear(PackInvalid):
    """A step is a meeting and a posting at once, or no step, or more than one, decides."""

    code = "pack.step_unclear"
    zh = "{file}:{line}：决策“{name}”的步骤不成立：{why}。请修改。"
    en = '{file}:{line}: the steps of decision "{name}" do not work: {why}. Correct them.'


class AppealUnclear(PackInvalid):
    """A kind says how appeals are taken in part only, or fails a grade it does not have."""

    code = "pack.appeal_unclear"
    zh = "{file}:{line}：决策“{name}”的 {members} 须同时写明或都不写，failing 须属 grades。请修改。"
    en = '{file}:{line}: "{name}" gives {members} together or none, and failing is one of grades.'


class Step(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step: ``quorum`` and ``posting`` are rules, ``decides`` marks the vote that settles it.

    ``merges`` may be recorded together with the step before it (一肩挑), so that it is never out
    of order for want of that one alone.
    """

    quorum: Code | None = None
    posting: Code | None = None
    decides: bool = False
    merges: bool = False


class DecisionKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of decision; ``period`` is what one decided covers, for duties it meets.

    ``appeal`` is the rule of the days in which whom it concerns may appeal, taken in by
    ``receivers``, and ``ruling`` of those in which ``deciders`` rule on it. ``lasts`` is the rule
    of how long the result stands. ``adults_only`` asks for the word that it concerns no minor.
    ``grades`` are those office-holders may be given; two of ``failing`` running end an office.
    """

    period: periods.Kind = "day"
    keepers: Annotated[tuple[Role, ...], Meta(min_length=1)]
    revokers: Annotated[tuple[Role, ...], Meta(min_length=1)]
    reasons: Annotated[tuple[Code, ...], Meta(min_length=1)]
    appeal: Code | None = None
    ruling: Code | None = None
    receivers: tuple[Role, ...] = ()
    deciders: tuple[Role, ...] = ()
    lasts: Code | None = None
    adults_only: bool = False
    grades: tuple[Code, ...] = ()
    failing: Code | None = None
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)] = msgspec.field(name="step")

    def step(self, id_: str) -> Step | None:
        """Return a step by id."""
        return next((step for step in self.steps if step.id == id_), None)

    def before(self, id_: str) -> tuple[str, ...]:
        """Return the steps that must have been taken before a step, in order."""
        found: list[str] = []
        for step in self.steps:
            if step.id == id_:
                return tuple(found[:-1] if step.merges and found else found)
            found.append(step.id)
        return ()


def problems(kind: DecisionKind) -> Iterator[Problem]:
    """Yield what a kind shows to be wrong with its steps."""
    yield from repeated((step.id for step in kind.steps), "step")
    for position, step in enumerate(kind.steps):
        if step.quorum is not None and step.posting is not None:
            why = f"{step.id} is a meeting and a posting"
            yield Problem(("step", position), StepUnclear, {"name": kind.id, "why": why})
    given = {bool(kind.appeal), bool(kind.ruling), bool(kind.receivers), bool(kind.deciders)}
    if len(given) > 1 or (kind.failing is not None and kind.failing not in kind.grades):
        members = "appeal, ruling, receivers, deciders"
        yield Problem(("id",), AppealUnclear, {"name": kind.id, "members": members})
    deciding = [position for position, step in enumerate(kind.steps) if step.decides]
    if len(deciding) != 1:
        why = f"{len(deciding)} steps decide"
        yield Problem(("step",), StepUnclear, {"name": kind.id, "why": why})
    elif kind.steps[deciding[0]].posting is not None:
        yield Problem(("step",), StepUnclear, {"name": kind.id, "why": "a posting decides"})


class Vote(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """How a body met: of ``total`` members of body ``of``, ``present`` came and voted."""

    of: Code
    total: Annotated[int, Meta(ge=0, le=10_000_000)]
    present: Annotated[int, Meta(ge=0, le=10_000_000)]
    ayes: Annotated[int, Meta(ge=0, le=10_000_000)]
    nays: Annotated[int, Meta(ge=0, le=10_000_000)]
    abstained: Annotated[int, Meta(ge=0, le=10_000_000)]

    @property
    def adds_up(self) -> bool:
        """Whether everybody present is counted once, and nobody came who is not a member."""
        return self.present <= self.total and (
            self.ayes + self.nays + self.abstained == self.present
        )


def defects(
    kind: DecisionKind,
    step: Step,
    *,
    taken: tuple[str, ...],
    rejected: bool,
    vote: Vote | None,
    result: Result | None,
    quorum: Quorum | None,
) -> tuple[Defect, ...]:
    """Return what is wrong with taking ``step`` now, in the order of ``Defect``."""
    found: list[Defect] = []
    if any(earlier not in taken for earlier in kind.before(step.id)):
        found.append("out_of_order")
    if rejected:
        found.append("after_rejection")
    if quorum is not None and vote is not None:
        if not quorum.is_held({vote.of: (vote.present, vote.total)}):
            found.append("no_quorum")
        if result == "passed" and not quorum.is_carried({"present": (vote.ayes, vote.present)}):
            found.append("not_carried")
    return tuple(found)
