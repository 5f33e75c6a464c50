"""What the file of one kind of case shows to be wrong by itself."""

from collections.abc import Iterable, Iterator

from ledger.rules.files.toml_file import PackInvalid, Problem, RepeatedName, UnknownName, repeated
from ledger.rules.files.toml_lines import Path
from ledger.rules.kinds.case import FACTS, GUARDS, LISTED, REASONED, CaseKind, Transition
from ledger.rules.kinds.case_ways import reached, steps_of, turned
from ledger.rules.roles import RESERVED_ROLES, RoleNotForPacks


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
    steps = steps_of(kind)
    found = reached(steps, {""})
    ending = reached(turned(steps), {state.id for state in kind.states if not state.open})
    for position, state in enumerate(kind.states):
        at = ("state", position, "id")
        if state.id not in found:
            yield Problem(at, StateUnreachable, {"name": state.id})
        if state.id not in ending:
            yield Problem(at, StateEndless, {"name": state.id})
