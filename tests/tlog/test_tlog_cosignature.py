from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.tlog import cosignature
from ledger.tlog.checkpoint import Checkpoint, format_checkpoint, sign_checkpoint
from ledger.tlog.cosignature import (
    AlgorithmUnavailable,
    BadTimestamp,
    cosign,
    cosignature_message,
    subtree_message,
    verify_ed25519_cosignature,
    verify_ml_dsa_44_cosignature,
)
from ledger.tlog.ed25519 import SignatureInvalid
from ledger.tlog.encoding import MAX_SIZE
from ledger.tlog.keys import KeyType, SignatureLine
from ledger.tlog.note import (
    BadVerifierKey,
    NoteSigner,
    Verifier,
    cosigner_verifier,
    format_vkey,
    open_note,
    parse_vkey,
)

LOG_NAME, W1, W2 = "ledger.example/grid-01", "witness.example/w1", "witness.example/w2"
TIME = 1700000000
SUBTREE_MESSAGE_HEX = (
    "737562747265652f76310a00127769746e6573732e6578616d706c652f7732000000006553f100166c65646765722e"
    "6578616d706c652f677269642d3031000000000000000000000000000000085dc9da79a70659a9ad559cb701ded9a2"
    "ab9d823aad2f4960cfe370eff4604328"
)
ML_DSA = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
ML_DSA_VERIFIER = Verifier(
    name=W2,
    key_type=KeyType.ML_DSA_44_COSIGNATURE,
    public_key=ML_DSA.public_key().public_bytes_raw(),
)


@pytest.fixture
def checkpoint(vectors: dict[str, Any]) -> Checkpoint:
    return Checkpoint(origin=LOG_NAME, size=8, root=bytes.fromhex(vectors["roots_hex"][7]))


@pytest.fixture
def seed(vectors: dict[str, Any]) -> bytes:
    return bytes.fromhex(vectors["witness_key_seed_hex"])


def ml_dsa_blob(checkpoint: Checkpoint, timestamp: int = TIME) -> bytes:
    message = subtree_message(
        cosigner=W2,
        timestamp=timestamp,
        origin=checkpoint.origin,
        start=0,
        end=checkpoint.size,
        root=checkpoint.root,
    )
    return timestamp.to_bytes(8, "big") + ML_DSA.sign(message)


