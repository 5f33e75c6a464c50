"""Yuan as typed are fen, exactly, or are refused; what is written is read back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.money import BadYuan, format_yuan, parse_yuan
from ledger.rules.quantities import amount, time_of_day

FEN = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("12", 1_200),
        ("3.5", 350),
        ("-3.50", -350),
        ("0.05", 5),
        ("1,204.50", 120_450),
        ("9999999999999.99", 999_999_999_999_999),
    ],
)
def test_yuan_typed_are_fen(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "", ".", "-", ".5", "5.", "1.234", "012", "+1", "1_0", " 1", "1\n", "1e3", "12,34.00",
        "1,2345", "0,123", "１２", "三元", "10000000000000", "--1", "1.2.3", "NaN",
    ],
)  # fmt: skip
def test_what_is_no_amount_in_yuan_is_refused(typed: str) -> None:
    with pytest.raises(BadYuan):
        parse_yuan(typed)


@given(FEN.filter(lambda fen: abs(fen) < 10**15))
def test_an_amount_written_is_read_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_yuan(amount(fen)) == fen


@given(st.text("0123456789.,-", max_size=12))
def test_what_is_accepted_is_what_arithmetic_says(typed: str) -> None:
    try:
        fen = parse_yuan(typed)
    except BadYuan:
        return
    assert Decimal(typed.replace(",", "")) * 100 == fen


def test_a_minute_of_the_day_is_read_as_a_time() -> None:
    assert [time_of_day(each) for each in (0, 545, 1439)] == ["00:00", "09:05", "23:59"]
