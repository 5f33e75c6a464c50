"""A certificate's number is its rank in the log; number and code together prove it is ours."""

import pytest

from ledger.aggregates.account import commands as wishes
from ledger.service.certificates import (
    CertificateUnknown,
    certificates,
    verify_certificate,
)
from ledger.service.office import do
from ledger.service.reading.entries import BadCode, UnknownCode, entry_at
from tests.service.test_account_boards import serve, staff, volunteer


@pytest.fixture
def served(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    accounts = [volunteer(office, clerk, name) for name in ("王秀兰", "李建国")]
    for account in accounts:
        serve(office, clerk, organiser, account, 125)
    for account in (*accounts, accounts[0]):
        do(office.ledger, organiser, wishes.Certify(stream=account))
    return accounts


def test_numbers_follow_the_log_without_gaps(office, served):
    first, second = (certificates(office.ledger, account) for account in served)
    found = sorted((*first, *second), key=lambda each: each.index)
    assert [each.number for each in found] == [f"520602001-2026-V-{rank:06}" for rank in (1, 2, 3)]
    assert {each.minutes for each in found} == {125}
    assert all(each.holder is None for each in found)


def test_the_holder_is_named_only_when_asked_for(office, served):
    (found,) = certificates(office.ledger, served[1], values=True)
    assert found.holder == "李建国"


def test_a_certificate_is_found_by_number_and_code(office, served):
    (found,) = certificates(office.ledger, served[1])
    assert verify_certificate(office.ledger, found.number, found.check) == found


def test_another_number_or_code_is_refused(office, served):
    one, other = certificates(office.ledger, served[0])
    with pytest.raises(CertificateUnknown):
        verify_certificate(office.ledger, other.number, one.check)
    with pytest.raises(UnknownCode):
        verify_certificate(office.ledger, one.number, f"{one.index}-AAAA")
    with pytest.raises(BadCode):
        verify_certificate(office.ledger, one.number, "x")


def test_the_code_of_another_entry_certifies_nothing(office, served):
    (found,) = certificates(office.ledger, served[1])
    shown, _ = entry_at(office.ledger, found.index - 3)
    with pytest.raises(CertificateUnknown):
        verify_certificate(office.ledger, found.number, shown.code)
