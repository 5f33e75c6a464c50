"""Steering a case: consultation, a leader in charge, standing still, transfer, archiving."""

import pytest
from msgspec.structs import replace

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.events import Note
from ledger.aggregates.case.steering import commands as steering
from ledger.aggregates.case.steering import events
from ledger.kernel.event import Basis
from ledger.rules.clocks import DueDate
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    DANG,
    GRID,
    HUA,
    LIN,
    LIN_REF,
    LUO,
    SHU,
    WEI,
    a_town,
    last,
    receive,
    tell,
)
from tests.support.gwt import Story, on, unit
from tests.support.trust import acting
from tests.support.versions import CN_BASE, CN_LAW

KIND = Basis(pack=CN_BASE, rule="case.request")
ACCEPT = (wishes.Accept(stream=CASE), CHEN)
TRIAGE = (wishes.Triage(stream=CASE, route="joint"), LUO)
ASSIGN = (wishes.Assign(stream=CASE, handler=LIN_REF), LUO)
TO_ASSIGNED = (ACCEPT, TRIAGE, ASSIGN)
TOWN = unit("town")
CALL = (steering.CallConsultation(stream=CASE, departments=(GRID, TOWN)), LUO)
REPORT = (steering.ReportIn(stream=CASE, department=TOWN), LIN)
HOLD = (steering.HoldConsultation(stream=CASE, resolution="led", lead=TOWN, text="由街道牵头"), LUO)
CHARGE = (steering.TakeCharge(stream=CASE), SHU)
SUSPEND = (steering.Suspend(stream=CASE, reason="expert_opinion", text="等检测报告"), HUA)
RESUME = (steering.Resume(stream=CASE), LUO)
TRANSFER = (steering.TransferOut(stream=CASE, authority="police", text="某派出所"), LUO)
TAKEN = (steering.AcceptTransfer(stream=CASE), LUO)
BACK = (steering.ReturnTransfer(stream=CASE, reason="not_ours"), LUO)
RESOLVE = (wishes.Resolve(stream=CASE, outcome="settled"), LIN)
VERIFY, CLOSE = (wishes.Verify(stream=CASE), WEI), (wishes.Close(stream=CASE), LUO)
CLOSED = (*TO_ASSIGNED, RESOLVE, VERIFY, CLOSE)


def after(*steps, kind: str = "request") -> Story:
    return tell(tell(a_town(), (receive(kind), CHEN)), *steps)


def days(story: Story) -> dict[str, str]:
    return {one.clock: one.due.day for one in story.state(CASE).clocks}


def rule(name: str) -> Basis:
    return Basis(pack=CN_BASE, rule=name)


# -- 吹哨报到 ---------------------------------------------------------------------------------


def test_departments_are_called_come_and_consult():
    outcome = after(*TO_ASSIGNED).when(*CALL)
    outcome.then(
        events.ConsultationCalled(
            unit=GRID, state="assigned", departments=(GRID, TOWN),
            due=(DueDate(clock="consult", day="2026-03-05"),),
            basis=(KIND, rule("consultation.hold")),
        )
    )  # fmt: skip
    story = outcome.story
    assert story.state(CASE).consultation.awaited == (GRID, TOWN)
    story = tell(story, REPORT)
    assert story.state(CASE).consultation.awaited == (GRID,)
    held = story.when(*HOLD)
    assert held.proposed[0].sealed == (Note(text="由街道牵头"),)
    event = last(held)
    assert (event.resolution, event.lead, event.stopped) == ("led", TOWN, ("consult",))
    assert held.story.state(CASE).consultation is None
    assert held.story.state(CASE).state == "assigned"


def test_who_was_called_and_did_not_come_is_told_by_what_is_missing():
    story = tell(after(*TO_ASSIGNED), CALL, REPORT)
    hold = steering.HoldConsultation(stream=CASE, resolution="shared")
    assert story.when(hold, LUO).story
    lead = steering.HoldConsultation(stream=CASE, resolution="led", lead=GRID)
    error = story.when(lead, LUO).refused("case.department_not_called")
    assert error.facts["departments"] == TOWN


def test_a_consultation_is_called_once_at_a_time():
    story = tell(after(*TO_ASSIGNED), CALL)
    story.when(*CALL).refused("case.consultation_open")
    assert tell(story, REPORT, HOLD, CALL).state(CASE).consultation.reported == ()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (steering.CallConsultation(stream=CASE, departments=(GRID, GRID)),
         "case.department_repeated"),
        (steering.CallConsultation(stream=CASE, departments=(unit("nowhere"),)), "unit.unknown"),
        (steering.ReportIn(stream=CASE, department=GRID), "case.no_consultation"),
        (steering.HoldConsultation(stream=CASE, resolution="led"), "case.no_consultation"),
    ],
)  # fmt: skip
def test_a_consultation_that_cannot_be_is_refused(command, code):
    after(*TO_ASSIGNED).when(command, LUO).refused(code)


