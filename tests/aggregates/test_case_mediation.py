"""Mediation in a dispute: consent, mediators, sessions, agreement, its effect, the court."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.mediation import events
from ledger.aggregates.case.mediation.events import Party, Record, Terms
from ledger.kernel.event import Basis
from ledger.rules.clocks import DueDate
from ledger.rules.packs.pack import shipped
from tests.support.cases import (
    CASE,
    CHEN,
    GRID,
    IMPORTER,
    LEI_REF,
    LIN_REF,
    LUO,
    WEI_REF,
    a_town,
    last,
    receive,
    tell,
)
from tests.support.gwt import Story, a_digest, on, person
from tests.support.trust import acting
from tests.support.versions import CN_BASE, CN_LAW

LIN, LEI = acting("lin", "mediator"), acting("lei", "mediator")
KIND = Basis(pack=CN_BASE, rule="case.dispute")
CONFIRMATION = Basis(pack=CN_LAW, rule="mediation.confirmation")

ACCEPT = (wishes.Accept(stream=CASE), CHEN)
ASSIGN = (wishes.Assign(stream=CASE, handler=LIN_REF), LUO)
OPEN = (mediating.OpenMediation(stream=CASE, parties=2, asked="applied"), LIN)
YES = tuple((mediating.Consent(stream=CASE, party=n, party_name="某甲"), LIN) for n in (1, 2))
NO = (mediating.Decline(stream=CASE, party=2, remedies=("lawsuit",)), LIN)
NAME = (mediating.NameMediators(stream=CASE, mediators=(LIN_REF, LEI_REF)), LUO)
CLEAR = (mediating.DeclareNoTie(stream=CASE), LIN)
HOLD = (mediating.HoldMediation(stream=CASE, present=2, private=True, text="各述意见"), LIN)
ORAL = (mediating.AgreeOrally(stream=CASE, terms="各退一步", perform_by="2026-05-01"), LIN)
WRITE = (mediating.AgreeInWriting(stream=CASE, terms="分期付清"), LIN)
SIGN = (
    mediating.SignAgreement(
        stream=CASE, signatures=2, mediator=LIN_REF, stamped=True, document=a_digest("scan")
    ),
    LIN,
)
FAIL = (
    mediating.FailMediation(stream=CASE, reason="no_agreement", remedies=("lawsuit",)),
    LIN,
)
APPLY = (mediating.ApplyForConfirmation(stream=CASE, applicants=2), LUO)
CONFIRMED = (mediating.DecideConfirmation(stream=CASE, confirmed=True), LUO)
LOOK = (mediating.CheckPerformance(stream=CASE, text="已付首期"), LIN)
DONE = (mediating.RecordPerformed(stream=CASE), LIN)
BREACH = (mediating.RecordBreach(stream=CASE), LIN)
CLOSE = (wishes.Close(stream=CASE), LUO)

TO_OPEN = (ACCEPT, ASSIGN, OPEN)
TO_NAMED = (*TO_OPEN, *YES, NAME)
TO_HELD = (*TO_NAMED, CLEAR, HOLD)


def after(*steps, story: Story | None = None) -> Story:
    begun = tell(a_town(), (receive("dispute", form='{"parties":2}'), CHEN))
    return tell(story or begun, *steps)


def standing(story: Story):
    return story.state(CASE).mediation


# -- consent ----------------------------------------------------------------------------------


def test_every_party_agrees_before_mediators_are_named():
    outcome = after(ACCEPT, ASSIGN).when(*OPEN)
    outcome.then(
        events.MediationOpened(
            unit=GRID, state="offered", parties=2, asked="applied", basis=(KIND,)
        )
    )
    story = tell(outcome.story, YES[0])
    story.when(*NAME).refused("case.consent_missing")
    consent = story.when(*YES[1])
    assert consent.proposed[0].sealed == (Party(name="某甲"),)
    assert consent.story.when(*NAME).story.state(CASE).state == "mediating"


def test_what_one_party_refuses_is_not_mediated():
    outcome = after(*TO_OPEN, YES[0]).when(*NO)
    assert (last(outcome).remedies, last(outcome).stopped) == (("lawsuit",), ("mediate",))
    story = outcome.story
    assert (story.state(CASE).state, standing(story).ended) == ("unmediated", "declined")
    for step in (YES[1], NAME, HOLD):
        story.when(*step).refused("case.act_not_possible")
    assert tell(story, CLOSE).state(CASE).state == "closed"


def test_who_refused_may_agree_another_time():
    story = after(*TO_OPEN, NO).when(*OPEN, at=on("2026-03-09")).story
    assert standing(story).awaited == (1, 2)
    assert [(c.clock, c.due.day) for c in story.state(CASE).clocks] == [("mediate", "2026-04-08")]


@pytest.mark.parametrize("party", [3, 50])
def test_there_are_so_many_parties_and_each_answers_once(party):
    story = after(*TO_OPEN, YES[0])
    error = story.when(replace(YES[0][0], party=party), LIN).refused("case.party_unknown")
    assert error.facts["open"] == "2"
    story.when(*YES[0]).refused("case.party_unknown")
    story.when(replace(NO[0], party=1), LIN).refused("case.party_unknown")


def test_what_parties_are_told_is_one_of_the_pack_s():
    told = mediating.Decline(stream=CASE, party=1, remedies=("magic",))
    after(*TO_OPEN).when(told, LIN).refused("case.code_not_listed")


def _article(rule: str) -> str:
    text = shipped("cn-law")["law.toml"].decode()
    (found,) = (one for one in tomllib.loads(text)["rule"] if one["id"] == rule)
    return found["article"]


# -- mediators --------------------------------------------------------------------------------


def test_a_mediator_declares_herself_before_she_mediates():
    story = after(*TO_NAMED)
    error = story.when(*HOLD).refused("case.not_cleared")
    assert error.facts["rule"] == "mediation.recusal"
    assert error.facts["article"] == _article("mediation.recusal")
    story = tell(story, CLEAR)
    assert standing(story).cleared == (LIN_REF,)
    story.when(*CLEAR).refused("case.cleared_already")
    story.when(HOLD[0], LEI).refused("case.not_cleared")
    assert story.when(*HOLD).story


def test_who_has_a_tie_stands_down_and_is_not_named_again():
    recuse = mediating.Recuse(stream=CASE, mediator=LIN_REF, reason="near_relative")
    story = tell(after(*TO_NAMED, CLEAR), (recuse, LIN))
    found = standing(story)
    assert (found.mediators, found.cleared, found.recused) == ((LEI_REF,), (), (LIN_REF,))
    story.when(*HOLD).refused("case.not_mediator")
    story.when(*CLEAR).refused("case.not_mediator")
    again = mediating.NameMediators(stream=CASE, mediators=(LIN_REF,))
    story.when(again, LUO).refused("case.mediator_not_apart")
    story.when(recuse, LUO).refused("case.not_mediator")


def test_who_decided_the_case_does_not_mediate_it():
    refuse = (wishes.Refuse(stream=CASE, reason="not_ours"), acting("wei", "intake_clerk"))
    reopen = (wishes.Reopen(stream=CASE, reason="appeal"), CHEN)
    story = after(refuse, reopen, *TO_OPEN, *YES)
    named = mediating.NameMediators(stream=CASE, mediators=(WEI_REF,))
    story.when(named, LUO).refused("case.mediator_not_apart")


def test_who_mediated_before_it_was_reopened_does_not_again():
    reopen = (wishes.Reopen(stream=CASE, reason="appeal"), CHEN)
    story = after(*TO_HELD, FAIL, CLOSE, reopen, ASSIGN, OPEN, *YES)
    assert story.state(CASE).mediated_by == (LIN_REF, LEI_REF)
    story.when(*NAME).refused("case.mediator_not_apart")


def test_only_who_mediates_here_is_named_and_once():
    story = after(*TO_OPEN, *YES)
    clerk = mediating.NameMediators(stream=CASE, mediators=(person("chen"),))
    error = story.when(clerk, LUO).refused("case.mediator_not_in_post")
    assert error.facts["roles"] == "mediator"
    twice = mediating.NameMediators(stream=CASE, mediators=(LIN_REF, LIN_REF))
    story.when(twice, LUO).refused("case.mediator_repeated")
    tell(story, NAME).when(*NAME).refused("case.mediator_repeated")


def test_who_mediates_does_not_close_it_nor_give_it_time():
    story = after(*TO_HELD, ORAL)
    assert story.state(CASE).handlers == (LIN_REF, LEI_REF)
    story.when(CLOSE[0], acting("lin", "coordinator")).refused("case.handled_it")
    extend = wishes.Extend(stream=CASE, clock="mediate", days=5, reason="both_agree")
    held = after(*TO_HELD)
    held.when(extend, acting("lin", "unit_head")).refused("case.handled_it")


# -- sessions and agreement -------------------------------------------------------------------


def test_sessions_are_numbered_and_what_was_said_is_sealed():
    story = after(*TO_HELD)
    outcome = story.when(*HOLD)
    assert (last(outcome).number, last(outcome).private) == (2, True)
    assert outcome.proposed[0].sealed == (Record(text="各述意见"),)
    story.submits(CASE, replace(last(outcome), number=7), LIN).refused("case.settled_otherwise")
    many = mediating.HoldMediation(stream=CASE, present=3)
    story.when(many, LIN).refused("case.too_many_present")


def test_an_oral_agreement_has_effect_at_once():
    outcome = after(*TO_HELD).when(*ORAL)
    outcome.then(
        events.AgreedOrally(
            unit=GRID, state="effective", perform_by="2026-05-01", stopped=("mediate",),
            due=(DueDate(clock="confirm", day="2026-04-01", lapses=True),),
            basis=(KIND, CONFIRMATION),
        )
    )  # fmt: skip
    assert outcome.proposed[0].sealed == (Terms(text="各退一步"),)
    found = standing(outcome.story)
    assert (found.form, found.effective, found.ended) == ("oral", on("2026-03-02").date(), "agreed")


def test_a_written_agreement_has_effect_once_all_signed_and_it_is_sealed():
    story = after(*TO_HELD, WRITE)
    found = standing(story)
    assert (found.form, found.effective, found.ended) == ("written", None, None)
    assert "mediate" in {one.clock for one in story.state(CASE).clocks}
    outcome = story.when(*SIGN, at=on("2026-03-06"))
    assert last(outcome).due == (DueDate(clock="confirm", day="2026-04-07", lapses=True),)
    assert outcome.proposed[0].sealed == (Terms(document=a_digest("scan")),)
    assert standing(outcome.story).effective == on("2026-03-06").date()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signatures": 1}, "case.not_in_effect"),
        ({"stamped": False}, "case.not_in_effect"),
        ({"mediator": WEI_REF}, "case.not_mediator"),
    ],
)
def test_without_a_signature_or_the_seal_it_has_none(change, code):
    after(*TO_HELD, WRITE).when(replace(SIGN[0], **change), LIN).refused(code)


@pytest.mark.parametrize("step", [ORAL, WRITE, FAIL])
def test_nothing_is_agreed_before_a_session(step):
    after(*TO_NAMED, CLEAR).when(*step).refused("case.not_yet_mediated")


def test_an_agreement_nobody_signs_may_fail():
    story = after(*TO_HELD, WRITE, FAIL)
    assert (story.state(CASE).state, standing(story).form) == ("unmediated", None)


def test_failed_mediation_ends_and_other_remedies_are_told():
    outcome = after(*TO_HELD).when(*FAIL)
    assert (last(outcome).remedies, last(outcome).reason) == (("lawsuit",), "no_agreement")
    assert outcome.story.state(CASE).clocks == ()


# -- the court --------------------------------------------------------------------------------


def test_confirmation_is_applied_for_jointly_within_thirty_days_of_effect():
    story = after(*TO_HELD, ORAL)
    one = mediating.ApplyForConfirmation(stream=CASE, applicants=1)
    story.when(one, LUO).refused("case.not_joint")
    outcome = story.when(*APPLY, at=on("2026-04-01"))
    assert last(outcome).stopped == ("confirm",)
    error = story.when(*APPLY, at=on("2026-04-02")).refused("case.right_lapsed")
    assert error.facts["day"] == "2026-04-01"
    assert error.facts["rule"] == "mediation.confirmation"
    assert "三十三" in error.facts["article"]


def test_the_right_runs_on_when_the_case_is_closed():
    story = after(*TO_HELD, ORAL, CLOSE)
    assert not story.state(CASE).clocks
    assert story.when(*APPLY, at=on("2026-04-01")).story.state(CASE).state == "closed"
    story.when(*APPLY, at=on("2026-04-02")).refused("case.right_lapsed")


def test_the_court_decides_once_what_was_applied_for():
    story = after(*TO_HELD, ORAL)
    story.when(*CONFIRMED).refused("case.confirmation_stands")
    story = tell(story, APPLY)
    story.when(*APPLY).refused("case.confirmation_stands")
    story = tell(story, CONFIRMED)
    assert standing(story).confirmation == "confirmed"
    story.when(*CONFIRMED).refused("case.confirmation_stands")


def test_where_it_is_not_confirmed_other_remedies_are_told():
    story = after(*TO_HELD, ORAL, APPLY)
    bare = mediating.DecideConfirmation(stream=CASE, confirmed=False)
    story.when(bare, LUO).refused("case.remedies_misplaced")
    both = mediating.DecideConfirmation(stream=CASE, confirmed=True, remedies=("lawsuit",))
    story.when(both, LUO).refused("case.remedies_misplaced")
    told = replace(bare, remedies=("mediate_again", "lawsuit"))
    assert standing(story.when(told, LUO).story).confirmation == "refused"


# -- performance ------------------------------------------------------------------------------


def test_performance_is_looked_after_and_ends():
    story = after(*TO_HELD, ORAL, LOOK, BREACH)
    assert (story.state(CASE).state, standing(story).performed) == ("breached", False)
    story = tell(story, DONE)
    assert (story.state(CASE).state, standing(story).performed) == ("performed", True)
    closed = tell(story, CLOSE)
    closed.when(*BREACH).refused("case.performance_stands")


def test_it_is_recorded_after_closing_as_well():
    story = after(*TO_HELD, ORAL, CLOSE, BREACH, DONE)
    assert (story.state(CASE).state, standing(story).performed) == ("closed", True)


@pytest.mark.parametrize("step", [APPLY, CONFIRMED, LOOK, DONE, BREACH])
def test_what_follows_an_agreement_needs_one(step):
    story = after(*TO_HELD, FAIL, CLOSE)
    story.when(*step).refused("case.not_agreed")


# -- days, imports, the short way -------------------------------------------------------------


def test_no_step_is_dated_before_the_one_it_follows():
    story = after(*TO_NAMED, CLEAR).when(*HOLD, at=on("2026-03-10")).story
    early = replace(ORAL[0], occ="2026-03-09")
    error = story.when(early, LIN, at=on("2026-03-12")).refused("case.mediated_earlier")
    assert error.facts["day"] == "2026-03-10"


def test_an_import_tells_who_mediated_and_declares_nothing():
    begun = tell(a_town(), (receive("dispute", form='{"parties":2}'), IMPORTER))
    steps = (ACCEPT, ASSIGN, OPEN, *YES, NAME, HOLD, WRITE, SIGN)
    story = tell(begun, *((command, IMPORTER) for command, _ in steps))
    assert standing(story).form == "written"
    assert story.acts[-1].event.basis[-1].rule == "import.exempt"


def test_what_is_mediated_step_by_step_is_not_also_resolved():
    resolve = wishes.Resolve(stream=CASE, outcome="agreed_oral")
    after(*TO_OPEN).when(resolve, LIN).refused("case.act_not_possible")
    assert tell(after(ACCEPT, ASSIGN), (resolve, LIN)).state(CASE).state == "settled"


def test_mediation_is_opened_once():
    story = after(*TO_OPEN)
    forged = replace(last(after(ACCEPT, ASSIGN).when(*OPEN)), state="offered")
    story.submits(CASE, forged, LIN).refused("case.act_not_possible")


# -- whatever is tried ------------------------------------------------------------------------

MOVES = (
    OPEN, *YES, NO, NAME, CLEAR, (CLEAR[0], LEI), HOLD, (HOLD[0], LEI), ORAL, WRITE, SIGN, FAIL,
    APPLY, CONFIRMED, LOOK, DONE, BREACH, CLOSE, ASSIGN,
    (wishes.Reopen(stream=CASE, reason="appeal"), CHEN),
    (mediating.Recuse(stream=CASE, mediator=LIN_REF, reason="party_asks"), LUO),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(MOVES), max_size=25), st.integers(0, 7))
def test_no_agreement_without_consent_of_all_and_a_mediator_without_a_tie(moves, given_steps):
    story = after(*TO_HELD[:given_steps])
    for command, by in moves:
        outcome = story.when(command, by)
        if outcome.error is not None:
            outcome.refused(outcome.error.code)
        story = outcome.told or story
    _holds(story)


def _holds(story: Story) -> None:
    """Follow the acts of the case: each agreement stands on all that it needs."""
    consented: set[int] = set()
    cleared: set[str] = set()
    sessions = drafted = 0
    for act in story.acts:
        match act.event:
            case events.MediationOpened():
                consented, cleared, sessions, drafted = set(), set(), 0, 0
            case events.PartyConsented(party=party):
                consented.add(party)
            case events.MediatorCleared():
                cleared.add(act.actor)
            case events.MediatorRecused(mediator=mediator):
                cleared.discard(mediator)
            case events.MediationHeld():
                assert act.actor in cleared
                sessions += 1
            case events.AgreedOrally() | events.AgreedInWriting() | events.AgreementSigned():
                assert consented == {1, 2}
                assert act.actor in cleared
                assert sessions
                assert drafted or not isinstance(act.event, events.AgreementSigned)
                drafted += 1
            case _:
                pass
