"""A kind of case as a pack arranges it: states, transitions, clocks, form (``cases/<kind>.toml``).

The acts and the guards are code; a pack says which act leads from which state to which, who may do
it and under which guards. Both sets are closed here, so that a pack cannot name what no code does;
the ``case`` aggregate implements exactly these. There is no expression language.

A transition without ``to`` leaves the state as it is. Entering a state that is not open stops
every clock. ``problems`` says what one kind's file shows to be wrong; whether the rules, roles and
codes it names exist is settled where the packs come together (``book``).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.pack_toml import PackInvalid, Problem, RepeatedName, UnknownName, repeated
from ledger.rules.toml_lines import Path
from ledger.rules.words import Word

Fact = Literal[
    "received", "accepted", "refused", "triaged", "assigned", "objected", "reassigned",
    "progress_noted", "extended", "resolved", "verified", "verification_failed", "answered",
    "rated", "called_back", "closed", "reopened", "withdrawn",
    "submitted", "issued", "claimed", "released", "completed", "confirmed", "cancelled", "expired",
    "attached",
    "consultation_called", "department_reported", "consultation_held", "leader_took_charge",
    "suspended", "resumed", "archived", "transferred_out", "transfer_accepted",
    "transfer_returned", "merging", "absorbed", "merged", "split", "split_off",
    "mediation_opened", "party_consented", "party_declined", "mediators_named", "mediator_cleared",
    "mediator_recused", "mediation_held", "agreed_orally", "agreed_in_writing",
    "agreement_signed", "confirmation_applied", "confirmation_decided", "performance_checked",
    "performed", "breached", "mediation_failed",
]  # fmt: skip
"""What can happen to a case; ``case.<fact>.v1`` is the published type."""

GuardName = Literal[
    "is_handler", "not_handler", "not_verifier", "not_caller", "not_first_decider",
    "assigns_another", "assignee_apart", "assignee_in_post", "self_handled", "verified", "answered",
    "within_extension_limit", "not_issuer", "not_claimer", "claimed", "unclaimed", "term_over",
    "claim_changes", "credits_claims",
]  # fmt: skip
"""What a transition may be guarded by; each is a function of the ``case`` aggregate."""

Route = Literal["self_handled", "direct", "joint"]
"""Where a triaged case goes: its finder handles it, one department does, or a joint meeting."""

MEDIATION_OF: Mapping[str, str] = {
    "agreed_written": "written",
    "agreed_oral": "oral",
    "mediation_failed": "failed",
}
"""Outcomes of ``resolved`` that tell of a mediation not recorded step by step: what it came to."""

Asked = Literal["applied", "offered"]
"""Whether parties applied for mediation, or the committee offered it (人民调解法 Art. 17)."""
Form = Literal["oral", "written"]
Confirmation = Literal["applied", "confirmed", "refused"]
Ended = Literal["agreed", "declined", "failed"]
MEDIATION_WORDS: Mapping[str, frozenset[str]] = {
    "asked": frozenset(get_args(Asked)),
    "form": frozenset(get_args(Form)),
    "confirmation": frozenset(get_args(Confirmation)),
    "ended": frozenset(get_args(Ended)),
}
"""What is said of a mediation in codes; packs say what each is called."""

RESERVED_ROLES = frozenset({"holder", "registrar"})
"""Roles of the registry's own acts; see ``ledger.rules.posts``."""
FACTS: frozenset[str] = frozenset(get_args(Fact))
GUARDS: frozenset[str] = frozenset(get_args(GuardName))
ROUTES: frozenset[str] = frozenset(get_args(Route))
REASONED: frozenset[str] = frozenset(
    {
        "refused", "objected", "reassigned", "extended", "verification_failed", "reopened",
        "withdrawn", "released", "cancelled", "suspended", "transfer_returned",
        "mediator_recused", "mediation_failed",
    }
)  # fmt: skip
"""Acts that must give a reason; the pack lists the codes."""

LISTED: Mapping[str, str] = {
    "resolved": "outcomes",
    "consultation_held": "resolutions",
    "transferred_out": "authorities",
    "party_declined": "remedies",
    "mediation_failed": "remedies",
    "confirmation_decided": "remedies",
}
"""Acts that choose from a list of the kind, each with the member that holds the list."""

