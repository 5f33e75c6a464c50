"""Findings on payments and hours: what stays just below a line, is split, or is claimed twice."""

from msgspec.structs import replace

from ledger.aggregates.account import commands as wishes
from ledger.projections.volunteers import VolunteerRow
from ledger.service.board import Desk
from ledger.service.finding import Window
from ledger.service.findings import hours_hugging
from ledger.service.ledger import as_of
from ledger.service.office import do
from tests.service.test_account_boards import TODAY, fund, staff, volunteer
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
