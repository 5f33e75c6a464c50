"""Separation of duty is per natural person, whatever posts she holds; imports are exempt."""

import itertools
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case import events
from ledger.kernel.act import Who
from ledger.kernel.event import Basis
from ledger.rules.packs.pack import digest_of, shipped
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    HUA,
    IMPORTER,
    LEI,
    LEI_REF,
    LIN,
    LIN_REF,
    LUO,
    REN,
    WEI,
    WEI_REF,
    WEN,
    a_town,
    bare_town,
    last,
    local_pack,
    receive,
    refs,
    tell,
    town_with,
)
from tests.support.gwt import Story, a_shelf, on, person
from tests.support.trust import acting, adopted
from tests.support.versions import CN_BASE


def as_(by: Who, role: str) -> Who:
    return Who(actor=by.actor, role=role, kid=by.kid)


ACCEPT = (wishes.Accept(stream=CASE), CHEN)
TRIAGE = (wishes.Triage(stream=CASE, route="direct"), LUO)
ASSIGN = (wishes.Assign(stream=CASE, handler=LIN_REF), LUO)
PROGRESS = (wishes.NoteProgress(stream=CASE, text="x"), LIN)
RESOLVE = (wishes.Resolve(stream=CASE, outcome="settled"), LIN)
VERIFY = (wishes.Verify(stream=CASE), WEI)
FAIL = (wishes.FailVerification(stream=CASE, reason="not_done"), WEI)
CALL = (wishes.CallBack(stream=CASE, reached=True), CAO)
RATE = (wishes.Rate(stream=CASE, satisfied=False), CAO)
CLOSE = (wishes.Close(stream=CASE), LUO)
REOPEN = (wishes.Reopen(stream=CASE, reason="appeal"), LUO)
EXTEND = (wishes.Extend(stream=CASE, clock="handle", days=5, reason="complex"), HUA)
REFUSE = (wishes.Refuse(stream=CASE, reason="unclear"), CHEN)

TO_RESOLVED = (ACCEPT, TRIAGE, ASSIGN, RESOLVE)
TO_VERIFIED = (*TO_RESOLVED, VERIFY)
TO_CLOSED = (*TO_VERIFIED, CALL, CLOSE)


def assign(handler: str) -> tuple[wishes.Command, Who]:
    return wishes.Assign(stream=CASE, handler=handler), LUO


def after(*steps: tuple[wishes.Command, Who]) -> Story:
    return tell(a_town(), (receive(), CHEN), *steps)


# -- SD1: who handles, who verifies and who calls back are three persons ---------------------

SD1 = [
    (TO_RESOLVED, VERIFY, LIN, "verifier", "case.handled_it"),
    (TO_RESOLVED, FAIL, LIN, "verifier", "case.handled_it"),
    (TO_VERIFIED, CALL, LIN, "call_back_clerk", "case.handled_it"),
    (TO_VERIFIED, RATE, LIN, "call_back_clerk", "case.handled_it"),
    (TO_VERIFIED, CALL, WEI, "call_back_clerk", "case.verified_it"),
]


@pytest.mark.parametrize(("before", "step", "by", "role", "code"), SD1)
def test_one_person_is_not_two_of_handler_verifier_and_caller(before, step, by, role, code):
    error = after(*before).when(step[0], as_(by, role)).refused(code)
    assert error.facts["rule"] == "SD1"
    assert "核查" in error.facts["article"]
    for lang in ("zh", "en"):
        # Who reads it is told the rule in words, not by our letter for it.
        assert "核查、回访" in error.text(lang)
        assert "SD1" not in error.text(lang)
    assert after(*before).when(*step).story


def test_who_was_made_to_handle_it_but_did_not_is_a_handler():
    reassign = (wishes.Reassign(stream=CASE, handler=LEI_REF, reason="staff_change"), LUO)
    story = after(ACCEPT, TRIAGE, ASSIGN, reassign, (RESOLVE[0], LEI))
    story.when(VERIFY[0], as_(LIN, "verifier")).refused("case.handled_it")


def test_who_failed_a_verification_has_verified():
    story = after(*TO_RESOLVED, FAIL)
    reassign = wishes.Reassign(stream=CASE, handler=WEI_REF, reason="staff_change")
    error = story.when(reassign, LUO).refused("case.assignee_not_apart")
    assert error.facts["rule"] == "SD1"


def test_who_called_back_neither_verifies_nor_handles_after_reopening():
    story = after(*TO_CLOSED, REOPEN, TRIAGE)
    story.when(*assign(CAO.actor)).refused("case.assignee_not_apart")
    story = tell(story, ASSIGN, RESOLVE)
    story.when(VERIFY[0], as_(CAO, "verifier")).refused("case.called_it_back")


