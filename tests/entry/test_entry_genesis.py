import base64
import hashlib
from typing import Any

import entry_rfc8032 as reference
import pytest
import rfc8785
from entry_samples import KEY, ORIGIN, OTHER_KEY, VECTORS
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry import base64url
from ledger.entry.entry import Entry, format_entry, parse_entry
from ledger.entry.genesis import BadGenesis, parse_genesis
from ledger.entry.jws import WrongKey, signing_input
from ledger.entry.keys import BadKey, BadProof, BadSignature, PrivateKey, WeakKey, prove_possession
from ledger.errors import LedgerError

PAYLOAD: dict[str, Any] = VECTORS["genesis"]["payload"]
PUB: dict[str, Any] = PAYLOAD["pub"]
FIRST = PUB["founders"][0]
SECOND_ACTOR = "person/V3M1TBXD01KAFK2S8H4QZ9Y0R6"


def founder(key: PrivateKey = OTHER_KEY, actor: str = SECOND_ACTOR) -> dict[str, Any]:
    proof = prove_possession(key, origin=ORIGIN, actor=actor)
    return {"actor": actor, "jwk": key.public.jwk, "proof": proof}


def genesis(signer: PrivateKey = KEY, **members: Any) -> Entry:
    """Return the signed genesis with members of the payload replaced."""
    message = signing_input(rfc8785.dumps(PAYLOAD | members), signer.kid)
    jws = message + b"." + base64url.encode(signer.sign(message)).encode()
    return parse_entry(format_entry(1767196800123, jws))


def with_pub(**members: Any) -> Entry:
    return genesis(pub={k: v for k, v in (PUB | members).items() if v is not ...})


def vkey(raw: bytes, *, origin: str = ORIGIN, type_byte: int = 1) -> str:
    data = bytes([type_byte]) + raw
    key_id = hashlib.sha256(origin.encode() + b"\n" + data).hexdigest()[:8]
    return f"{origin}+{key_id}+{base64.b64encode(data).decode()}"


LOG_KEY = PrivateKey.from_seed(bytes(range(64, 96))).public.raw


def test_the_vkey_of_the_vectors_is_that_of_its_log_key() -> None:
    assert PUB["vkey"] == vkey(LOG_KEY)


def test_several_founders_each_prove_their_key() -> None:
    parsed = parse_genesis(with_pub(founders=[FIRST, founder()], threshold=2))
    assert [each.key for each in parsed.founders] == [KEY.public, OTHER_KEY.public]
    assert [each.actor for each in parsed.founders] == [FIRST["actor"], SECOND_ACTOR]
    assert parsed.threshold == 2


def test_a_predecessor_is_named_with_its_last_checkpoint() -> None:
    old = {"origin": "old.example", "checkpoint": "old.example\n1\nAAAA\n\n— old.example x\n"}
    parsed = parse_genesis(with_pub(predecessor=old, clock="simulated"))
    assert parsed.predecessor is not None
    assert parsed.predecessor.origin == "old.example"
    assert parsed.predecessor.checkpoint == old["checkpoint"]
    assert parsed.clock == "simulated"


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("pub.origin", {"origin": "other.example"}),
        ("pub", {"suite": "GM-1"}),
        ("pub", {"clock": "fast"}),
        ("pub", {"zone": "Asia/上海"}),
        ("pub", {"zone": ""}),
        ("pub", {"zone": ...}),
        ("pub", {"predecessor": ...}),
        ("pub", {"founders": []}),
        ("pub", {"threshold": 0}),
        ("pub", {"extra": 1}),
        ("pub", {"founders": [FIRST | {"role": "registrar"}]}),
        ("pub", {"founders": [FIRST | {"actor": "resident/0R6V3M1TBXD01KAFK2S8H4QZ9Y"}]}),
        ("pub.threshold", {"threshold": 2}),
        ("pub.founders", {"founders": [FIRST, founder(actor=FIRST["actor"])], "threshold": 2}),
        ("pub.founders", {"founders": [FIRST, founder(key=KEY)], "threshold": 2}),
        ("pub.predecessor", {"predecessor": {"origin": ORIGIN, "checkpoint": f"{ORIGIN}\n"}}),
        ("pub.predecessor", {"predecessor": {"origin": "a.example", "checkpoint": "b.example\n"}}),
        ("pub.vkey", {"vkey": ""}),
        ("pub.vkey", {"vkey": vkey(LOG_KEY, origin="other.example")}),
        ("pub.vkey", {"vkey": vkey(LOG_KEY, type_byte=4)}),
        ("pub.vkey", {"vkey": PUB["vkey"].replace("+70cbc051+", "+70cbc052+")}),
        ("pub.vkey", {"vkey": PUB["vkey"] + "\n"}),
        ("pub.vkey", {"vkey": PUB["vkey"].replace("/", "é")}),
        ("actor", {"founders": [founder(), FIRST]}),
    ],
)
def test_a_genesis_of_another_form_is_refused(member: str, change: dict[str, Any]) -> None:
    with pytest.raises(BadGenesis) as refused:
        parse_genesis(with_pub(**change))
    assert refused.value.facts == {"member": member}


