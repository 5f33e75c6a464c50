from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.tlog.encoding import MAX_SIZE, BadDecimal, BadHash, decode_base64
from ledger.tlog.hashlines import BadHashLines
from ledger.tlog.note import MAX_NOTE_BYTES
from ledger.tlog.witness import (
    AddCheckpoint,
    BadAddCheckpoint,
    BadSizeAnswer,
    format_add_checkpoint,
    format_size_answer,
    origin_hash,
    parse_add_checkpoint,
    parse_size_answer,
)

HASH = "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o="


def test_the_published_request_is_made_and_read(vectors: dict[str, Any]) -> None:
    note = vectors["cosigned_checkpoint"]
    request = AddCheckpoint(
        old=6,
        proof=tuple(map(decode_base64, vectors["consistency_6_to_8_b64"])),
        checkpoint=note.encode(),
    )
    body = (
        "old 6\n"
        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=\n"
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
        "\n" + note
    ).encode()
    assert format_add_checkpoint(request) == body
    assert parse_add_checkpoint(body) == request


@given(
    st.builds(
        AddCheckpoint,
        old=st.integers(0, MAX_SIZE),
        proof=st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        checkpoint=st.binary(min_size=1, max_size=300),
    )
)
def test_every_request_reads_back(request: AddCheckpoint) -> None:
    assert parse_add_checkpoint(format_add_checkpoint(request)) == request


def test_a_first_contact_carries_no_proof() -> None:
    assert parse_add_checkpoint(b"old 0\n\nnote") == AddCheckpoint(
        old=0, proof=(), checkpoint=b"note"
    )


def test_sixty_three_proof_lines_are_read_and_more_are_not() -> None:
    assert len(parse_add_checkpoint(f"old 1\n{(HASH + chr(10)) * 63}\nnote".encode()).proof) == 63
    with pytest.raises(BadAddCheckpoint):
        parse_add_checkpoint(f"old 1\n{(HASH + chr(10)) * 64}\nnote".encode())


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", BadHashLines),
        ("old 6", BadHashLines),
        ("old 6\n", BadHashLines),
        ("old 6\n\n", BadHashLines),
        ("old 6\nnote\n", BadHashLines),
        (f"old 6\né\n{HASH}\n\nnote", BadHashLines),
        ("\n\nnote", BadAddCheckpoint),
        ("6\n\nnote", BadAddCheckpoint),
        ("old\n\nnote", BadAddCheckpoint),
        ("old6\n\nnote", BadAddCheckpoint),
        ("Old 6\n\nnote", BadAddCheckpoint),
        ("size 6\n\nnote", BadAddCheckpoint),
        ("old \n\nnote", BadDecimal),
        ("old  6\n\nnote", BadDecimal),
        ("old +6\n\nnote", BadDecimal),
        ("old 06\n\nnote", BadDecimal),
        ("old 6 \n\nnote", BadDecimal),
        ("old 6\r\n\n\nnote", BadDecimal),
        ("old 6\nAAAA\n\nnote", BadHash),
        (f"old 6\n{HASH} \n\nnote", MalformedError),
        (f"old 6\n{HASH[:-1]}\n\nnote", MalformedError),
    ],
)
def test_a_body_that_is_no_request_is_refused(body: str, error: type[MalformedError]) -> None:
    with pytest.raises(error):
        parse_add_checkpoint(body.encode())


def test_a_body_above_the_limits_is_refused() -> None:
    assert parse_add_checkpoint(b"old 6\n\n" + b"x" * MAX_NOTE_BYTES).old == 6
    for body in (
        b"old 6\n\n" + b"x" * (MAX_NOTE_BYTES + 1),
        b"old 6\n" + b"A" * 1_000_000 + b"\n\nnote",
    ):
        with pytest.raises(BadHashLines):
            parse_add_checkpoint(body)


@given(st.integers(0, MAX_SIZE))
def test_every_size_answer_reads_back(size: int) -> None:
    assert parse_size_answer(format_size_answer(size)) == size


@pytest.mark.parametrize("data", [b"", b"8", b"8\n8\n", b"8\n\n", "８\n".encode()])
def test_an_answer_that_is_not_one_line_is_refused(data: bytes) -> None:
    with pytest.raises(BadSizeAnswer):
        parse_size_answer(data)


@pytest.mark.parametrize("data", [b"\n", b"+8\n", b"8\r\n", b" 8\n", b"08\n"])
def test_an_answer_that_is_not_a_plain_number_is_refused(data: bytes) -> None:
    with pytest.raises(BadDecimal):
        parse_size_answer(data)


def test_the_published_origin_hash() -> None:
    assert origin_hash("ledger.example/grid-01") == (
        "deb9629c59158bced63c12ea27e75c906f76fce01f453dfbf56500781c9ee2ac"
    )
    assert origin_hash("村账") == sha256("村账".encode()).hexdigest()
