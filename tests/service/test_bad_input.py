"""Submissions of a wrong form, spelling or signer: refused by name, nothing stored."""

from collections.abc import Callable

import pytest

from ledger.aggregates.case.commands import Accept, Triage
from ledger.aggregates.key import RevokeKey, RotateKey
from ledger.entry import base64url
from ledger.entry.jws import MAX_JWS_SIZE
from ledger.entry.keys import PrivateKey
from ledger.entry.presentation import MAX_PRESENTATION_SIZE
from ledger.rules.posts import HOLDER
from ledger.service.acts.prepare import MAX_ENTRIES
from ledger.service.acts.submit import submit
from ledger.service.office import Hand, do, enrol, hand
from tests.service.spoiling import (
    CLERK,
    Payload,
    joined,
    parts,
    refusal,
    request,
    resigned,
    signed,
)
from tests.support.office import Office, forged, presented
from tests.support.soundness import require_sound
from tests.support.trust import a_key

# Cut, padded, glued -------------------------------------------------------------------------------


def test_a_truncated_submission_is_refused_wherever_it_was_cut(office: Office) -> None:
    sent = request(office)
    codes = {refusal(office, sent[:cut]) for cut in range(0, len(sent) - 1, 29)}
    assert codes <= {
        "presentation.malformed",
        "entry.bad_jws",
        "submission.disclosures",
        "disclosure.malformed",
    }
    submit(office.ledger, [sent])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda _: b"", "presentation.malformed"),
        (lambda _: b"~", "entry.bad_jws"),
        (lambda sent: sent[:-1], "presentation.malformed"),
        (lambda sent: sent + b"x", "presentation.malformed"),
        (lambda sent: sent + b"~", "disclosure.malformed"),
        (lambda sent: b" " + sent, "entry.bad_jws"),
        (lambda sent: sent.replace(b"~", b"\n~", 1), "entry.bad_jws"),
        (lambda sent: sent + b"\xff~", "presentation.malformed"),
        (lambda _: b"x" * (MAX_PRESENTATION_SIZE + 1) + b"~", "presentation.malformed"),
        (lambda _: b"x" * (MAX_JWS_SIZE + 1) + b"~", "entry.too_large"),
        (lambda _: b"PK\x03\x04" * 100, "presentation.malformed"),
        (lambda _: b'{"payload":"e30"}~', "entry.bad_jws"),
    ],
)
def test_what_is_no_presentation_is_refused(
    office: Office, spoil: Callable[[bytes], bytes], code: str
) -> None:
    assert refusal(office, spoil(request(office))) == code


def test_a_submission_holds_one_to_sixteen_entries(office: Office) -> None:
    assert refusal(office) == "submission.size"
    many = [request(office) for _ in range(MAX_ENTRIES + 1)]
    assert refusal(office, *many) == "submission.size"
    assert len(submit(office.ledger, many[:MAX_ENTRIES]).entries) == MAX_ENTRIES


def test_a_submission_is_one_actors_and_names_each_entry_once(office: Office) -> None:
    sent = request(office)
    assert refusal(office, sent, sent) == "entry.jti_taken"
    do(office.ledger, office.hands[CLERK], Accept(stream=(stream := office.a_case())))
    other = presented(
        office.ledger, office.hands["coordinator"], Triage(stream=stream, route="direct")
    )
    assert refusal(office, sent, *other) == "submission.mixed_actors"


@pytest.mark.parametrize("position", [0, 3, 6])
def test_one_bad_entry_among_good_ones_keeps_all_out(office: Office, position: int) -> None:
    sent = [request(office) for _ in range(6)]
    sent.insert(position, request(office)[:-1])
    assert refusal(office, *sent) == "presentation.malformed"
    sent[position] = forged(office.ledger, office.hands[CLERK], office.receive(), seq=2)
    assert refusal(office, *sent) == "stream.not_next"
    del sent[position]
    submit(office.ledger, sent)
    require_sound(office.path)


