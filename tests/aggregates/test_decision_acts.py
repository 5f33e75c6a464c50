"""Decisions, given, when, then: by the book, with defects that cannot be hidden, and refusals."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates import decision
from ledger.aggregates.decision import commands as wishes
from ledger.aggregates.decision import events
from ledger.kernel.event import Basis
from ledger.projections.decisions import fold, taken
from ledger.rules.evidence import gives
from ledger.rules.kinds.decision import Vote
from tests.support.cases import refs, shipped_packs
from tests.support.gwt import Story, an_id, on, person, unit
from tests.support.trust import acting, adopted, appointed, established, founded, registered
from tests.support.versions import CN_BASE, CN_LAW

COMMITTEE = unit("committee")
JUE, JIE = acting("jue", "decision_clerk"), acting("jie", "street_officer")
ONE = f"decision/{an_id('a decision')}"
KIND = Basis(pack=CN_BASE, rule="decision.residents_four_two")
REPS = Basis(pack=CN_LAW, rule="urban.representatives")
POSTING = Basis(pack=CN_LAW, rule="urban.posting")
DAY = on("2026-03-05")


@cache
def a_committee() -> Story:
    story = founded("an", "bo", more=(decision.aggregate,), packs=shipped_packs())
    story = established(established(story, "street"), "committee", "street")
    for label, role in (("jue", "decision_clerk"), ("jie", "street_officer")):
        story = appointed(registered(story, label), person(label), role, "an", unit=COMMITTEE)
    known = refs(shipped_packs())
    return adopted(
        story, known["cn-base"].pack, known["cn-base"].digest, extends=(known["cn-law"],)
    )


def proposed(**members) -> Story:
    told = {"stream": ONE, "unit": COMMITTEE, "code": "residents_four_two", "title": "修缮活动室"}
    return a_committee().when(wishes.Propose(**told | members), JUE, at=DAY).story


def step(name: str, **members) -> wishes.TakeStep:
    return wishes.TakeStep(stream=ONE, step=name, **members)


def meeting(name: str, present: int, total: int, ayes: int, **members) -> wishes.TakeStep:
    of = "party_members" if name == "examined" else "representatives"
    nays = present - ayes
    return step(name, of=of, total=total, present=present, ayes=ayes, nays=nays, **members)


BY_THE_BOOK = (
    step("proposed"),
    step("consulted"),
    meeting("examined", 20, 30, 11),
    meeting("decided", 40, 60, 21, result="passed"),
    step("decision_posted"),
    step("implemented"),
    step("result_posted"),
)


def walked(*steps: wishes.TakeStep) -> Story:
    story = proposed()
    for each in steps:
        story = story.when(each, JUE).story
    return story


def last_step(story: Story) -> events.StepTaken:
    found = story.acts[-1].event
    assert isinstance(found, events.StepTaken)
    return found


# -- by the book ------------------------------------------------------------------------------


def test_a_decision_by_the_book_has_no_defect_and_nothing_missing():
    story = walked(*BY_THE_BOOK)
    state = story.state(ONE)
    assert (state.standing, state.defective) == ("passed", 0)
    story.when(wishes.Close(stream=ONE), JUE).then(
        events.Closed(unit=COMMITTEE, code="residents_four_two", period="2026-03-05", basis=(KIND,))
    )


def test_two_thirds_of_the_representatives_exactly_are_enough_and_half_the_votes_are_not():
    held = walked(*BY_THE_BOOK[:3])
    (exact,) = held.when(meeting("decided", 40, 60, 21, result="passed"), JUE).events
    assert exact.defects == ()
    assert exact.basis == (KIND, REPS)
    (few,) = held.when(meeting("decided", 39, 60, 21, result="passed"), JUE).events
    assert few.defects == ("no_quorum",)
    (half,) = held.when(meeting("decided", 40, 60, 20, result="passed"), JUE).events
    assert half.defects == ("not_carried",)
    (no,) = held.when(meeting("decided", 40, 60, 20, result="rejected"), JUE).events
    assert no.defects == ()


def test_a_decision_is_posted_as_long_as_the_law_of_that_day_asks():
    story = walked(*BY_THE_BOOK[:4])
    outcome = story.when(step("decision_posted"), JUE, at=on("2026-03-06"))
    outcome.then(
        events.StepTaken(
            unit=COMMITTEE, step="decision_posted", until="2026-03-21", basis=(KIND, POSTING)
        )
    )


def test_taking_a_posting_down_too_early_is_recorded():
    story = walked(*BY_THE_BOOK[:5])
    (event,) = story.when(wishes.TakeDown(stream=ONE, step="decision_posted"), JUE).events
    assert event == events.TakenDown(
        unit=COMMITTEE, step="decision_posted", early=True, basis=(KIND,)
    )
    down = story.when(wishes.TakeDown(stream=ONE, step="decision_posted"), JUE).story
    again = wishes.TakeDown(stream=ONE, step="decision_posted")
    down.when(again, JUE).refused("decision.not_posted")


# -- defects are recorded, never hidden -------------------------------------------------------


def test_a_step_out_of_order_is_taken_and_says_so():
    story = walked(step("proposed"), meeting("decided", 40, 60, 30, result="passed"))
    assert last_step(story).defects == ("out_of_order",)


def test_the_step_that_may_be_merged_is_not_missed():
    story = walked(step("consulted"))
    assert last_step(story).defects == ()


def test_what_is_done_after_a_rejection_says_so():
    rejected = meeting("decided", 40, 60, 10, result="rejected")
    story = walked(*BY_THE_BOOK[:3], rejected, step("decision_posted"))
    assert last_step(story).defects == ("after_rejection",)


def test_closing_names_the_steps_never_taken():
    story = walked(*BY_THE_BOOK[:4])
    (event,) = story.when(wishes.Close(stream=ONE), JUE).events
    assert event.missing == ("decision_posted", "implemented", "result_posted")


@pytest.mark.parametrize("changed", [{"defects": ()}, {"until": "2026-09-01"}, {"basis": (KIND,)}])
def test_a_defect_cannot_be_left_out_nor_anything_else_be_forged(changed):
    story = walked(step("proposed"))
    command = meeting("decided", 10, 60, 9, result="passed")
    (event,) = story.when(command, JUE).events
    assert event.defects == ("out_of_order", "no_quorum")
    forged = replace(event, **changed)
    story.submits(ONE, forged, JUE).refused("decision.reckoned_otherwise")


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (step("nothing"), "decision.unknown_step"),
        (step("examined"), "decision.vote_not_for_step"),
        (meeting("proposed", 3, 5, 2), "decision.vote_not_for_step"),
        (meeting("decided", 40, 60, 30), "decision.result_not_for_step"),
        (step("proposed", result="passed"), "decision.result_not_for_step"),
        (meeting("examined", 31, 30, 20), "decision.votes_do_not_add_up"),
        (step("examined", of="party_members", total=30), "decision.counts_missing"),
        (step("proposed", occ="2026-03-01"), "decision.occurred_before"),
        (wishes.Close(stream=ONE), "decision.not_decided"),
        (wishes.Propose(stream=ONE, unit=COMMITTEE, code="covenant", title="约"),
         "decision.already_proposed"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(command, code):
    proposed().when(command, JUE).refused(code)


def test_votes_that_do_not_add_up_are_refused():
    story = proposed()
    vote = Vote(of="party_members", total=30, present=20, ayes=11, nays=8, abstained=0)
    event = events.StepTaken(unit=COMMITTEE, step="examined", vote=vote)
    story.submits(ONE, event, JUE).refused("decision.votes_do_not_add_up")


def test_a_closed_decision_takes_no_further_step_but_may_be_revoked_by_the_level_above():
    story = walked(*BY_THE_BOOK).when(wishes.Close(stream=ONE), JUE).story
    story.when(step("implemented"), JUE).refused("decision.over")
    revoke = wishes.Revoke(stream=ONE, reason="unlawful", text="违反规定")
    story.when(revoke, JUE).refused("authority.role_not_allowed")
    story = story.when(revoke, JIE).story
    assert story.state(ONE).standing == "revoked"
    story.when(revoke, JIE).refused("decision.over")


def test_the_step_that_decides_meets_a_duty_unless_something_is_wrong_with_it():
    said = [gives(act.event) for act in walked(*BY_THE_BOOK).acts[-8:]]
    assert said == ["announced", None, None, None, "met", None, None, None]
    again = walked(*BY_THE_BOOK[:4], meeting("decided", 20, 60, 11, result="passed"))
    assert [gives(act.event) for act in again.acts[-2:]] == ["met", "unmet"]
    rejected = walked(*BY_THE_BOOK[:3], meeting("decided", 40, 60, 10, result="rejected"))
    assert gives(rejected.acts[-1].event) == "met"


def test_a_decision_revoked_or_overturned_meets_a_duty_no_longer():
    revoked = events.Revoked(unit=COMMITTEE, reason="unlawful")
    upheld = events.AppealDecided(unit=COMMITTEE, number=1, verdict="upheld")
    assert (gives(revoked), gives(upheld)) == ("withdrawn", "withdrawn")
    assert gives(replace(upheld, verdict="dismissed")) is None


# -- in any order -----------------------------------------------------------------------------

COMMANDS = st.sampled_from([*BY_THE_BOOK, wishes.TakeDown(stream=ONE, step="decision_posted")])


@given(st.lists(COMMANDS, max_size=9))
def test_every_step_out_of_its_order_is_marked_and_the_view_tells_the_same(commands):
    story = proposed()
    for command in commands:
        outcome = story.when(command, JUE)
        story = story if outcome.error else outcome.story
    row = None
    for act in story.acts:
        if act.stream == ONE:
            row = fold(row, act, ONE)
    assert row is not None
    order = [each.step for each in BY_THE_BOOK]
    seen: list[str] = []
    for each in taken(row):
        needed = order[: order.index(each.step)]
        needed = needed[:-1] if each.step == "consulted" else needed
        assert ("out_of_order" in each.defects) == bool(set(needed) - set(seen))
        seen.append(each.step)
    state = story.state(ONE)
    assert (row.standing, row.defective) == (state.standing, state.defective)


def test_every_act_moves_the_day_before_which_nothing_occurred():
    story = walked(*BY_THE_BOOK).when(wishes.Close(stream=ONE), JUE, at=on("2026-04-01")).story
    down = wishes.TakeDown(stream=ONE, step="result_posted", occ="2026-03-25")
    story.when(down, JUE, at=on("2026-04-02")).refused("decision.occurred_before")
