"""Reviews that concern somebody: notice, no minors, appeal, expiry; appraisal of office-holders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.decision import commands as wishes
from ledger.aggregates.decision import events
from ledger.kernel.event import Verdict
from ledger.projections.decisions import fold
from tests.aggregates.test_decision_acts import COMMITTEE, DAY, JIE, JUE, ONE, a_committee
from tests.support.gwt import Story, on, person
from tests.support.trust import acting, appointed, registered

REVIEW = wishes.Propose(
    stream=ONE, unit=COMMITTEE, code="moral_review", title="一季度道德评议", adult=True
)


def step(name: str, **members) -> wishes.TakeStep:
    return wishes.TakeStep(stream=ONE, step=name, **members)


STEPS = (
    step("collected"), step("informed"), step("reviewed", result="passed"), step("posted"),
)  # fmt: skip


def reviewed(*steps: wishes.TakeStep) -> Story:
    story = a_committee().when(REVIEW, JUE, at=DAY).story
    for each in steps or STEPS:
        story = story.when(each, JUE).story
    return story


APPEAL = wishes.AppealDecision(stream=ONE, text="所列事实不符", appellant="张某")
UPHOLD = wishes.DecideAppeal(stream=ONE, number=1, verdict="upheld", text="撤下")
DISMISS = replace(UPHOLD, verdict="dismissed")


def test_a_review_concerns_no_minor_and_says_so():
    (event,) = a_committee().when(REVIEW, JUE, at=DAY).events
    assert event.checks == (Verdict(check="adult", subject="subject", verdict=True),)
    for adult in (None, False):
        story = a_committee().when(replace(REVIEW, adult=adult), JUE, at=DAY)
        story.refused("decision.adult_needed")
    covenant = replace(REVIEW, code="covenant")
    a_committee().when(covenant, JUE, at=DAY).refused("decision.member_not_allowed")


def test_a_review_without_notice_is_out_of_order():
    story = reviewed(step("collected"))
    (event,) = story.when(step("reviewed", result="passed"), JUE).events
    assert event.defects == ("out_of_order",)


def test_a_review_is_prepared_before_its_period_and_decided_within_or_after_it():
    story = a_committee().when(replace(REVIEW, period="2026Q2"), JUE, at=DAY).story
    for each in STEPS[:2]:
        story = story.when(each, JUE).story
    decide = step("reviewed", result="passed")
    early = story.when(decide, JUE, at=on("2026-03-31")).refused("decision.period_not_begun")
    assert "2026Q2" in early.text("en")
    dated_back = replace(decide, occ="2026-03-31")
    story.when(dated_back, JUE, at=on("2026-04-01")).refused("decision.period_not_begun")
    for day in ("2026-04-01", "2026-07-02"):
        (event,) = story.when(decide, JUE, at=on(day)).events
        assert (event.gives, event.defects) == ("met", ())


def test_what_is_decided_before_its_period_is_refused_whoever_prepared_it():
    story = a_committee().when(replace(REVIEW, period="2027Q3"), JUE, at=DAY).story
    event = events.StepTaken(unit=COMMITTEE, step="reviewed", result="rejected")
    story.submits(ONE, event, JUE).refused("decision.period_not_begun")


def test_an_appeal_is_numbered_due_and_sealed():
    outcome = reviewed().when(APPEAL, JUE, at=on("2026-03-10"))
    (event,) = outcome.events
    assert (event.number, event.due) == (1, "2026-03-25")
    assert [basis.rule for basis in event.basis] == [
        "decision.moral_review", "moral.appeal", "moral.ruling",
    ]  # fmt: skip
    assert "张某" not in str(event)
    (again,) = outcome.story.when(APPEAL, JUE).events
    assert again.number == 2


def test_the_last_day_to_appeal_counts_and_the_day_after_does_not():
    story = reviewed()
    assert story.state(ONE).decided_on == DAY.date()
    story.when(APPEAL, JUE, at=on("2026-03-20")).story  # noqa: B018
    refusal = story.when(APPEAL, JUE, at=on("2026-03-21")).refused("decision.appeal_late")
    assert "2026-03-20" in refusal.text("zh")


def test_what_was_not_decided_or_takes_no_appeal_is_not_appealed():
    reviewed(step("collected")).when(APPEAL, JUE).refused("decision.not_decided")
    story = a_committee().when(replace(REVIEW, code="covenant", adult=None), JUE, at=DAY).story
    story.when(APPEAL, JUE).refused("decision.no_appeal")


def test_an_appeal_is_ruled_on_by_somebody_without_a_hand_in_it():
    story = reviewed().when(APPEAL, JUE).story
    story.when(UPHOLD, JUE).refused("authority.role_not_allowed")
    both = appointed(story, JUE.actor, "street_officer", "an", unit=COMMITTEE)
    jue = acting("jue", "street_officer")
    both.when(UPHOLD, jue).refused("decision.own_matter")
    story.when(replace(UPHOLD, number=2), JIE).refused("decision.appeal_not_open")
    ruled = story.when(DISMISS, JIE).story
    assert ruled.state(ONE).standing == "passed"
    ruled.when(DISMISS, JIE).refused("decision.appeal_not_open")


def test_an_appeal_upheld_overturns_it_and_what_is_posted_comes_down_at_once():
    story = reviewed().when(APPEAL, JUE).story
    early = wishes.TakeDown(stream=ONE, step="posted")
    assert story.when(early, JUE).events[0].early
    overturned = story.when(UPHOLD, JIE).story
    assert overturned.state(ONE).standing == "overturned"
    (event,) = overturned.when(early, JUE).events
    assert event == events.TakenDown(unit=COMMITTEE, step="posted", early=False, basis=event.basis)
    overturned.when(wishes.Close(stream=ONE), JUE).refused("decision.over")
    overturned.when(step("posted"), JUE).refused("decision.over")


def test_what_is_closed_may_still_be_appealed_in_time():
    story = reviewed().when(wishes.Close(stream=ONE), JUE).story
    story = story.when(APPEAL, JUE).story.when(UPHOLD, JIE).story
    assert story.state(ONE).standing == "overturned"


# -- appraisal ---------------------------------------------------------------------------------

APPRAISAL = replace(REVIEW, code="appraisal", adult=None)
ZHU = person("zhu")
GRADE = wishes.Appraise(stream=ONE, holder=ZHU, grade="competent", text="群众评价较好")
MET = step(
    "appraised", of="representatives", total=60, present=40, ayes=30, nays=10, result="passed"
)


def appraised(*steps: wishes.TakeStep) -> Story:
    story = appointed(registered(a_committee(), "zhu"), ZHU, "director", "an", unit=COMMITTEE)
    story = story.when(APPRAISAL, JUE, at=DAY).story
    for each in steps or (step("reported"), MET):
        story = story.when(each, JUE).story
    return story


def test_an_office_holder_is_given_a_grade_once():
    outcome = appraised().when(GRADE, JUE)
    (event,) = outcome.events
    assert (event.holder, event.grade) == (ZHU, "competent")
    assert "群众" not in str(event)
    outcome.story.when(GRADE, JUE).refused("decision.appraised_before")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grade": "splendid"}, "decision.no_grades"),
        ({"holder": person("jie")}, None),
        ({"holder": person("an")}, "decision.not_in_office"),
        ({"holder": person("nobody")}, "decision.not_in_office"),
    ],
)
def test_a_grade_is_one_of_the_kinds_and_of_somebody_in_office(changes, code):
    outcome = appraised().when(replace(GRADE, **changes), JUE)
    assert (outcome.error and outcome.error.code) == code


def test_nobody_is_graded_before_the_meeting_or_in_another_kind():
    appraised(step("reported")).when(GRADE, JUE).refused("decision.not_decided")
    reviewed().when(replace(GRADE, holder=JIE.actor), JUE).refused("decision.no_grades")


WISHES = st.sampled_from(
    [(APPEAL, JUE), (UPHOLD, JIE), (DISMISS, JIE), (replace(UPHOLD, number=2), JIE),
     (wishes.TakeDown(stream=ONE, step="posted"), JUE), (wishes.Close(stream=ONE), JUE)]
)  # fmt: skip


@given(st.lists(WISHES, max_size=7))
def test_no_sequence_rules_on_an_appeal_twice_and_the_row_counts_what_waits(wanted):
    story = reviewed()
    for command, by in wanted:
        outcome = story.when(command, by)
        story = outcome.story if outcome.error is None else story
    mine = [act for act in story.acts if act.stream == ONE]
    row = None
    for act in mine:
        row = fold(row, act, ONE)
    state = story.state(ONE)
    made = [act.event.number for act in mine if isinstance(act.event, events.Appealed)]
    ruled = [act.event.number for act in mine if isinstance(act.event, events.AppealDecided)]
    assert made == list(range(1, len(made) + 1))
    assert len(set(ruled)) == len(ruled)
    assert state.appeals == tuple(number for number in made if number not in ruled)
    assert [int(one.partition("=")[0]) for one in row.appeals.split()] == list(state.appeals)
    assert row.standing == state.standing
    assert set(row.up.split()) == {posted.step for posted in state.up}