# Another log, another version, another spelling ---------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda claims: claims.update(v=2), "entry.bad_claims"),
        (lambda claims: claims.update(v="1"), "entry.bad_claims"),
        (lambda claims: claims.pop("v"), "entry.bad_claims"),
        (lambda claims: claims.update(log="ledger.example/other"), "submission.wrong_log"),
        (lambda claims: claims.update(extra=1), "entry.bad_claims"),
        (lambda claims: claims.pop("occ"), "entry.bad_claims"),
        (lambda claims: claims.update(occ="2026-02-30"), "entry.bad_claims"),
        (lambda claims: claims.update(occ="2026-03-02T25:00:00+08:00"), "entry.bad_claims"),
        (lambda claims: claims.update(occ="2026-03-02 09:00"), "entry.bad_claims"),
        (lambda claims: claims.update(iat=1.5), "entry.bad_claims"),
        (lambda claims: claims.update(iat="1772413260"), "entry.bad_claims"),
        (lambda claims: claims.update(iat=-1), "entry.bad_claims"),
        (lambda claims: claims.update(iat=2**53), "entry.bad_claims"),
        (lambda claims: claims.update(seq=0), "entry.bad_claims"),
        (lambda claims: claims.update(seq=True), "entry.bad_claims"),
        (lambda claims: claims.update(jti="0" * 25), "entry.bad_claims"),
        (lambda claims: claims.update(jti="i" * 26), "entry.bad_claims"),
        (lambda claims: claims.update(actor="person/*"), "entry.bad_claims"),
        (lambda claims: claims.update(stream="unit/" + "0" * 26), "entry.bad_claims"),
        (lambda claims: claims.update(prev=""), "entry.bad_claims"),
        (lambda claims: claims.update(type="case.flown.v1"), "entry.unknown_type"),
        (
            lambda claims: claims.update(type="ghost.seen.v1", stream="ghost/" + "0" * 26),
            "entry.unknown_type",
        ),
        (lambda claims: claims.update(type="case.received.v2"), "entry.unknown_type"),
    ],
)
def test_claims_that_are_not_the_profiles_are_refused(
    office: Office, change: Callable[[Payload], object], code: str
) -> None:
    assert refusal(office, resigned(office, change)) == code


@pytest.mark.parametrize(
    ("respell", "code"),
    [
        (lambda data: data.replace(b":", b": ", 1), "canonical.not_canonical"),
        (lambda data: data + b" ", "canonical.not_canonical"),
        (lambda data: data.replace(b'"v":1', b'"v":1.0'), "entry.bad_claims"),
        (lambda data: data.replace(b'"v":1', b'"v":1e0'), "entry.bad_claims"),
        (lambda data: data.replace(b'"seq":1', b'"seq":01'), "canonical.not_json"),
        (lambda data: data.replace(b'"seq":1', b'"seq":+1'), "canonical.not_json"),
        (lambda data: data.replace(b'"seq":1', b'"seq":1,"seq":1'), "canonical.not_canonical"),
        (lambda data: data.replace(b'"phone"', b'"\\u0070hone"'), "canonical.not_canonical"),
        (lambda data: data.replace(b'"phone"', b'"ph\xffne"'), "canonical.not_json"),
        (lambda data: data[:-1], "canonical.not_json"),
        (lambda data: data + data, "canonical.not_json"),
        (lambda _: b"", "canonical.not_json"),
        (lambda _: b"[]", "entry.bad_claims"),
        (lambda _: b"[" * 5_000, "entry.bad_claims"),
    ],
)
def test_another_spelling_of_the_payload_is_refused_though_signed(
    office: Office, respell: Callable[[bytes], bytes], code: str
) -> None:
    _, payload, _, disclosures = parts(request(office))
    again = respell(base64url.decode(payload))
    assert refusal(office, signed(again, a_key(CLERK), disclosures)) == code


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize(
    "respell",
    [
        lambda part: part + b"=",
        lambda part: part + b"==",
        lambda part: part[:-1],
        lambda part: b"+" + part[1:],
        lambda part: part[:7] + b"\n" + part[7:],
        lambda _: b"",
    ],
    ids=["padded", "twice padded", "cut", "other alphabet", "broken line", "empty"],
)
def test_another_spelling_of_base64_is_refused(
    office: Office, respell: Callable[[bytes], bytes], part: int
) -> None:
    *pieces, disclosures = parts(request(office))
    spelt: list[bytes] = [bytes(piece) for piece in pieces]  # type: ignore[arg-type]
    spelt[part] = respell(spelt[part])
    code = refusal(office, joined(b".".join(spelt), disclosures))  # type: ignore[arg-type]
    assert code in {"entry.bad_jws", "entry.bad_header", "canonical.not_json"}


