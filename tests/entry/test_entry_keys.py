import hashlib

import entry_rfc8032 as reference
import pytest
from entry_samples import KEY, ORIGIN, OTHER_KEY, VECTORS
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry import base64url, ed25519
from ledger.entry.ids import BadIdentifier
from ledger.entry.keys import (
    BadKey,
    BadProof,
    BadSignature,
    PrivateKey,
    PublicKey,
    WeakKey,
    prove_possession,
    verify_possession,
)
from ledger.errors import LedgerError

ACTOR = VECTORS["genesis"]["payload"]["actor"]
WEAK = [bytes.fromhex(text) for text in VECTORS["weak_ed25519_public_keys_hex"]]
# A point of order 8: what a dishonest signer adds to an honest key.
TORSION = reference.decode(WEAK[4])


def mixed(raw: bytes) -> bytes:
    point = reference.decode(raw)
    assert point is not None
    assert TORSION is not None
    return reference.encode(reference.add(point, TORSION))


def test_the_thumbprint_is_that_of_rfc_8037_appendix_a_3() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert PublicKey.from_jwk(jwk).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_key_of_the_vectors_has_its_thumbprint_and_jwk() -> None:
    jwk = dict(VECTORS["jwk"])
    assert KEY.kid == jwk.pop("kid")
    assert KEY.public.jwk == jwk
    assert PublicKey.from_jwk(jwk) == KEY.public == PublicKey.from_raw(KEY.public.raw)


@given(st.binary(min_size=32, max_size=32))
def test_a_seed_gives_the_same_key_again(seed: bytes) -> None:
    key = PrivateKey.from_seed(seed)
    assert key.seed == seed
    assert PublicKey.from_raw(key.public.raw) == key.public


def test_generated_keys_differ() -> None:
    assert PrivateKey.generate().kid != PrivateKey.generate().kid


def test_the_repr_of_a_private_key_does_not_show_the_seed() -> None:
    shown = repr(OTHER_KEY)
    assert OTHER_KEY.kid in shown
    assert OTHER_KEY.seed.hex() not in shown
    assert repr(OTHER_KEY.seed) not in shown


@pytest.mark.parametrize("raw", WEAK, ids=bytes.hex)
@pytest.mark.parametrize("checked", [True, False])
def test_a_weak_key_is_refused_with_or_without_the_full_check(raw: bytes, checked: bool) -> None:
    with pytest.raises(WeakKey):
        PublicKey.from_raw(raw, checked=checked)


@pytest.mark.parametrize("raw", WEAK, ids=bytes.hex)
def test_a_weak_key_with_the_other_sign_is_refused(raw: bytes) -> None:
    with pytest.raises(WeakKey):
        PublicKey.from_raw(raw[:31] + bytes([raw[31] ^ 0x80]))


def test_a_key_of_mixed_order_is_refused_at_enrolment() -> None:
    raw = mixed(KEY.public.raw)
    point = reference.decode(raw)
    assert point is not None
    assert reference.multiply(reference.L, point) != reference.NEUTRAL
    with pytest.raises(WeakKey):
        PublicKey.from_raw(raw)
    with pytest.raises(WeakKey):
        PublicKey.from_jwk({"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(raw)})
    assert PublicKey.trusted(raw).raw == raw


def test_a_key_off_the_curve_is_refused() -> None:
    off = next(y.to_bytes(32, "little") for y in range(2, 99) if not _on_curve(y))
    with pytest.raises(WeakKey):
        PublicKey.from_raw(off)


def _on_curve(y: int) -> bool:
    return reference.decode(y.to_bytes(32, "little")) is not None


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32))
def test_the_order_check_agrees_with_the_second_implementation(raw: bytes) -> None:
    point = reference.decode(raw)
    prime = point not in {None, reference.NEUTRAL} and (
        reference.multiply(reference.L, point) == reference.NEUTRAL  # type: ignore[arg-type]
    )
    assert ed25519.has_prime_order(raw) is prime


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    for make in (PublicKey.from_raw, PublicKey.trusted, PrivateKey.from_seed):
        with pytest.raises(BadKey):
            make(bytes(size))


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"crv": "X25519"},
        {"x": "AA"},
        {"x": 5},
        {"x": None},
        {"d": "secret"},
        {"kid": "1IG2"},
        {"alg": "EdDSA"},
    ],
)
def test_a_jwk_with_other_members_or_values_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadKey):
        PublicKey.from_jwk(KEY.public.jwk | change)


