"""Collective funds, given, when, then: vouchers signed by several, periods closed, sums held."""

from dataclasses import replace

import pytest

from ledger.aggregates.account import commands as wishes
from ledger.aggregates.account import events
from ledger.kernel.event import Basis
from ledger.rules.packs.pack import digest_of, shipped
from tests.support.cases import local_pack, refs, shipped_packs
from tests.support.gwt import Story, a_shelf, on
from tests.support.hall import (
    BAO,
    CHA,
    CLAIMS,
    DU,
    HALL,
    JIAN,
    KUAI,
    SHUJI,
    TOU,
    ZHUREN,
    ZU,
    a_hall,
    a_stream,
    as_,
    machine,
)
from tests.support.trust import adopted
from tests.support.versions import CN_BASE

FUND = a_stream("account", "fund")
FUNDS = Basis(pack=CN_BASE, rule="account.fund")
TEN_YUAN = 1_000


def opened(**members) -> Story:
    told = {"stream": FUND, "unit": HALL, "kind": "fund", "since": "2026-03", "opening": TEN_YUAN}
    return a_hall().when(wishes.Open(**told | members), KUAI).story


def claim(amount=300, flow="out", purpose="office", day="2026-03-02", **members):
    return wishes.Claim(stream=FUND, amount=amount, flow=flow, purpose=purpose, day=day, **members)


def confirm(item=1, **members):
    return wishes.Confirm(stream=FUND, item=item, **members)


def post(item=1, **members):
    return wishes.Post(stream=FUND, item=item, **members)


REVIEWS = (JIAN, CHA, DU)
ALL = (*REVIEWS, SHUJI, ZHUREN)


def signed(story: Story, *by, item=1) -> Story:
    for who in by:
        story = story.when(confirm(item), who).story
    return story


def booked(story: Story, *, item=1, flow="out", **members) -> Story:
    by = ALL if flow == "out" else REVIEWS
    return signed(story, *by, item=item).when(post(item, **members), KUAI).story


def spent(story: Story, amount=300, **members) -> Story:
    story = story.when(claim(amount, **members), CLAIMS).story
    item = len(story.state(FUND).items)
    return booked(story, item=item, flow=members.get("flow", "out"))


# -- vouchers ---------------------------------------------------------------------------------


def test_spending_is_proposed_reviewed_by_three_cosigned_by_two_and_booked():
    story = opened().when(claim(payee="某商店", voucher="0042"), CLAIMS).story
    outcome = signed(story, *ALL).when(post(), KUAI)
    outcome.then(
        events.Posted(unit=HALL, item=1, amount=-300, balance=700, period="2026-03", basis=(FUNDS,))
    )


@pytest.mark.parametrize("left_out", ALL, ids=lambda who: who.role + who.actor[-3:])
def test_no_signature_can_be_left_out(left_out):
    story = opened().when(claim(), CLAIMS).story
    story = signed(story, *(who for who in ALL if who != left_out))
    error = story.when(post(), KUAI).refused("account.steps_outstanding")
    assert error.facts["missing"] == ("review" if left_out in REVIEWS else left_out.role)


def test_income_needs_the_review_and_no_cosignature():
    story = opened().when(claim(500, "in", "rent"), CLAIMS).story
    story = signed(story, *REVIEWS).when(post(), KUAI).story
    assert story.state(FUND).balance == 1_500
    story = opened().when(claim(500, "in", "rent"), CLAIMS).story
    story.when(confirm(), SHUJI).refused("account.step_unknown")


def test_proposer_reviewer_and_cosigner_are_different_persons():
    story = opened().when(claim(), CLAIMS).story
    error = story.when(confirm(), as_(CLAIMS, "supervisor")).refused("account.own_claim")
    assert error.facts["rule"] == "SD6"
    story = signed(story, CHA)
    story.when(confirm(), CHA).refused("account.signed_already")
    story.when(confirm(), as_(CHA, "secretary")).refused("account.signed_already")


def test_a_step_takes_no_more_signatures_than_it_needs():
    story = signed(opened().when(claim(), CLAIMS).story, SHUJI)
    story.when(confirm(step="secretary"), as_(CHA, "secretary")).refused("account.step_complete")
    story.when(confirm(step="director"), SHUJI).refused("account.step_unknown")
    story.when(confirm(step="blessing"), JIAN).refused("account.step_unknown")


