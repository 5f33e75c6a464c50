"""Every state of every shipped kind is reached, and every way in it is gone, by real acts."""

from collections.abc import Iterator

import pytest

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.mediation.state import Mediation
from ledger.aggregates.case.published import COMMANDS, FACT_OF
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.case.steering.commands import SplitUp
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Command
from ledger.rules.kinds.case import CaseKind, Transition
from ledger.rules.packs.book import Book, open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import holidays
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    DANG,
    GAN,
    GAN_REF,
    GRID,
    HUA,
    IMPORTER,
    KIOSK,
    LEI_REF,
    LIN,
    LIN_REF,
    LUO,
    REN,
    SHU,
    WEI,
    a_town,
    receive,
)
from tests.support.gwt import Story, an_id
from tests.support.trust import acting

BOOK: Book = open_book(load_pack(shipped("cn-base")), [load_pack(shipped("cn-law"))])
ORDER = "service_order"
"""Walked in test_case_orders: volunteers have accounts."""
KINDS = {kind.id: kind for kind in BOOK.kinds() if kind.id != ORDER}
FORMS = {"dispute": '{"parties":2}', "hazard": '{"level":"minor"}'}

WHO: dict[str, Who] = {
    "intake_clerk": CHEN,
    "coordinator": LUO,
    "grid_member": GAN,
    "liaison": LIN,
    "mediator": acting("lin", "mediator"),
    "verifier": WEI,
    "call_back_clerk": CAO,
    "reply_clerk": REN,
    "unit_head": HUA,
    "archivist": DANG,
    "leader": SHU,
    "kiosk": KIOSK,
    "importer": IMPORTER,
}
LINKED = {"absorbed", "merged", "split_off"}
"""Acts that follow one on another case: done in test_case_links."""
COMMAND_OF = {FACT_OF[command.leads_to]: command for command in COMMANDS}
OTHER = f"case/{an_id('another case')}"


def commands(kind: CaseKind, way: Transition) -> Iterator[Command]:
    """Yield the commands that may go a way, one for each thing it leaves to choose."""
    cls = COMMAND_OF[way.act]
    if cls is wishes.Receive:
        yield receive(kind.id, channel=kind.channels[0], form=FORMS.get(kind.id))
        return
    if cls is SplitUp:
        form = (FORMS[kind.id],) if kind.id in FORMS else ()
        yield SplitUp(stream=CASE, texts=("x",), channel=kind.channels[0], forms=form)
        return
    choices = {
        "route": ("direct", "self_handled"),
        "handler": (LIN_REF, GAN_REF),
        "party": (1, 2),
        "resolution": kind.resolutions[:1],
        "authority": kind.authorities[:1],
        "mediators": ((LIN_REF,), (LEI_REF,)),
        "mediator": (LIN_REF,),
        "outcome": kind.outcomes[:1],
        "reason": way.reasons[:1],
        "clock": [clock.id for clock in kind.clocks if clock.extension],
    }
    fixed = {
        "days": 3, "text": "x", "reached": True, "satisfied": True, "departments": (GRID,),
        "department": GRID, "into": OTHER, "parties": 2, "asked": "offered", "present": 2,
        "terms": "x", "signatures": 2, "stamped": True, "applicants": 2, "confirmed": True,
        "remedies": kind.remedies[:1] if cls in TELLING else (),
    }  # fmt: skip
    members = {name: value for name, value in fixed.items() if name in cls.__struct_fields__}
    chosen = [name for name in choices if name in cls.__struct_fields__]
    for value in choices[chosen[0]] if chosen else (None,):
        first = {chosen[0]: value} if chosen else {}
        others = {name: choices[name][0] for name in chosen[1:]}
        yield cls(stream=CASE, **first, **others, **members)


TELLING = {mediating.Decline, mediating.FailMediation}


def explore(kind: CaseKind) -> tuple[set[str], set[tuple[str, str, str]], list[Story]]:
    """Walk a kind by real acts; return states seen, (act, from, role) gone, and all stories."""
    gone: set[tuple[str, str, str]] = set()
    seen: set[tuple[object, ...]] = set()
    waiting, stories = [a_town()], []
    while waiting:
        story = waiting.pop()
        stories.append(story)
        for way in kind.transitions:
            state = story.state(CASE, story.registry.aggregates["case"])
            if not (state.state in way.from_ or (not state.begun and not way.from_)):
                continue
            if way.act in LINKED:
                continue
            for step in ((c, role) for c in commands(kind, way) for role in way.roles):
                told = story.when(step[0], WHO[step[1]]).told
                if told is None:
                    continue
                gone.add((way.act, state.state, step[1]))
                if (after := shape(told.state(CASE))) not in seen:
                    seen.add(after)
                    waiting.append(told)
    return {str(shape_[0]) for shape_ in seen}, gone, stories


