"""Each act of a case: what it states, from which state, and what refuses it."""

import msgspec
import pytest

from ledger.aggregates import unit as unit_acts
from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case import events
from ledger.kernel.act import Who
from ledger.kernel.event import Verdict
from ledger.rules.packs.pack import shipped
from tests.support.case_steps import (
    ACCEPT,
    ANSWER,
    ASSIGN,
    CALL,
    CLOSE,
    EXTEND,
    FAIL,
    KIND,
    OBJECT,
    PROGRESS,
    RATE,
    REASSIGN,
    REFUSE,
    REOPEN,
    RESOLVE,
    SELF,
    TO_ASSIGNED,
    TO_VERIFIED,
    TRIAGE,
    VERIFY,
    WITHDRAW,
    after,
    due,
    received,
    rule,
    when,
)
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    GAN,
    GRID,
    HUA,
    IMPORTER,
    KIOSK,
    LEI,
    LEI_REF,
    LIN,
    LIN_REF,
    LUO,
    WEN,
    a_town,
    bare_town,
    last,
    local_pack,
    receive,
    tell,
    town_with,
)
from tests.support.gwt import a_digest, an_id, on, person, unit
from tests.support.trust import acting, appointed
from tests.support.versions import CN_BASE, CN_LAW

ACTS = [
    ((), ACCEPT, events.Accepted, "accepted", {
        "due": (due("handle", "2026-03-23"),), "basis": (KIND, rule("request.handle")),
    }),
    ((), REFUSE, events.Refused, "refused", {"open": False, "reason": "not_ours"}),
    ((ACCEPT,), TRIAGE, events.Triaged, "triaged", {"route": "direct"}),
    ((ACCEPT, TRIAGE), ASSIGN, events.Assigned, "assigned", {
        "handler": LIN_REF, "due": (due("objection", "2026-03-09", lapses=True),),
        "basis": (KIND, rule("request.objection")),
    }),
    (TO_ASSIGNED, OBJECT, events.Objected, "objected", {
        "reason": "not_ours", "stopped": ("objection",),
    }),
    ((*TO_ASSIGNED, OBJECT), REASSIGN, events.Reassigned, "assigned", {
        "handler": LEI_REF, "reason": "objection_upheld",
        "due": (due("objection", "2026-03-09", lapses=True),),
        "basis": (KIND, rule("request.objection")),
    }),
    (TO_ASSIGNED, PROGRESS, events.ProgressNoted, "assigned", {"stopped": ("objection",)}),
    (TO_ASSIGNED, EXTEND, events.Extended, "assigned", {
        "clock": "handle", "days": 10, "reason": "complex", "due": (due("handle", "2026-04-02"),),
        "basis": (KIND, rule("request.handle"), rule("request.extension")),
    }),
    (TO_ASSIGNED, RESOLVE, events.Resolved, "resolved", {
        "outcome": "settled", "stopped": ("objection",),
    }),
    ((*TO_ASSIGNED, RESOLVE), VERIFY, events.Verified, "verified", {"stopped": ("handle",)}),
    ((*TO_ASSIGNED, RESOLVE), FAIL, events.VerificationFailed, "assigned", {"reason": "not_done"}),
    ((*TO_ASSIGNED, RESOLVE), ANSWER, events.Answered, "resolved", {}),
    (TO_VERIFIED, CALL, events.CalledBack, "verified", {"reached": True}),
    (TO_VERIFIED, RATE, events.Rated, "verified", {"satisfied": True}),
    (TO_VERIFIED, CLOSE, events.Closed, "closed", {"open": False}),
    ((*TO_VERIFIED, CLOSE), RATE, events.Rated, "closed", {"open": False, "satisfied": True}),
    ((*TO_VERIFIED, CLOSE), REOPEN, events.Reopened, "accepted", {
        "reason": "not_solved", "due": (due("handle", "2026-03-23"),),
        "basis": (KIND, rule("request.handle")),
    }),
    ((REFUSE,), (wishes.Reopen(stream=CASE, reason="appeal"), LUO), events.Reopened, "received", {
        "reason": "appeal", "due": (due("handle", "2026-03-23"),),
        "basis": (KIND, rule("request.handle")),
    }),
    (TO_ASSIGNED, WITHDRAW, events.Withdrawn, "withdrawn", {
        "open": False, "reason": "by_reporter", "stopped": ("handle", "objection"),
    }),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "step", "cls", "state", "members"), ACTS, ids=[a[2].__name__ for a in ACTS]
)
def test_an_act_states_what_it_leads_to(before, step, cls, state, members):
    outcome = when(after(*before), step)
    outcome.then(cls(**{"unit": GRID, "state": state, "basis": (KIND,)} | members))
    case = outcome.story.state(CASE)
    assert (case.state, case.open) == (state, members.get("open", True))
    assert case.last == outcome.story.acts[-1].type.split(".")[1]


