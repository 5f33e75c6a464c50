import msgspec
import pytest
from entry_samples import KEY, OTHER_KEY, VECTORS, claims, damaged
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry import base64url
from ledger.entry.claims import Claims, parse_claims
from ledger.entry.entry import (
    MAX_ENTRY_SIZE,
    BadEntry,
    format_entry,
    leaf_hash,
    parse_entry,
)
from ledger.entry.jws import (
    MAX_JWS_SIZE,
    BadHeader,
    BadJws,
    EntryTooLarge,
    WrongKey,
    parse_jws,
    sign,
    signing_input,
    verify_signature,
)
from ledger.entry.keys import BadSignature
from ledger.errors import LedgerError

STATE = VECTORS["entry"].encode()
JWS = VECTORS["jws"].encode()
TIME = len(STATE) - len(JWS)


@given(claims(), st.integers(0, 10**13 - 1))
def test_a_signed_entry_parses_to_what_was_signed(sample: Claims, recorded_at: int) -> None:
    jws = sign(sample, KEY)
    entry = parse_entry(format_entry(recorded_at, jws))
    assert parse_entry(entry.state, again=True) == entry, "typed and proven are one entry"
    assert entry.recorded_at == recorded_at
    assert entry.signed.jws == jws
    assert entry.signed.claims == sample
    assert entry.signed.kid == KEY.kid
    assert verify_signature(entry.signed, KEY.public) is entry.signed
    assert format_entry(entry.recorded_at, entry.signed.jws) == entry.state


@pytest.mark.parametrize("mask", [0x01, 0x20])
def test_no_byte_of_the_jws_can_be_changed(mask: int) -> None:
    for at in range(TIME, len(STATE)):
        changed = STATE[:at] + bytes([STATE[at] ^ mask]) + STATE[at + 1 :]
        with pytest.raises(LedgerError):
            verify_signature(parse_entry(changed).signed, KEY.public)


@given(st.integers(0, len(STATE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_is_another_time_with_another_leaf(at: int, mask: int) -> None:
    changed = STATE[:at] + bytes([STATE[at] ^ mask]) + STATE[at + 1 :]
    try:
        entry = parse_entry(changed)
        verify_signature(entry.signed, KEY.public)
    except LedgerError:
        return
    # The time is the sequencer's word: what covers it is the leaf hash, not the actor's signature.
    assert at < TIME
    assert entry.recorded_at != VECTORS["recorded_at"]
    assert leaf_hash(changed) != leaf_hash(STATE)


@given(damaged(STATE))
def test_a_damaged_entry_raises_only_ledger_errors(data: bytes) -> None:
    try:
        entry = parse_entry(data)
        verify_signature(entry.signed, KEY.public)
    except LedgerError:
        return
    assert entry.signed.jws == JWS


@given(
    st.binary(max_size=80) | st.from_regex(rb"[0-9]{1,3} [\w-]*\.[\w-]*\.[\w-]*", fullmatch=True)
)
def test_any_bytes_as_an_entry_raise_a_ledger_error(data: bytes) -> None:
    with pytest.raises(LedgerError):
        parse_entry(data)


def test_an_entry_verifies_with_the_key_it_names_only() -> None:
    signed = parse_jws(JWS)
    with pytest.raises(WrongKey):
        verify_signature(signed, OTHER_KEY.public)
    # The header names another key: the signature it would take is that key's.
    forged = signing_input(base64url.decode(JWS.split(b".")[1]), OTHER_KEY.kid)
    entry = parse_jws(forged + b"." + JWS.rpartition(b".")[2])
    with pytest.raises(BadSignature):
        verify_signature(entry, OTHER_KEY.public)


def with_header(header: str) -> bytes:
    _, payload, signature = JWS.split(b".")
    return b".".join((base64url.encode(header.encode()).encode(), payload, signature))


@pytest.mark.parametrize(
    "header",
    [
        f'{{"alg":"EdDSA","kid":"{KEY.kid}","typ":"sgl-entry+sd-jwt"}}',
        f'{{"alg":"Ed25519","kid":"{KEY.kid}","typ":"sgl-entry+sd-jwt","x":1}}',
        f'{{"alg":"Ed25519","kid":"{KEY.kid}","typ":"sgl-entry+sd-jwt"}}\n',
        f'{{"alg":"Ed25519", "kid":"{KEY.kid}","typ":"sgl-entry+sd-jwt"}}',
        f'{{"alg":"Ed25519","kid":"{KEY.kid}"}}',
        '{"alg":"Ed25519","kid":"","typ":"sgl-entry+sd-jwt"}',
        f'{{"alg":"Ed25519","kid":"{KEY.kid}","typ":"sgl-entryysd-jwt"}}',
        "",
    ],
)
def test_a_header_but_the_profiles_is_refused(header: str) -> None:
    with pytest.raises(BadHeader):
        parse_jws(with_header(header))


@pytest.mark.parametrize(
    "jws",
    [
        b"",
        b"..",
        JWS.replace(b".", b"", 1),
        JWS + b".",
        b"." + JWS,
        JWS[:-1],
        JWS + b"A",
        JWS + b"==",
        b"+" + JWS[1:],
        JWS.replace(b".", b" ."),
    ],
)
def test_an_envelope_of_another_form_is_refused(jws: bytes) -> None:
    with pytest.raises(LedgerError) as refused:
        parse_jws(jws)
    assert isinstance(refused.value, BadJws | BadHeader)


def padded(jws_size: int) -> bytes:
    """Return a JWS of exactly this size, the rest of it in a public member."""
    sample = parse_claims(base64url.decode(JWS.split(b".")[1]))
    pub = {"note": ""}
    for size in range(jws_size * 3 // 4 - 1800, jws_size):
        pub["note"] = "x" * size
        made = sign(msgspec.structs.replace(sample, pub=msgspec.Raw(msgspec.json.encode(pub))), KEY)
        if len(made) >= jws_size:
            return made
    raise AssertionError


def test_an_entry_of_65535_bytes_is_accepted_and_a_larger_one_is_not() -> None:
    jws = padded(MAX_JWS_SIZE)
    state = format_entry(VECTORS["recorded_at"], jws)
    assert len(state) == MAX_ENTRY_SIZE
    verify_signature(parse_entry(state).signed, KEY.public)
    with pytest.raises(EntryTooLarge):
        padded(MAX_JWS_SIZE + 1)
    with pytest.raises(EntryTooLarge):
        parse_jws(JWS + b"A" * MAX_JWS_SIZE)


@pytest.mark.parametrize(
    "time", [b"", b"00", b"01", b"+1", b"-1", b"1_0", b" 1", b"1.0", b"\xd9\xa1", b"10000000000000"]
)
def test_a_time_of_another_form_is_refused(time: bytes) -> None:
    with pytest.raises(BadEntry):
        parse_entry(time + b" " + JWS)


@pytest.mark.parametrize("recorded_at", [-1, 10**13])
def test_a_time_out_of_range_is_not_formatted(recorded_at: int) -> None:
    with pytest.raises(BadEntry):
        format_entry(recorded_at, JWS)


@settings(max_examples=30)
@given(claims())
def test_claims_against_the_profile_are_never_signed(sample: Claims) -> None:
    for change in ({"seq": 0}, {"jti": sample.jti[:-1]}, {"type": "other.fact.v1"}):
        with pytest.raises(LedgerError):
            sign(msgspec.structs.replace(sample, **change), KEY)
