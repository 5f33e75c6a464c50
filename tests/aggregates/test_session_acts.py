"""Sessions, given, when, then: each act's way and every refusal."""

import pytest

from ledger.aggregates.session import commands as wishes
from ledger.aggregates.session import events
from ledger.aggregates.session.events import Count
from ledger.kernel.event import Basis
from ledger.rules.evidence import gives
from ledger.rules.packs.pack import load_pack
from ledger.rules.packs.pack import shipped as shipped_pack
from ledger.rules.packs.sections import sessions
from tests.support.gwt import Story, on
from tests.support.hall import GE, HALL, SHU, STREET, a_case, a_hall, a_stream, machine
from tests.support.trust import acting, appointed, registered
from tests.support.versions import CN_BASE

ONE = a_stream("session")
MEETING = Basis(pack=CN_BASE, rule="session.meeting")
HELD_ON = on("2026-03-10")


def plan(**members):
    told = {"stream": ONE, "unit": HALL, "code": "meeting", "day": "2026-03-10", "title": "联席会"}
    return wishes.Plan(**told | members)


def hold(**members):
    told = {"stream": ONE, "unit": HALL, "code": "meeting", "present": 9, "expected": 11}
    return wishes.Hold(**told | members)


def planned(**members) -> Story:
    return a_hall().when(plan(**members), SHU).story


def held(**members) -> Story:
    return a_hall().when(hold(**members), SHU, at=HELD_ON).story


# -- the way of a session ---------------------------------------------------------------------


def test_a_session_is_planned_for_the_period_its_day_lies_in():
    outcome = a_hall().when(plan(), SHU)
    outcome.then(
        events.Planned(
            unit=HALL, code="meeting", period="2026-03", day="2026-03-10", basis=(MEETING,)
        )
    )
    (agenda,) = outcome.proposed[0].sealed
    assert agenda.title == "联席会"


def test_a_planned_session_is_held_with_its_attendance():
    story = planned()
    told = wishes.Hold(stream=ONE, present=9, expected=11, outcome="resolved", text="议定三项")
    story = story.when(told, SHU, at=HELD_ON).then(
        events.Held(
            unit=HALL, code="meeting", period="2026-03", day="2026-03-10", present=9, expected=11,
            outcome="resolved", basis=(MEETING,),
        )
    )  # fmt: skip
    state = story.state(ONE)
    assert (state.standing, state.present, state.outcome) == ("held", 9, "resolved")


def test_a_session_nobody_planned_is_held_all_the_same():
    story = held(code="patrol", expected=None, counts=("places=12",))
    state = story.state(ONE)
    assert (state.standing, state.period) == ("held", "2026-03-10")
    assert state.counts == (Count(of="places", number=12),)


@pytest.mark.parametrize(
    ("code", "period"),
    [("meeting", "2026-03"), ("class", "2026-W11"), ("visit", "2026Q1"), ("sweep", "2026H1")],
)
def test_each_kind_covers_its_own_kind_of_period(code, period):
    assert held(code=code).state(ONE).period == period


def test_a_late_meeting_may_cover_the_period_before():
    assert held(period="2026-01").state(ONE).period == "2026-01"


def test_names_are_sealed_one_entry_a_person_and_counted():
    story = held()
    for name in ("王秀兰", "李建国"):
        outcome = story.when(wishes.Attend(stream=ONE, attendee=name, capacity="居民代表"), SHU)
        (sealed,) = outcome.proposed[0].sealed
        assert sealed.name == name
        assert outcome.events == (events.Attended(unit=HALL, basis=(MEETING,)),)
        story = outcome.story
    assert story.state(ONE).attended == 2


def test_problems_are_counted_and_lead_to_their_cases():
    story, case = a_case(held())
    for command in (
        wishes.RaiseProblem(stream=ONE, text="水管漏水", case=case),
        wishes.RaiseProblem(stream=ONE, text="同一处", case=case),
        wishes.RaiseProblem(stream=ONE, text="路灯"),
    ):
        story = story.when(command, SHU).story
    assert (story.state(ONE).problems, story.state(ONE).cases) == (3, (case,))


def test_an_outcome_may_be_recorded_after():
    story = held().when(wishes.Conclude(stream=ONE, outcome="noted"), SHU).story
    assert story.state(ONE).outcome == "noted"
    story.when(wishes.Conclude(stream=ONE, outcome="resolved"), SHU).refused(
        "session.outcome_known"
    )