@pytest.mark.parametrize("step", [PROGRESS, RESOLVE])
@pytest.mark.parametrize(("by", "code"), [(WEI, "case.verified_it"), (CAO, "case.called_it_back")])
def test_no_pack_lets_who_verified_or_called_back_do_the_work(step, by, code):
    """Not even one that forgets to ask for the present handler."""
    text = shipped("cn-base")["cases/request.toml"].decode()
    careless = text.replace('guards = ["is_handler"]\n', "").replace(
        'guards = ["self_handled"]\n', ""
    )
    town = town_with(local_pack(request=careless))
    story = tell(town, (receive(), CHEN), *TO_CLOSED, REOPEN, TRIAGE, ASSIGN)
    story.when(step[0], as_(by, "liaison")).refused(code)


def test_who_answers_a_message_that_nobody_else_handled_does_not_rate_it():
    answer = (wishes.GiveAnswer(stream=CASE, text="已转办"), REN)
    story = tell(a_town(), (receive("message"), CHEN), (ACCEPT[0], REN), answer)
    assert story.state(CASE).handlers == (REN.actor,)
    lin = (wishes.GiveAnswer(stream=CASE, text="x"), LIN)
    story = tell(a_town(), (receive("message"), CHEN), ACCEPT, lin)
    story.when(RATE[0], as_(LIN, "call_back_clerk")).refused("case.handled_it")


# -- SD5, SD12 -------------------------------------------------------------------------------


def test_who_handles_does_not_extend_her_own_term():
    story = after(ACCEPT, TRIAGE, ASSIGN)
    error = story.when(EXTEND[0], as_(LIN, "unit_head")).refused("case.handled_it")
    assert error.facts["rule"] == "SD5"


def test_who_verified_before_it_was_reopened_does_not_verify_again():
    story = after(*TO_CLOSED, REOPEN, TRIAGE, ASSIGN, RESOLVE)
    for step in (VERIFY, FAIL):
        error = story.when(*step).refused("case.decided_first")
        assert error.facts["rule"] == "SD12"
        assert story.when(step[0], WEN).story


def test_who_verified_may_verify_again_while_it_was_not_reopened():
    story = after(*TO_RESOLVED, FAIL, RESOLVE)
    assert story.when(*VERIFY).story


def test_who_refused_a_case_does_not_decide_on_it_again():
    story = after(REFUSE, REOPEN)
    for command in (ACCEPT[0], REFUSE[0]):
        story.when(command, CHEN).refused("case.decided_first")
        assert story.when(command, as_(WEN, "intake_clerk")).story


# -- imports ---------------------------------------------------------------------------------

EXEMPT = Basis(pack=CN_BASE, rule="import.exempt")


def imported(*commands: wishes.Command, kind: str = "request", **members: object) -> Story:
    steps = [(command, IMPORTER) for command in commands]
    return tell(a_town(), (receive(kind, **members), IMPORTER), *steps)


def test_an_imported_message_goes_from_received_to_answered_to_closed():
    answer = wishes.GiveAnswer(stream=CASE, text="已答复", occ="2019-05-10")
    story = tell(
        a_town(),
        (receive("message", channel="web", occ="2019-04-25"), IMPORTER),
        (answer, IMPORTER),
        (wishes.Close(stream=CASE, occ="2019-05-10"), IMPORTER),
    )
    received, answered, closed = (act.event for act in story.acts[-3:])
    # 15 working days over the Labour Day of 2019 and its two make-up days.
    assert [(one.clock, one.day, one.provisional) for one in received.due] == [
        ("answer", "2019-05-17", False)
    ]
    assert (answered.state, answered.stopped) == ("answered", ("answer",))
    assert (closed.state, closed.open) == ("closed", False)
    assert all(event.basis[-1] == EXEMPT for event in (received, answered, closed))


def test_a_person_does_not_skip_acceptance():
    story = tell(a_town(), (receive("message"), CHEN))
    error = story.when(wishes.GiveAnswer(stream=CASE, text="x"), REN)
    error.refused("authority.role_not_allowed")


def test_one_device_may_import_the_acts_of_handler_and_verifier():
    assign = wishes.Assign(stream=CASE, handler=LIN_REF)
    story = imported(
        ACCEPT[0], TRIAGE[0], assign, PROGRESS[0], RESOLVE[0], VERIFY[0], RATE[0], CLOSE[0]
    )
    case = story.state(CASE)
    assert (case.state, case.handlers, case.verifiers) == ("closed", (LIN_REF,), ())