def shape(state: CaseState) -> tuple[object, ...]:
    """What tells two cases apart for this walk; reopened ones are told apart once.

    Of those in consultation or mediation the rest of what they went through is not.
    """
    if state.consultation is not None:
        return state.state, len(state.consultation.awaited)
    if state.mediation is not None:
        return state.state, *mediated(state.mediation)
    return (
        state.state,
        state.route if state.state == "triaged" else None,
        state.handler == GAN_REF,
        state.verified,
        state.answered,
        min(state.reopened, 1),
        state.imported,
    )


def mediated(state: Mediation) -> tuple[object, ...]:
    if state.ended in {"declined", "failed"}:
        return ()
    return (
        len(state.consented), state.mediators, state.cleared, bool(state.sessions), state.form,
        state.confirmation, state.performed,
    )  # fmt: skip


@pytest.fixture(scope="module")
def walks() -> dict[str, tuple[set[str], set[tuple[str, str, str]], list[Story]]]:
    return {id_: explore(kind) for id_, kind in KINDS.items()}


@pytest.mark.parametrize("id_", KINDS)
def test_every_state_is_reached(walks, id_):
    assert walks[id_][0] == {state.id for state in KINDS[id_].states} - {"merged"}


@pytest.mark.parametrize("id_", KINDS)
def test_every_way_is_gone_from_every_state_in_every_role(walks, id_):
    ways = {
        (way.act, state, role)
        for way in KINDS[id_].transitions
        for state in way.from_ or ("",)
        for role in way.roles
        if way.act not in LINKED
    }
    assert ways - walks[id_][1] == set()


@pytest.mark.parametrize("id_", KINDS)
def test_clocks_run_in_open_states_only(walks, id_):
    for story in walks[id_][2]:
        state = story.state(CASE, story.registry.aggregates["case"])
        assert state.open or not state.clocks
        assert state.open == KINDS[id_].is_open(state.state)


@pytest.mark.parametrize("id_", KINDS)
def test_every_duty_has_a_clock_while_the_case_is_open_and_accepted(walks, id_):
    """What was accepted and is not yet done is always on somebody's clock."""
    done = {"resolved", "settled", "verified", "answered"}
    done |= {"effective", "performed", "breached", "unmediated", "suspended"}
    for story in walks[id_][2]:
        state = story.state(CASE, story.registry.aggregates["case"])
        if state.open and state.state not in {*done, "received"}:
            assert any(not one.due.lapses for one in state.clocks), state


@pytest.mark.parametrize("id_", KINDS)
def test_every_clock_cites_an_article_with_its_source(id_):
    for clock in KINDS[id_].clocks:
        for rule_id in filter(None, (clock.rule, clock.extension)):
            rule = BOOK.rule(rule_id, BOOK_DAY)
            assert rule.article
            assert rule.source in {"LAW-V", "LOCAL", "INF"}


BOOK_DAY = BOOK.items(holidays.section)[-1].rest[0]

TERMS = {
    ("message", "answer"): (15, "working_day", None, "INF"),
    ("request", "handle"): (15, "working_day", 15, "INF"),
    ("request", "objection"): (5, "working_day", None, "INF"),
    ("petition", "acknowledge"): (15, "day", None, "LAW-V"),
    ("petition", "register"): (15, "day", None, "LAW-V"),
    ("petition", "handle"): (60, "day", 30, "LAW-V"),
    ("petition", "objection"): (5, "working_day", None, "LAW-V"),
    ("dispute", "mediate"): (30, "day", 30, "LOCAL"),
    ("dispute", "confirm"): (30, "day", None, "LAW-V"),
    ("hazard", "rectify"): (15, "working_day", None, "INF"),
    ("petition", "transfer"): (15, "day", None, "LAW-V"),
    **{(kind, "transfer"): (15, "day", None, "INF") for kind in ("request", "dispute", "hazard")},
    **{
        (kind, "consult"): (3, "working_day", None, "INF")
        for kind in ("request", "petition", "dispute", "hazard")
    },
}


def test_the_shipped_terms_are_those_of_the_domain():
    found = {}
    for kind in KINDS.values():
        for clock in kind.clocks:
            rule = BOOK.rule(clock.rule, BOOK_DAY)
            more = BOOK.rule(clock.extension, BOOK_DAY).term.value if clock.extension else None
            found[kind.id, clock.id] = (rule.term.value, rule.term.unit, more, rule.source)
    assert found == TERMS


@pytest.mark.parametrize("id_", ["request", "petition", "hazard"])
def test_kinds_with_verification_close_by_it_alone(id_):
    (way,) = [way for way in KINDS[id_].transitions if way.act == "closed"]
    assert way.from_ == ("verified",)
    assert "verified" in way.guards
