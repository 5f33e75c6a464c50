import base64
import hashlib
import json
from collections.abc import Callable

import pytest
import rfc8785
from entry_samples import VECTORS, damaged, names, values
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import base64url
from ledger.entry.canonical import BadName, BadNumber, BadText, TooDeep
from ledger.entry.disclosure import (
    BadDisclosure,
    RepeatedDisclosure,
    RepeatedField,
    ReservedName,
    UnreferencedDisclosure,
    make_disclosure,
    match_disclosures,
    parse_disclosure,
    seal,
)
from ledger.errors import LedgerError

SALT = bytes(range(16))
salts = st.binary(min_size=16, max_size=16)
groups = st.dictionaries(
    names, st.dictionaries(names, values, min_size=1, max_size=4), min_size=1, max_size=3
)


def of(*elements: object) -> str:
    return base64url.encode(rfc8785.dumps(list(elements)))


@given(names, values, salts)
def test_a_disclosure_parses_to_itself(name: str, value: object, salt: bytes) -> None:
    made = make_disclosure(name, value, salt)
    assert parse_disclosure(made.text) == made
    assert (made.name, made.value) == (name, value)


@given(names, values, salts)
def test_text_and_digest_are_those_of_rfc_9901(name: str, value: object, salt: bytes) -> None:
    made = make_disclosure(name, value, salt)
    plain = base64.urlsafe_b64encode(salt).rstrip(b"=").decode()
    assert json.loads(base64.urlsafe_b64decode(made.text + "==")) == [plain, name, value]
    digest = hashlib.sha256(made.text.encode()).digest()
    assert made.digest == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.mark.parametrize("text", VECTORS["disclosures"])
def test_a_disclosure_of_the_vectors_is_made_again(text: str) -> None:
    parsed = parse_disclosure(text)
    made = make_disclosure(parsed.name, parsed.value, base64url.decode(parsed.salt))
    assert made.text == text


SALT_TEXT = base64url.encode(SALT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        of(SALT_TEXT, "name"),
        of(SALT_TEXT, "name", 1, 2),
        of(SALT_TEXT, "_sd", 1),
        of(SALT_TEXT, "...", 1),
        of(SALT_TEXT, "", 1),
        of(SALT_TEXT, "Name", 1),
        of(SALT_TEXT, "name\n", 1),
        of(SALT_TEXT, 1, 1),
        of(1, "name", 1),
        of("", "name", 1),
        of(base64url.encode(bytes(15)), "name", 1),
        of(base64url.encode(bytes(17)), "name", 1),
        of(SALT_TEXT[:-1] + "x", "name", 1),
        base64url.encode(b'{"name":1}'),
        base64url.encode(f'["{SALT_TEXT}", "name",1]'.encode()),
        base64url.encode(f'["{SALT_TEXT}","name",1.5]'.encode()),
        of(SALT_TEXT, "name", 1) + "=",
    ],
)
def test_a_text_that_is_no_disclosure_is_refused(text: str) -> None:
    with pytest.raises(BadDisclosure):
        parse_disclosure(text)


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_a_reserved_name_inside_a_value_is_refused(name: str) -> None:
    for value in ({name: 1}, [{"a": {name: []}}]):
        with pytest.raises(ReservedName):
            make_disclosure("form", value, SALT)
        with pytest.raises(ReservedName):
            parse_disclosure(of(SALT_TEXT, "form", value))
    assert parse_disclosure(of(SALT_TEXT, "form", [name])).value == [name]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.5, BadNumber),
        (2**53, BadNumber),
        ({"姓": 1}, BadName),
        ("\ud800", BadText),
        ([[[[[[[[]]]]]]]], TooDeep),
    ],
)
def test_a_value_outside_canonical_json_is_not_sealed(value: object, error: type) -> None:
    with pytest.raises(error):
        make_disclosure("form", value, SALT)


@pytest.mark.parametrize(("name", "salt"), [("_sd", SALT), ("", SALT), ("name", SALT[:15])])
def test_a_disclosure_needs_a_name_of_the_pattern_and_128_bits_of_salt(
    name: str, salt: bytes
) -> None:
    with pytest.raises(BadDisclosure):
        make_disclosure(name, 1, salt)


