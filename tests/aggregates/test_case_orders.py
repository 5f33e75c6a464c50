"""四单制, given, when, then: ordered, issued, claimed, done, confirmed, credited once."""

import pytest
from msgspec.structs import replace

from ledger.aggregates.account import commands as accounts
from ledger.aggregates.account.events import Credited
from ledger.aggregates.case import commands as wishes
from ledger.rules.accounts import AccountOpened, Credit
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import cases
from tests.support.gwt import Story, did, on, unit
from tests.support.hall import (
    BAO,
    GE,
    HALL,
    PAI,
    SHOU,
    TOU,
    ZU,
    a_hall,
    a_stream,
    as_,
    machine,
)
from tests.support.trust import appointed

ORDER, MINE, HERS = a_stream("case", "order"), a_stream("account"), a_stream("account", "hers")
DAY = "2026-03-02"
DOOR = machine("door")


def received() -> Story:
    command = wishes.Receive(
        stream=ORDER, unit=HALL, kind="service_order", channel="phone", category="order.wish",
        text="想有人陪着去一趟医院",
    )  # fmt: skip
    return with_accounts(a_hall()).when(command, GE).story


def with_accounts(story: Story, **members) -> Story:
    told = {"unit": HALL, "kind": "volunteer_hours", "category": "resident"}
    for stream in (MINE, HERS):
        story = story.when(accounts.Open(stream=stream, **told | members), BAO).story
    return story


SUBMIT = (wishes.Submit(stream=ORDER), GE)
ISSUE = (wishes.Issue(stream=ORDER), PAI)
CLAIM = (wishes.Claim(stream=ORDER, account=MINE), DOOR)
COMPLETE = (wishes.Complete(stream=ORDER), DOOR)


def confirm(**members):
    told = {"minutes": 90, "purpose": "health", "day": DAY, "start": "09:00"}
    return wishes.Confirm(stream=ORDER, **told | members)


def after(*steps, story: Story | None = None) -> Story:
    story = story or received()
    for command, by in steps:
        story = story.when(command, by).story
    return story


TO_CLAIMED = (SUBMIT, ISSUE, CLAIM)
TO_DONE = (*TO_CLAIMED, COMPLETE)


def credit(account=MINE, **members):
    told = {"account": account, "purpose": "health", "day": DAY, "start": 540, "minutes": 90}
    return Credit(**told | members)


# -- the four orders --------------------------------------------------------------------------


def test_an_order_goes_from_the_resident_s_wish_to_hours_on_the_volunteer_s_account():
    story = after(*TO_DONE)
    assert [story.state(ORDER).state, story.state(ORDER).open] == ["completed", True]
    outcome = story.when(confirm(), ZU)
    (event,) = outcome.events
    assert event.credits == (credit(),)
    story = outcome.story.when(accounts.CreditOrder(stream=MINE, order=ORDER), ZU).story
    posted = story.acts[-1].event
    assert isinstance(posted, Credited)
    assert (posted.order, posted.amount, posted.balance) == (ORDER, 90, 90)
    assert (story.state(ORDER).state, story.state(ORDER).open) == ("confirmed", False)
    assert story.state(MINE).items[0].start == 540


def test_each_of_several_volunteers_is_credited():
    other = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    story = after(*TO_CLAIMED, other, COMPLETE).when(confirm(), ZU).story
    given = story.acts[-1].event.credits
    assert [each.account for each in given] == sorted((MINE, HERS))
    for account in (MINE, HERS):
        story = story.when(accounts.CreditOrder(stream=account, order=ORDER), ZU).story
        assert story.state(account).balance == 90


def test_who_did_not_come_is_left_out_of_the_confirmation():
    other = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    story = after(*TO_CLAIMED, other, COMPLETE).when(confirm(accounts=(HERS,)), ZU).story
    story.when(accounts.CreditOrder(stream=MINE, order=ORDER), ZU).refused(
        "account.order_not_confirmed"
    )