def test_a_department_reports_once_and_only_if_called():
    story = tell(after(*TO_ASSIGNED), CALL, REPORT)
    story.when(*REPORT).refused("case.department_not_called")
    call = steering.CallConsultation(stream=CASE, departments=(GRID,))
    story = tell(after(*TO_ASSIGNED), (call, LUO))
    story.when(*REPORT).refused("case.department_not_called")


def test_what_a_consultation_resolves_is_one_of_the_pack_s():
    story = tell(after(*TO_ASSIGNED), CALL)
    hold = steering.HoldConsultation(stream=CASE, resolution="settled")
    story.when(hold, LUO).refused("case.code_not_listed")


# -- 包案 -------------------------------------------------------------------------------------


def test_a_leader_takes_charge_herself_and_counts_as_handling_it():
    story = tell(after(*TO_ASSIGNED), CHARGE)
    state = story.state(CASE)
    assert (state.leader, state.handler) == (SHU.actor, LIN_REF)
    assert SHU.actor in state.handlers
    story.when(*CHARGE).refused("case.in_charge_already")


def test_who_is_in_charge_does_not_give_it_more_time():
    story = tell(after(*TO_ASSIGNED), (steering.TakeCharge(stream=CASE), HUA))
    extend = wishes.Extend(stream=CASE, clock="handle", days=3, reason="complex")
    assert story.when(extend, HUA).refused("case.handled_it").facts["rule"] == "SD5"
    assert story.when(*SUSPEND).refused("case.handled_it").facts["rule"] == "SD5"


def test_who_called_back_does_not_take_charge():
    call = (wishes.CallBack(stream=CASE, reached=True), acting("lin", "call_back_clerk"))
    reopen = (wishes.Reopen(stream=CASE, reason="not_solved"), CHEN)
    assign = (wishes.Assign(stream=CASE, handler=CAO.actor), LUO)
    steps = (
        ACCEPT, TRIAGE, assign, (RESOLVE[0], acting("cao", "liaison")), VERIFY, CLOSE,
        call, reopen, TRIAGE,
    )  # fmt: skip
    story = after(*steps)
    story.when(steering.TakeCharge(stream=CASE), acting("lin", "unit_head")).refused(
        "case.called_it_back"
    )


# -- 中止 -------------------------------------------------------------------------------------


def test_a_clock_stands_still_for_a_reason_the_pack_lists_and_cites():
    # 15 working days from 2 March end on the 23rd.
    story = after(*TO_ASSIGNED)
    assert days(story)["handle"] == "2026-03-23"
    outcome = story.when(*SUSPEND, at=on("2026-03-04"))
    outcome.then(
        events.Suspended(
            unit=GRID, state="suspended", reason="expert_opinion", paused=("handle",),
            basis=(KIND, rule("request.suspension")),
        )
    )  # fmt: skip
    story = outcome.story
    assert (days(story), story.state(CASE).suspended) == ({"objection": "2026-03-09"}, _day("04"))
    resumed = story.when(*RESUME, at=on("2026-03-11"))
    # Of 15, two were counted by the 4th; 13 more from the 12th on end on the 30th.
    assert last(resumed).due == (DueDate(clock="handle", day="2026-03-30"),)
    state = resumed.story.state(CASE)
    assert (state.suspended, state.paused) == (None, ())
    assert state.clocks[0].gaps == ((_day("04"), _day("11")),)


def _day(text: str):
    return on(f"2026-03-{text}").date()


def test_for_any_other_reason_the_clock_runs_on():
    suspend = steering.Suspend(stream=CASE, reason="related_case")
    story = after(*TO_ASSIGNED)
    outcome = story.when(suspend, HUA, at=on("2026-03-04"))
    assert (last(outcome).paused, last(outcome).basis) == ((), (KIND,))
    assert days(outcome.story)["handle"] == "2026-03-23"
    resumed = outcome.story.when(*RESUME, at=on("2026-03-20"))
    assert (last(resumed).due, days(resumed.story)["handle"]) == ((), "2026-03-23")


def test_what_was_late_stays_late():
    story = after(*TO_ASSIGNED)
    story = story.when(*SUSPEND, at=on("2026-04-01")).story
    story = story.when(*RESUME, at=on("2026-04-20")).story
    assert days(story)["handle"] == "2026-03-23"


def test_an_extension_after_it_is_counted_on_top():
    story = after(*TO_ASSIGNED).when(*SUSPEND, at=on("2026-03-04")).story
    extend = wishes.Extend(stream=CASE, clock="handle", days=5, reason="complex")
    story.when(extend, HUA, at=on("2026-03-05")).refused("case.act_not_possible")
    story = story.when(*RESUME, at=on("2026-03-11")).story
    story = story.when(extend, HUA, at=on("2026-03-12")).story
    # Five natural days after the 30th are Saturday 4 April, in the holiday of 清明 till the 6th.
    assert days(story)["handle"] == "2026-04-07"


def test_her_own_case_nobody_lets_stand_still():
    suspend = (SUSPEND[0], acting("lin", "unit_head"))
    assert after(*TO_ASSIGNED).when(*suspend).refused("case.handled_it").facts["rule"] == "SD5"