def test_a_dissolved_unit_takes_nothing_new_in_and_does_what_is_pending():
    gone = unit_acts.DissolveUnit(stream=GRID, effective_from="2026-03-04")
    story = tell(a_town(), (receive(), CHEN), (gone, acting("an", "registrar")))
    other = f"case/{an_id('another')}"
    at = on("2026-03-04")
    refusal = story.when(receive(stream=other), CHEN, at=at).refused("case.unit_dissolved")
    assert {GRID, "2026-03-04"} <= set(refusal.facts.values())
    story.when(receive(stream=other), IMPORTER, at=at).refused("case.unit_dissolved")
    assert when(story, ACCEPT).story.state(CASE).state == "accepted"
    late = story.when(receive(stream=other, occ="2026-03-03"), CHEN, at=at).story
    assert late.state(other).state == "received"


def test_a_matter_taken_in_is_a_case_with_the_clocks_of_its_kind():
    outcome = a_town().when(receive("petition", category="land"), CHEN)
    outcome.then(
        events.Received(
            unit=GRID, state="received", kind="petition", channel="phone", category="land",
            due=(due("acknowledge", "2026-03-17"), due("register", "2026-03-17")),
            basis=(
                rule("case.petition"),
                rule("petition.acknowledge", CN_LAW),
                rule("petition.register", CN_LAW),
            ),
        )
    )  # fmt: skip


def test_a_matter_without_a_stream_opens_one_of_its_own():
    outcome = a_town().when(receive(stream=None), CHEN)
    assert outcome.stream.startswith("case/")
    assert outcome.stream != CASE


# -- sealed values ---------------------------------------------------------------------------


def test_a_case_is_received_once():
    after().when(receive(), CHEN).refused("case.already_received")
    event = last(a_town().when(receive(), CHEN))
    after().submits(CASE, event, CHEN).refused("case.already_received")


def test_nothing_happens_to_a_case_never_received():
    a_town().when(*ACCEPT).refused("case.not_received")
    event = last(when(after(), ACCEPT))
    a_town().submits(CASE, event, CHEN).refused("case.not_received")


def test_a_case_stays_with_its_unit():
    # She may act for the whole log, so only the case itself can tell her that this is not it.
    story = appointed(after(), HUA.actor, "intake_clerk", "an")
    hua = Who(actor=HUA.actor, role="intake_clerk", kid=HUA.kid)
    elsewhere = msgspec.structs.replace(last(story.when(ACCEPT[0], hua)), unit=unit("town"))
    story.submits(CASE, elsewhere, hua).refused("authority.unit_differs")


def test_an_act_without_a_way_from_the_state_is_refused_by_name():
    error = when(after(), CLOSE).refused("case.act_not_possible")
    assert error.facts == {
        "act": "closed", "state": "received", "state_zh": "已登记", "state_en": "Received",
        "open_zh": "受理、不予受理、撤回、移交",
        "open_en": "Accepted, Not accepted, Withdrawn, Transferred out",
        "act_zh": "办结", "act_en": "Closed", "rule": "case.request",
        "article": CN_BASE,
    }  # fmt: skip


@pytest.mark.parametrize("act", [ACCEPT, TRIAGE, ASSIGN, RESOLVE, VERIFY, ANSWER, CLOSE, WITHDRAW])
def test_nothing_goes_on_in_a_closed_case_but_rating_call_back_and_reopening(act):
    when(after(*TO_VERIFIED, CLOSE), act).refused("case.act_not_possible")


def test_a_role_the_pack_does_not_name_is_refused():
    error = after().when(ACCEPT[0], LUO).refused("authority.role_not_allowed")
    assert (error.facts["rule"], error.facts["article"]) == ("case.request", CN_BASE)
    assert "intake_clerk" in error.text("zh")


def test_a_kind_no_pack_arranges_is_refused():
    a_town().when(receive("lawsuit"), CHEN).refused("book.unknown_kind")


def test_without_a_pack_in_force_nothing_is_received():
    bare_town().when(receive(), CHEN).refused("book.no_pack_adopted")


@pytest.mark.parametrize(
    ("members", "member"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"category": "hazard.fire"}, "category"),
        ({"category": "discipline"}, "category"),
    ],
)
def test_a_code_the_kind_does_not_list_is_refused(members, member):
    error = a_town().when(receive(**members), CHEN).refused("case.code_not_listed")
    assert error.facts["member"] == member


def test_an_outcome_or_reason_the_kind_does_not_list_is_refused():
    story = after(*TO_ASSIGNED)
    command = wishes.Resolve(stream=CASE, outcome="agreed_oral")
    story.when(command, LIN).refused("case.code_not_listed")
    command = wishes.Withdraw(stream=CASE, reason="complex")
    story.when(command, CHEN).refused("case.code_not_listed")


