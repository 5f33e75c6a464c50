"""Rows of volunteers and of collective finance equal what the accounts themselves say."""

from ledger.aggregates.account import commands as wishes
from ledger.projections import finance, teams, volunteers
from ledger.projections.finance import BEGIN, FinanceRow
from tests.aggregates import test_account_funds as funds
from tests.aggregates import test_account_hours as hours
from tests.support.gwt import Story
from tests.support.hall import STREET, TOU, ZU


def rows(story: Story, module) -> dict:
    found: dict = {}
    for act in story.acts:
        if act.aggregate in module.view.reads:
            for key in module.view.keys(act):
                row = module.view.fold(found.get(key), act, key)
                found.pop(key, None) if row is None else found.__setitem__(key, row)
    return found


def test_a_volunteer_s_row_says_what_her_account_says():
    story = hours.served(*hours.DAYS, ("2026-03-07", 721))
    for command, by in (
        (wishes.GiveConsent(stream=hours.ONE, shown_name="王"), ZU),
        (wishes.Join(stream=hours.ONE, team=STREET, purpose="ecology"), ZU),
        (wishes.Reverse(stream=hours.ONE, item=6, reason="mistaken"), TOU),
        (wishes.Certify(stream=hours.ONE), ZU),
        (wishes.Categorise(stream=hours.ONE, category="staff"), ZU),
    ):
        story = story.when(command, by).story
        state, row = story.state(hours.ONE), rows(story, volunteers)[hours.ONE]
        live = [item for item in state.items if item.standing == "posted"]
        assert (row.balance, row.services) == (state.balance, len(live))
        assert (row.category, row.teams) == (state.category, len(state.teams))
        assert (row.named_at is not None, row.certified) == (state.consents, state.certified)
    assert (row.stars, row.vest, row.vests) == (1, "green", "green yellow")
    assert row.flagged == 6
    story = story.when(wishes.WithdrawConsent(stream=hours.ONE), ZU).story
    assert rows(story, volunteers)[hours.ONE].named_at is None


def test_members_come_and_go():
    story = hours.opened().when(wishes.Join(stream=hours.ONE, team=STREET), ZU).story
    (row,) = rows(story, teams).values()
    assert (row.unit, row.account) == (STREET, hours.ONE)
    story = story.when(wishes.Leave(stream=hours.ONE, team=STREET), ZU).story
    assert rows(story, teams) == {}


def test_periods_sum_to_the_balance_of_the_account():
    story = funds.closed()
    story = funds.spent(story, 200, day="2026-04-01")
    reverse = wishes.Reverse(stream=funds.FUND, item=1, reason="refunded")
    story = story.when(reverse, TOU).story
    found: dict[str, FinanceRow] = {row.period: row for row in rows(story, finance).values()}
    assert set(found) == {BEGIN, "2026-03", "2026-04"}
    march = found["2026-03"]
    assert (march.income, march.expense, march.vouchers, march.reversed) == (500, 0, 2, 1)
    assert (march.closed, march.closing) == (True, 1_200)
    total = sum(row.begun + row.income - row.expense for row in found.values())
    assert total == story.state(funds.FUND).balance


def test_a_fund_has_no_row_among_volunteers_and_a_volunteer_none_in_finance():
    assert rows(funds.closed(), volunteers) == {}
    assert rows(hours.served(("2026-03-02", 60)), finance) == {}