def test_a_correction_keeps_what_it_does_not_name():
    command = wishes.Correct(stream=ONE, present=8, reason="mistaken")
    story = held(outcome="noted").when(command, SHU).story
    state = story.state(ONE)
    assert (state.present, state.expected, state.outcome, state.corrected) == (8, 11, "noted", 1)
    assert state.period == "2026-03"


def test_a_corrected_day_moves_the_period_with_it():
    command = wishes.Correct(stream=ONE, day="2026-02-27", reason="mistaken")
    assert held().when(command, SHU).story.state(ONE).period == "2026-02"


def test_a_planned_session_is_moved_or_called_off():
    story = planned().when(wishes.Replan(stream=ONE, day="2026-04-02", reason="weather"), SHU).story
    assert (story.state(ONE).period, story.state(ONE).standing) == ("2026-04", "planned")
    story = story.when(wishes.Cancel(stream=ONE, reason="no_quorum"), SHU).story
    assert story.state(ONE).standing == "cancelled"
    story.when(wishes.Hold(stream=ONE, present=1), SHU).refused("session.not_possible")


def test_a_record_taken_back_is_evidence_no_more():
    story = held().when(wishes.Withdraw(stream=ONE, reason="mistaken"), SHU).story
    assert story.state(ONE).standing == "withdrawn"
    assert gives(events.Withdrawn) == "withdrawn"
    assert {cls for cls in events.EVENTS if gives(cls) == "met"} == {
        events.Held, events.Corrected,
    }  # fmt: skip


def test_an_import_device_records_what_was_held_long_ago():
    command = hold(occ="2024-05-10", code="sweep")
    story = a_hall().when(command, machine("old-books")).story
    assert (story.state(ONE).day.isoformat(), story.state(ONE).period) == ("2024-05-10", "2024H1")


# -- refusals ---------------------------------------------------------------------------------


def test_a_session_is_planned_once():
    planned().when(plan(), SHU).refused("session.already_begun")
    event = events.Planned(
        unit=HALL, code="meeting", period="2026-03", day="2026-03-10", basis=(MEETING,)
    )
    planned().submits(ONE, event, SHU).refused("session.already_begun")


@pytest.mark.parametrize(
    "command",
    [
        wishes.Replan(stream=ONE, day="2026-03-10", reason="weather"),
        wishes.Hold(stream=ONE, present=1),
        wishes.Hold(stream=ONE, present=1, unit=HALL),
        wishes.Attend(stream=ONE, attendee="x"),
        wishes.RaiseProblem(stream=ONE, text="x"),
        wishes.Conclude(stream=ONE, outcome="noted"),
        wishes.Correct(stream=ONE, present=1, reason="mistaken"),
        wishes.Cancel(stream=ONE, reason="weather"),
        wishes.Withdraw(stream=ONE, reason="mistaken"),
    ],
)
def test_nothing_follows_on_what_was_never_recorded(command):
    a_hall().when(command, SHU).refused("session.not_begun")


def test_a_forged_first_entry_is_refused():
    event = events.Attended(unit=HALL, basis=(MEETING,))
    a_hall().submits(ONE, event, SHU).refused("session.not_begun")


@pytest.mark.parametrize(
    "command",
    [
        wishes.Replan(stream=ONE, day="2026-03-20", reason="weather"),
        wishes.Cancel(stream=ONE, reason="weather"),
        wishes.Hold(stream=ONE, present=1),
    ],
)
def test_what_was_held_is_not_planned_any_more(command):
    error = held().when(command, SHU).refused("session.not_possible")
    assert "已举行" in error.text("zh")


@pytest.mark.parametrize(
    "command",
    [
        wishes.Attend(stream=ONE, attendee="x"),
        wishes.Withdraw(stream=ONE, reason="mistaken"),
        wishes.Correct(stream=ONE, present=1, reason="mistaken"),
    ],
)
def test_what_is_planned_was_not_held_yet(command):
    planned().when(command, SHU).refused("session.not_possible")


def test_only_keepers_of_the_kind_record_it():
    a_hall().when(plan(), GE).refused("authority.role_not_allowed")
    assert a_hall().when(hold(code="patrol"), GE).story