def test_a_reason_is_given_exactly_where_one_is_asked():
    refused = last(when(after(), REFUSE))
    silent = msgspec.structs.replace(refused, reason=None)
    after().submits(CASE, silent, CHEN).refused("case.reason_missing")
    accepted = msgspec.structs.replace(last(when(after(), ACCEPT)), reason="not_ours")
    error = after().submits(CASE, accepted, CHEN).refused("case.member_not_allowed")
    assert error.facts["member"] == "reason"


def test_standard_members_that_mean_nothing_here_are_refused():
    event = last(when(after(), ACCEPT))
    verdict = Verdict(check="same", subject="reporter", verdict=True)
    for changed in ({"approves": a_digest("x")}, {"checks": (verdict,)}):
        forged = msgspec.structs.replace(event, **changed)
        after().submits(CASE, forged, CHEN).refused("case.member_not_allowed")
    caused = msgspec.structs.replace(event, cause=a_digest("x"))
    assert after().submits(CASE, caused, CHEN).story


def test_a_rating_rates_something():
    empty = wishes.Rate(stream=CASE, text="嗯")
    after(*TO_VERIFIED).when(empty, CAO).refused("case.rating_empty")


# -- what the packs give is not the signer's to state ----------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "verified"}, "case.state_differs"),
        ({"open": False}, "case.state_differs"),
        ({"due": ()}, "case.due_differs"),
        ({"due": (due("handle", "2026-03-24"),)}, "case.due_differs"),
        ({"due": (due("handle", "2026-03-23", provisional=True),)}, "case.due_differs"),
        ({"due": (due("handle", "2026-03-23", lapses=True),)}, "case.due_differs"),
        ({"stopped": ("handle",)}, "case.due_differs"),
        ({"basis": ()}, "case.basis_differs"),
        ({"basis": (KIND,)}, "case.basis_differs"),
        ({"basis": (KIND, rule("request.handle", "cn-base@1999"))}, "case.basis_differs"),
        ({"basis": (KIND, rule("request.handle"), rule("import.exempt"))}, "case.basis_differs"),
    ],
)
def test_a_state_term_or_basis_of_ones_own_is_refused(changes, code):
    event = msgspec.structs.replace(last(when(after(), ACCEPT)), **changes)
    after().submits(CASE, event, CHEN).refused(code)


def test_the_term_runs_from_the_day_it_happened_not_from_the_day_it_was_signed():
    late = wishes.Accept(stream=CASE, occ="2026-02-25")
    outcome = a_town().when(receive(occ="2026-02-20"), CHEN).story.when(late, CHEN)
    assert last(outcome).due == (due("handle", "2026-03-17"),)
    outcome.story  # noqa: B018 - check counts the same


# -- handling --------------------------------------------------------------------------------


def test_only_the_present_handler_handles():
    story = after(*TO_ASSIGNED)
    for command, _ in (PROGRESS, RESOLVE, OBJECT):
        story.when(command, LEI).refused("case.not_the_handler")
    story = tell(story, OBJECT, REASSIGN)
    story.when(RESOLVE[0], LIN).refused("case.not_the_handler")
    assert story.when(RESOLVE[0], LEI).story.state(CASE).handlers == (LIN_REF, LEI_REF)


def test_nobody_assigns_a_case_to_herself():
    own = wishes.Assign(stream=CASE, handler=person("luo"))
    after(ACCEPT, TRIAGE).when(own, LUO).refused("case.assigns_self")


def test_a_handler_holds_a_post_in_which_the_kind_is_resolved():
    story = after(ACCEPT, TRIAGE)
    for label in ("chen", "nobody"):
        command = wishes.Assign(stream=CASE, handler=person(label))
        error = story.when(command, LUO).refused("case.assignee_not_in_post")
        assert error.facts["roles"] == "liaison / grid_member"


def test_what_is_left_to_its_finder_is_handled_without_assigning():
    story = after(ACCEPT, SELF)
    story = story.when(RESOLVE[0], GAN).story
    assert story.state(CASE).handlers == (person("gan"),)
    assert story.when(*FAIL).story.state(CASE).state == "assigned"


def test_what_goes_to_a_department_is_not_its_finders_to_resolve():
    after(ACCEPT, TRIAGE).when(RESOLVE[0], GAN).refused("case.not_self_handled")


def test_reassignments_and_reopenings_are_counted():
    story = tell(after(*TO_ASSIGNED, OBJECT, REASSIGN), (RESOLVE[0], LEI), VERIFY, CLOSE, REOPEN)
    case = story.state(CASE)
    assert (case.reassigned, case.reopened) == (1, 1)
    assert (case.handler, case.route, case.verified, case.answered) == (None, None, False, False)
    assert case.handlers == (LIN_REF, LEI_REF)