def test_a_weak_key_of_a_founder_or_of_the_log_is_refused() -> None:
    weak = bytes.fromhex(VECTORS["weak_ed25519_public_keys_hex"][0])
    jwk = FIRST["jwk"] | {"x": base64url.encode(weak)}
    for change in ({"founders": [FIRST | {"jwk": jwk}]}, {"vkey": vkey(weak)}):
        with pytest.raises(WeakKey):
            parse_genesis(with_pub(**change))
    with pytest.raises(BadKey):
        parse_genesis(with_pub(vkey=vkey(LOG_KEY[:31])))


def test_a_founder_without_proof_of_the_key_is_refused() -> None:
    stolen = {"actor": SECOND_ACTOR, "jwk": OTHER_KEY.public.jwk, "proof": FIRST["proof"]}
    with pytest.raises(BadProof):
        parse_genesis(with_pub(founders=[FIRST, stolen]))


def test_only_the_first_founder_signs_the_genesis() -> None:
    with pytest.raises(WrongKey):
        parse_genesis(genesis(OTHER_KEY))
    sound = VECTORS["genesis"]["entry"]
    message, _, signature = sound.rpartition(".")
    other = "A" if signature[0] != "A" else "B"
    with pytest.raises(BadSignature):
        parse_genesis(parse_entry(f"{message}.{other}{signature[1:]}".encode()))


@pytest.mark.parametrize(
    ("member", "entry"),
    [
        ("type", lambda: parse_entry(VECTORS["entry"].encode())),
        ("role", lambda: genesis(role="founder")),
        ("seen", lambda: genesis(seen={"root": "A" * 43, "size": 1})),
        ("sealed", lambda: genesis(sealed={"a": {"_sd": ["A" * 43]}}, _sd_alg="sha-256")),
    ],
)
def test_an_entry_that_cannot_be_first_is_refused(member: str, entry: Any) -> None:
    with pytest.raises(BadGenesis) as refused:
        parse_genesis(entry())
    assert refused.value.facts == {"member": member}


JUNK = (
    st.none() | st.integers(-9, 9) | st.text(max_size=6) | st.lists(st.integers(0, 1), max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(PUB)), JUNK, min_size=1, max_size=2))
def test_any_member_value_raises_only_ledger_errors(change: dict[str, Any]) -> None:
    try:
        entry = with_pub(**change)
        parsed = parse_genesis(entry)
    except LedgerError:
        return
    assert parsed.origin == ORIGIN


def test_the_second_implementation_accepts_the_founders_proof() -> None:
    message = f"sgl-pop-v1\n{ORIGIN}\n{FIRST['actor']}\n{KEY.kid}\n".encode()
    assert reference.accepts(KEY.public.raw, base64url.decode(FIRST["proof"]), message)