# Who signed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"none","kid":"%s","typ":"sgl-entry+sd-jwt"}',
        '{"alg":"EdDSA","kid":"%s","typ":"sgl-entry+sd-jwt"}',
        '{"alg":"Ed25519","kid":"%s"}',
        '{"alg":"Ed25519","jwk":{},"kid":"%s","typ":"sgl-entry+sd-jwt"}',
        '{"alg": "Ed25519","kid":"%s","typ":"sgl-entry+sd-jwt"}',
    ],
)
def test_the_header_has_one_form(office: Office, header: str) -> None:
    _, payload, signature, disclosures = parts(request(office))
    made = base64url.encode((header % a_key(CLERK).kid).encode()).encode()
    assert refusal(office, joined(b".".join([made, payload, signature]), disclosures)) == (
        "entry.bad_header"
    )


def test_an_entry_unsigned_or_signed_by_another_is_refused(office: Office) -> None:
    header, payload, signature, disclosures = parts(request(office))
    for spoilt in (bytes(64), bytes(63) + b"\x01", a_key("liaison").sign(b"x")):
        jws = b".".join([header, payload, base64url.encode(spoilt).encode()])
        assert refusal(office, joined(jws, disclosures)) == "signature.bad"
    other = request(office).split(b"~")[0].split(b".")[2]
    assert other != signature
    assert refusal(office, joined(b".".join([header, payload, other]), disclosures)) == (
        "signature.bad"
    )


def test_a_key_nobody_enrolled_signs_nothing(office: Office) -> None:
    stranger, clerk = PrivateKey.generate(), office.hands[CLERK]
    sent = forged(office.ledger, clerk, office.receive(), stranger)
    assert refusal(office, sent) == "authority.key_unknown"


def test_a_key_signs_for_its_holder_only(office: Office) -> None:
    sent = forged(office.ledger, office.hands[CLERK], office.receive(), a_key("liaison"))
    assert refusal(office, sent) == "authority.key_not_holders"


@pytest.mark.parametrize("end", ["revoked", "rotated"])
def test_a_key_that_ended_signs_no_more(office: Office, end: str) -> None:
    clerk, registrar = office.hands[CLERK], office.registrars[0]
    sent = request(office)
    stream = f"key/{clerk.key.kid}"
    fresh = a_key("fresh")
    herself = hand(clerk.who.actor, HOLDER, clerk.key)
    enrol(office.ledger, herself, clerk.who.actor, fresh, "file")
    if end == "revoked":
        do(office.ledger, registrar, RevokeKey(stream=stream, reason="lost"))
    else:
        do(office.ledger, registrar, RotateKey(stream=stream, successor=fresh.kid))
    assert refusal(office, sent) == "authority.key_ended"
    renewed: Hand = hand(clerk.who.actor, CLERK, fresh)
    submit(office.ledger, presented(office.ledger, renewed, office.receive()))
    require_sound(office.path, rules=True)


def test_nobody_acts_in_a_role_or_for_a_unit_she_does_not_have(office: Office) -> None:
    clerk = office.hands[CLERK]
    as_registrar = forged(office.ledger, clerk, office.receive(), role="registrar")
    assert refusal(office, as_registrar) == "authority.post_not_held"
    elsewhere = resigned(office, lambda claims: claims["pub"].update(unit="unit/" + "0" * 26))
    assert refusal(office, elsewhere) == "unit.unknown"
