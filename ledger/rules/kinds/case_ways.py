"""The ways through a kind of case: which states can be reached, which acts cannot be avoided.

Sets of states over sets of steps, in time linear in the steps: a pack may be anybody's.
"""

from collections.abc import Iterator, Mapping, Set

from ledger.rules.kinds.case import CaseKind

_AS_A_PART = "split_off"
"""The way a part goes: the case it was split off from came the other."""
_DONE = {"verified": "verified", "answered": "answered"}
Steps = Mapping[str, Set[str]]
"""The states one step leads to, by state; "" before the case is received."""


def steps_of(kind: CaseKind, *without: str) -> Steps:
    """Return the steps of a kind, those of some acts left out."""
    steps: dict[str, set[str]] = {}
    for way in kind.transitions:
        if way.to and way.act not in without:
            for state in way.from_ or ("",):
                steps.setdefault(state, set()).add(way.to)
    return steps


def turned(steps: Steps) -> Steps:
    """Return the same steps, each the other way."""
    back: dict[str, set[str]] = {}
    for state, leads in steps.items():
        for to in leads:
            back.setdefault(to, set()).add(state)
    return back


def reached(steps: Steps, begin: Set[str], *, without: str | None = None) -> set[str]:
    """Return the states reached from some, these among them, never coming to one."""
    found, latest = set(begin), set(begin)
    while latest:
        latest = set().union(*(steps.get(state, ()) for state in latest)) - found - {without}
        found |= latest
    return found


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
    on_the_way = {
        act for act in acts if ends and not ends & reached(steps_of(kind, act, _AS_A_PART), {""})
    }
    return frozenset(guarded & acts | on_the_way)


def alternatives(kind: CaseKind) -> Iterator[tuple[str, ...]]:
    """Yield acts of which one is needed, in the file's order.

    They are the several that lead on, from a state that no case gets round on its way to be closed.
    """
    ends, alone, steps = _ends(kind), needed(kind), steps_of(kind, _AS_A_PART)
    back = turned(steps)
    for state in (each.id for each in kind.states if ends and each.id not in ends):
        if ends & reached(steps, {""}, without=state):
            continue
        on = reached(back, ends, without=state)
        acts = dict.fromkeys(
            way.act
            for way in kind.transitions
            if state in way.from_ and way.to in on and way.act != _AS_A_PART
        )
        if acts and alone.isdisjoint(acts):
            yield tuple(acts)


def _ends(kind: CaseKind) -> set[str]:
    return {way.to for way in kind.transitions if way.act == "closed" and way.to}
