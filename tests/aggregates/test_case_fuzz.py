"""Whatever outsiders send, a case's functions answer with an act or with a LedgerError."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aggregates.case import aggregate
from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.published import COMMANDS, EVENTS, FACT_OF
from ledger.aggregates.case.steering import commands as steering
from ledger.kernel.event import Basis, Event
from ledger.rules.accounts import Credit
from ledger.rules.clocks import DueDate, Stood, Term
from tests.support.cases import (
    CASE,
    CHEN,
    GRID,
    HUA,
    IMPORTER,
    LIN,
    LIN_REF,
    LUO,
    WEI,
    a_town,
    receive,
    tell,
)
from tests.support.gwt import Story, an_id, on
from tests.support.trust import acting

PETITION = receive("petition")
TO_ASSIGNED = (
    (PETITION, CHEN),
    (wishes.Accept(stream=CASE), CHEN),
    (wishes.Triage(stream=CASE, route="direct"), LUO),
    (wishes.Assign(stream=CASE, handler=LIN_REF), LUO),
)
PART = f"case/{an_id('another case')}"
MEDIATOR = acting("lin", "mediator")
DISPUTE = (
    (receive("dispute", form='{"parties":2}'), CHEN),
    (wishes.Accept(stream=CASE), CHEN),
    (wishes.Assign(stream=CASE, handler=LIN_REF), LUO),
    (mediating.OpenMediation(stream=CASE, parties=2, asked="applied"), MEDIATOR),
    (mediating.Consent(stream=CASE, party=1), MEDIATOR),
    (mediating.Consent(stream=CASE, party=2), MEDIATOR),
    (mediating.NameMediators(stream=CASE, mediators=(LIN_REF,)), LUO),
    (mediating.DeclareNoTie(stream=CASE), MEDIATOR),
    (mediating.HoldMediation(stream=CASE, present=2), MEDIATOR),
    (mediating.AgreeInWriting(stream=CASE, terms="x"), MEDIATOR),
)
HALTED = (
    *((receive("request"), CHEN), *TO_ASSIGNED[1:]),
    (steering.Suspend(stream=CASE, reason="expert_opinion"), HUA),
)
STORIES: list[Story] = [
    *(tell(a_town(), *TO_ASSIGNED[:n]) for n in range(5)),
    *(tell(a_town(), *DISPUTE[:n]) for n in (3, 5, 9, 10)),
    tell(a_town(), *HALTED),
]

codes = st.sampled_from(
    ["received", "accepted", "closed", "complex", "not_ours", "handle", "phone", "land", "x",
     "expert_opinion", "no_agreement", "lawsuit", "court", "shared", "near_relative", "written",
     "supported", "self_handled", "petition", "message", "not_done"]
)  # fmt: skip
known = {
    DueDate: st.builds(
        DueDate,
        clock=codes,
        day=st.sampled_from(["2026-03-17", "2026-05-01", "9999-12-31"]),
        provisional=st.booleans(),
        lapses=st.booleans(),
    ),
    Credit: st.builds(
        Credit,
        account=st.just(f"account/{CASE[5:]}"),
        purpose=codes,
        day=st.sampled_from(["2026-03-02", "2026-02-30", "2030-01-02"]),
        start=st.integers(0, 1439),
        minutes=st.integers(1, 1500),
    ),
    Term: st.builds(
        Term,
        clock=codes,
        since=st.sampled_from(["2026-03-02", "2025-01-01"]),
        extended=st.integers(0, 30),
        stood=st.just((Stood(suspended="2026-03-02", resumed="2026-03-09"),)),
    ),
    Basis: st.builds(Basis, pack=st.just("cn-base@2026.1"), rule=codes),
}


def value_of(info: msgspec.inspect.Type) -> st.SearchStrategy:
    for kind, strategy in STRATEGIES.items():
        if isinstance(info, kind):
            return strategy(info)
    raise TypeError(info)


def a_string(info: msgspec.inspect.StrType) -> st.SearchStrategy:
    shaped = {
        "person": [LIN_REF, LIN_REF[:-1] + "0"],
        "unit": [GRID],
        "case": [CASE, PART],
        "account": [f"account/{CASE[5:]}"],
        "[0-5][0-9]": ["09:00"],
        "[0-9]{4}": ["2026-03-02", "2026-02-30", "2030-01-02"],
        "{43}:": [f"{CASE[5:]}:{'x' * 43}:image/png:9:1"],
        "{43}": ["x" * 43],
        "PV-Z]{26}": [CASE[5:]],
        "@": ["cn-base@2026.1"],
    }
    if info.pattern is None:
        return st.text(min_size=1, max_size=12)
    named = [values for mark, values in shaped.items() if mark in info.pattern]
    return st.sampled_from(named[0]) if named else codes


STRATEGIES = {
    msgspec.inspect.UnionType: lambda info: st.one_of(*map(value_of, info.types)),
    msgspec.inspect.NoneType: lambda info: st.none(),
    msgspec.inspect.BoolType: lambda info: st.booleans(),
    msgspec.inspect.IntType: lambda info: st.integers(info.ge, info.le),
    msgspec.inspect.LiteralType: lambda info: st.sampled_from(info.values),
    msgspec.inspect.VarTupleType: lambda info: st.lists(value_of(info.item_type), max_size=2).map(
        tuple
    ),
    msgspec.inspect.StructType: lambda info: known[info.cls],
    msgspec.inspect.StrType: a_string,
}


def any_of(cls: type[msgspec.Struct], fixed: dict[str, object]) -> st.SearchStrategy:
    fields = {
        field.name: value_of(msgspec.inspect.type_info(field.type))
        for field in msgspec.structs.fields(cls)
        if field.name not in fixed
    }
    return st.fixed_dictionaries(fields).map(lambda members: cls(**fixed, **members))


def an_event(cls: type[Event]) -> st.SearchStrategy:
    return any_of(cls, {"checks": (), "numbered": None, "transcribed": None})


who = st.sampled_from([CHEN, LUO, LIN, WEI, IMPORTER, MEDIATOR, HUA])
days = st.sampled_from(["2026-03-02", "2026-12-31", "2030-01-01"])


@settings(max_examples=150)
@given(st.data())
def test_any_event_is_recorded_or_refused_in_both_languages(data):
    story = data.draw(st.sampled_from(STORIES))
    event = data.draw(st.sampled_from(EVENTS).flatmap(an_event))
    outcome = story.submits(CASE, event, data.draw(who), at=on(data.draw(days)))
    if outcome.error is None:
        state = outcome.story.state(CASE)
        assert (state.state, state.last) == (event.state, FACT_OF[type(event)])
    else:
        outcome.refused(outcome.error.code)


@settings(max_examples=150)
@given(st.data())
def test_any_command_is_decided_or_refused_in_both_languages(data):
    story = data.draw(st.sampled_from(STORIES))
    cls = data.draw(st.sampled_from(COMMANDS))
    command = data.draw(any_of(cls, {"stream": CASE, "occ": None}))
    outcome = story.when(command, data.draw(who), at=on(data.draw(days)))
    if outcome.error is not None:
        outcome.refused(outcome.error.code)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_sealed_as_typed_or_refused(text, name):
    outcome = a_town().when(receive(text=text, reporter_name=name), CHEN)
    if outcome.error is None:
        reporter, matter = outcome.proposed[0].sealed
        assert (reporter.name, matter.text) == (name, text)
    else:
        assert outcome.error.code in {"canonical.bad_text", "case.text_missing"}


def test_check_never_finds_another_outcome_than_decide():
    """A proposal may be refused for a guard, never for the outcome it states."""
    differing = {"case.state_differs", "case.due_differs", "case.basis_differs"}
    for story in STORIES:
        for by in (CHEN, LUO, LIN, WEI, IMPORTER):
            for command in (wishes.Accept, wishes.Close, wishes.Verify):
                outcome = story.when(command(stream=CASE), by)
                assert outcome.error is None or outcome.error.code not in differing


@pytest.mark.parametrize("cls", EVENTS)
def test_every_event_has_a_case_in_evolve(cls):
    event = an_event(cls)
    story = STORIES[-1]
    act = story.acts[-1]

    @settings(max_examples=3)
    @given(event)
    def folds(found: Event) -> None:
        assert aggregate.evolve(story.state(CASE), msgspec.structs.replace(act, event=found))

    folds()
