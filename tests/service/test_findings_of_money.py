"""Findings on payments and hours: what stays just below a line, is split, or is claimed twice."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.account import commands as wishes
from ledger.aggregates.disclosure_item import commands as items
from ledger.projections.finance import BEGIN, FinanceRow
from ledger.projections.spendings import SpendingRow
from ledger.projections.volunteers import VolunteerRow
from ledger.rules.periods import parse_period
from ledger.service.board import Desk
from ledger.service.finding import Window
from ledger.service.findings import hours_hugging
from ledger.service.findings.payment_split import DAYS, series
from ledger.service.findings.statement_differs import differing
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.spending import Spending
from ledger.service.statements import Account, Sums
from tests.service.test_account_boards import TODAY, book, fund, staff, volunteer
from tests.service.test_boards import staffed
from tests.service.test_findings import found
from tests.support.office import Office

LINE = 500_000
"""Fen from which on spending needs a decision, by cn-base."""


def pay(office: Office, account: str, by, amount: int, day: str = TODAY, **told: str) -> int:
    claim = {"flow": "out", "purpose": "office"} | told
    wanted = wishes.Claim(stream=account, amount=amount, day=day, **claim)
    return do(office.ledger, by, wanted).entries[0].index


def test_three_payments_of_a_quarter_just_below_the_line_are_found_and_two_are_not(office):
    account, hands = fund(office)
    for day in ("2026-02-02", "2026-02-12"):
        pay(office, account, hands["bao"], LINE - 1, day)
    pay(office, account, hands["bao"], LINE * 9 // 10 - 1, "2026-02-20")
    pay(office, account, hands["bao"], LINE, "2026-02-25")
    assert found(office, "payments_below") == ()
    last = pay(office, account, hands["bao"], LINE * 9 // 10)
    (row,) = found(office, "payments_below")
    assert (row["rule"], row["about"], row["measure"]) == ("RF-11", "2026Q1", 3)
    assert row["record"] == account
    assert row["entries"].split()[-1] == str(last)


def test_a_payment_that_needs_a_decision_is_told_and_one_below_is_not(office):
    account, hands = fund(office)
    pay(office, account, hands["bao"], LINE - 1)
    assert found(office, "payment_large") == ()
    index = pay(office, account, hands["bao"], LINE)
    (row,) = found(office, "payment_large")
    assert (row["record"], row["measure"], row["entries"]) == (account, LINE, str(index))
    assert (row["extent"], row["extent_en"]) == ("5,000.00 元", "5,000.00 yuan")


def test_payments_in_parts_that_together_reach_the_line_are_found(office):
    account, hands = fund(office)
    half = LINE // 2
    pay(office, account, hands["bao"], half, "2026-02-20")
    pay(office, account, hands["bao"], half, "2026-02-23")
    pay(office, account, hands["bao"], half, "2026-02-25", purpose="welfare")
    assert found(office, "payment_split") == ()
    pay(office, account, hands["bao"], half - 1, "2026-02-24")
    assert found(office, "payment_split") == ()
    pay(office, account, hands["bao"], 1, "2026-02-25")
    (row,) = found(office, "payment_split")
    assert (row["about"], row["measure"]) == ("office 2026-02-23", 3)


def test_a_payment_of_a_fen_before_hides_none_split_up(office):
    account, hands = fund(office)
    pay(office, account, hands["bao"], LINE // 2, "2026-02-22")
    pay(office, account, hands["bao"], LINE // 2, "2026-02-23")
    pay(office, account, hands["bao"], 1, "2026-02-20")
    (row,) = found(office, "payment_split")
    assert (row["about"], row["measure"]) == ("office 2026-02-22", 2)


def paid(*told: tuple[int, int]) -> list[Spending]:
    """Return payments by (days after the first of the year, amount), in order of day."""
    rows = [
        SpendingRow(
            spending="", account="", unit="", entry=entry, purpose="office", amount=amount,
            day=(date(2026, 1, 1) + timedelta(days=day)).isoformat(), shelf="2026",
        )
        for entry, (day, amount) in enumerate(told)
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.day, row.entry))
    return [Spending(row=row, limit=100) for row in rows]


def reaching(payments: list[Spending]) -> list[set[int]]:
    runs = [run for run in series(payments) if sum(one.row.amount for one in run) >= 100]
    return [{one.row.entry for one in run} for run in runs]


PAYMENT = st.tuples(st.integers(0, 9), st.integers(1, 99))


@given(st.lists(PAYMENT, max_size=9), PAYMENT)
def test_a_payment_more_never_hides_a_series(payments, another):
    after = reaching(paid(*payments, another))
    assert all(any(one <= more for more in after) for one in reaching(paid(*payments)))


@given(st.lists(PAYMENT, max_size=9))
def test_any_payments_within_three_days_that_reach_the_line_lie_in_a_series(payments):
    told = paid(*payments)
    days = [date.fromisoformat(one.row.day) for one in told]
    by_first = (
        {one.row.entry: one.row.amount for one, day in zip(told, days, strict=True)
         if first <= day < first + DAYS}
        for first in days
    )  # fmt: skip
    expected = [set(run) for run in by_first if sum(run.values()) >= 100]
    runs = reaching(told)
    assert all(any(one <= run for run in runs) for one in expected)
    assert all(run in expected for run in runs)
    assert not any(one < other for one in runs for other in runs)


KINDS = ("payments_below", "payment_split", "voucher_reused")


@pytest.mark.parametrize("kind", KINDS)
def test_the_days_asked_about_make_no_other_facts_of_payments(office, kind):
    account, hands = fund(office)
    for day in ("2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01", "2026-02-20"):
        voucher = {"payee": "五金店", "voucher": "0012"}
        pay(office, account, hands["bao"], LINE - 1, day, **voucher)
    everything = found(office, kind, since=date(2020, 1, 1))
    assert everything
    for row in everything:
        day = date.fromisoformat(row["day"])
        for since, until in ((day, day), (day - timedelta(days=1), day), (day, None)):
            again = found(office, kind, since=since, until=until)
            assert row["facts"] in {one["facts"] for one in again}


def test_what_was_rejected_is_no_payment(office):
    account, hands = fund(office)
    pay(office, account, hands["bao"], LINE // 2)
    pay(office, account, hands["bao"], LINE // 2)
    assert len(found(office, "payment_split")) == 1
    reject = wishes.Reject(stream=account, item=2, reason="no_evidence")
    do(office.ledger, hands["r1"], reject)
    assert found(office, "payment_split") == ()


def test_a_voucher_claimed_twice_is_found_by_digest_or_by_payee_and_number(office):
    account, hands = fund(office)
    first = pay(office, account, hands["bao"], 100, payee="五金店", voucher="0012")
    pay(office, account, hands["bao"], 100, payee="另一家", voucher="0012")
    assert found(office, "voucher_reused") == ()
    again = pay(office, account, hands["bao"], 90, payee="五金店", voucher="0012")
    digest = "A" * 43
    one = pay(office, account, hands["bao"], 80, digest=digest)
    two = pay(office, account, hands["bao"], 70, digest=digest)
    rows = found(office, "voucher_reused")
    assert {row["entries"] for row in rows} == {f"{first} {again}", f"{one} {two}"}
    assert "五金店" not in str(rows)
    reject = wishes.Reject(stream=account, item=3, reason="duplicate")
    do(office.ledger, hands["r1"], reject)
    assert {row["entries"] for row in found(office, "voucher_reused")} == {f"{one} {two}"}


def test_hours_that_bunch_just_above_the_mark_are_found_and_an_even_spread_is_not(
    office, monkeypatch
):
    (clerk,) = staff(office, "volunteer_clerk")
    accounts = [volunteer(office, clerk, f"志愿者{number}") for number in range(7)]
    office.ledger.follower.catch_up()
    desk = Desk(office.ledger, as_of(office.ledger), None)

    def look(*minutes: int) -> list[int | None]:
        row = VolunteerRow(
            account="", unit=office.unit, kind="volunteer_hours", category="resident"
        )
        rows = [
            replace(row, account=account, balance=balance)
            for account, balance in zip(accounts, minutes, strict=False)
        ]
        monkeypatch.setattr(desk, "rows", lambda *_, **__: rows)
        window = Window(since=desk.day, until=desk.day)
        return [one.measure for one in hours_hugging.find(desk, window)]

    just = (6_001, 6_010, 6_300, 6_120, 6_060)
    assert look(*just) == [5]
    assert look(*just, 6_000) == [5]
    assert look(*just, 6_000, 5_701) == [], "as many below as a third of those above"
    assert look(*just[:4]) == []
    assert look(*just[:4], 6_301) == []


def posting(office: Office, reviewers):
    """Return how to post a statement of a month: opening, income, expense in fen."""
    publisher, joint = staffed(office, "publisher"), staffed(office, "joint_clerk")

    def post(period: str, opening: int, income: int, expense: int) -> str:
        fen = {"opening": opening, "income": income, "expense": expense}
        fen["closing"] = opening + income - expense
        draft = items.Draft(
            unit=office.unit, code="residents.finance", period=period, title="收支",
            amounts=tuple(f"{of}={amount / 100:.2f}" for of, amount in fen.items()),
        )  # fmt: skip
        stream = do(office.ledger, publisher, draft).entries[0].stream
        for each in reviewers:
            do(office.ledger, each, items.Review(stream=stream))
        do(office.ledger, joint, items.Approve(stream=stream))
        do(office.ledger, publisher, items.Publish(stream=stream, channel="board"))
        return stream

    return post


def test_a_posted_statement_that_is_not_what_the_books_say_is_found(office):
    account, hands = fund(office)
    book(office, account, hands, 10_000, day="2026-02-20", voucher="1")
    post = posting(office, (hands["r1"], hands["r2"]))
    true = post("2026-02", 100_000, 0, 10_000)
    assert found(office, "statement_differs") == ()
    do(office.ledger, staffed(office, "publisher", "anew"),
       items.Withdraw(stream=true, reason="mistaken"))  # fmt: skip
    false = post("2026-02", 100_000, 0, 60_000)
    (row,) = found(office, "statement_differs")
    assert (row["rule"], row["record"], row["measure"]) == ("RF-14", false, 50_000)
    # A book kept beside that is posted nowhere is left out of what is posted.
    told = {"unit": office.unit, "kind": "fund", "since": "2026-02", "opening": 70_000}
    beside = do(office.ledger, hands["kuai"], wishes.Open(**told)).entries[0].stream
    book(office, beside, hands, 1_000, day="2026-02-20", voucher="2")
    do(office.ledger, staffed(office, "publisher", "again"),
       items.Withdraw(stream=false, reason="mistaken"))  # fmt: skip
    first = post("2026-02", 100_000, 0, 10_000)
    (row,) = found(office, "statement_differs")
    assert row["record"] == first
    second = post("2026-02", 70_000, 0, 1_000)
    assert found(office, "statement_differs") == ()
    again = post("2026-02", 70_000, 0, 1_000)
    (row,) = found(office, "statement_differs")
    assert row["record"] in {second, again}, "an account is told once"


def test_statements_of_a_period_leave_no_account_with_money_out():
    def sums(fen: int) -> Sums:
        return Sums(closing=fen, expense=0, income=0, opening=fen)

    def differ(*stated: int, booked: tuple[int, ...]) -> list[int]:
        statements = [SimpleNamespace(sums=sums(fen)) for fen in stated]
        said = [sums(fen) for fen in booked]
        return [one.sums.opening for one in differing(statements, said, sums(sum(booked)))]

    assert differ(1, 2, booked=(1, 2, 4)) == [2]
    assert differ(1, 2, 4, booked=(1, 2, 4)) == []
    assert differ(1, 7, booked=(1, 2, 4)) == [], "one tells the whole"
    assert differ(1, 2, booked=(1, 2, 0)) == [], "an account without money need not be told"
    assert differ(1, 1, booked=(1, 2)) == [1]


def test_an_account_says_of_a_period_what_its_rows_up_to_it_add_up_to():
    def row(period, income, expense, begun=0):
        return FinanceRow(line=f"a {period}", account="a", unit="u", period=period,
                          income=income, expense=expense, begun=begun)  # fmt: skip

    account = Account([row("2026-03", 4, 1), row(BEGIN, 0, 0, 100), row("2026-01", 10, 20)])
    booked = {
        period: account.booked(parse_period(period))
        for period in ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026Q1")
    }
    assert booked == {
        "2025-12": None,
        "2026-01": Sums(closing=90, expense=20, income=10, opening=100),
        "2026-02": Sums(closing=90, expense=0, income=0, opening=90),
        "2026-03": Sums(closing=93, expense=1, income=4, opening=90),
        "2026-04": Sums(closing=93, expense=0, income=0, opening=93),
        "2026Q1": None,
    }


def test_a_statement_that_does_not_open_with_the_closing_before_it_is_found(office):
    """Also of a unit that keeps no books here."""
    reviewers = [staffed(office, "supervisor", label) for label in ("jia", "yi")]
    post = posting(office, reviewers)
    post("2025-12", 5_000, 1_000, 2_000)
    post("2026-02", 9_000, 0, 0)
    assert found(office, "statement_broken") == (), "what is missing between is told as missing"
    later = post("2026-01", 4_000, 0, 500)
    (row,) = found(office, "statement_broken")
    assert (row["rule"], row["measure"]) == ("RF-18", 5_500)
    assert row["record"] != later
    assert found(office, "statement_differs") == ()
    post("2026-01", 4_000, 0, 0)
    assert len(found(office, "statement_broken")) == 2, "a closing is gone on from once"
