"""An order confirmed credits its hours in one submission, all or none, and never twice."""

import pytest

from ledger.aggregates.account import commands as accounts
from ledger.aggregates.account.errors import HoursOverlap, OrderCredited
from ledger.aggregates.case import commands as wishes
from ledger.errors import RuleViolation
from ledger.service.acts.together import together
from ledger.service.auditing.audits import audit_home
from ledger.service.office import Hand, do
from tests.service.test_account_boards import staff, volunteer
from tests.service.test_boards import sheet
from tests.support.office import Office

TODAY = "2026-03-02"


def done(office: Office, clerk: Hand, account: str) -> str:
    """Return an order claimed for an account and reported done."""
    grid, dispatcher = staff(office, "grid_member", "dispatcher")
    command = wishes.Receive(
        unit=office.unit, kind="service_order", channel="phone", text="帮忙打扫"
    )
    order = do(office.ledger, grid, command).entries[0].stream
    for by, step in (
        (grid, wishes.Submit(stream=order)),
        (dispatcher, wishes.Issue(stream=order)),
        (clerk, wishes.Claim(stream=order, account=account)),
        (clerk, wishes.Complete(stream=order)),
    ):
        do(office.ledger, by, step)
    return order


def confirm(order: str) -> wishes.Confirm:
    return wishes.Confirm(
        stream=order, minutes=90, purpose="home_service", day=TODAY, start="08:00"
    )


def test_confirmation_and_credit_are_one_submission_that_the_audit_accepts(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    order = done(office, clerk, account)
    receipt = do(office.ledger, organiser, *together(office.ledger, confirm(order)))
    assert [entry.type for entry in receipt.entries] == ["case.confirmed.v1", "account.credited.v1"]
    first, second = (entry.index for entry in receipt.entries)
    assert second == first + 1
    assert office.ledger.known.stream(account).state.balance == 90
    again = accounts.CreditOrder(stream=account, order=order)
    with pytest.raises(OrderCredited):
        do(office.ledger, organiser, again)
    office.ledger.follower.catch_up()
    report = audit_home(office.ledger)
    assert not report.faults.items
    assert not report.findings.items


def test_where_the_hours_cannot_be_nothing_is_confirmed_either(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    order = done(office, clerk, account)
    busy = accounts.Claim(stream=account, amount=60, purpose="peace", day=TODAY, start="08:30")
    do(office.ledger, clerk, busy)
    size = office.size
    with pytest.raises(HoursOverlap):
        do(office.ledger, organiser, *together(office.ledger, confirm(order)))
    assert office.size == size
    assert office.ledger.known.stream(order).state.state == "completed"


def test_two_who_confirm_at_once_credit_once(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    order = done(office, clerk, account)
    do(office.ledger, organiser, *together(office.ledger, confirm(order)))
    with pytest.raises(RuleViolation):
        do(office.ledger, organiser, *together(office.ledger, confirm(order)))
    assert office.ledger.known.stream(account).state.balance == 90


def test_any_other_command_goes_alone(office):
    command = office.receive()
    assert together(office.ledger, command) == (command,)


def test_the_board_counts_orders_and_finds_what_was_not_credited(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    order = done(office, clerk, account)
    keys = ("claimed", "confirmed", "volunteers", "minutes", "owing")
    (row,) = sheet(office, "orders").rows
    assert tuple(row[key] for key in keys) == (1, 0, 0, 0, 0)
    # A client may leave the credit out; no rule sees an entry to come, the board does.
    do(office.ledger, organiser, confirm(order))
    (row,) = sheet(office, "orders").rows
    assert tuple(row[key] for key in keys) == (1, 1, 1, 90, 1)
    do(office.ledger, organiser, accounts.CreditOrder(stream=account, order=order))
    (row,) = sheet(office, "orders").rows
    assert tuple(row[key] for key in keys) == (1, 1, 1, 90, 0)


def test_an_order_confirmed_on_the_day_it_came_is_counted_apart(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    order = done(office, clerk, account)
    before = office.size
    do(office.ledger, organiser, *together(office.ledger, confirm(order)))
    at_once = office.size
    told = [sheet(office, "orders", size=size).rows[0]["same_day"] for size in (before, at_once)]
    assert told == [0, 1]


def test_an_order_somebody_rated_says_whether_she_was_satisfied(office):
    clerk, organiser, caller = staff(office, "volunteer_clerk", "organiser", "call_back_clerk")
    account = volunteer(office, clerk, "王秀兰")
    order = done(office, clerk, account)
    do(office.ledger, organiser, *together(office.ledger, confirm(order)))
    assert sheet(office, "orders").rows[0]["satisfied_of"] is None
    do(office.ledger, caller, wishes.Rate(stream=order, solved=True, satisfied=False))
    (row,) = sheet(office, "orders").rows
    assert (row["satisfied"], row["said"], row["satisfied_of"]) == (0, 1, "0/1")