def test_the_published_ed25519_message(checkpoint: Checkpoint) -> None:
    assert cosignature_message(format_checkpoint(checkpoint), TIME) == (
        b"cosignature/v1\ntime 1700000000\nledger.example/grid-01\n8\n"
        b"XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    )


def test_the_published_cosignature_line_is_made_and_verifies(
    vectors: dict[str, Any], checkpoint: Checkpoint, seed: bytes
) -> None:
    text = format_checkpoint(checkpoint)
    line = cosign(text, name=W1, seed=seed, timestamp=TIME)
    assert line.decode() == vectors["cosigned_checkpoint"].splitlines(keepends=True)[-1]
    verifier = cosigner_verifier(name=W1, seed=seed)
    assert format_vkey(verifier) == vectors["witness_vkey"]
    assert parse_vkey(vectors["witness_vkey"]) == verifier
    blob = SignatureLine.parse(line.decode().removesuffix("\n")).blob
    assert verifier.verify(text, blob) == TIME


@given(st.integers(1, MAX_SIZE))
def test_a_cosignature_tells_the_time_it_was_made(timestamp: int) -> None:
    text = format_checkpoint(Checkpoint(origin="log", size=1, root=bytes(32)))
    line = cosign(text, name="w", seed=bytes(32), timestamp=timestamp)
    verifier = cosigner_verifier(name="w", seed=bytes(32))
    note = open_note(f"{text}\n".encode() + line, [verifier])
    assert [signature.timestamp for signature in note.signatures] == [timestamp]


def test_a_cosignature_holds_for_no_other_time_text_or_key(
    checkpoint: Checkpoint, seed: bytes
) -> None:
    text = format_checkpoint(checkpoint)
    blob = SignatureLine.parse(
        cosign(text, name=W1, seed=seed, timestamp=TIME).decode().removesuffix("\n")
    ).blob
    public = cosigner_verifier(name=W1, seed=seed).public_key
    later = (TIME + 1).to_bytes(8, "big") + blob[8:]
    extended = text + "an extension line\n"
    other = cosigner_verifier(name=W1, seed=bytes(32)).public_key
    for bad in [
        {"text": text, "public_key": public, "blob": later},
        {"text": extended, "public_key": public, "blob": blob},
        {"text": text, "public_key": other, "blob": blob},
        {"text": text, "public_key": public, "blob": blob[:-1]},
        {"text": text, "public_key": public, "blob": blob + b"\x00"},
        {"text": text, "public_key": public, "blob": b""},
    ]:
        with pytest.raises(SignatureInvalid):
            verify_ed25519_cosignature(name=W1, **bad)


def test_a_cosignature_is_not_a_note_signature_and_the_other_way_round(
    checkpoint: Checkpoint, seed: bytes
) -> None:
    text = format_checkpoint(checkpoint)
    blob = SignatureLine.parse(
        cosign(text, name=W1, seed=seed, timestamp=TIME).decode().removesuffix("\n")
    ).blob
    signer = NoteSigner(name=W1, seed=seed)
    with pytest.raises(SignatureInvalid):
        signer.verifier.verify(text, blob[8:])
    with pytest.raises(SignatureInvalid):
        cosigner_verifier(name=W1, seed=seed).verify(text, blob[:8] + signer.sign(text).blob)


@pytest.mark.parametrize("timestamp", [0, -1, MAX_SIZE + 1])
def test_a_witness_does_not_sign_an_impossible_time(checkpoint: Checkpoint, timestamp: int) -> None:
    with pytest.raises(BadTimestamp):
        cosign(format_checkpoint(checkpoint), name=W1, seed=bytes(32), timestamp=timestamp)


def test_a_time_above_the_limit_does_not_verify(checkpoint: Checkpoint) -> None:
    text = format_checkpoint(checkpoint)
    for length in (64, 2420):
        blob = (MAX_SIZE + 1).to_bytes(8, "big") + bytes(length)
        verify = verify_ed25519_cosignature if length == 64 else verify_ml_dsa_44_cosignature
        with pytest.raises(SignatureInvalid):
            verify(text, name=W2, public_key=ML_DSA_VERIFIER.public_key, blob=blob)


@pytest.mark.parametrize("text", ["", "not a checkpoint\n", "log\n1\n"])
def test_only_a_checkpoint_is_cosigned(text: str) -> None:
    with pytest.raises(MalformedError):
        cosign(text, name=W1, seed=bytes(32), timestamp=TIME)


def test_the_published_ml_dsa_44_message_and_key_id(checkpoint: Checkpoint) -> None:
    message = subtree_message(
        cosigner=W2, timestamp=TIME, origin=LOG_NAME, start=0, end=8, root=checkpoint.root
    )
    assert message.hex() == SUBTREE_MESSAGE_HEX
    assert len(message) == 110
    assert sha256(ML_DSA_VERIFIER.public_key).hexdigest() == (
        "9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46"
    )
    assert ML_DSA_VERIFIER.key_id.hex() == "e16eb88e"
    assert parse_vkey(format_vkey(ML_DSA_VERIFIER)) == ML_DSA_VERIFIER


def test_an_ml_dsa_44_cosignature_opens_beside_the_logs(checkpoint: Checkpoint) -> None:
    signer = NoteSigner(name=LOG_NAME, seed=bytes(range(32)))
    line = SignatureLine(name=W2, key_id=ML_DSA_VERIFIER.key_id, blob=ml_dsa_blob(checkpoint))
    data = sign_checkpoint(checkpoint, signer) + line.format().encode()
    note = open_note(data, [signer.verifier, ML_DSA_VERIFIER])
    assert [s.timestamp for s in note.signatures] == [None, TIME]
    assert len(open_note(data, [signer.verifier]).unknown) == 1


def test_an_ml_dsa_44_cosignature_covers_name_time_and_tree_but_not_extensions(
    checkpoint: Checkpoint,
) -> None:
    text, blob = format_checkpoint(checkpoint), ml_dsa_blob(checkpoint)
    public = ML_DSA_VERIFIER.public_key
    good: dict[str, Any] = {"text": text, "name": W2, "public_key": public, "blob": blob}
    assert verify_ml_dsa_44_cosignature(**good) == TIME
    assert verify_ml_dsa_44_cosignature(**{**good, "text": text + "extension\n"}) == TIME
    for change in [
        {"name": W1},
        {"blob": bytes(8) + blob[8:]},
        {"blob": blob[:-1]},
        {"blob": blob + b"\x00"},
        {"text": text.replace("\n8\n", "\n9\n")},
        {"text": text.replace(LOG_NAME, "other")},
    ]:
        with pytest.raises(SignatureInvalid):
            verify_ml_dsa_44_cosignature(**{**good, **change})


def test_an_ml_dsa_44_signature_over_no_checkpoint_is_refused() -> None:
    blob = bytes(8 + 2420)
    with pytest.raises(MalformedError):
        ML_DSA_VERIFIER.verify("no checkpoint\n", blob)


def test_an_ml_dsa_44_key_of_another_length_is_refused() -> None:
    for length in (0, 32, 1311, 1313):
        with pytest.raises(BadVerifierKey):
            Verifier(name=W2, key_type=KeyType.ML_DSA_44_COSIGNATURE, public_key=bytes(length))


def test_a_library_without_ml_dsa_44_says_so(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Without:
        @staticmethod
        def from_public_bytes(_: bytes) -> None:
            raise UnsupportedAlgorithm("ML-DSA-44")

    monkeypatch.setattr(cosignature, "MLDSA44PublicKey", Without)
    with pytest.raises(AlgorithmUnavailable):
        ML_DSA_VERIFIER.verify(format_checkpoint(checkpoint), ml_dsa_blob(checkpoint))
