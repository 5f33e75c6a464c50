from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.tlog.checkpoint import Checkpoint, WrongLog, sign_checkpoint
from ledger.tlog.ed25519 import SignatureInvalid
from ledger.tlog.encoding import MAX_SIZE, BadBase64, BadDecimal, BadHash, decode_base64
from ledger.tlog.hashlines import BadHashLines
from ledger.tlog.note import NoKnownSignature, NoteSigner, Verifier, format_vkey, parse_vkey
from ledger.tlog.policy import QuorumNotMet, parse_policy
from ledger.tlog.proof import InclusionInvalid
from ledger.tlog.tlogproof import (
    BadTlogProof,
    TlogProof,
    format_tlog_proof,
    parse_tlog_proof,
    verify_tlog_proof,
)
from ledger.tlog.tree import leaf_hash

LEAF = leaf_hash(bytes.fromhex("40414243"))
HASH = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="


@pytest.fixture
def proof(vectors: dict[str, Any]) -> TlogProof:
    return TlogProof(
        index=5,
        proof=tuple(map(decode_base64, vectors["inclusion_5_of_8_b64"])),
        checkpoint=vectors["cosigned_checkpoint"].encode(),
    )


@pytest.fixture
def log(vectors: dict[str, Any]) -> Verifier:
    return parse_vkey(vectors["log_vkey"])


def test_the_published_proof_is_made_read_and_verified(
    vectors: dict[str, Any], proof: TlogProof, log: Verifier
) -> None:
    data = (
        "c2sp.org/tlog-proof@v1\n"
        "index 5\n"
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
        "\n" + vectors["cosigned_checkpoint"]
    ).encode()
    assert format_tlog_proof(proof) == data
    assert parse_tlog_proof(data) == proof
    assert verify_tlog_proof(proof, LEAF, [log]) == Checkpoint(
        origin="ledger.example/grid-01", size=8, root=bytes.fromhex(vectors["roots_hex"][7])
    )


@given(
    st.builds(
        TlogProof,
        index=st.integers(0, MAX_SIZE),
        proof=st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        checkpoint=st.binary(min_size=1, max_size=300),
        extra=st.none() | st.binary(max_size=100),
    )
)
def test_every_proof_reads_back(proof: TlogProof) -> None:
    assert parse_tlog_proof(format_tlog_proof(proof)) == proof


def test_the_quorum_is_asked_for(vectors: dict[str, Any], proof: TlogProof, log: Verifier) -> None:
    witness = f"witness w {vectors['witness_vkey']}\n"
    rules = parse_policy(f"{witness}quorum w\n".encode())
    assert verify_tlog_proof(proof, LEAF, [log], rules).size == 8
    other = format_vkey(
        Verifier(name="other", key_type=rules.witness_verifiers()[0].key_type, public_key=LEAF)
    )
    rules = parse_policy(f"{witness}witness o {other}\ngroup g all w o\nquorum g\n".encode())
    with pytest.raises(QuorumNotMet):
        verify_tlog_proof(proof, LEAF, [log], rules)


def test_a_policys_logs_are_not_accepted_unless_given(
    vectors: dict[str, Any], proof: TlogProof
) -> None:
    lines = f"log {vectors['log_vkey']}\nwitness w {vectors['witness_vkey']}\nquorum w\n"
    rules = parse_policy(lines.encode())
    with pytest.raises(WrongLog):
        verify_tlog_proof(proof, LEAF, [], rules)
    assert verify_tlog_proof(proof, LEAF, rules.log_verifiers(), rules).size == 8


def test_a_failing_cosignature_of_a_quorum_witness_refuses_the_proof(
    vectors: dict[str, Any], proof: TlogProof, log: Verifier
) -> None:
    lines = vectors["cosigned_checkpoint"].replace("IDJKvgAAAABl", "IDJKvgAAAABm").encode()
    late = TlogProof(index=5, proof=proof.proof, checkpoint=lines)
    assert verify_tlog_proof(late, LEAF, [log]).size == 8
    rules = parse_policy(f"witness w {vectors['witness_vkey']}\nquorum none\n".encode())
    with pytest.raises(SignatureInvalid):
        verify_tlog_proof(late, LEAF, [log], rules)