def test_an_import_is_exempt_from_who_but_not_from_what():
    story = imported(ACCEPT[0], TRIAGE[0])
    story.when(CLOSE[0], IMPORTER).refused("case.act_not_possible")
    petition = imported(
        ACCEPT[0],
        TRIAGE[0],
        ASSIGN[0],
        wishes.Resolve(stream=CASE, outcome="supported"),
        VERIFY[0],
        kind="petition",
    )
    petition.when(CLOSE[0], IMPORTER).refused("case.not_answered")


def test_a_person_in_the_importers_role_is_refused():
    gan = acting("gan", "importer")
    error = a_town().when(receive(), gan).refused("case.importer_not_device")
    assert error.facts["rule"] == "import.exempt"


def test_an_import_that_does_not_cite_its_exemption_is_refused():
    outcome = a_town().when(receive(), IMPORTER)
    silent = msgspec.structs.replace(last(outcome), basis=last(outcome).basis[:-1])
    a_town().submits(CASE, silent, IMPORTER).refused("case.basis_differs")


def test_an_import_from_before_the_exemption_is_refused():
    command = receive("message", channel="web", occ="1949-09-30")
    a_town().when(command, IMPORTER).refused("book.no_rule_in_force")


def test_a_pack_without_the_exemption_imports_nothing():
    files = {
        **shipped("cn-base"),
        "law.toml": shipped("cn-base")["law.toml"].replace(b"import.exempt", b"import.example"),
    }
    packs = {digest_of(files): files, digest_of(shipped("cn-law")): shipped("cn-law")}
    known = refs(packs)
    town = replace(bare_town(), shelf=a_shelf(packs))
    base = known["cn-base"]
    town = adopted(town, base.pack, base.digest, extends=(known["cn-law"],))
    town.when(receive(), IMPORTER).refused("book.unknown_rule")
    assert town.when(receive(), CHEN).story


# -- whatever happens ------------------------------------------------------------------------

LABELS = ("lin", "lei", "wei", "cao")
"""Each of them is at once liaison, verifier and call-back clerk."""

someone = st.sampled_from(LABELS)
round_ = st.tuples(someone, someone, someone, someone, someone, someone, st.booleans())


def wished(round_: tuple[str, str, str, str, str, str, bool]) -> list[tuple[wishes.Command, Who]]:
    """One round of a case, each step by whoever was drawn."""
    assignee, noting, resolving, verifying, calling, rating, passes = round_
    return [
        ACCEPT,
        TRIAGE,
        assign(person(assignee)),
        (PROGRESS[0], acting(noting, "liaison")),
        (RESOLVE[0], acting(resolving, "liaison")),
        (VERIFY[0] if passes else FAIL[0], acting(verifying, "verifier")),
        (CALL[0], acting(calling, "call_back_clerk")),
        (RATE[0], acting(rating, "call_back_clerk")),
        CLOSE,
        REOPEN,
    ]


@settings(max_examples=60)
@given(st.lists(round_, min_size=1, max_size=4))
def test_whatever_is_accepted_no_person_did_two_of_the_three_duties(rounds):
    story = tell(a_town(), (receive(), CHEN))
    for step in itertools.chain.from_iterable(map(wished, rounds)):
        story = story.when(*step).told or story
    acts = [act for act in story.acts if act.stream == CASE]
    did = {
        "handled": {act.event.handler for act in acts if isinstance(act.event, GIVEN)}
        | {act.actor for act in acts if isinstance(act.event, HANDLED)},
        "verified": {act.actor for act in acts if isinstance(act.event, VERIFIED)},
        "called": {act.actor for act in acts if isinstance(act.event, events.CalledBack)},
    }
    assert did["handled"]
    for one, other in itertools.combinations(did.values(), 2):
        assert not one & other


GIVEN = (events.Assigned, events.Reassigned)
HANDLED = (events.ProgressNoted, events.Resolved)
VERIFIED = (events.Verified, events.VerificationFailed)


def test_lateness_is_not_in_the_way():
    story = after(ACCEPT, TRIAGE, ASSIGN)
    assert story.when(*RESOLVE, at=on("2027-01-04")).story
    assert isinstance(story.acts[-1].event, events.Assigned)


def test_an_import_does_not_go_on_with_a_case_that_people_took_in():
    story = a_town().when(receive(), CHEN).story
    story.when(ACCEPT[0], IMPORTER).refused("case.not_imported")