def test_it_is_not_resumed_before_it_stood_still():
    story = after(*TO_ASSIGNED).when(*SUSPEND, at=on("2026-03-10")).story
    resume = replace(RESUME[0], occ="2026-03-09")
    story.when(resume, LUO, at=on("2026-03-12")).refused("case.occurred_before")


def test_what_was_late_is_not_made_timely_by_standing_still_dated_back():
    # 15 working days from 2 March end on the 23rd; on the 30th the case is in hand, and late.
    note = (wishes.NoteProgress(stream=CASE, text="x"), LIN)
    story = after(*TO_ASSIGNED).when(*note, at=on("2026-03-30")).story
    suspend = replace(SUSPEND[0], occ="2026-03-04")
    error = story.when(suspend, HUA, at=on("2026-03-30")).refused("case.occurred_before")
    assert error.facts["day"] == "2026-03-30"
    assert story.when(replace(suspend, occ="2026-03-30"), HUA, at=on("2026-03-30")).story


def test_nor_by_one_dated_within_the_term_where_nothing_was_recorded_since():
    suspend = replace(SUSPEND[0], occ="2026-03-20")
    story = after(*TO_ASSIGNED)
    late = story.when(suspend, HUA, at=on("2026-03-24")).refused("case.dated_into_term")
    assert late.facts["day"] == "2026-03-20"
    assert story.when(suspend, HUA, at=on("2026-03-23")).story


def test_two_spells_of_standing_still_do_not_overlap():
    story = after(*TO_ASSIGNED).when(*SUSPEND, at=on("2026-03-04")).story
    story = story.when(*RESUME, at=on("2026-03-11")).story
    again = replace(SUSPEND[0], occ="2026-03-05")
    story.when(again, HUA, at=on("2026-03-12")).refused("case.occurred_before")


def test_a_case_closed_while_it_stands_still_is_neither_suspended_nor_late():
    withdraw = wishes.Withdraw(stream=CASE, reason="by_reporter")
    story = after(*TO_ASSIGNED, SUSPEND)
    story.when(withdraw, CHEN).refused("case.act_not_possible")
    state = tell(story, RESUME, (withdraw, CHEN)).state(CASE)
    assert (state.open, state.suspended, state.paused, state.clocks) == (False, None, (), ())


@pytest.mark.parametrize("paused", [(), ("objection",), ("handle", "objection")])
def test_other_clocks_than_the_rules_let_do_not_stand_still(paused):
    story = after(*TO_ASSIGNED)
    good = last(story.when(*SUSPEND))
    story.submits(CASE, replace(good, paused=paused), HUA).refused("case.settled_otherwise")


# -- 移交、归档 --------------------------------------------------------------------------------


def test_a_case_is_sent_to_a_named_authority_which_has_its_term():
    story = after(ACCEPT)
    outcome = story.when(*TRANSFER)
    outcome.then(
        events.TransferredOut(
            unit=GRID, state="transferring", authority="police",
            due=(DueDate(clock="transfer", day="2026-03-17"),),
            basis=(KIND, rule("request.transfer")),
        )
    )  # fmt: skip
    assert days(outcome.story)["handle"] == "2026-03-23"  # ours until the other has taken it
    state = tell(outcome.story, TAKEN).state(CASE)
    assert (state.state, state.open, state.clocks) == ("transferred", False, ())


def test_what_is_sent_back_is_ours_again_and_its_term_ran_on():
    story = after(ACCEPT, TRANSFER).when(*BACK, at=on("2026-03-12")).story
    assert (story.state(CASE).state, days(story)) == ("received", {"handle": "2026-03-23"})
    story = tell(story, ACCEPT, at=on("2026-03-13"))
    assert days(story) == {"handle": "2026-03-23"}


def test_a_petition_sent_on_is_answered_for_by_the_article_s_term():
    outcome = after(kind="petition").when(*TRANSFER)
    (due,) = last(outcome).due
    assert (due.clock, due.day) == ("transfer", "2026-03-17")
    assert last(outcome).basis[1] == Basis(pack=CN_LAW, rule="petition.acknowledge")


def test_only_authorities_of_the_kind_are_named():
    court = steering.TransferOut(stream=CASE, authority="fire")
    after(ACCEPT).when(court, LUO).refused("case.code_not_listed")


def test_a_closed_case_is_archived_and_may_be_appealed_all_the_same():
    archive = (steering.Archive(stream=CASE, text="2026-永久-17"), DANG)
    after(*TO_ASSIGNED).when(*archive).refused("case.act_not_possible")
    outcome = after(*CLOSED).when(*archive)
    assert outcome.proposed[0].sealed == (Note(text="2026-永久-17"),)
    assert (outcome.story.state(CASE).state, outcome.story.state(CASE).open) == ("archived", False)
    reopen = wishes.Reopen(stream=CASE, reason="appeal")
    assert outcome.story.when(reopen, CHEN).story.state(CASE).open
