"""A kind of account as a pack arranges it (``accounts.toml``): what is counted, who must sign.

An account counts minutes, points or fen, always whole. What is claimed is posted once everyone has
signed whom the kind's steps ask for; posting, reversing, closing are code and the same for all.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName, repeated
from ledger.rules.periods import Kind as PeriodKind
from ledger.rules.roles import RESERVED_ROLES, Role, RoleNotForPacks
from ledger.rules.words import Word

AccountFact = Literal[
    "opened", "claimed", "confirmed", "rejected", "posted", "credited", "reversed",
    "period_closed", "consent_given", "consent_withdrawn", "joined", "left", "categorised",
    "certified", "closed",
]  # fmt: skip
"""What can happen to an account; ``account.<fact>.v1`` is the published type."""

FACTS: frozenset[str] = frozenset(get_args(AccountFact))
BY_STEP = "confirmed"
"""The act whose roles the steps give."""

Measure = Literal["minute", "point", "fen"]
Flow = Literal["in", "out"]
Holder = Literal["volunteer", "unit"]
Vest = Literal["red", "yellow", "green", "blue", "black"]
VESTS: frozenset[str] = frozenset(get_args(Vest))
Minutes = Annotated[int, Meta(ge=1, le=1440)]


class StepsMissing(PackInvalid):
    """Whatever may be claimed must be signed by somebody else before it is posted."""

    code = "pack.steps_missing"
    zh = "{file}:{line}：账户“{name}”没有确认步骤，申报无人确认。请至少列出一步。"
    en = '{file}:{line}: account "{name}" lets claims be posted unconfirmed. Add a step.'


class StarsNotRising(PackInvalid):
    """Thresholds of stars that do not rise."""

    code = "pack.stars_not_rising"
    zh = "{file}:{line}：账户“{name}”的星级门槛应逐级升高。请更正 stars。"
    en = '{file}:{line}: the stars of account "{name}" do not rise. Correct stars.'


class Step(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step before posting: so many different ``persons``, each in one of the ``roles``.

    ``flow`` tells that only claims of that way need it.
    """

    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    persons: Annotated[int, Meta(ge=1, le=9)] = 1
    flow: Flow | None = None


class AccountKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of account; ``roles`` are those in which each act may be done.

    ``holder`` is whose it is: a volunteer's, named by nothing but the account, or its unit's.
    ``overdraw`` allows a negative balance. ``posts_at_once`` posts with the last signature.
    ``periods`` is the kind of period that is closed, None where none is. ``day_flag`` and
    ``day_cap`` (minutes) mark days of more than that; ``cap_refuses`` refuses beyond the cap.
    ``decided_from`` names the rule whose threshold is the amount from which on spending needs a
    decision of its own. ``stars`` are minutes that suffice for one more star, ``black_over`` those
    one must pass for the black vest; ``colours`` are the vests of purposes that make up the greater
    part of the minutes of the last ``window_months``.
    """

    measure: Measure
    holder: Holder
    flows: Annotated[tuple[Flow, ...], Meta(min_length=1)] = ("in",)
    overdraw: bool = False
    posts_at_once: bool = False
    periods: PeriodKind | None = None
    purposes: Annotated[tuple[Code, ...], Meta(min_length=1)]
    reasons: Annotated[tuple[Code, ...], Meta(min_length=1)]
    roles: dict[str, tuple[Role, ...]]
    steps: tuple[Step, ...] = msgspec.field(name="step", default=())
    day_flag: Minutes | None = None
    day_cap: Minutes | None = None
    cap_refuses: bool = False
    decided_from: Code | None = None
    stars: tuple[Annotated[int, Meta(ge=1)], ...] = ()
    black_over: Annotated[int, Meta(ge=1)] | None = None
    colours: dict[str, Vest] = msgspec.field(default_factory=dict)
    window_months: Annotated[int, Meta(ge=1, le=120)] = 12

    def steps_of(self, flow: str) -> tuple[Step, ...]:
        """Return the steps a claim of this way needs."""
        return tuple(step for step in self.steps if step.flow in {None, flow})


def problems(kind: AccountKind) -> Iterator[Problem]:
    """Yield what a kind by itself shows to be wrong."""
    yield from repeated((step.id for step in kind.steps), "step")
    for act, roles in kind.roles.items():
        if act not in FACTS - {BY_STEP}:
            yield Problem(("roles", act), UnknownName, {"what": "act", "name": act})
        for role in RESERVED_ROLES.intersection(roles):
            yield Problem(("roles", act), RoleNotForPacks, {"name": role})
    for position, step in enumerate(kind.steps):
        for role in RESERVED_ROLES.intersection(step.roles):
            yield Problem(("step", position, "roles"), RoleNotForPacks, {"name": role})
    if not all(kind.steps_of(flow) for flow in kind.flows):
        yield Problem(("id",), StepsMissing, {"name": kind.id})
    if list(kind.stars) != sorted(set(kind.stars)):
        yield Problem(("stars",), StarsNotRising, {"name": kind.id})
    for purpose in kind.colours.keys() - set(kind.purposes):
        yield Problem(("colours", purpose), UnknownName, {"what": "purpose", "name": purpose})
