import hashlib
import re

import pytest
from entry_samples import ALPHABET
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import ids
from ledger.entry.ids import BadIdentifier

DIGEST = "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y"
ID = "7ZB6M4D8XW5N1CE01KAF3V9Q2T"


@given(st.binary(min_size=17, max_size=64))
def test_an_id_is_the_first_130_bits_in_crockfords_alphabet(digest: bytes) -> None:
    number = int.from_bytes(digest[:17], "big") >> 6
    expected = "".join(ALPHABET[number >> (5 * i) & 31] for i in reversed(range(26)))
    assert ids.id_from_bytes(digest) == expected
    assert re.fullmatch(ids.ID, expected)


def test_an_id_of_too_few_bytes_is_a_bug() -> None:
    with pytest.raises(ValueError, match="17 bytes"):
        ids.id_from_bytes(bytes(16))


def test_new_ids_differ_and_come_from_the_random_source_given() -> None:
    assert len({ids.new_id() for _ in range(1000)}) == 1000
    source = hashlib.sha256(b"seed").digest()
    assert ids.new_id(lambda size: source[:size]) == ids.id_from_bytes(source)


# github.com/ulid/spec, "Layout": the timestamp 01ARZ3NDEK is 1469922850259 ms.
SPEC_TIME, SPEC_ULID = 1469922850259, "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_a_ulid_is_the_time_and_80_random_bits_as_its_spec_spells_them() -> None:
    number = 0
    for character in SPEC_ULID[10:]:
        number = number << 5 | ALPHABET.index(character)
    assert ids.ulid(SPEC_TIME, number.to_bytes) == SPEC_ULID


@given(st.lists(st.integers(0, 2**48 - 1), min_size=2, max_size=20))
def test_ulids_stand_in_the_order_of_their_times(times: list[int]) -> None:
    found = [ids.ulid(at) for at in sorted(set(times))]
    assert found == sorted(found)
    assert all(re.fullmatch(ids.ID, each) for each in found)


def test_what_is_derived_keeps_the_time_alone_and_is_the_same_each_time() -> None:
    one, other = ids.ulid(SPEC_TIME), ids.ulid(SPEC_TIME)
    assert ids.derived(one, "1") == ids.derived(one, "1")
    assert len({ids.derived(each, name) for each in (one, other) for name in ("1", "2")}) == 4
    assert ids.derived(one, "1")[:10] == one[:10]
    assert re.fullmatch(ids.ID, ids.derived(one, "1"))


def test_a_timeless_id_of_the_same_time_begins_otherwise() -> None:
    found = {ids.timeless(ids.ulid(SPEC_TIME))[:10] for _ in range(50)}
    assert len(found) == 50


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"case/{ID}", ("case", ID)),
        (f"disclosure_item/{ID}", ("disclosure_item", ID)),
        (f"key/{DIGEST}", ("key", DIGEST)),
        ("pack/cn-base@2026.1", ("pack", "cn-base@2026.1")),
        ("log/ledger.example/110105", ("log", "ledger.example/110105")),
    ],
)
def test_a_stream_is_an_aggregate_and_its_key(text: str, parts: tuple[str, str]) -> None:
    assert ids.parse_stream(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "case",
        "case/",
        f"case/{ID}\n",
        f"case/{ID[:-1]}",
        f"case/{ID[:-1]}I",
        f"case/{ID.lower()}",
        f"Case/{ID}",
        f"key/{ID}",
        f"key/{DIGEST[:-1]}Z",
        f"pack/{ID}",
        "pack/CN@1",
        "pack/cn",
        "log/",
        "log/a b",
        "log/a+b",
        "log/地",
    ],
)
def test_a_stream_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        ids.parse_stream(text)


def test_a_log_stream_does_not_pass_as_a_random_one() -> None:
    # Natural keys belong to three aggregates only, and these take no other key.
    assert not re.fullmatch(ids.STREAM, f"key/{ID}")
    assert not re.fullmatch(ids.STREAM, f"case/{DIGEST}")


def test_a_type_is_aggregate_fact_and_version() -> None:
    assert re.fullmatch(ids.TYPE, "case.accepted.v1")
    assert re.fullmatch(ids.TYPE, "disclosure_item.posted.v12")


@pytest.mark.parametrize(
    "text", ["case.accepted", "case.accepted.v0", "case.accepted.v01", "case.Accepted.v1"]
)
def test_a_type_of_another_form_is_none(text: str) -> None:
    assert not re.fullmatch(ids.TYPE, text)