def test_the_repr_of_a_disclosure_does_not_show_the_value() -> None:
    made = make_disclosure("phone", "13800138000", SALT)
    assert "13800138000" not in repr(made)
    assert made.text not in repr(made)


@given(groups)
def test_what_is_sealed_is_committed_to_and_opens_to_the_same_values(
    given_groups: dict[str, dict[str, object]],
) -> None:
    digests, disclosures = seal(given_groups)
    for group, fields in given_groups.items():
        assert digests[group] == tuple(sorted(d.digest for d in disclosures[group]))
        assert [d.name for d in disclosures[group]] == list(fields)
    every = [d for made in disclosures.values() for d in made]
    assert match_disclosures(digests, every) == given_groups


@given(groups, st.data())
def test_any_part_of_the_disclosures_opens_that_part(
    given_groups: dict[str, dict[str, object]], data: st.DataObject
) -> None:
    digests, disclosures = seal(given_groups)
    every = [(group, d) for group, made in disclosures.items() for d in made]
    part = data.draw(st.lists(st.sampled_from(every), unique_by=lambda pair: pair[1].digest))
    opened = match_disclosures(digests, [disclosure for _, disclosure in part])
    assert opened.keys() == given_groups.keys()
    assert {(g, d.name) for g, d in part} == {(g, name) for g in opened for name in opened[g]}


def test_salts_are_all_different_and_come_from_one_call() -> None:
    asked: list[int] = []

    def source(size: int) -> bytes:
        asked.append(size)
        return hashlib.shake_128(b"seed").digest(size)

    _, disclosures = seal({"a": {"x": None, "y": None}, "b": {"x": None}}, source)
    assert asked == [48]
    assert len({d.salt for made in disclosures.values() for d in made}) == 3


@pytest.mark.parametrize("source", [lambda size: bytes(size - 1), lambda size: bytes(16)])
def test_a_random_source_that_falls_short_is_a_bug(source: Callable[[int], bytes]) -> None:
    with pytest.raises(ValueError, match="random source"):
        seal({"a": {"x": 1, "y": 2}}, source)


def test_a_null_field_cannot_be_told_from_another_by_its_digest() -> None:
    first, _ = seal({"a": {"x": None}})
    second, _ = seal({"a": {"x": None}})
    assert first != second


NAME = make_disclosure("name", "张三", SALT)
PHONE = make_disclosure("phone", None, SALT)
OTHER_NAME = make_disclosure("name", "李四", SALT)


def test_a_disclosure_the_entry_does_not_commit_to_is_refused() -> None:
    with pytest.raises(UnreferencedDisclosure):
        match_disclosures({"a": [NAME.digest]}, [NAME, PHONE])
    with pytest.raises(UnreferencedDisclosure):
        match_disclosures({}, [NAME])


def test_a_disclosure_given_twice_is_refused() -> None:
    with pytest.raises(RepeatedDisclosure):
        match_disclosures({"a": [NAME.digest]}, [NAME, NAME])


def test_two_values_of_one_field_are_refused_in_one_group_and_fine_in_two() -> None:
    with pytest.raises(RepeatedField):
        match_disclosures({"a": [NAME.digest, OTHER_NAME.digest]}, [NAME, OTHER_NAME])
    opened = match_disclosures({"a": [NAME.digest], "b": [OTHER_NAME.digest]}, [NAME, OTHER_NAME])
    assert opened == {"a": {"name": "张三"}, "b": {"name": "李四"}}


@given(st.text(max_size=60) | damaged(NAME.text.encode()).map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_disclosure_or_raises_a_ledger_error(text: str) -> None:
    try:
        parsed = parse_disclosure(text)
    except LedgerError:
        return
    salt = base64url.decode(parsed.salt)
    assert make_disclosure(parsed.name, parsed.value, salt).text == text


@given(
    values.flatmap(lambda value: st.just(of(SALT_TEXT, value)))
    | st.builds(of, values, values, values)
)
def test_any_array_is_a_disclosure_or_raises_a_ledger_error(text: str) -> None:
    try:
        parsed = parse_disclosure(text)
    except LedgerError:
        return
    assert len(base64url.decode(parsed.salt)) == 16
