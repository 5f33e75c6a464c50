import json
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
import rfc8785
from entry_samples import ORIGIN, VECTORS, claims, payload, times
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry.canonical import NotCanonical, NotJson, TooDeep
from ledger.entry.claims import (
    BadClaims,
    Claims,
    Seen,
    format_claims,
    parse_claims,
    parse_occurred,
)
from ledger.entry.disclosure import ReservedName
from ledger.errors import LedgerError

DIGEST = VECTORS["payload"]["prev"]
GENESIS = VECTORS["genesis"]["payload"]


def changed(base: dict[str, Any] | None = None, /, **members: object) -> bytes:
    """Return the canonical payload with members replaced, or left out where given as ``...``."""
    whole = (payload() if base is None else base) | members
    kept = {name: value for name, value in whole.items() if value is not ...}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(claims())
def test_what_is_formatted_parses_to_itself(sample: Claims) -> None:
    data = format_claims(sample)
    assert parse_claims(data) == sample
    assert rfc8785.dumps(msgspec.json.decode(data)) == data


def test_the_payload_of_the_vectors_is_read_member_by_member() -> None:
    read, wire = parse_claims(changed()), payload()
    for name in ("v", "log", "stream", "seq", "prev", "type", "jti", "occ", "iat", "actor", "role"):
        assert getattr(read, name) == wire[name], name
    assert msgspec.json.decode(read.pub) == wire["pub"]
    assert read.seen == Seen(root=wire["seen"]["root"], size=184223)
    assert read.sealed == {group: tuple(made["_sd"]) for group, made in wire["sealed"].items()}
    assert format_claims(read) == changed()


WRONG = [
    ("$.v", {"v": 2}),
    ("$.v", {"v": "1"}),
    ("$.log", {"log": ""}),
    ("$.log", {"log": "led ger"}),
    ("$.log", {"log": "a+b"}),
    ("$.log", {"log": "x" * 256}),
    ("$.log", {"log": "村.example"}),
    ("$.stream", {"stream": "case/7ZB6M4D8XW5N1CE01KAF3V9Q2"}),
    ("$.stream", {"stream": "unit/7ZB6M4D8XW5N1CE01KAF3V9Q2T"}),
    ("$.stream", {"stream": f"case/{DIGEST}"}),
    ("$.stream", {"stream": "log/other.example", "type": "log.key_rotated.v1"}),
    ("$.stream", {"stream": "key/7ZB6M4D8XW5N1CE01KAF3V9Q2T", "type": "key.enrolled.v1"}),
    ("$.seq", {"seq": 0}),
    ("$.seq", {"seq": -1}),
    ("$.seq", {"seq": 2**53}),
    ("$.seq", {"seq": True}),
    ("$.seq", {"seq": "7"}),
    ("$.prev", {"prev": ""}),
    ("$.prev", {"prev": DIGEST[:-1]}),
    ("$.prev", {"prev": DIGEST[:-1] + "F"}),
    ("$.prev", {"prev": None}),
    ("$.type", {"type": "case.mediation_agreed"}),
    ("$.type", {"type": "case.mediation_agreed.v0"}),
    ("$.type", {"type": "case.mediation-agreed.v1"}),
    ("$.jti", {"jti": "9Y0R6V3M1TBXD01KAFK2S8H4QI"}),
    ("$.jti", {"jti": "9Y0R6V3M1TBXD01KAFK2S8H4QZ\n"}),
    ("$.occ", {"occ": "2026-02-30"}),
    ("$.occ", {"occ": 1795139012}),
    ("$.iat", {"iat": -1}),
    ("$.iat", {"iat": 10**10}),
    ("$.iat", {"iat": None}),
    ("$.actor", {"actor": "resident/4QZ9Y0R6V3M1TBXD01KAFK2S8H"}),
    ("$.actor", {"actor": "person/张三"}),
    ("$.role", {"role": "Mediator"}),
    ("$.role", {"role": ""}),
    ("$.pub", {"pub": []}),
    ("$.pub", {"pub": None}),
    ("$.pub", {"pub": "{"}),
    ("$.seen.size", {"seen": {"root": DIGEST, "size": -1}}),
    ("$.seen.root", {"seen": {"root": "", "size": 1}}),
    ("$", {"seen": {"root": DIGEST, "size": 1, "origin": ORIGIN}}),
    ("$.seen", {"seen": {"size": 1}}),
    ("$.seen", {"seen": []}),
    ("$._sd_alg", {"_sd_alg": ...}),
    ("$._sd_alg", {"sealed": ...}),
    ("$._sd_alg", {"_sd_alg": "sha-512"}),
    ("$.sealed", {"sealed": {}}),
    ("$.sealed", {"sealed": {"Applicant": {"_sd": [DIGEST]}}}),
    ("$.sealed", {"sealed": {"a\nb": {"_sd": [DIGEST]}}}),
    ("$.sealed[...]._sd", {"sealed": {"a": {"_sd": []}}}),
    ("$.sealed[...]._sd", {"sealed": {"a": {"_sd": ["AA"]}}}),
    ("$.sealed[...]._sd", {"sealed": {"a": {"_sd": [DIGEST, DIGEST]}}}),
    ("$.sealed[...]._sd", {"sealed": {"a": {"_sd": [DIGEST, "A" * 43]}}}),
    ("$.sealed[...]._sd", {"sealed": {"a": {"_sd": [DIGEST]}, "b": {"_sd": [DIGEST]}}}),
    ("$.sealed[...]._sd", {"sealed": {"a": {"_sd": [f"{'A' * 43}\n{DIGEST}"]}}}),
    ("$.sealed[...]", {"sealed": {"a": {}}}),
    ("$", {"sealed": {"a": {"_sd": [DIGEST], "x": 1}}}),
    ("$", {"extra": 1}),
    ("$", {"_sd": [DIGEST]}),
]