@pytest.mark.parametrize("name", ["kty", "crv", "x"])
def test_a_jwk_without_a_member_is_refused(name: str) -> None:
    with pytest.raises(BadKey):
        PublicKey.from_jwk({k: v for k, v in KEY.public.jwk.items() if k != name})


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_what_is_signed_verifies_and_another_message_does_not(seed: bytes, message: bytes) -> None:
    key = PrivateKey.from_seed(seed)
    signature = key.sign(message)
    key.public.verify(signature, message)
    with pytest.raises(BadSignature):
        key.public.verify(signature, message + b"\x00")


MESSAGE = b"sgl-1"
SIGNATURE = KEY.sign(MESSAGE)


def _signatures() -> st.SearchStrategy[bytes]:
    """Return sound signatures, flipped ones, S plus multiples of L, and every weak R."""
    s = int.from_bytes(SIGNATURE[32:], "little")
    flipped = st.tuples(st.integers(0, 63), st.integers(1, 255)).map(
        lambda t: bytes(b ^ (t[1] if i == t[0] else 0) for i, b in enumerate(SIGNATURE))
    )
    lifted = st.integers(0, 8).map(
        lambda n: SIGNATURE[:32] + (s + n * reference.L).to_bytes(32, "little")
    )
    weak = st.sampled_from(WEAK).map(lambda r: r + SIGNATURE[32:])
    return st.one_of(st.just(SIGNATURE), flipped, lifted, weak)


@settings(max_examples=40, deadline=None)
@given(_signatures())
def test_verification_agrees_with_the_second_implementation(signature: bytes) -> None:
    try:
        KEY.public.verify(signature, MESSAGE)
        accepted = True
    except BadSignature:
        accepted = False
    assert accepted is reference.accepts(KEY.public.raw, signature, MESSAGE)


def test_a_small_order_r_is_refused_though_the_equation_holds() -> None:
    # R is the neutral element and S = k a, so that [S]B = R + [k]A.
    expanded = bytearray(hashlib.sha512(KEY.seed).digest()[:32])
    expanded[0] &= 248
    expanded[31] = expanded[31] & 127 | 64
    r = WEAK[0]
    k = int.from_bytes(hashlib.sha512(r + KEY.public.raw + MESSAGE).digest(), "little")
    s = k * int.from_bytes(expanded, "little") % reference.L
    signature = r + s.to_bytes(32, "little")
    KEY.public._handle.verify(signature, MESSAGE)
    with pytest.raises(BadSignature):
        KEY.public.verify(signature, MESSAGE)


@given(st.binary(max_size=70))
def test_any_bytes_as_a_signature_are_refused(signature: bytes) -> None:
    with pytest.raises(BadSignature):
        KEY.public.verify(signature, MESSAGE)


def test_the_proofs_of_the_vectors_are_made_and_verified() -> None:
    founder = VECTORS["genesis"]["payload"]["pub"]["founders"][0]
    assert prove_possession(KEY, origin=ORIGIN, actor=ACTOR) == founder["proof"]
    enrolled = VECTORS["enrolment"]["payload"]["pub"]
    key = PublicKey.from_jwk(enrolled["jwk"])
    assert key == OTHER_KEY.public
    verify_possession(enrolled["proof"], origin=ORIGIN, actor=enrolled["holder"], key=key)


def test_a_proof_holds_for_one_log_one_actor_and_one_key_only() -> None:
    proof = prove_possession(KEY, origin=ORIGIN, actor=ACTOR)
    other = ACTOR[:-1] + "0"
    for origin, actor, key in (
        ("other.example", ACTOR, KEY.public),
        (ORIGIN, other, KEY.public),
        (ORIGIN, ACTOR, OTHER_KEY.public),
    ):
        with pytest.raises(BadProof):
            verify_possession(proof, origin=origin, actor=actor, key=key)


def test_a_line_break_in_a_name_does_not_move_the_fields_of_a_proof() -> None:
    with pytest.raises(BadIdentifier):
        prove_possession(KEY, origin="a\nperson/x", actor=ACTOR)
    with pytest.raises(BadIdentifier):
        verify_possession("", origin=ORIGIN, actor="", key=KEY.public)


@given(st.text(max_size=90), st.text(max_size=20))
def test_any_text_as_a_proof_is_refused_with_a_ledger_error(proof: str, actor: str) -> None:
    with pytest.raises(LedgerError):
        verify_possession(proof, origin=ORIGIN, actor=actor, key=KEY.public)