def test_someone_of_another_unit_does_not_go_on_with_it():
    event = events.Attended(unit=STREET, basis=(MEETING,))
    held().submits(ONE, event, SHU).refused("authority.out_of_scope")


def test_the_session_s_unit_cannot_be_named_otherwise():
    """Someone with a post over both places names her own."""
    street = acting("jie", "session_clerk")
    story = appointed(registered(held(), "jie"), street.actor, "session_clerk", "an", unit=STREET)
    event = events.Attended(unit=STREET, basis=(MEETING,))
    story.submits(ONE, event, street).refused("authority.unit_differs")
    assert story.when(wishes.Attend(stream=ONE, attendee="x"), street).story


def test_the_kind_must_be_one_the_packs_arrange_and_stays():
    a_hall().when(plan(code="ball"), SHU).refused("book.unknown_session_kind")
    planned().when(hold(code="sweep"), SHU, at=HELD_ON).refused("session.code_differs")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (hold(outcome="splendid"), "session.code_not_listed"),
        (hold(counts=("elephants=3",)), "session.code_not_listed"),
        (hold(counts=("problems_solved=3", "problems_solved=4")), "session.count_twice"),
        (hold(present=12), "session.more_than_expected"),
        (hold(period="2026Q1"), "session.period_of_other_kind"),
        (hold(period="2026-04"), "session.period_not_begun"),
        (hold(period="2026-13"), "period.bad"),
        (hold(text="  "), "text.blank"),
        (plan(day="2026-02-30"), "time.bad_date"),
        (plan(day="2026-03-01"), "session.day_past"),
    ],
)
def test_a_record_that_cannot_be_is_refused(command, code):
    at = None if isinstance(command, wishes.Plan) else HELD_ON
    a_hall().when(command, SHU, at=at).refused(code)


def test_a_reason_must_be_one_of_the_kind_s():
    held().when(wishes.Withdraw(stream=ONE, reason="rain"), SHU).refused("session.code_not_listed")
    event = events.Withdrawn(unit=HALL, basis=(MEETING,))
    held().submits(ONE, event, SHU).refused("session.reason_missing")
    event = events.Attended(unit=HALL, reason="weather", basis=(MEETING,))
    held().submits(ONE, event, SHU).refused("session.member_not_allowed")


def test_a_correction_says_what_was_wrong():
    held().when(wishes.Correct(stream=ONE, present=9, reason="mistaken"), SHU).refused(
        "session.nothing_corrected"
    )


def test_nothing_of_a_session_happened_before_it():
    command = wishes.Attend(stream=ONE, attendee="x", occ="2026-03-09")
    held().when(command, SHU).refused("session.occurred_before_held")
    command = wishes.Correct(stream=ONE, day="2026-03-11", reason="mistaken", occ="2026-03-10")
    held().when(command, SHU).refused("session.occurred_before_held")


def test_the_day_stated_is_the_day_it_occurred():
    event = events.Held(
        unit=HALL, code="meeting", period="2026-03", day="2026-03-09", present=1, basis=(MEETING,)
    )
    a_hall().submits(ONE, event, SHU, at=HELD_ON).refused("session.day_differs")


def test_the_basis_is_the_kind_s_arrangement():
    event = events.Held(
        unit=HALL, code="meeting", period="2026-03", day="2026-03-10", present=1,
        basis=(Basis(pack=CN_BASE, rule="session.sweep"),),
    )  # fmt: skip
    a_hall().submits(ONE, event, SHU, at=HELD_ON).refused("session.basis_differs")


def test_every_shipped_kind_can_be_planned_held_and_taken_back():
    shipped = {one.id for one in load_pack(shipped_pack("cn-base")).items(sessions.section)}
    assert shipped == {
        "meeting", "class", "duty_day", "patrol", "visit", "sweep",
    }  # fmt: skip
    for kind in shipped:
        story = a_hall().when(plan(code=kind), SHU).story
        story = story.when(wishes.Hold(stream=ONE, present=3), SHU, at=HELD_ON).story
        story = story.when(wishes.Withdraw(stream=ONE, reason="mistaken"), SHU).story
        assert story.state(ONE).standing == "withdrawn"


def test_obligations_are_met_by_codes_of_the_section_of_sessions():
    assert sessions.section.evidence == "session"
