import msgspec
import pytest
from entry_samples import KEY, OTHER_KEY, VECTORS, claims, damaged, names, values
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry.claims import Claims
from ledger.entry.disclosure import seal
from ledger.entry.jws import BadHeader, WrongKey, sign
from ledger.entry.presentation import (
    MAX_PRESENTATION_SIZE,
    BadPresentation,
    format_presentation,
    parse_presentation,
    verify_presentation,
)
from ledger.errors import LedgerError

FULL = VECTORS["cases"][0]["presentation"].encode()
JWS = VECTORS["jws"].encode()
fields = st.dictionaries(names, values, min_size=1, max_size=4)


@settings(max_examples=50)
@given(claims(), st.dictionaries(names, fields, min_size=1, max_size=3), st.data())
def test_a_presentation_goes_round_and_shows_what_it_discloses(
    sample: Claims, groups: dict[str, dict[str, object]], data: st.DataObject
) -> None:
    digests, disclosures = seal(groups)
    jws = sign(msgspec.structs.replace(sample, sealed=digests), KEY)
    every = [d for made in disclosures.values() for d in made]
    chosen = data.draw(st.lists(st.sampled_from(every), unique_by=lambda d: d.digest))
    wire = format_presentation(jws, chosen)
    shown = verify_presentation(wire, KEY.public)
    assert shown == parse_presentation(wire)
    assert shown.signed.jws == jws
    assert list(shown.disclosures) == chosen
    assert sum(map(len, shown.values.values())) == len(chosen)
    for group, opened in shown.values.items():
        assert opened.items() <= groups[group].items() or all(
            groups[group][name] == value for name, value in opened.items()
        )


def test_a_redacted_entry_verifies_and_shows_its_groups_empty() -> None:
    shown = verify_presentation(JWS + b"~", KEY.public)
    assert shown.values == {"applicant": {}, "content": {}, "respondent": {}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"~",
        JWS,
        FULL[:-1],
        FULL + b"~",
        FULL + b"eyJ.eyJ.AA",
        b"~" + FULL,
        FULL.replace(b"~", b"~~", 1),
        FULL[:-1] + b"\xff~",
        FULL + b"~" * MAX_PRESENTATION_SIZE,
    ],
)
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(LedgerError):
        parse_presentation(data)


@pytest.mark.parametrize("data", [JWS, FULL[:-1], b"", b"A" * MAX_PRESENTATION_SIZE + b"~"])
def test_a_missing_last_tilde_or_too_many_bytes_is_a_bad_presentation(data: bytes) -> None:
    with pytest.raises(BadPresentation):
        parse_presentation(data)


def test_an_entry_without_sealed_groups_takes_no_disclosure() -> None:
    bare = next(c for c in VECTORS["cases"] if c["name"] == "ok-without-sealed")["presentation"]
    assert verify_presentation(bare.encode(), KEY.public).values == {}
    with pytest.raises(LedgerError):
        parse_presentation(bare.encode() + VECTORS["disclosures"][0].encode() + b"~")


def test_a_presentation_verifies_with_the_signers_key_only() -> None:
    with pytest.raises(WrongKey):
        verify_presentation(FULL, OTHER_KEY.public)


def test_the_repr_of_a_presentation_does_not_show_values() -> None:
    shown = parse_presentation(FULL)
    assert "张三" not in repr(shown)
    assert shown.signed.claims.jti in repr(shown)


@given(damaged(FULL))
def test_a_damaged_presentation_shows_only_what_was_signed(data: bytes) -> None:
    whole = parse_presentation(FULL)
    try:
        shown = verify_presentation(data, KEY.public)
    except LedgerError:
        return
    assert shown.signed == whole.signed
    assert {d.text for d in shown.disclosures} <= {d.text for d in whole.disclosures}


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda junk: JWS + b"~" + junk + b"~"))
def test_any_bytes_raise_a_ledger_error(data: bytes) -> None:
    if data != JWS + b"~~":
        with pytest.raises((LedgerError, BadHeader)):
            parse_presentation(data)
