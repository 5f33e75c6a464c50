"""Amounts spelt out as vouchers do: read back they are the same amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.money import capital_yuan

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read(words: str) -> int:
    """Return fen of an amount in words: a second implementation, the other way round."""
    sign, words = (-1, words[1:]) if words.startswith("负") else (1, words)
    yuan, mark, small = words.rpartition("元")
    if not mark:
        yuan, small = "", words
    fen, digit = 0, 0
    for sign_ in small:
        if sign_ in DIGITS:
            digit = DIGITS.index(sign_)
        elif sign_ in "角分":
            fen += digit * (10 if sign_ == "角" else 1)
    return sign * (whole(yuan) * 100 + fen)


def whole(words: str) -> int:
    for mark, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        before, found, after = words.partition(mark)
        if found:
            return whole(before) * size + whole(after)
    total, digit = 0, 0
    for each in words:
        if each in DIGITS:
            digit = DIGITS.index(each)
        else:
            total += digit * PLACES[each]
            digit = 0
    return total + digit


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (100, "壹元整"),
        (110, "壹元壹角整"),
        (105, "壹元零伍分"),
        (7, "柒分"),
        (-350, "负叁元伍角整"),
        (123456789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (10010005, "壹拾万零壹佰元零伍分"),
        (100010001000, "壹拾亿零壹拾万零壹拾元整"),
        (10**14, "壹万亿元整"),
    ],
)
def test_amounts_are_spelt_as_on_vouchers(fen: int, words: str) -> None:
    assert capital_yuan(fen) == words


@given(st.integers(-(10**17), 10**17))
def test_an_amount_read_back_is_the_same(fen: int) -> None:
    assert read(capital_yuan(fen)) == fen
    assert "零零" not in capital_yuan(fen)
