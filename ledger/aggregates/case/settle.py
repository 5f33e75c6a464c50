"""What an act on a case leads to: state, terms and basis as the packs in force give them.

``decide`` writes what ``settle`` says into the event, ``check`` compares; so both are one rule, and
readers of the event need none.
"""

from typing import Any

from msgspec.structs import replace

from ledger.aggregates.case.events import CaseEvent
from ledger.aggregates.case.evolve import turn_of
from ledger.aggregates.case.judge import EXEMPTION, Judged
from ledger.aggregates.case.mediation import events as mediation
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.case.steering import events as steering
from ledger.aggregates.case.steering.guards import handed_over
from ledger.kernel.event import Basis
from ledger.rules import clocks
from ledger.rules.clocks import Term, Tick, Turn


def settle(judged: Judged) -> CaseEvent:
    """Return the event with the state, terms and basis that the packs in force give it.

    Raises:
        TermOutOfRange: a term runs off the calendar.
        UnknownRule, NoRuleInForce: an import under packs that exempt none.
        NotHandedOver: it takes over from a case that did not hand over to it.
    """
    state = judged.way.to or judged.state.state
    is_open = judged.kind.is_open(state)
    tick = clocks.run(
        judged.kind.id,
        judged.book,
        judged.state.clocks,
        act=judged.fact,
        on=judged.on,
        is_open=is_open,
        turn=_turn(judged),
    )
    return replace(
        judged.event,
        state=state,
        open=is_open,
        due=tick.due,
        stopped=tick.stopped,
        basis=(judged.book.kind_basis(judged.kind.id), *tick.basis, *_exemption(judged)),
        **_consequences(judged, tick),
    )


def _turn(judged: Judged) -> Turn:
    turn = turn_of(judged.state, judged.event, judged.on)
    if isinstance(judged.event, steering.Suspended):
        return turn._replace(suspends=judged.event.reason)
    if isinstance(judged.event, steering.Absorbed | steering.SplitOff):
        return turn._replace(taken=handed_over(judged).terms)
    return turn


def _consequences(judged: Judged, tick: Tick) -> dict[str, Any]:
    """Return the further members that follow from the record alone."""
    found: dict[str, Any] = {}
    state = judged.state
    match judged.event:
        case steering.Suspended():
            found = {"paused": tick.paused}
        case steering.Merging() | steering.Split():
            found = {"kind": state.kind, "terms": _terms(judged), **_hands(state)}
        case steering.Absorbed() | steering.SplitOff():
            handed = handed_over(judged)
            found = {one: getattr(handed, one) for one in steering.HANDS} | {"terms": tick.taken}
        case mediation.MediationHeld():
            held = state.mediation.sessions if state.mediation is not None else 0
            found = {"number": held + 1}
        case _:
            pass
    return found


def _terms(judged: Judged) -> tuple[Term, ...]:
    """Return the terms to hand over; one that stands still goes on after this day."""
    state, since = judged.state, judged.state.suspended or judged.on
    still = clocks.resumed(state.paused, since, max(since, judged.on))
    known = sorted((*state.clocks, *still), key=lambda one: one.clock)
    return clocks.handed_over(known)


def _hands(state: CaseState) -> dict[str, Any]:
    found = {one: getattr(state, one) for one in steering.HANDS}
    recused = state.mediation.recused if state.mediation is not None else ()
    # Who stood down is tied to a party of the whole as of its part.
    found["mediated_by"] = tuple(dict.fromkeys((*state.mediated_by, *recused)))
    return found


def _exemption(judged: Judged) -> tuple[Basis, ...]:
    if not judged.imported:
        return ()
    rule = judged.book.rule(EXEMPTION, judged.on)
    return (judged.book.rule_basis(rule.id),)