@pytest.mark.parametrize(("member", "change"), WRONG)
def test_a_member_against_the_profile_is_refused_and_named(
    member: str, change: dict[str, object]
) -> None:
    with pytest.raises(BadClaims) as refused:
        parse_claims(changed(**change))
    assert refused.value.facts == {"member": member}


REQUIRED = sorted(set(payload()) - {"seen", "sealed", "_sd_alg"})


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_member_cannot_be_left_out(name: str) -> None:
    with pytest.raises(BadClaims):
        parse_claims(changed(**{name: ...}))


def test_an_optional_member_is_left_out_never_null() -> None:
    for absent in ({"seen": ...}, {"sealed": ..., "_sd_alg": ...}):
        parse_claims(changed(**absent))
    for null in (
        {"seen": None},
        {"sealed": None, "_sd_alg": ...},
        {"sealed": ..., "_sd_alg": None},
    ):
        with pytest.raises(NotCanonical):
            parse_claims(changed(**null))


def test_a_refusal_does_not_repeat_a_strangers_words() -> None:
    for name in ("张三的电话", "x` - at `$.zhangsan"):
        raw = changed()[:-1] + f',"{name}":1}}'.encode()
        with pytest.raises(BadClaims) as refused:
            parse_claims(raw)
        assert refused.value.facts == {"member": "$"}


def test_the_genesis_alone_has_no_predecessor_and_is_first_of_its_stream() -> None:
    assert parse_claims(changed(GENESIS)).prev == ""
    for member, change in (("$.prev", {"prev": DIGEST}), ("$.seq", {"seq": 2})):
        with pytest.raises(BadClaims) as refused:
            parse_claims(changed(GENESIS, **change))
        assert refused.value.facts == {"member": member}


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_a_name_rfc_9901_reserves_is_refused_in_pub_and_allowed_as_a_value(name: str) -> None:
    for pub in ({name: []}, {"a": [{"b": {name: 1}}]}):
        with pytest.raises(ReservedName):
            parse_claims(changed(pub=pub))
    parse_claims(changed(pub={"a": name, "b": [name]}))


def test_pub_may_nest_as_deep_as_the_document_allows() -> None:
    deep: object = {}
    for _ in range(6):
        deep = {"x": deep}
    parse_claims(changed(pub=deep))
    with pytest.raises(TooDeep):
        parse_claims(changed(pub={"x": deep}))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"pub":' + b"[" * 100_000])
def test_a_payload_that_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises((NotJson, BadClaims)):
        parse_claims(data)


def test_bad_utf_8_inside_pub_is_refused() -> None:
    with pytest.raises(NotJson):
        parse_claims(changed().replace(b"dispute.neighbour", b"dispute\xffneighbour"))


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"pub": msgspec.Raw(b'{"a": 1}')},
        {"pub": msgspec.Raw(b"")},
        {"sealed": {"a": ("B" * 42 + "A", "A" * 43)}},
        {"role": "\ud800"},
        {"v": 2},
    ],
)
def test_claims_that_break_a_rule_are_not_formatted(change: dict[str, object]) -> None:
    sound = parse_claims(changed())
    with pytest.raises(LedgerError):
        format_claims(msgspec.structs.replace(sound, **change))


@given(times)
def test_a_time_with_offset_is_read_as_the_same_instant(moment: datetime) -> None:
    offset = moment.utcoffset()
    assert offset is not None
    read = parse_occurred(moment.isoformat())
    assert isinstance(read, datetime)
    assert read == moment
    assert read.utcoffset() == offset


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_a_date_alone_is_read_as_a_date(day: date) -> None:
    assert parse_occurred(day.isoformat()) == day
    assert not isinstance(parse_occurred(day.isoformat()), datetime)


def test_z_and_fractions_of_a_second_are_read() -> None:
    read = parse_occurred("2026-11-20T01:30:00.250Z")
    assert isinstance(read, datetime)
    assert read.microsecond == 250_000
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "occ",
    [
        "",
        "2026-11-20T09:30:00",
        "2026-11-20 09:30:00+08:00",
        "2026-11-20T09:30+08:00",
        "2026-11-20t09:30:00+08:00",
        "2026-11-20T09:30:00z",
        "2026-11-20T09:30:00+0800",
        "2026-11-20T09:30:00-00:00",
        "2026-11-20T09:30:00+24:00",
        "2026-11-20T24:00:00+08:00",
        "2026-11-20T09:30:60+08:00",
        "2026-11-20T09:30:00.+08:00",
        "2026-11-20T09:30:00.1234567+08:00",
        "2026-11-20Z",
        "2026-11-20+08:00",
        "2026-02-29",
        "2026-13-01",
        "2026-11-31T00:00:00Z",
        "0999-12-31",
        "3000-01-01",
        "20261120",
        "2026-W47-5",
        "2026-11-20\n",
        "٢٠٢٦-11-20",
    ],
)
def test_a_time_of_another_form_or_no_such_day_is_refused(occ: str) -> None:
    with pytest.raises(BadClaims):
        parse_occurred(occ)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*payload(), "extra"]), JUNK, max_size=3))
def test_any_member_value_is_accepted_as_canonical_or_refused(change: dict[str, Any]) -> None:
    data = msgspec.json.Encoder(order="sorted").encode(payload() | change)
    try:
        read = parse_claims(data)
    except LedgerError:
        return
    assert format_claims(read) == data