def test_a_claim_given_back_leaves_the_others():
    other = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    release = (wishes.Release(stream=ORDER, account=MINE, reason="clash"), DOOR)
    story = after(*TO_CLAIMED, other, release)
    state = story.state(ORDER)
    assert (state.state, [claim.account for claim in state.claims]) == ("issued", [HERS])
    assert after(COMPLETE, story=story).state(ORDER).state == "completed"


def test_an_order_nobody_claimed_expires_when_its_term_is_over():
    story = after(SUBMIT, ISSUE)
    expire = wishes.Expire(stream=ORDER)
    error = story.when(expire, PAI, at=on("2026-03-09")).refused("case.term_runs")
    assert error.facts["day"] == "2026-03-09"
    story = story.when(expire, PAI, at=on("2026-03-10")).story
    assert (story.state(ORDER).state, story.state(ORDER).open) == ("expired", False)


def test_an_order_claimed_does_not_expire():
    other = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    release = (wishes.Release(stream=ORDER, account=MINE, reason="clash"), DOOR)
    story = after(*TO_CLAIMED, other, release)
    story.when(wishes.Expire(stream=ORDER), PAI, at=on("2026-04-10")).refused("case.still_claimed")


@pytest.mark.parametrize("steps", [(), (SUBMIT,), (SUBMIT, ISSUE), TO_CLAIMED])
def test_an_order_is_cancelled_until_it_is_done(steps):
    cancel = wishes.Cancel(stream=ORDER, reason="by_reporter")
    assert after(*steps).when(cancel, GE).story.state(ORDER).state == "cancelled"
    after(*TO_DONE).when(cancel, GE).refused("case.act_not_possible")


# -- SD4: who claims, who issues and who confirms are different ------------------------------


def test_who_issued_it_does_not_confirm_it():
    error = after(*TO_DONE).when(confirm(), as_(PAI, "organiser")).refused("case.issued_it")
    assert error.facts["rule"] == "SD4"


def test_who_issued_it_does_not_claim_it():
    claim = wishes.Claim(stream=ORDER, account=MINE)
    after(SUBMIT, ISSUE).when(claim, as_(PAI, "volunteer_clerk")).refused("case.issued_it")


def test_nor_is_it_claimed_for_an_account_known_to_be_the_issuer_s():
    story = with_hers(PAI.actor)
    claim = wishes.Claim(stream=ORDER, account=HERS)
    after(SUBMIT, ISSUE, story=story).when(claim, DOOR).refused("case.issued_it")


def with_hers(holder: str) -> Story:
    """The order received, her account being one known to be an office-holder's."""
    told = {"unit": HALL, "kind": "volunteer_hours", "category": "staff"}
    story = a_hall().when(accounts.Open(stream=HERS, holder=holder, **told), BAO).story
    story = story.when(accounts.Open(stream=MINE, **told), BAO).story
    command = wishes.Receive(
        stream=ORDER, unit=HALL, kind="service_order", channel="phone", text="x"
    )
    return story.when(command, GE).story


def test_who_claimed_it_does_not_confirm_it():
    claim = (wishes.Claim(stream=ORDER, account=MINE), BAO)
    story = after(SUBMIT, ISSUE, claim, COMPLETE)
    story.when(confirm(), as_(BAO, "organiser")).refused("case.claimed_it")
    assert story.when(confirm(), ZU).story


def test_nor_does_she_whose_account_it_was_claimed_for():
    claim = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    story = after(SUBMIT, ISSUE, claim, COMPLETE, story=with_hers(ZU.actor))
    story.when(confirm(), ZU).refused("case.claimed_it")


def test_who_claimed_it_and_gave_it_back_does_not_confirm_it_either():
    claim = (wishes.Claim(stream=ORDER, account=MINE), BAO)
    release = (wishes.Release(stream=ORDER, account=MINE, reason="clash"), BAO)
    other = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    story = after(SUBMIT, ISSUE, claim, release, other, COMPLETE)
    assert [claim.account for claim in story.state(ORDER).claims] == [HERS]
    story.when(confirm(), as_(BAO, "organiser")).refused("case.claimed_it")
    assert story.when(confirm(), ZU).story