# -- extension -------------------------------------------------------------------------------


def test_a_petition_is_closed_only_once_answered():
    story = after(*TO_ASSIGNED, (wishes.Resolve(stream=CASE, outcome="supported"), LIN), VERIFY,
                  kind="petition")  # fmt: skip
    when(story, CLOSE).refused("case.not_answered")
    assert when(tell(story, ANSWER), CLOSE).story


def test_an_answer_before_a_failed_verification_does_not_count():
    base = shipped("cn-base")["cases/request.toml"].decode()
    strict = base.replace('guards = ["verified"]', 'guards = ["verified", "answered"]')
    town = town_with(local_pack(request=strict))
    story = tell(town, (receive(), CHEN), *TO_ASSIGNED, RESOLVE, ANSWER, FAIL, RESOLVE)
    when(tell(story, VERIFY), CLOSE).refused("case.not_answered")


def test_a_reopened_petition_is_answered_anew():
    resolve = (wishes.Resolve(stream=CASE, outcome="supported"), LIN)
    story = after(*TO_ASSIGNED, resolve, VERIFY, ANSWER, CLOSE, REOPEN, TRIAGE, ASSIGN, resolve,
                  (VERIFY[0], WEN), kind="petition")  # fmt: skip
    when(story, CLOSE).refused("case.not_answered")


def test_where_a_kind_asks_for_verification_nobody_closes_without_it():
    base = shipped("cn-base")["cases/request.toml"].decode()
    loose = base.replace(
        'act = "closed"\nfrom = ["verified"]', 'act = "closed"\nfrom = ["resolved", "verified"]'
    ).replace(
        'act = "resolved"\nfrom = ["assigned"]', 'act = "resolved"\nfrom = ["assigned", "verified"]'
    )
    town = town_with(local_pack(request=loose))
    story = tell(town, (receive(), CHEN), *TO_ASSIGNED, RESOLVE)
    when(story, CLOSE).refused("case.not_verified")
    story = tell(story, VERIFY)
    assert when(story, CLOSE).story
    # What was done after the verification nobody has verified.
    when(tell(story, RESOLVE), CLOSE).refused("case.not_verified")


def test_a_kind_may_do_without_verification_but_not_let_its_handler_close():
    dispute = receive("dispute", form='{"parties":2}')
    mediator = Who(actor=LIN.actor, role="mediator", kid=LIN.kid)
    resolve = (wishes.Resolve(stream=CASE, outcome="agreed_written"), mediator)
    story = tell(a_town(), (dispute, CHEN), ACCEPT, ASSIGN, resolve)
    as_coordinator = Who(actor=LIN.actor, role="coordinator", kid=LIN.kid)
    story.when(CLOSE[0], as_coordinator).refused("case.handled_it")
    assert when(story, CLOSE).story.state(CASE).open is False


# -- packs change under a case ---------------------------------------------------------------


def test_a_case_goes_on_under_the_pack_in_force_when_it_is_signed():
    base = shipped("cn-base")["cases/request.toml"].decode()
    law = (
        '[[rule]]\nid = "request.handle"\nzh = "x"\nen = "x"\narticle = "本地"\n'
        'source = "LOCAL"\nfrom = 2020-01-01\n'
        'term = { value = 7, unit = "day", counting = "minfa-200-203" }\n'
    )
    shorter = {**local_pack(request=base), "law.toml": law.encode()}
    town = town_with(shorter, since="2026-03-10")
    story = tell(town, (receive(), CHEN), ACCEPT)
    assert story.acts[-1].event.due == (due("handle", "2026-03-23"),)
    triaged = last(story.when(*TRIAGE, at=on("2026-03-11")))
    assert triaged.due == (due("handle", "2026-03-09"),)
    assert triaged.basis == (rule("case.request", "local@1"), rule("request.handle", "local@1"))


def test_a_state_a_later_pack_does_not_know_has_no_ways():
    kind = shipped("cn-base")["cases/request.toml"].decode().replace("triaged", "sorted")
    kind = kind.replace('act = "sorted"', 'act = "triaged"')
    story = tell(town_with(local_pack(request=kind), since="2026-03-10"), (receive(), CHEN),
                 ACCEPT, TRIAGE)  # fmt: skip
    error = story.when(*ASSIGN, at=on("2026-03-11")).refused("case.act_not_possible")
    assert error.facts["state_zh"] == "triaged"


def test_devices_act_in_their_own_posts():
    assert a_town().when(receive(channel="kiosk"), KIOSK).story
    assert a_town().when(receive(), IMPORTER).story
    assert received(by=GAN).state(CASE).kind == "request"