def test_a_voucher_turned_down_is_not_booked():
    story = opened().when(claim(), CLAIMS).story
    story = story.when(wishes.Reject(stream=FUND, item=1, reason="no_evidence"), JIAN).story
    story.when(confirm(), DU).refused("account.item_stands_otherwise")


def test_money_that_is_not_there_is_not_spent():
    story = signed(opened().when(claim(1_001), CLAIMS).story, *ALL)
    error = story.when(post(), KUAI).refused("account.below_zero")
    assert error.facts["balance"] == -1
    assert spent(opened(), 1_000).state(FUND).balance == 0
    a_hall().when(wishes.Open(unit=HALL, kind="fund", since="2026-03", opening=-1), KUAI).refused(
        "account.below_zero"
    )


def test_income_already_spent_cannot_be_booked_back():
    story = spent(opened(opening=0), 500, flow="in", purpose="rent")
    story = spent(story, 400)
    reverse = wishes.Reverse(stream=FUND, item=1, reason="mistaken")
    story.when(reverse, TOU).refused("account.below_zero")


# -- periods ----------------------------------------------------------------------------------

APRIL = on("2026-04-02")


def closed(story: Story | None = None) -> Story:
    story = story or spent(spent(opened(), 300), 500, flow="in", purpose="rent")
    return story.when(wishes.ClosePeriod(stream=FUND), KUAI, at=APRIL).story


def test_a_period_closes_with_sums_that_add_up():
    event = closed().acts[-1].event
    assert event == events.PeriodClosed(
        unit=HALL, period="2026-03", opening=1_000, income=500, expense=300, closing=1_200,
        basis=(FUNDS,),
    )  # fmt: skip


def test_the_next_period_opens_with_what_the_last_closed_with():
    story = spent(closed(), 200, day="2026-04-01")
    story = story.when(wishes.ClosePeriod(stream=FUND), KUAI, at=on("2026-05-06")).story
    event = story.acts[-1].event
    assert (event.period, event.opening, event.expense, event.closing) == (
        "2026-04", 1_200, 200, 1_000,
    )  # fmt: skip


def test_a_period_is_closed_when_it_is_over_and_in_its_turn():
    story = spent(opened())
    close = wishes.ClosePeriod(stream=FUND)
    story.when(close, KUAI, at=on("2026-03-31")).refused("account.not_next_period")
    assert story.when(close, KUAI, at=on("2026-04-01")).story
    forged = events.PeriodClosed(
        unit=HALL, period="2026-04", opening=700, income=0, expense=0, closing=700, basis=(FUNDS,)
    )
    story.submits(FUND, forged, KUAI, at=on("2026-05-06")).refused("account.not_next_period")


def test_a_closing_balance_that_does_not_add_up_is_refused():
    story = spent(opened())
    forged = events.PeriodClosed(
        unit=HALL, period="2026-03", opening=1_000, income=0, expense=300, closing=701,
        basis=(FUNDS,),
    )  # fmt: skip
    story.submits(FUND, forged, KUAI, at=APRIL).refused("account.settled_otherwise")


def test_a_closed_period_takes_reversals_alone():
    story = closed().when(claim(100, day="2026-03-20"), CLAIMS).story
    story = signed(story, *ALL, item=3)
    story.when(post(3), KUAI).refused("account.period_is_closed")
    story = story.when(post(3, period="2026-04"), KUAI).story
    assert story.state(FUND).items[2].period == "2026-04"
    reverse = wishes.Reverse(stream=FUND, item=1, reason="refunded")
    event = story.when(reverse, TOU).story.acts[-1].event
    assert (event.period, event.amount) == ("2026-03", 300)


def test_nothing_is_booked_before_it_happened_or_before_the_account():
    story = signed(opened().when(claim(), CLAIMS).story, *ALL)
    story.when(post(period="2026-02"), KUAI).refused("account.period_too_early")
    story.when(post(period="2026Q1"), KUAI).refused("account.period_of_other_kind")
    story = signed(opened(since="2026-01").when(claim(), CLAIMS).story, *ALL)
    story.when(post(period="2026-02"), KUAI).refused("account.period_too_early")
    event = events.Posted(unit=HALL, item=1, amount=-300, balance=700, basis=(FUNDS,))
    story.submits(FUND, event, KUAI).refused("account.member_missing")


