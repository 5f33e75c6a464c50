"""Opening a home: what it says of itself must be what its log says."""

import stat

import pytest

from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError
from tests.support.office import Office


def test_a_signers_key_that_is_not_the_logs_takes_nothing_in(office: Office) -> None:
    office.ledger.close()
    key = office.path / "signer" / "key"
    key.write_text("00" * 32 + "\n")
    beside = office.opened_beside()
    size = beside.size
    with pytest.raises(LedgerError) as refused:
        beside.a_case()
    assert refused.value.code == "signer.not_the_logs_key"
    assert beside.size == size
    beside.ledger.close()


def test_a_home_that_lies_about_its_clock_is_not_opened(office: Office) -> None:
    office.ledger.close()
    settings = office.path / "home.toml"
    told = settings.read_text()
    swapped = {"simulated = true": "simulated = false", "simulated = false": "simulated = true"}
    (old,) = (each for each in swapped if each in told)
    settings.write_text(told.replace(old, swapped[old]))
    with pytest.raises(LedgerError) as refused:
        open_ledger(office.path)
    assert refused.value.code == "home.wrong_genesis"


def test_a_home_is_its_owners_alone(office: Office) -> None:
    assert stat.S_IMODE(office.path.stat().st_mode) == 0o700
