"""The rows of sessions equal what the aggregate's own fold says of each, after every act."""

from ledger.aggregates.session import commands as wishes
from ledger.projections.sessions import SessionRow, counted, fold
from tests.support.gwt import Story, on
from tests.support.hall import HALL, SHU, a_case, a_hall, a_stream

HELD_ON = on("2026-03-10")


def told() -> Story:
    story, a, b, c = a_hall(), *(a_stream("session", label) for label in "abc")
    for command in (
        wishes.Plan(stream=a, unit=HALL, code="meeting", day="2026-03-10"),
        wishes.Replan(stream=a, day="2026-03-09", reason="clash"),
        wishes.Plan(stream=b, unit=HALL, code="class", day="2026-03-12"),
        wishes.Cancel(stream=b, reason="weather"),
    ):
        story = story.when(command, SHU).story
    story, case = a_case(story)
    for command in (
        wishes.Hold(stream=a, present=9, expected=11, occ="2026-03-09"),
        wishes.Hold(stream=c, unit=HALL, code="class", present=40, counts=("leaflets=300",)),
        wishes.Attend(stream=a, attendee="王"),
        wishes.RaiseProblem(stream=a, text="路灯", case=case),
        wishes.RaiseProblem(stream=a, text="井盖"),
        wishes.Conclude(stream=a, outcome="noted"),
        wishes.Correct(stream=c, present=38, counts=("leaflets=280",), reason="mistaken"),
        wishes.Withdraw(stream=c, reason="mistaken"),
    ):
        story = story.when(command, SHU, at=max(HELD_ON, story.next_minute)).story
    return story


def rows(story: Story) -> dict[str, SessionRow]:
    found: dict[str, SessionRow] = {}
    for act in story.acts:
        if act.aggregate == "session":
            row = fold(found.get(act.stream), act, act.stream)
            assert row is not None
            found[act.stream] = row
    return found


def test_each_row_says_what_the_aggregate_says():
    story = told()
    for stream, row in rows(story).items():
        state = story.state(stream)
        assert (row.session, row.unit, row.code) == (stream, state.unit, state.code)
        assert (row.period, row.day) == (state.period, state.day.isoformat())
        assert (row.standing, row.outcome) == (state.standing, state.outcome)
        assert (row.problems, row.corrected) == (state.problems, state.corrected)
        assert row.cases.split() == list(state.cases)
        assert counted(row) == {count.of: count.number for count in state.counts}
        if state.standing in {"held", "withdrawn"}:
            assert (row.present, row.expected) == (state.present, state.expected)


def test_the_stories_reach_every_standing():
    assert {row.standing for row in rows(told()).values()} == {"held", "cancelled", "withdrawn"}


def test_an_act_on_nothing_makes_no_row():
    act = next(act for act in told().acts if act.type == "session.attended.v1")
    assert fold(None, act, act.stream) is None
