"""A line says one head in one spelling, and sorts as its stream does."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry.heads import BadHead, Head, format_head, parse_head
from ledger.entry.ids import STREAM

streams = st.from_regex(STREAM, fullmatch=True).filter(str.isascii)
digests = st.binary(min_size=32, max_size=32)
ID = "0R6V3M1TBXD01KAFK2S8H4QZ9Y"
D = "31bdMJ-gqQLrOljz9o0QPVv5jTwhWtMT6Gcy-xHZSco"


@given(streams, st.integers(1, 10**16 - 1), digests)
def test_a_line_reads_as_it_was_written(stream: str, seq: int, digest: bytes) -> None:
    assert parse_head(format_head(stream, seq, digest)) == Head(stream, seq, digest)


@given(st.lists(streams, min_size=1, max_size=8, unique=True), st.integers(1, 99))
def test_lines_sort_as_their_streams(names: list[str], seq: int) -> None:
    digest = sha256(b"").digest()
    lines = [format_head(name, seq, digest) for name in sorted(names)]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    "line",
    [
        f"case/{ID} 0 {D}",
        f"case/{ID} 01 {D}",
        f"case/{ID} +1 {D}",
        f"case/{ID} 1 {D[:-1]}p",
        f"case/{ID} 1 {D}=",
        f"case/{ID} 1 {D}\n",
        f"case/{ID}  1 {D}",
        f" case/{ID} 1 {D}",
        f"case/{ID.lower()} 1 {D}",
        f"case/{ID} 1",
        f"case/{ID} {'9' * 17} {D}",
        "",
    ],
)
def test_any_other_spelling_is_refused(line: str) -> None:
    with pytest.raises(BadHead):
        parse_head(line.encode())


@given(st.binary(max_size=200))
def test_whatever_bytes_are_no_crash(data: bytes) -> None:
    try:
        head = parse_head(data)
    except BadHead:
        return
    assert format_head(*head) == data
