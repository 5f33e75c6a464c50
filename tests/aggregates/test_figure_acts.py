"""Stated figures, given, when, then: recorded as stated, corrected openly, never forged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.figure import commands as wishes
from ledger.aggregates.figure import events
from ledger.kernel.event import Basis
from ledger.projections.figures import fold, view
from tests.support.district import COMMUNITY, GONG, OTHER, SHU, a_district
from tests.support.gwt import Story, an_id
from tests.support.versions import BIJIANG

ONE = f"figure/{an_id('a figure')}"
SWEEPS = Basis(pack=BIJIANG, rule="figure.sweeps")


def state(**members) -> wishes.State:
    told = {"stream": ONE, "unit": COMMUNITY, "code": "sweeps", "value": 451, "source": "report"}
    return wishes.State(**told | members)


def stated(**members) -> Story:
    return a_district().when(state(**members), GONG).story


CORRECT = wishes.Correct(stream=ONE, value=415, source="report", reason="mistaken")
READ = wishes.Read(stream=ONE, value=300, text="办、村两级合计")
WITHDRAW = wishes.Withdraw(stream=ONE, reason="superseded")


def test_a_figure_is_recorded_as_it_was_stated():
    a_district().when(state(at_least=True, period="2025"), GONG).then(
        events.Stated(
            unit=COMMUNITY,
            code="sweeps",
            value=451,
            source="report",
            at_least=True,
            period="2025",
            basis=(SWEEPS,),
        )
    )


def test_a_correction_shows_old_and_new_and_ends_the_reading():
    story = stated().when(READ, GONG).story
    assert story.state(ONE).read == 300
    outcome = story.when(CORRECT, GONG)
    outcome.then(
        events.Corrected(
            unit=COMMUNITY, value=415, source="report", before=451, reason="mistaken",
            basis=(SWEEPS,),
        )
    )  # fmt: skip
    now = outcome.story.state(ONE)
    assert (now.value, now.read) == (415, None)


@pytest.mark.parametrize("forged", [{"before": 400}, {"basis": ()}, {"before": 415}])
def test_what_a_correction_replaces_cannot_be_forged(forged):
    (event,) = stated().when(CORRECT, GONG).events
    stated().submits(ONE, replace(event, **forged), GONG).refused("figure.reckoned_otherwise")


def test_a_figure_taken_back_stays_as_it_is():
    story = stated().when(WITHDRAW, GONG).story
    assert story.state(ONE).standing == "withdrawn"
    for command in (CORRECT, READ, WITHDRAW):
        story.when(command, GONG).refused("figure.taken_back")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (state(), "figure.already_stated"),
        (state(stream="figure/" + an_id("two"), code="nothing"), "book.unknown_figure"),
        (state(stream="figure/" + an_id("two"), source="hearsay"), "figure.code_not_listed"),
        (state(stream="figure/" + an_id("two"), period="2027"), "figure.period_not_begun"),
        (state(stream="figure/" + an_id("two"), period="2026-13"), "period.bad"),
        (wishes.Read(stream="figure/" + an_id("two"), value=1, text="x"), "figure.not_stated"),
        (replace(CORRECT, value=451), "figure.nothing_changes"),
        (replace(CORRECT, reason="whim"), "figure.code_not_listed"),
        (replace(CORRECT, occ="2026-03-01"), "figure.occurred_before"),
    ],
)
def test_what_cannot_be_is_refused(command, code):
    stated().when(command, GONG).refused(code)


def test_a_reading_that_stands_is_not_recorded_again():
    stated().when(READ, GONG).story.when(READ, GONG).refused("figure.nothing_changes")


def test_only_those_the_definition_names_state_figures():
    a_district().when(state(), SHU).refused("authority.role_not_allowed")


def test_a_figure_belongs_to_its_unit():
    (event,) = stated().when(CORRECT, GONG).events
    other = replace(event, unit=OTHER)
    stated().submits(ONE, other, GONG).refused("authority.unit_differs")


@pytest.mark.parametrize(
    ("event", "member"),
    [
        (events.Stated(unit=COMMUNITY, code="sweeps", value=1, source="report", reason="mistaken",
                       basis=(SWEEPS,)), "reason"),
        (events.Stated(unit=COMMUNITY, code="sweeps", value=1, source="report", approves="A" * 43,
                       basis=(SWEEPS,)), "approves"),
    ],
)  # fmt: skip
def test_members_that_mean_nothing_are_refused(event, member):
    error = a_district().submits(ONE, event, GONG).refused("figure.member_not_allowed")
    assert error.facts["member"] == member


def test_a_correction_without_a_reason_is_refused():
    event = events.Corrected(
        unit=COMMUNITY, value=415, source="report", before=451, basis=(SWEEPS,)
    )
    stated().submits(ONE, event, GONG).refused("figure.code_not_listed")


COMMANDS = st.one_of(
    st.builds(
        wishes.Correct,
        stream=st.just(ONE),
        value=st.integers(0, 3),
        source=st.sampled_from(["report", "survey"]),
        reason=st.just("mistaken"),
        at_least=st.booleans(),
    ),
    st.builds(wishes.Read, stream=st.just(ONE), value=st.integers(0, 3), text=st.just("按合计")),
    st.just(WITHDRAW),
)


@given(st.lists(COMMANDS, max_size=8))
def test_corrections_chain_and_the_view_tells_what_the_state_tells(commands):
    story = stated(value=1)
    for command in commands:
        outcome = story.when(command, GONG)
        story = story if outcome.error else outcome.story
    row, value = None, 1
    for act in story.acts:
        if act.stream != ONE:
            continue
        row = fold(row, act, *view.keys(act))
        if isinstance(act.event, events.Corrected):
            assert act.event.before == value
            value = act.event.value
    state = story.state(ONE)
    assert row is not None
    assert (row.value, row.read, row.standing) == (value, state.read, state.standing)
    assert state.value == value