Role = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class StateUnreachable(PackInvalid):
    """No chain of transitions leads to the state."""

    code = "pack.state_unreachable"
    zh = "{file}:{line}：没有办理步骤能到达状态“{name}”。请补上步骤，或删去该状态。"
    en = '{file}:{line}: no transition leads to state "{name}". Add one, or remove the state.'


class StateEndless(PackInvalid):
    """From the state no chain of transitions leads to a closed one."""

    code = "pack.state_endless"
    zh = "{file}:{line}：状态“{name}”无法走到办结。请补上步骤。"
    en = '{file}:{line}: from state "{name}" no closed state can be reached. Add a transition.'


class RoleNotForPacks(PackInvalid):
    """A transition is given to a role that code keeps for itself."""

    code = "pack.role_reserved"
    zh = "{file}:{line}：角色“{name}”由程序保留，规则包不能使用。请改用其他角色。"
    en = '{file}:{line}: role "{name}" is kept for the registry. Give the act to another role.'


class ReasonsMissing(PackInvalid):
    """An act that must give a reason has none to choose from."""

    code = "pack.reasons_missing"
    zh = "{file}:{line}：“{name}”必须说明理由，请在 reasons 中至少列出一个代码。"
    en = "{file}:{line}: {name} needs a reason. List at least one code in reasons."


class ReasonsUnused(PackInvalid):
    """Reasons are listed for an act that takes none."""

    code = "pack.reasons_unused"
    zh = "{file}:{line}：“{name}”不带理由，请删去 reasons。"
    en = "{file}:{line}: {name} takes no reason. Remove reasons."


class OutcomesMissing(PackInvalid):
    """An act chooses from a list that the kind leaves empty."""

    code = "pack.outcomes_missing"
    zh = "{file}:{line}：该类型可以办理“{name}”，但没有列出 {list}。请至少列出一个。"
    en = "{file}:{line}: {name} chooses from {list}, which is empty here. List at least one."


class PauseUnused(PackInvalid):
    """A clock may stand still for a reason no suspension of the kind gives."""

    code = "pack.pause_unused"
    zh = "{file}:{line}：没有以“{name}”为理由的中止（suspended）。请补上理由，或删去。"
    en = '{file}:{line}: no act suspended here gives reason "{name}". Add it there, or remove it.'


class BadOpening(PackInvalid):
    """``received`` opens a case: it has ``to`` and no ``from``; every other act has ``from``."""

    code = "pack.bad_opening"
    zh = "{file}:{line}：“{name}”的 from 或 to 有误。只有 received 没有 from，且必须有 to。"
    en = "{file}:{line}: from or to of {name} is wrong. Only received has no from; it needs a to."