def test_nor_does_she_whose_account_claimed_it_and_gave_it_back():
    claim = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
    release = (wishes.Release(stream=ORDER, account=HERS, reason="clash"), DOOR)
    story = after(SUBMIT, ISSUE, claim, CLAIM, release, COMPLETE, story=with_hers(ZU.actor))
    assert [claim.account for claim in story.state(ORDER).claims] == [MINE]
    story.when(confirm(), ZU).refused("case.claimed_it")


# -- once, and what was confirmed -------------------------------------------------------------


def test_an_order_is_credited_once_to_an_account():
    credit_it = accounts.CreditOrder(stream=MINE, order=ORDER)
    story = after(*TO_DONE, (confirm(), ZU), (credit_it, ZU))
    story.when(credit_it, ZU).refused("account.order_credited")
    reverse = accounts.Reverse(stream=MINE, item=1, reason="mistaken")
    story = story.when(reverse, TOU).story
    story.when(credit_it, ZU).refused("account.order_credited")


def test_nothing_is_credited_before_it_is_confirmed():
    credit_it = accounts.CreditOrder(stream=MINE, order=ORDER)
    after(*TO_DONE).when(credit_it, ZU).refused("account.order_not_confirmed")


@pytest.mark.parametrize("members", [{"minutes": 91}, {"start": 600}, {"purpose": "peace"}])
def test_other_minutes_than_those_confirmed_are_refused(members):
    story = after(*TO_DONE, (confirm(), ZU))
    made = story.when(accounts.CreditOrder(stream=MINE, order=ORDER), ZU)
    (good,) = made.events
    changes = {"amount": members["minutes"]} if "minutes" in members else members
    story.submits(MINE, replace(good, **changes), ZU).refused("account.settled_otherwise")


def test_hours_of_an_order_do_not_overlap_others():
    claim = accounts.Claim(stream=MINE, amount=60, purpose="peace", day=DAY, start="10:00")
    story = received().when(claim, BAO).story
    story = after(*TO_DONE, (confirm(), ZU), story=story)
    credit_it = accounts.CreditOrder(stream=MINE, order=ORDER)
    story.when(credit_it, ZU).refused("account.hours_overlap")


@pytest.mark.parametrize(
    "given",
    [
        (credit(), credit()),
        (credit(HERS),),
        (credit(), credit(a_stream("account", "nobody's"))),
    ],
)
def test_only_claims_are_credited_and_each_once(given):
    story = after(*TO_DONE)
    good = story.when(confirm(), ZU).events[0]
    story.submits(ORDER, replace(good, credits=given), ZU).refused("case.credits_differ")


# -- claims -----------------------------------------------------------------------------------


def test_an_account_claims_once_and_gives_back_what_it_claimed():
    after(*TO_CLAIMED).when(*CLAIM).refused("case.claim_stands")
    release = wishes.Release(stream=ORDER, account=HERS, reason="clash")
    after(*TO_CLAIMED).when(release, DOOR).refused("case.claim_stands")


def test_an_account_that_was_never_opened_or_is_closed_claims_nothing():
    nobody = wishes.Claim(stream=ORDER, account=a_stream("account", "nobody's"))
    after(SUBMIT, ISSUE).when(nobody, DOOR).refused("account.never_opened")
    close = (accounts.Close(stream=MINE, reason="moved_away"), ZU)
    story = after(SUBMIT, ISSUE, close)
    story.when(*CLAIM).refused("case.claimant_closed")


def test_nothing_is_done_that_nobody_claimed():
    after(SUBMIT, ISSUE).when(*COMPLETE).refused("case.not_claimed")


