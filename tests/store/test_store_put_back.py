"""A store put back under a running ledger: the mark, not the memory of one process, decides."""

import pytest

from ledger.service.reading.receipts import checkpoint
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


def test_a_longer_fork_put_under_a_running_process_is_not_gone_on_with(office: Office) -> None:
    """As long as a process runs it knows the honest tree; the fork agrees with itself."""
    mark = office.path / "signer" / "mark"
    older, older_mark = snapshot(office.path), mark.read_bytes()
    running = office.opened_beside()
    running.a_case()
    honest, honest_mark = running.size, mark.read_bytes()
    office.ledger.close()
    put_back(office.path, older)
    mark.write_bytes(older_mark)
    forger = office.opened_beside()
    for _ in range(3):
        forger.a_case("另一件")
    forged = forger.size
    forger.ledger.close()
    mark.write_bytes(honest_mark)
    assert forged > honest
    for _ in range(2):
        with pytest.raises(HeadBehindMark):
            running.a_case()
    assert (running.size, mark.read_bytes()) == (forged, honest_mark)
    running.ledger.close()
