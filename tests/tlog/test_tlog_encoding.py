import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tlog.encoding import (
    MAX_SIZE,
    BadBase64,
    BadDecimal,
    BadHash,
    check_hash,
    decode_base64,
    decode_hash,
    encode_base64,
    parse_decimal,
)


@given(st.integers(0, MAX_SIZE))
def test_every_number_up_to_the_limit_reads_back(value: int) -> None:
    assert parse_decimal(str(value), field="size") == value


@pytest.mark.parametrize(
    "text",
    ["", "+8", "-0", " 8", "8 ", "8\n", "08", "00", "4_2", "٤٢", "８", "8.0", "1e3", str(2**63)],
)
def test_a_number_has_one_spelling_and_a_limit(text: str) -> None:
    with pytest.raises(BadDecimal) as refusal:
        parse_decimal(text, field="size")
    assert refusal.value.facts == {"field": "size"}


def test_a_hostile_length_of_digits_is_refused() -> None:
    with pytest.raises(BadDecimal):
        parse_decimal("9" * 5000, field="size")


@given(st.binary(max_size=200))
def test_base64_agrees_with_the_standard_library_and_reads_back(data: bytes) -> None:
    text = encode_base64(data)
    assert text == base64.standard_b64encode(data).decode()
    assert decode_base64(text) == data


@pytest.mark.parametrize(
    "text",
    ["A", "AA", "AA=", "AB==", "AAB=", "AA==\n", " AA==", "AA==AA==", "A-_=", "=", "====", "é==="],
)
def test_base64_that_does_not_re_encode_to_itself_is_refused(text: str) -> None:
    with pytest.raises(BadBase64):
        decode_base64(text)


@pytest.mark.parametrize("length", [0, 11, 31, 33, 64])
def test_a_hash_that_is_not_32_bytes_is_refused(length: int) -> None:
    with pytest.raises(BadHash):
        check_hash(bytes(length))
    with pytest.raises(BadHash):
        decode_hash(encode_base64(bytes(length)))
