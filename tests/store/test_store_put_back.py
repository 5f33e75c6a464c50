"""A store put back under a running ledger: the mark, not the memory of one process, decides."""

import pytest

from ledger.service.receipts import checkpoint
from ledger.store.signer import HeadBehindMark
from tests.support.database import put_back, snapshot
from tests.support.office import Office


def test_a_process_that_slept_through_a_restore_signs_no_fork(office: Office) -> None:
    beside = office.opened_beside()
    beside.a_case()
    older = snapshot(office.path)
    for _ in range(4):
        office.a_case()
    honest = checkpoint(office.ledger)
    signed = office.ledger.signer.mark()
    office.ledger.close()
    put_back(office.path, older)
    before = beside.size
    for _ in range(6):
        with pytest.raises(HeadBehindMark):
            beside.a_case()
    assert beside.size == before
    assert beside.ledger.signer.mark() == signed
    with pytest.raises(HeadBehindMark):
        checkpoint(beside.ledger)
    assert honest
    beside.ledger.close()