def test_a_person_who_may_not_confirm_does_not():
    after(*TO_DONE).when(confirm(), GE).refused("authority.role_not_allowed")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"day": "2026-03-03"}, "case.credit_impossible"),
        ({"start": "23:00", "minutes": 61}, "case.credit_impossible"),
        ({"day": "2026-02-30"}, "time.bad_date"),
    ],
)
def test_service_that_cannot_have_been_is_not_confirmed(members, code):
    after(*TO_DONE).when(confirm(**members), ZU).refused(code)


def test_an_account_of_another_unit_claims_nothing():
    elsewhere = a_stream("account", "elsewhere")
    told = {"unit": unit("street"), "kind": "volunteer_hours", "category": "resident"}
    clerk = as_(BAO, "volunteer_clerk")
    story = appointed(received(), BAO.actor, "volunteer_clerk", "an", unit=unit("street"))
    story = story.when(accounts.Open(stream=elsewhere, **told), clerk).story
    story = after(SUBMIT, ISSUE, story=story)
    error = story.when(wishes.Claim(stream=ORDER, account=elsewhere), DOOR).refused(
        "case.claimant_elsewhere"
    )
    assert error.facts["unit"] == HALL


@pytest.mark.parametrize("kind", ["points", "fund"])
def test_an_account_that_counts_no_minutes_claims_nothing(kind):
    story, other = received(), a_stream("account", kind)
    opened = AccountOpened(unit=HALL, kind=kind, category=None if kind == "fund" else "resident")
    story = story.given(did(other, opened, BAO))
    claim = wishes.Claim(stream=ORDER, account=other)
    after(SUBMIT, ISSUE, story=story).when(claim, DOOR).refused("case.claimant_elsewhere")


# -- every way of the kind --------------------------------------------------------------------

KIND = next(
    item.value
    for item in load_pack(shipped("cn-base")).items(cases.section)
    if item.id == "service_order"
)
WHO = {
    "grid_member": GE, "intake_clerk": SHOU, "volunteer_clerk": BAO, "kiosk": DOOR,
    "phone": machine("hand"), "dispatcher": PAI, "volunteer": as_(SHOU, "volunteer"),
    "organiser": ZU, "call_back_clerk": as_(SHOU, "call_back_clerk"), "policy": machine("clock"),
}  # fmt: skip
OTHER = (wishes.Claim(stream=ORDER, account=HERS), DOOR)
RELEASE = (wishes.Release(stream=ORDER, account=HERS, reason="clash"), DOOR)
PATHS = {
    "ordered": (),
    "submitted": (SUBMIT,),
    "issued": (SUBMIT, ISSUE),
    "claimed": TO_CLAIMED,
    "completed": TO_DONE,
    "confirmed": (*TO_DONE, (confirm(), ZU)),
}
DOES = {
    "submitted": SUBMIT[0],
    "issued": ISSUE[0],
    "claimed": OTHER[0],
    "released": wishes.Release(stream=ORDER, account=MINE, reason="clash"),
    "completed": COMPLETE[0],
    "confirmed": confirm(),
    "rated": wishes.Rate(stream=ORDER, satisfied=True),
    "cancelled": wishes.Cancel(stream=ORDER, reason="mistaken"),
    "expired": wishes.Expire(stream=ORDER),
}
WAYS = [(way, state, role) for way in KIND.transitions for state in way.from_ for role in way.roles]


@pytest.mark.parametrize(
    ("way", "state", "role"), WAYS, ids=[f"{way.act}-{state}-{role}" for way, state, role in WAYS]
)
def test_every_way_of_an_order_is_gone_from_every_state_in_every_role(way, state, role):
    story = after(*PATHS[state])
    if (way.act, state) == ("completed", "issued"):
        story = after(CLAIM, OTHER, RELEASE, story=story)
    assert story.state(ORDER).state == state
    at = on("2026-05-01") if way.act == "expired" else None
    story = story.when(DOES[way.act], WHO[role], at=at).story
    assert story.state(ORDER).state == (way.to or state)


def test_those_are_all_states_there_are():
    reached = set(PATHS) | {way.to for way in KIND.transitions if way.to}
    assert reached == {state.id for state in KIND.states}
