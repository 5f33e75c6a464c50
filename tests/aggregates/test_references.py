"""What an act names of another stream is there, stands, and is of a unit above or below its own."""

import pytest

from ledger.aggregates.disclosure_item import commands as items
from ledger.aggregates.disclosure_item import events
from ledger.aggregates.session import commands as sessions
from tests.aggregates.test_disclosure_acts import draft, published, reviewed
from tests.support.gwt import Story, an_id, person
from tests.support.gwt import unit as unit_ref
from tests.support.hall import HALL, SHOU, STREET, a_case, a_hall, a_stream
from tests.support.hall import SHU as CLERK
from tests.support.publishing import COMMITTEE, GONG, ITEM, LIAN, SHU
from tests.support.trust import appointed, established

MEETING, OTHER = a_stream("session"), a_stream("disclosure_item", "other")


def held(story: Story, unit: str = COMMITTEE) -> Story:
    told = sessions.Hold(stream=MEETING, unit=unit, code="meeting", present=9)
    return story.when(told, SHU).story


APPROVE = items.Approve(stream=ITEM, session=MEETING)


def test_an_approval_names_a_joint_meeting_that_was_held():
    (event,) = held(reviewed()).when(APPROVE, LIAN).events
    assert isinstance(event, events.Approved)
    assert event.session == MEETING


def test_an_approval_of_no_meeting_one_only_planned_or_one_taken_back_is_refused():
    reviewed().when(APPROVE, LIAN).refused("reference.unknown")
    plan = sessions.Plan(stream=MEETING, unit=COMMITTEE, code="meeting", day="2026-03-20")
    reviewed().when(plan, SHU).story.when(APPROVE, LIAN).refused("reference.stands_not")
    gone = sessions.Withdraw(stream=MEETING, reason="mistaken")
    held(reviewed()).when(gone, SHU).story.when(APPROVE, LIAN).refused("reference.stands_not")


def test_a_meeting_of_the_street_above_fits_and_one_of_another_committee_does_not():
    story = appointed(reviewed(), person("shu"), "session_clerk", "an", unit=unit_ref("street"))
    story = held(story, unit_ref("street"))
    story.when(APPROVE, LIAN).story  # noqa: B018
    story = established(reviewed(), "beside", "street")
    story = appointed(story, person("shu"), "session_clerk", "an", unit=unit_ref("beside"))
    refusal = held(story, unit_ref("beside")).when(APPROVE, LIAN).refused("reference.elsewhere")
    assert unit_ref("beside") in refusal.text("zh")


def withdraw(by: str) -> items.Withdraw:
    return items.Withdraw(stream=ITEM, reason="superseded", replaced_by=by)


def test_what_stands_in_the_place_of_an_item_is_another_that_was_not_taken_back():
    story = published()
    story.when(withdraw(OTHER), GONG).refused("reference.unknown")
    story.when(withdraw(ITEM), GONG).refused("reference.to_itself")
    story = story.when(draft(stream=OTHER, period="2026-01"), GONG).story
    assert story.when(withdraw(OTHER), GONG).events[0].replaced_by == OTHER
    gone = items.Withdraw(stream=OTHER, reason="mistaken")
    story.when(gone, GONG).story.when(withdraw(OTHER), GONG).refused("reference.stands_not")


def raised(case: str) -> sessions.RaiseProblem:
    return sessions.RaiseProblem(stream=MEETING, text="水管漏水", case=case)


def at_the_hall(unit: str = HALL) -> Story:
    told = sessions.Hold(stream=MEETING, unit=unit, code="meeting", present=9)
    return a_hall().when(told, CLERK).story


def test_a_problem_leads_to_a_case_that_was_taken_in():
    at_the_hall().when(raised(f"case/{an_id('nothing')}"), CLERK).refused("reference.unknown")
    story, case = a_case(at_the_hall())
    assert story.when(raised(case), CLERK).events[0].case == case


@pytest.mark.parametrize(("parent", "code"), [("hall", None), ("street", "reference.elsewhere")])
def test_a_case_of_a_grid_of_this_unit_fits_and_one_of_its_neighbour_does_not(parent, code):
    story = established(at_the_hall(), "grid", parent)
    story = appointed(story, SHOU.actor, "intake_clerk", "an", unit=unit_ref("grid"))
    story, case = a_case(story, unit_ref("grid"))
    outcome = story.when(raised(case), CLERK)
    assert (outcome.error and outcome.error.code) == code


def test_a_case_of_the_street_above_fits():
    story = appointed(at_the_hall(), SHOU.actor, "intake_clerk", "an", unit=STREET)
    story, case = a_case(story, STREET)
    assert story.when(raised(case), CLERK).events[0].case == case