class State(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state of a case; ``open`` tells whether it still counts as open."""

    open: bool = True


MOST = 200
"""States of a kind of case: nobody keeps more apart, and all ways between them are looked at."""


class Transition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way an act may go: from any of some states to one; ``received`` has no ``from``."""

    act: str
    from_: Annotated[tuple[str, ...], Meta(max_length=MOST)] = msgspec.field(
        name="from", default=()
    )
    to: str | None = None
    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    guards: tuple[str, ...] = ()
    reasons: tuple[Code, ...] = ()


class Pause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason for which a clock stands still while a case is suspended, and the rule of it."""

    reason: Code
    rule: Code


class Clock(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A term that acts start and stop; ``rule`` gives its length, ``extension`` the longest more.

    ``lapses`` marks a right that is lost when the term ends, not a duty that falls late. For any
    reason that is not among ``pauses`` it runs on while the case is suspended.
    """

    starts_on: Annotated[tuple[str, ...], Meta(min_length=1)]
    stops_on: tuple[str, ...] = ()
    rule: Code
    extension: Code | None = None
    lapses: bool = False
    pauses: tuple[Pause, ...] = msgspec.field(name="pause", default=())


class Field(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the form a kind adds; its value is sealed and rules never read it."""

    type: Literal["text", "integer", "boolean", "date", "choice"]
    required: bool = False
    choice: tuple[Word, ...] = ()


class CaseKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of case: what may be said of it, how it moves, which terms run.

    ``resolutions`` are what a joint consultation may end in, ``authorities`` those a case may be
    transferred to, ``remedies`` what parties are told of when mediation comes to nothing.
    """

    channels: Annotated[tuple[Code, ...], Meta(min_length=1)]
    categories: tuple[Code, ...] = ()
    outcomes: tuple[Code, ...] = ()
    resolutions: tuple[Code, ...] = ()
    authorities: tuple[Code, ...] = ()
    remedies: tuple[Code, ...] = ()
    states: Annotated[tuple[State, ...], Meta(max_length=MOST)] = msgspec.field(name="state")
    transitions: Annotated[tuple[Transition, ...], Meta(max_length=2 * MOST)] = msgspec.field(
        name="transition"
    )
    clocks: tuple[Clock, ...] = msgspec.field(name="clock", default=())
    fields: tuple[Field, ...] = msgspec.field(name="field", default=())

    def transition(self, act: str, state: str) -> Transition | None:
        """Return the way ``act`` goes from ``state`` ("" before the case is received)."""
        for way in self.transitions:
            if way.act == act and (state in way.from_ or not (state or way.from_)):
                return way
        return None

    def state(self, id_: str) -> State | None:
        """Return a state of this kind, None when a later pack no longer has it."""
        return next((state for state in self.states if state.id == id_), None)

    def is_open(self, id_: str) -> bool:
        """Tell whether ``id_`` is one of this kind's open states."""
        found = self.state(id_)
        return found is not None and found.open

    def roles(self, act: str) -> tuple[str, ...]:
        """Return the roles in which ``act`` may be done from some state, each once."""
        ways = (way for way in self.transitions if way.act == act)
        return tuple(dict.fromkeys(role for way in ways for role in way.roles))


APART = ("resolved", "verified", "called_back")
"""Acts that three different persons do (SD1), whatever a pack says."""
_AS_A_PART = "split_off"
"""The way a part goes: the case it was split off from came the other."""
_DONE = {"verified": "verified", "answered": "answered"}


def needed(kind: CaseKind) -> frozenset[str]:
    """Return the acts without which no case of the kind is ever resolved and closed.

    Those whose absence leaves no way from its opening to what ``closed`` leads to, and those that
    every closing asks for by a guard.
    """
    closing = [way for way in kind.transitions if way.act == "closed"]
    ends = _ends(kind)
    asked = [{_DONE[guard] for guard in way.guards if guard in _DONE} for way in closing]
    guarded = set.intersection(*asked) if asked else set()
    acts = {way.act for way in kind.transitions}
    on_the_way = {act for act in acts if ends and not ends & _reached(kind, act=act)}
    return frozenset(guarded & acts | on_the_way)


def alternatives(kind: CaseKind) -> Iterator[tuple[str, ...]]:
    """Yield acts of which one is needed, in the file's order.

    They are the several that lead on, from a state that no case gets round on its way to be closed.
    """
    ends, alone = _ends(kind), needed(kind)
    for state in (each.id for each in kind.states if ends and each.id not in ends):
        if ends & _reached(kind, state=state):
            continue
        on = {each.id for each in kind.states if _leads_on(kind, each.id, ends, state)}
        acts = dict.fromkeys(
            way.act
            for way in kind.transitions
            if state in way.from_ and way.to in on and way.act != _AS_A_PART
        )
        if acts and alone.isdisjoint(acts):
            yield tuple(acts)


def _ends(kind: CaseKind) -> set[str]:
    return {way.to for way in kind.transitions if way.act == "closed" and way.to}


def _leads_on(kind: CaseKind, state: str, ends: set[str], without: str) -> bool:
    """Tell whether an end is reached from a state, never coming back to another."""
    return bool(ends & _reached(kind, begin=state, state=without))


def _reached(kind: CaseKind, *, begin: str = "", act: str = "", state: str = "") -> set[str]:
    """Return the states reached from one, by no such act and through no such state."""
    return _closure(
        {begin},
        {
            (left, way.to)
            for way in kind.transitions
            if way.to and way.act not in {act, _AS_A_PART} and way.to != state
            for left in way.from_ or ("",)
            if left != state or not state
        },
    )


def problems(kind: CaseKind) -> Iterator[Problem]:
    """Yield what the file of a kind shows to be wrong, the first first."""
    yield from repeated((state.id for state in kind.states), "state")
    yield from repeated((clock.id for clock in kind.clocks), "clock")
    yield from repeated((field.id for field in kind.fields), "field")
    states = {state.id for state in kind.states}
    for position, way in enumerate(kind.transitions):
        yield from _transition_problems(way, ("transition", position), states)
        if (listed := LISTED.get(way.act)) and not getattr(kind, listed):
            facts: dict[str, object] = {"name": way.act, "list": listed}
            yield Problem(("transition", position, "act"), OutcomesMissing, facts)
    for position, clock in enumerate(kind.clocks):
        yield from _unknown(clock.starts_on, FACTS, "act", ("clock", position, "starts_on"))
        yield from _unknown(clock.stops_on, FACTS, "act", ("clock", position, "stops_on"))
    yield from _pause_problems(kind)
    yield from _two_ways(kind)
    yield from _graph_problems(kind)


def _transition_problems(way: Transition, at: Path, states: set[str]) -> Iterator[Problem]:
    if way.act not in FACTS:
        yield Problem((*at, "act"), UnknownName, {"what": "act", "name": way.act})
    yield from _unknown(way.from_, states, "state", (*at, "from"))
    if way.to is not None and way.to not in states:
        yield Problem((*at, "to"), UnknownName, {"what": "state", "name": way.to})
    yield from _unknown(way.guards, GUARDS, "guard", (*at, "guards"))
    for position, role in enumerate(way.roles):
        # Whoever has a key is ``holder``, with no post and no unit: never enough for a case.
        if role in RESERVED_ROLES:
            yield Problem((*at, "roles", position), RoleNotForPacks, {"name": role})
    opens = way.act == "received"
    if opens == bool(way.from_) or (opens and way.to is None):
        yield Problem((*at, "act"), BadOpening, {"name": way.act})
    if way.act in REASONED and not way.reasons:
        yield Problem((*at, "reasons"), ReasonsMissing, {"name": way.act})
    if way.act not in REASONED and way.reasons:
        yield Problem((*at, "reasons"), ReasonsUnused, {"name": way.act})


def _pause_problems(kind: CaseKind) -> Iterator[Problem]:
    given = {r for way in kind.transitions if way.act == "suspended" for r in way.reasons}
    for position, clock in enumerate(kind.clocks):
        for number, pause in enumerate(clock.pauses):
            at = ("clock", position, "pause", number, "reason")
            if pause.reason not in given:
                yield Problem(at, PauseUnused, {"name": pause.reason})


def _unknown(names: Iterable[str], known: Iterable[str], what: str, at: Path) -> Iterator[Problem]:
    for position, name in enumerate(names):
        if name not in known:
            yield Problem((*at, position), UnknownName, {"what": what, "name": name})


def _two_ways(kind: CaseKind) -> Iterator[Problem]:
    """One act leads from one state to one state only, so that replay needs no choice."""
    seen: set[tuple[str, str]] = set()
    for position, way in enumerate(kind.transitions):
        for state in way.from_ or ("",):
            if (way.act, state) in seen:
                name = f"{way.act} from {state}" if state else way.act
                facts: dict[str, object] = {"what": "transition", "name": name}
                yield Problem(("transition", position, "act"), RepeatedName, facts)
            seen.add((way.act, state))


def _graph_problems(kind: CaseKind) -> Iterator[Problem]:
    steps = {(state, way.to) for way in kind.transitions if way.to for state in way.from_ or ("",)}
    reached = _closure({""}, steps)
    closed = {state.id for state in kind.states if not state.open}
    ending = _closure(closed, {(to, state) for state, to in steps})
    for position, state in enumerate(kind.states):
        at = ("state", position, "id")
        if state.id not in reached:
            yield Problem(at, StateUnreachable, {"name": state.id})
        if state.id not in ending:
            yield Problem(at, StateEndless, {"name": state.id})


def _closure(begin: set[str], steps: set[tuple[str, str]]) -> set[str]:
    found = set(begin)
    while more := {to for state, to in steps if state in found} - found:
        found |= more
    return found
