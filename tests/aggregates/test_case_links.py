"""Cases joined and parted: links both ways, and nobody gains time by it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.events import Matter, Received
from ledger.aggregates.case.steering import commands as steering
from ledger.aggregates.case.steering import events
from ledger.kernel.aggregate import Command
from ledger.rules.clocks import Stood, Term
from ledger.rules.packs.pack import shipped
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    HUA,
    LEI,
    LEI_REF,
    LIN,
    LIN_REF,
    LUO,
    WEI,
    WEN,
    a_town,
    last,
    local_pack,
    receive,
    town_with,
)
from tests.support.gwt import Story, an_id, on
from tests.support.trust import acting

ONE, TWO = CASE, f"case/{an_id('another case')}"
THIRD = f"case/{an_id('a third')}"
MERGE = steering.Merge(stream=ONE, into=TWO)
ABSORB = steering.Absorb(stream=TWO, case=ONE)
CONCLUDE = steering.ConcludeMerge(stream=ONE, into=TWO)


def accepted(story: Story, stream: str, day: str, kind: str = "request", by=CHEN) -> Story:
    form = '{"parties":2}' if kind == "dispute" else None
    command = receive(kind, stream=stream, form=form)
    story = story.when(command, by, at=on(day)).story
    return story.when(wishes.Accept(stream=stream), CHEN, at=on(day)).story


def two(first: str = "2026-03-02", second: str = "2026-03-10", kind: str = "request") -> Story:
    return accepted(accepted(a_town(), ONE, first), TWO, second, kind)


def merged(story: Story, at: str = "2026-03-12") -> Story:
    for command in (MERGE, ABSORB, CONCLUDE):
        story = story.when(command, LUO, at=on(at)).story
    return story


def due(story: Story, stream: str) -> dict[str, str]:
    return {one.clock: one.due.day for one in story.state(stream).clocks}


def opened(story: Story, text: str = "x", **members) -> steering.SplitUp:
    return steering.SplitUp(stream=ONE, texts=(text,), channel="phone", **members)


# -- 并案 -------------------------------------------------------------------------------------


def test_a_merged_case_ends_and_both_name_each_other():
    story = merged(two())
    first, second = story.state(ONE), story.state(TWO)
    assert (first.state, first.open, first.part_of, first.clocks) == ("merged", False, TWO, ())
    assert (second.state, second.open, second.holds) == ("accepted", True, (ONE,))
    assert story.acts[-1].event.stopped == ("handle",)


def test_the_older_term_goes_on():
    story = two()
    assert (due(story, ONE), due(story, TWO)) == (
        {"handle": "2026-03-23"},
        {"handle": "2026-03-31"},
    )
    story = merged(story)
    absorbed = story.acts[-2].event
    assert absorbed.terms == (Term(clock="handle", since="2026-03-02"),)
    assert due(story, TWO) == {"handle": "2026-03-23"}


def test_the_younger_term_gives_no_time():
    story = merged(two("2026-03-10", "2026-03-02"))
    assert story.acts[-2].event.terms == ()
    assert due(story, TWO) == {"handle": "2026-03-23"}


def test_a_term_goes_on_with_its_extension_and_its_standing_still():
    story = two()
    for command, by in (
        (wishes.Triage(stream=ONE, route="direct"), LUO),
        (wishes.Assign(stream=ONE, handler=LIN_REF), LUO),
        (wishes.Extend(stream=ONE, clock="handle", days=2, reason="complex"), HUA),
        (steering.Suspend(stream=ONE, reason="expert_opinion"), HUA),
    ):
        story = story.when(command, by, at=on("2026-03-11")).story
    story = story.when(steering.Resume(stream=ONE), LUO, at=on("2026-03-12")).story
    before = due(story, ONE)["handle"]
    story = merged(story, "2026-03-13")
    assert due(story, TWO)["handle"] == min(before, "2026-03-31")
    (term,) = story.acts[-3].event.terms
    assert (term.extended, len(term.stood)) == (2, 1)


def test_who_handled_the_merged_case_verifies_neither():
    story = two()
    for command in (
        wishes.Triage(stream=ONE, route="direct"),
        wishes.Assign(stream=ONE, handler=WEI.actor),
        wishes.Triage(stream=TWO, route="direct"),
        wishes.Assign(stream=TWO, handler=LIN_REF),
    ):
        story = story.when(command, LUO).story
    story = merged(story)
    assert story.state(TWO).handlers == (LIN_REF, WEI.actor)
    story = story.when(wishes.Resolve(stream=TWO, outcome="settled"), LIN).story
    story.when(wishes.Verify(stream=TWO), WEI).refused("case.handled_it")


def test_a_case_does_not_end_before_the_other_has_taken_it_up():
    story = two().when(MERGE, LUO).story
    error = story.when(CONCLUDE, LUO).refused("case.not_taken_up")
    assert error.facts["case"] == TWO
    assert story.state(ONE).open


def test_what_went_on_in_between_is_handed_over_anew():
    story = two().when(MERGE, LUO).story.when(ABSORB, LUO).story
    story = story.when(wishes.Triage(stream=ONE, route="direct"), LUO).story
    story.when(CONCLUDE, LUO).refused("case.not_taken_up")
    story = story.when(MERGE, LUO).story
    story.when(CONCLUDE, LUO).refused("case.not_taken_up")
    story = story.when(ABSORB, LUO).story.when(CONCLUDE, LUO).story
    assert story.state(ONE).state == "merged"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (steering.Merge(stream=ONE, into=ONE), "case.merges_itself"),
        (ABSORB, "case.not_handed_over"),
        (CONCLUDE, "case.not_taken_up"),
        (steering.Merge(stream=THIRD, into=ONE), "case.not_received"),
        (steering.Absorb(stream=THIRD, case=ONE), "case.not_received"),
    ],
)
def test_a_merger_that_cannot_be_is_refused(command, code):
    two().when(command, LUO).refused(code)


def test_nobody_takes_up_what_was_handed_to_another():
    story = accepted(two(), THIRD, "2026-03-10").when(MERGE, LUO).story
    story.when(steering.Absorb(stream=THIRD, case=ONE), LUO).refused("case.not_handed_over")


def test_cases_of_two_kinds_are_not_merged():
    story = _request_and_hazard()
    error = story.when(ABSORB, LUO).refused("case.of_another_kind")
    assert (error.facts["kind"], error.facts["other"]) == ("hazard", "request")


def _request_and_hazard() -> Story:
    story = accepted(a_town(), ONE, "2026-03-02")
    command = receive("hazard", stream=TWO, channel="patrol", form='{"level":"minor"}')
    story = story.when(command, CHEN).story.when(wishes.Accept(stream=TWO), CHEN).story
    return story.when(MERGE, LUO).story


@pytest.mark.parametrize(
    "change",
    [
        {"terms": ()},
        {"terms": (Term(clock="handle", since="2026-03-09"),)},
        {"handlers": (LEI_REF,)},
        {"kind": "hazard"},
    ],
)
def test_other_terms_than_a_case_has_are_not_handed_over(change):
    story = two()
    good = last(story.when(MERGE, LUO))
    story.submits(ONE, replace(good, **change), LUO).refused("case.settled_otherwise")


def test_terms_handed_over_are_not_left_out():
    story = two().when(MERGE, LUO).story
    good = last(story.when(ABSORB, LUO))
    story.submits(TWO, replace(good, terms=()), LUO).refused("case.settled_otherwise")
    forged = replace(good, terms=(), due=())
    story.submits(TWO, forged, LUO).refused("case.due_differs")


HANDS = ("handlers", "verifiers", "callers", "deciders", "barred")


def lived() -> Story:
    """Return two cases, of which the first was handled, verified, closed and reopened."""
    story = two()
    for command, by in (
        (wishes.Triage(stream=ONE, route="direct"), LUO),
        (wishes.Assign(stream=ONE, handler=LIN_REF), LUO),
        (wishes.Resolve(stream=ONE, outcome="settled"), LIN),
        (wishes.Verify(stream=ONE), WEI),
        (wishes.CallBack(stream=ONE, reached=True), CAO),
        (wishes.Close(stream=ONE), LUO),
        (wishes.Reopen(stream=ONE, reason="not_solved"), CHEN),
    ):
        story = story.when(command, by).story
    return story


def test_who_had_a_hand_in_a_case_has_it_in_the_one_it_is_merged_into():
    story = merged(lived())
    second = story.state(TWO)
    assert {one: getattr(second, one) for one in HANDS} == {
        "handlers": (LIN_REF,), "verifiers": (WEI.actor,), "callers": (CAO.actor,),
        "deciders": (WEI.actor,), "barred": (WEI.actor,),
    }  # fmt: skip
    _held_apart(story, TWO)


def test_who_had_a_hand_in_a_case_has_it_in_the_parts_split_off_from_it():
    outcome = lived().when(opened(a_town()), CHEN)
    (part,) = outcome.events[0].into
    whole, mine = outcome.story.state(ONE), outcome.story.state(part)
    assert {one: getattr(mine, one) for one in HANDS} == {one: getattr(whole, one) for one in HANDS}
    _held_apart(outcome.story, part)


def _held_apart(story: Story, stream: str) -> None:
    story = story.when(wishes.Triage(stream=stream, route="direct"), LUO).story
    for stranger in (WEI, CAO):
        assign = wishes.Assign(stream=stream, handler=stranger.actor)
        story.when(assign, LUO).refused("case.assignee_not_apart")
    story = story.when(wishes.Assign(stream=stream, handler=LEI_REF), LUO).story
    story = story.when(wishes.Resolve(stream=stream, outcome="settled"), LEI).story
    verify = wishes.Verify(stream=stream)
    story.when(verify, acting("lin", "verifier")).refused("case.handled_it")
    story.when(verify, acting("cao", "verifier")).refused("case.called_it_back")
    story.when(verify, WEI).refused("case.decided_first")
    assert story.when(verify, WEN).story


@pytest.mark.parametrize("member", HANDS)
def test_nobody_leaves_out_who_had_a_hand_in_it(member):
    story = lived().when(opened(a_town()), CHEN)
    good = story.proposed[2]
    alone = lived()
    for proposed in story.proposed[:2]:
        alone = alone.submits(proposed.stream, proposed.event, CHEN).story
    assert alone.submits(good.stream, good.event, CHEN).story
    forged = replace(good.event, **{member: ()})
    alone.submits(good.stream, forged, CHEN).refused("case.settled_otherwise")


def test_a_term_that_stands_still_is_handed_over_with_the_days_it_stood():
    """No shipped kind is parted while it stands still; a local one may be."""
    text = shipped("cn-base")["cases/request.toml"].decode()
    old = 'act = "split"\nfrom = ["accepted", '
    assert old in text
    local = local_pack(request=text.replace(old, old + '"suspended", '))
    story = accepted(town_with(local), ONE, "2026-03-02")
    for command, by in (
        (wishes.Triage(stream=ONE, route="direct"), LUO),
        (wishes.Assign(stream=ONE, handler=LIN_REF), LUO),
        (steering.Suspend(stream=ONE, reason="expert_opinion"), HUA),
    ):
        story = story.when(command, by, at=on("2026-03-04")).story
    outcome = story.when(opened(story), CHEN, at=on("2026-03-11"))
    stood = Stood(suspended="2026-03-04", resumed="2026-03-11")
    handle = Term(clock="handle", since="2026-03-02", stood=(stood,))
    assert handle in outcome.events[0].terms
    (part,) = outcome.events[0].into
    assert due(outcome.story, part)["handle"] == "2026-03-30"
    resumed = outcome.story.when(steering.Resume(stream=ONE), LUO, at=on("2026-03-11")).story
    assert due(resumed, ONE)["handle"] == "2026-03-30"


def test_what_stands_still_takes_up_nothing():
    text = shipped("cn-base")["cases/request.toml"].decode()
    old = 'act = "absorbed"\nfrom = ["accepted", '
    assert old in text
    local = local_pack(request=text.replace(old, old + '"suspended", '))
    story = accepted(accepted(town_with(local), ONE, "2026-03-02"), TWO, "2026-03-03")
    for command, by in (
        (wishes.Triage(stream=TWO, route="direct"), LUO),
        (wishes.Assign(stream=TWO, handler=LIN_REF), LUO),
        (steering.Suspend(stream=TWO, reason="expert_opinion"), HUA),
        (MERGE, LUO),
    ):
        story = story.when(command, by, at=on("2026-03-04")).story
    error = story.when(ABSORB, LUO).refused("case.suspended_already")
    assert error.facts["day"] == "2026-03-04"


# -- 分案 -------------------------------------------------------------------------------------


def test_parts_are_cases_of_their_own_under_the_terms_of_the_whole():
    story = two()
    split = steering.SplitUp(
        stream=ONE, texts=("路灯", "井盖"), titles=("路灯不亮",), channel="phone",
        category="transport", note="两件事",
    )  # fmt: skip
    outcome = story.when(split, CHEN, at=on("2026-03-12"))
    kinds = [type(event) for event in outcome.events]
    assert kinds == [events.Split, *2 * [Received, events.SplitOff]]
    parts = outcome.events[0].into
    assert outcome.proposed[1].sealed[1] == Matter(text="路灯", title="路灯不亮")
    assert outcome.proposed[3].sealed[1] == Matter(text="井盖")
    story = outcome.story
    assert story.state(ONE).holds == parts
    for part in parts:
        state = story.state(part)
        assert (state.state, state.kind, state.part_of) == ("accepted", "request", ONE)
        assert due(story, part) == {"handle": "2026-03-23"}


def test_the_whole_goes_on():
    story = two().when(opened(a_town()), CHEN).story
    assert (story.state(ONE).state, story.state(ONE).open) == ("accepted", True)


def test_a_part_nobody_split_off_takes_over_nothing():
    story = two()
    good = story.when(opened(story), CHEN)
    received, off = good.proposed[1], good.proposed[2]
    alone = story.submits(received.stream, received.event, CHEN).story
    alone.submits(off.stream, off.event, CHEN).refused("case.not_handed_over")


def test_a_part_does_not_begin_with_more_time():
    story = two()
    good = story.when(opened(story), CHEN)
    for proposed in good.proposed[:2]:
        story = story.submits(proposed.stream, proposed.event, CHEN).story
    off = good.proposed[2]
    later = replace(off.event, terms=(Term(clock="handle", since="2026-03-09"),))
    story.submits(off.stream, later, CHEN).refused("case.settled_otherwise")


@pytest.mark.parametrize("into", [(ONE,), (TWO, TWO)])
def test_parts_are_other_cases_and_distinct(into):
    story = two()
    good = story.when(opened(story), CHEN).events[0]
    story.submits(ONE, replace(good, into=into), CHEN).refused("case.merges_itself")


def test_a_dispute_s_parts_have_forms_of_their_own():
    story = accepted(a_town(), ONE, "2026-03-02", "dispute")
    story.when(opened(story), CHEN).refused("case.form_field_missing")
    outcome = story.when(opened(story, forms=('{"parties":3}',)), CHEN)
    assert outcome.proposed[1].sealed[1].form == '{"parties":3}'


# -- whatever is joined and parted ------------------------------------------------------------

STREAMS = (ONE, TWO, THIRD)
moves = st.lists(
    st.tuples(
        st.sampled_from(["merge", "absorb", "conclude", "split", "triage"]),
        st.sampled_from(STREAMS),
        st.sampled_from(STREAMS),
        st.integers(0, 5),
    ),
    max_size=12,
)


def command_of(move: str, stream: str, other: str) -> tuple[Command, object]:
    match move:
        case "merge":
            return steering.Merge(stream=stream, into=other), LUO
        case "absorb":
            return steering.Absorb(stream=stream, case=other), LUO
        case "conclude":
            return steering.ConcludeMerge(stream=stream, into=other), LUO
        case "split":
            return steering.SplitUp(stream=stream, texts=("x",), channel="phone"), CHEN
        case _:
            return wishes.Triage(stream=stream, route="direct"), LUO


@settings(max_examples=60, deadline=None)
@given(moves)
def test_no_case_vanishes_and_no_matter_gains_time(steps):
    story = accepted(two(), THIRD, "2026-03-04")
    first = {stream: due(story, stream)["handle"] for stream in STREAMS}
    day = date(2026, 3, 12)
    for move, stream, other, later in steps:
        day += timedelta(days=later)
        command, by = command_of(move, stream, other)
        story = story.when(command, by, at=on(day.isoformat())).told or story
    for stream in {act.stream for act in story.acts if act.stream.startswith("case/")}:
        whole = story.state(stream).part_of
        if whole is not None:
            assert stream in story.state(whole).holds
        if stream in first:
            assert due(story, _goes_on_in(story, stream))["handle"] <= first[stream]
        else:
            assert due(story, stream)["handle"] <= first[whole]


def _goes_on_in(story: Story, stream: str) -> str:
    """Return the open case a case is now, following its mergers."""
    while (state := story.state(stream)).state == "merged":
        stream = state.part_of
    assert state.open
    return stream