def test_nothing_is_booked_in_a_period_to_come_out_of_every_closing():
    story = signed(opened().when(claim(), CLAIMS).story, *ALL)
    for period in ("2026-04", "2099-12"):
        story.when(post(period=period), KUAI).refused("account.period_not_begun")
    story.when(post(period="2026-03"), KUAI)
    assert story.when(post(period="2026-04"), KUAI, at=on("2026-04-01")).story.state(FUND)


# -- what belongs to volunteers ---------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        wishes.GiveConsent(stream=FUND, shown_name="x"),
        wishes.Join(stream=FUND, team=HALL),
        wishes.Certify(stream=FUND),
        wishes.Categorise(stream=FUND, category="staff"),
    ],
)
def test_a_fund_is_no_volunteer(command):
    opened().when(command, ZU).refused("account.not_volunteers")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"since": None}, "account.member_missing"),
        ({"since": "2026"}, "account.period_of_other_kind"),
        ({"category": "staff"}, "account.member_not_allowed"),
        ({"holder": BAO.actor}, "account.member_not_allowed"),
    ],
)
def test_a_fund_is_opened_with_its_first_period(members, code):
    told = {"unit": HALL, "kind": "fund", "since": "2026-03"} | members
    a_hall().when(wishes.Open(**told), KUAI).refused(code)


def test_money_has_no_time_of_day():
    opened().when(claim(start="09:00"), CLAIMS).refused("account.member_not_allowed")


# -- packs may ask for more, and never for less -----------------------------------------------


def hall_with(text: str) -> Story:
    """Return the hall with other accounts arranged by a local pack."""
    files = {**local_pack(), "accounts.toml": text.encode()}
    packs = {**shipped_packs(), digest_of(files): files}
    known = refs(packs)
    story = replace(a_hall(), shelf=a_shelf(packs))
    below = (known["cn-law"], known["cn-base"])
    return adopted(story, known["local"].pack, known["local"].digest, unit=HALL, extends=below)


SHIPPED = shipped("cn-base")["accounts.toml"].decode()


def test_a_pack_may_refuse_days_beyond_the_cap():
    hall = hall_with(SHIPPED.replace("day_cap = 720", "day_cap = 720\ncap_refuses = true"))
    told = {"unit": HALL, "kind": "volunteer_hours", "category": "resident", "stream": FUND}
    story = hall.when(wishes.Open(**told), BAO).story
    told = {"stream": FUND, "purpose": "peace", "day": "2026-03-02"}
    story = story.when(wishes.Claim(**told, amount=600, start="00:00"), BAO).story
    story.when(wishes.Claim(**told, amount=121, start="12:00"), BAO).refused("account.over_day_cap")
    assert story.when(wishes.Claim(**told, amount=120, start="12:00"), BAO).story


def test_no_pack_lets_a_machine_vouch_for_people():
    hall = hall_with(SHIPPED.replace('roles = ["organiser"]', 'roles = ["organiser", "kiosk"]'))
    told = {"unit": HALL, "kind": "volunteer_hours", "category": "resident", "stream": FUND}
    story = hall.when(wishes.Open(**told), BAO).story
    claimed = wishes.Claim(stream=FUND, purpose="peace", day="2026-03-02", amount=60, start="00:00")
    story = story.when(claimed, BAO).story
    sign = wishes.Confirm(stream=FUND, item=1, unrelated=True)
    story.when(sign, machine("door")).refused("account.machine_signs")


def test_a_pack_may_let_an_account_be_overdrawn():
    hall = hall_with(SHIPPED.replace('measure = "fen"', 'measure = "fen"\noverdraw = true'))
    told = {"unit": HALL, "kind": "fund", "since": "2026-03", "stream": FUND}
    story = hall.when(wishes.Open(**told), KUAI).story
    assert spent(story, 300).state(FUND).balance == -300
