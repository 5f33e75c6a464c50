"""What is read back is what was parsed strictly; what is no entry is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bootstrap import registry
from ledger.entry.entry import parse_entry
from ledger.entry.stored import Stored, Unreadable, read_stored
from tests.support.office import Office


def test_a_row_read_back_is_the_act_that_was_parsed_strictly(office: Office) -> None:
    for index, state in enumerate(office.ledger.recorder.states(0, office.size)):
        strict = parse_entry(state)
        at = strict.recorded_at
        expected = registry().act(strict.signed, index=index, recorded_at=at)
        assert registry().stored_act(read_stored(state), index=index) == expected


@given(st.binary(max_size=200))
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_stored(data)


def test_an_entry_with_one_byte_spoilt_is_refused_or_still_typed(office: Office) -> None:
    (state,) = office.ledger.recorder.states(office.size - 1, office.size)
    for position in range(len(state)):
        spoilt = state[:position] + bytes([state[position] ^ 1]) + state[position + 1 :]
        try:
            found = read_stored(spoilt)
        except Unreadable:
            continue
        assert isinstance(found, Stored)
        assert isinstance(found.payload.seq, int)
