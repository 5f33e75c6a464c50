import json
import unicodedata

import msgspec
import pytest
import rfc8785
from entry_samples import damaged, integers, texts, values
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import canonical
from ledger.entry.canonical import BadName, BadNumber, BadText, NotCanonical, NotJson, TooDeep
from ledger.errors import LedgerError

SOUND = canonical.encode({"a": [1, -2, None, True], "b": {"c": "张三\n\u0001"}})


class Shape(msgspec.Struct, kw_only=True, omit_defaults=True):
    zone: str
    amount: int = msgspec.field(name="_amount")
    parts: tuple[int, ...] = ()
    note: str | msgspec.UnsetType = msgspec.UNSET


@given(values)
def test_canonical_bytes_equal_those_of_the_rfc_8785_package(value: object) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_encoded_decodes_to_itself(value: object) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@given(values, st.integers(0, 3), st.booleans())
def test_a_looser_spelling_of_the_same_document_is_refused(
    value: object, indent: int, ascii_only: bool
) -> None:
    loose = json.dumps(value, indent=indent, ensure_ascii=ascii_only, sort_keys=True).encode()
    if loose != canonical.encode(value):
        with pytest.raises(NotCanonical):
            canonical.decode(loose)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"b":1,"a":1}',
        ' {"a":1}',
        '{"a":1}\n',
        '"\\u0041"',
        '"\\/"',
        '"\\u000A"',
        "-0",
        '"\\u5f20"',
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.decode(text.encode())


NOT_JSON = (
    *(b"", b"[", b"[1,]", b"01", b"nul", b"NaN", b"1 1", b"1e999", b"\xef\xbb\xbf{}"),
    *(b'"\xff"', b'"\xed\xa0\x80"', b'"\\ud800"', b'"\\udc00x"', b'"\x01"'),
    *(b"[" * 100_000, b"9" * 5_000),
)
REFUSED = (
    *(0x00, 0x0B, 0x0D, 0x1F, 0x7F, 0x85, 0x9F, 0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x2028),
    *(0x202E, 0x2060, 0x2066, 0x2069, 0x3164, 0xD800, 0xDFFF, 0xFDD0, 0xFEFF, 0xFFF9, 0xFFFD),
    *(0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xE0001, 0xE0041),
)


@pytest.mark.parametrize("data", NOT_JSON, ids=lambda data: repr(data[:20]))
def test_bytes_that_are_no_json_document_are_refused(data: bytes) -> None:
    with pytest.raises(NotJson):
        canonical.decode(data)


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**64, 10**30, 1.0, 0.5, float("inf")])
def test_floats_and_integers_from_2_to_the_53_are_refused(number: float) -> None:
    with pytest.raises(BadNumber):
        canonical.encode([number])
    if number != float("inf"):
        with pytest.raises(BadNumber):
            canonical.decode(json.dumps([number]).encode())


@given(integers)
def test_integers_below_2_to_the_53_keep_their_value(number: int) -> None:
    assert canonical.encode(number) == str(number).encode()


def test_member_names_are_ascii() -> None:
    for act in (
        lambda: canonical.encode({"姓名": 1}),
        lambda: canonical.decode('{"é":1}'.encode()),
    ):
        with pytest.raises(BadName):
            act()
    with pytest.raises(BadName):
        canonical.encode({1: 1})


def nest(depth: int) -> object:
    return {"x": nest(depth - 1)} if depth > 1 else []


@pytest.mark.parametrize("start", [1, 2, 5])
def test_containers_nest_eight_deep_from_the_root_and_no_deeper(start: int) -> None:
    most = 9 - start
    data = json.dumps(nest(most), separators=(",", ":")).encode()
    assert canonical.decode(data, depth=start) == nest(most)
    with pytest.raises(TooDeep):
        canonical.decode(b"[" + data + b"]", depth=start)


def test_a_cycle_is_refused_as_too_deep() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    with pytest.raises(TooDeep):
        canonical.encode(cycle)


def test_a_struct_is_encoded_by_its_wire_names_and_held_to_the_same_rules() -> None:
    shape = Shape(zone="Asia/Shanghai", amount=5, parts=(1, 2))
    assert canonical.encode(shape) == b'{"_amount":5,"parts":[1,2],"zone":"Asia/Shanghai"}'
    with pytest.raises(BadNumber):
        canonical.encode({"inner": Shape(zone="", amount=2**53)})


def test_raw_json_inside_a_value_must_itself_be_canonical() -> None:
    assert canonical.encode({"a": msgspec.Raw(b'{"b":1}')}) == b'{"a":{"b":1}}'
    with pytest.raises(NotCanonical):
        canonical.encode({"a": msgspec.Raw(b'{"b": 1}')})


@pytest.mark.parametrize("value", [b"x", {1, 2}, object(), 1j])
def test_a_value_json_has_no_form_for_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.encode({"a": value})


def test_a_lone_surrogate_is_refused_on_encoding() -> None:
    with pytest.raises(BadText):
        canonical.encode({"a": "x\ud800"})


@given(st.binary(max_size=60) | damaged(SOUND) | st.text(max_size=40).map(str.encode))
def test_any_bytes_decode_to_what_encodes_back_or_raise_a_ledger_error(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except LedgerError:
        return
    assert canonical.encode(value) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "张三",
        "第一行\n第二行\t完",
        "\u3000缩进",
        "葛\U000e0100",
        "🏠",
        "é",
        "ئۇيغۇر",
        "བོད",
        "ᠮᠣᠩᠭᠣᠯ",
    ],
)
def test_ordinary_text_of_many_scripts_is_accepted(text: str) -> None:
    canonical.require_text(text)


@pytest.mark.parametrize("code", REFUSED, ids=hex)
def test_a_hidden_or_damaged_character_is_refused_where_it_stands(code: int) -> None:
    with pytest.raises(BadText) as refused:
        canonical.require_text("张三" + chr(code))
    assert refused.value.facts == {"position": 2}


def test_a_field_of_one_line_takes_no_line_feed_or_tab() -> None:
    for text in ("a\nb", "a\tb"):
        canonical.require_text(text)
        with pytest.raises(BadText):
            canonical.require_text(text, lines=False)


@pytest.mark.parametrize("text", ["ae\u0301", "a\uf900", "a\u2126"])
def test_text_not_in_nfc_is_refused_at_the_first_character_that_differs(text: str) -> None:
    with pytest.raises(BadText) as refused:
        canonical.require_text(text)
    assert refused.value.facts == {"position": 1}


@given(texts)
def test_accepted_text_is_in_nfc_and_survives_the_canonical_form(text: str) -> None:
    try:
        canonical.require_text(text)
    except BadText:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert canonical.decode(canonical.encode(text)) == text
