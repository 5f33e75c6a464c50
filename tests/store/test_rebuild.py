"""Reading ahead of a rebuild gives what reading in turn would, wherever the log ends."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.store.rebuild import ReadAhead


@pytest.fixture(scope="module")
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


@given(size=st.integers(0, 30), limit=st.integers(1, 7), grown=st.integers(0, 10))
def test_a_log_that_grows_while_it_is_read_is_read_to_its_new_end(
    thread: ThreadPoolExecutor, size: int, limit: int, grown: int
) -> None:
    log = list(range(size))

    def read(start: int, limit: int) -> Sequence[Any]:
        return log[start : start + limit]

    ahead, found = ReadAhead(read, thread), []
    for _ in range(2):
        while batch := ahead(len(found), limit):
            assert len(batch) <= limit
            found += batch
        log += range(len(log), len(log) + grown)
    assert found == list(range(size + grown))


def test_what_cannot_be_read_ahead_is_told_when_it_is_wanted(thread: ThreadPoolExecutor) -> None:
    def read(start: int, limit: int) -> Sequence[Any]:
        if start:
            raise OSError("unreadable")
        return range(limit)  # type: ignore[return-value]

    ahead = ReadAhead(read, thread)
    assert len(ahead(0, 3)) == 3
    with pytest.raises(OSError, match="unreadable"):
        ahead(3, 3)
