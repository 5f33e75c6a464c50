"""Every known answer of ``tests/vectors/entries.json``."""

import hashlib
from typing import Any

import pytest
import rfc8785
from entry_samples import KEY, OTHER_KEY, VECTORS

from ledger.entry import base64url
from ledger.entry.claims import parse_claims
from ledger.entry.disclosure import match_disclosures, parse_disclosure
from ledger.entry.entry import format_entry, leaf_hash, parse_entry
from ledger.entry.genesis import parse_genesis
from ledger.entry.jws import sign, signing_input, verify_signature
from ledger.entry.keys import PublicKey, verify_possession
from ledger.entry.presentation import format_presentation, verify_presentation
from ledger.errors import LedgerError

CASES = {case["name"]: case for case in VECTORS["cases"]}
ENTRIES = {
    "entry": VECTORS,
    "genesis": VECTORS["genesis"],
    "enrolment": VECTORS["enrolment"],
}


@pytest.mark.parametrize("name", CASES)
def test_a_presentation_of_the_vectors_is_judged_as_stated(name: str) -> None:
    case = CASES[name]
    data = case["presentation"].encode()
    if not case["valid"]:
        with pytest.raises(LedgerError):
            verify_presentation(data, KEY.public)
        return
    shown = verify_presentation(data, KEY.public)
    assert format_presentation(shown.signed.jws, shown.disclosures) == data


REASONS = {
    "bad-sig-bit": "signature.bad",
    "bad-b64-trailing-bits": "entry.bad_jws",
    "bad-foreign-disclosure": "disclosure.unreferenced",
    "bad-duplicate-disclosure": "disclosure.repeated",
    "bad-no-final-tilde": "presentation.malformed",
    "bad-typ": "entry.bad_header",
    "bad-header-jwk": "entry.bad_header",
    "bad-crit": "entry.bad_header",
    "bad-alg-none": "entry.bad_jws",
    "bad-duplicate-json-key": "canonical.not_canonical",
    "bad-noncanonical-space": "canonical.not_canonical",
    "bad-float": "canonical.bad_number",
    "bad-unknown-member": "entry.bad_claims",
    "bad-seq-zero": "entry.bad_claims",
    "bad-unsorted-digests": "entry.bad_claims",
    "bad-integer-over-2-53": "canonical.bad_number",
    "bad-too-deep": "canonical.too_deep",
    "bad-duplicate-name-in-group": "disclosure.repeated_field",
    "bad-disclosure-not-canonical": "disclosure.malformed",
    "bad-signature-small-order-R": "signature.bad",
    "bad-signature-S-not-reduced": "signature.bad",
    "bad-sealed-without-sd-alg": "entry.bad_claims",
    "bad-sd-alg": "entry.bad_claims",
    "bad-without-pub": "entry.bad_claims",
    "bad-minus-zero": "canonical.not_canonical",
    "bad-header-not-canonical": "entry.bad_header",
    "bad-version": "entry.bad_claims",
    "bad-prev-short": "entry.bad_claims",
    "bad-id-alphabet": "entry.bad_claims",
    "bad-type-name": "entry.bad_claims",
    "bad-stream-is-not-of-type": "entry.bad_claims",
    "bad-occ-without-offset": "entry.bad_claims",
    "bad-same-digest-twice": "entry.bad_claims",
}


def test_each_bad_presentation_is_refused_for_its_own_reason() -> None:
    found = {}
    for name, case in CASES.items():
        if not case["valid"]:
            with pytest.raises(LedgerError) as refused:
                verify_presentation(case["presentation"].encode(), KEY.public)
            found[name] = refused.value.code
    assert found == REASONS


@pytest.mark.parametrize("case", VECTORS["bad_entries"], ids=lambda case: case["name"])
def test_a_bad_entry_of_the_vectors_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(LedgerError) as refused:
        parse_entry(case["entry"].encode())
    assert refused.value.code in {"entry.malformed", "entry.bad_jws"}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_of_the_vectors_is_made_again_byte_for_byte(name: str) -> None:
    vector = ENTRIES[name]
    recorded_at = int(vector["entry"].split(" ")[0])
    jws = sign(parse_claims(rfc8785.dumps(vector["payload"])), KEY)
    assert format_entry(recorded_at, jws) == vector["entry"].encode()


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_of_the_vectors_verifies_and_has_its_leaf_hash(name: str) -> None:
    state = ENTRIES[name]["entry"].encode()
    entry = parse_entry(state)
    verify_signature(entry.signed, KEY.public)
    assert entry.state == state
    assert leaf_hash(state).hex() == ENTRIES[name]["leaf_hash_hex"]
    assert entry.signed.digest == hashlib.sha256(entry.signed.jws).digest()


def test_the_signing_input_of_the_vectors_is_header_and_payload() -> None:
    jws = VECTORS["jws"].encode()
    entry = parse_entry(VECTORS["entry"].encode())
    assert entry.recorded_at == VECTORS["recorded_at"]
    assert entry.signed.jws == jws
    assert entry.signed.signing_input == jws.rpartition(b".")[0]
    assert signing_input(rfc8785.dumps(VECTORS["payload"]), KEY.kid) == entry.signed.signing_input
    assert base64url.decode(jws.split(b".")[0]) == rfc8785.dumps(VECTORS["header"])


def test_the_disclosures_of_the_vectors_open_every_group() -> None:
    claims = parse_claims(rfc8785.dumps(VECTORS["payload"]))
    values = match_disclosures(claims.sealed or {}, map(parse_disclosure, VECTORS["disclosures"]))
    assert values == {
        "applicant": {
            "name": "张三",
            "id_no": "110101199003071233",
            "phone": "13800138000",
            "address": "幸福里社区3栋2单元501",
        },
        "respondent": {"name": "李四", "id_no": None, "phone": "13900139000", "address": None},
        "content": {
            "narrative": "楼上漏水致天花板受损，双方同意赔偿。",
            "attachments": ["sha256:5f0c"],
        },
    }


def test_the_enrolment_follows_the_genesis_and_its_proof_verifies() -> None:
    genesis = parse_entry(VECTORS["genesis"]["entry"].encode())
    enrolment = parse_entry(VECTORS["enrolment"]["entry"].encode())
    pub: dict[str, Any] = VECTORS["enrolment"]["payload"]["pub"]
    key = PublicKey.from_jwk(pub["jwk"])
    assert enrolment.signed.claims.prev == base64url.encode(genesis.signed.digest)
    assert enrolment.signed.claims.stream == f"key/{key.kid}" == f"key/{OTHER_KEY.kid}"
    verify_possession(pub["proof"], origin=VECTORS["payload"]["log"], actor=pub["holder"], key=key)


def test_the_genesis_of_the_vectors_is_read_and_verified() -> None:
    genesis = parse_genesis(parse_entry(VECTORS["genesis"]["entry"].encode()))
    pub = VECTORS["genesis"]["payload"]["pub"]
    assert (genesis.origin, genesis.suite, genesis.vkey) == (pub["origin"], "INT-1", pub["vkey"])
    assert (genesis.clock, genesis.zone, genesis.threshold) == ("real", "Asia/Shanghai", 1)
    assert genesis.predecessor is None
    assert [founder.key for founder in genesis.founders] == [KEY.public]