def test_a_proof_holds_for_no_other_leaf_index_path_or_log(proof: TlogProof, log: Verifier) -> None:
    stranger = NoteSigner(name="ledger.example/grid-01", seed=bytes(32))
    unsigned = proof.checkpoint.split("— ".encode(), 1)[0]
    changed = proof.checkpoint.replace(b"\n8\n", b"\n9\n")

    def altered(**change: Any) -> TlogProof:
        members = {"index": 5, "proof": proof.proof, "checkpoint": proof.checkpoint, **change}
        return TlogProof(**members)

    cases: list[tuple[type[LedgerError], TlogProof, bytes]] = [
        (InclusionInvalid, proof, leaf_hash(b"another entry")),
        (InclusionInvalid, altered(index=4), LEAF),
        (InclusionInvalid, altered(index=8), LEAF),
        (InclusionInvalid, altered(proof=proof.proof[:-1]), LEAF),
        (InclusionInvalid, altered(proof=proof.proof[::-1]), LEAF),
        (BadHash, proof, b""),
        (BadHash, altered(proof=(b"", *proof.proof[1:])), LEAF),
        (SignatureInvalid, altered(checkpoint=changed), LEAF),
        (MalformedError, altered(checkpoint=unsigned), LEAF),
        (MalformedError, altered(checkpoint=b"none"), LEAF),
    ]
    for error, case, leaf in cases:
        with pytest.raises(error):
            verify_tlog_proof(case, leaf, [log])
    with pytest.raises(NoKnownSignature):
        verify_tlog_proof(proof, LEAF, [stranger.verifier])


def test_a_log_of_one_entry_has_an_empty_path() -> None:
    signer = NoteSigner(name="log", seed=bytes(32))
    checkpoint = Checkpoint(origin="log", size=1, root=LEAF)
    proof = TlogProof(index=0, proof=(), checkpoint=sign_checkpoint(checkpoint, signer))
    read = parse_tlog_proof(format_tlog_proof(proof))
    assert verify_tlog_proof(read, LEAF, [signer.verifier]) == checkpoint


def test_extra_data_is_carried_and_proves_nothing(proof: TlogProof, log: Verifier) -> None:
    carried = TlogProof(index=5, proof=proof.proof, checkpoint=proof.checkpoint, extra=b"anything")
    read = parse_tlog_proof(format_tlog_proof(carried))
    assert read.extra == b"anything"
    assert verify_tlog_proof(read, LEAF, [log]) == verify_tlog_proof(proof, LEAF, [log])


HEAD = "c2sp.org/tlog-proof@v1\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadHashLines),
        (HEAD, BadHashLines),
        (f"{HEAD}index 0\n", BadHashLines),
        (f"{HEAD}index 0\n\n", BadHashLines),
        (f"{HEAD}\nnote", BadTlogProof),
        ("c2sp.org/tlog-proof@v2\nindex 0\n\nnote", BadTlogProof),
        ("index 0\n\nnote", BadTlogProof),
        (f"{HEAD}{HASH}\n\nnote", BadTlogProof),
        (f"{HEAD}index\n\nnote", BadTlogProof),
        (f"{HEAD}extra AA==\n\nnote", BadTlogProof),
        (f"{HEAD}extra AA==\nextra AA==\nindex 0\n\nnote", BadTlogProof),
        (f"{HEAD}extraAA==\nindex 0\n\nnote", BadTlogProof),
        (f"{HEAD}index 0\n{(HASH + chr(10)) * 64}\nnote", BadTlogProof),
        (f"{HEAD}extra AB==\nindex 0\n\nnote", BadBase64),
        (f"{HEAD}index 0\nextra AA==\n\nnote", BadBase64),
        (f"{HEAD}index +5\n\nnote", BadDecimal),
        (f"{HEAD}index 05\n\nnote", BadDecimal),
        (f"{HEAD}index 5 \n\nnote", BadDecimal),
        (f"{HEAD}index {MAX_SIZE + 1}\n\nnote", BadDecimal),
        (f"{HEAD}index 0\nAAAA\n\nnote", BadHash),
        (f"{HEAD}index 0\r\n\nnote", BadDecimal),
    ],
)
def test_a_file_that_is_no_proof_is_refused(text: str, error: type[MalformedError]) -> None:
    with pytest.raises(error):
        parse_tlog_proof(text.encode())


def test_a_byte_order_mark_is_refused(proof: TlogProof) -> None:
    with pytest.raises(MalformedError):
        parse_tlog_proof(b"\xef\xbb\xbf" + format_tlog_proof(proof))
