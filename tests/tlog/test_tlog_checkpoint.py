from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.tlog.checkpoint import (
    BadCheckpoint,
    Checkpoint,
    WrongLog,
    check_origin,
    claimed_origin,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from ledger.tlog.checkpoint_body import BadOrigin, EmptyTreeRoot
from ledger.tlog.cosignature import cosign
from ledger.tlog.encoding import MAX_SIZE, BadHash
from ledger.tlog.note import NoKnownSignature, NoteSigner, cosigner_verifier, parse_vkey, sign_note
from ledger.tlog.tree import EMPTY_ROOT

SEED = bytes([7]) * 32
SIGNER = NoteSigner(name="log.example/1", seed=SEED)
CHECKPOINT = Checkpoint(origin="log.example/1", size=8, root=bytes(range(32)))
LINES = st.text(
    st.characters(codec="utf-8", exclude_characters="".join(map(chr, range(32)))), min_size=1
)


@st.composite
def checkpoints(draw: st.DrawFn) -> Checkpoint:
    size = draw(st.integers(0, MAX_SIZE))
    root = draw(st.binary(min_size=32, max_size=32))
    return Checkpoint(
        origin=draw(LINES.filter(lambda line: len(line.encode()) <= 255)),
        size=size,
        root=root if size else EMPTY_ROOT,
        extensions=tuple(draw(st.lists(LINES, max_size=3))),
    )


@given(checkpoints())
def test_every_checkpoint_reads_back(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


def test_the_published_checkpoint_opens_with_both_signatures(vectors: dict[str, Any]) -> None:
    log, witness = parse_vkey(vectors["log_vkey"]), parse_vkey(vectors["witness_vkey"])
    data = vectors["cosigned_checkpoint"].encode()
    checkpoint, note = open_checkpoint(data, [log, witness], origin="ledger.example/grid-01")
    assert checkpoint == Checkpoint(
        origin="ledger.example/grid-01", size=8, root=bytes.fromhex(vectors["roots_hex"][7])
    )
    assert [s.verifier for s in note.signatures] == [log, witness]
    assert [s.timestamp for s in note.signatures] == [None, vectors["cosigned_at"]]


def test_the_published_checkpoint_is_made_from_its_parts(vectors: dict[str, Any]) -> None:
    signer = NoteSigner(
        name="ledger.example/grid-01", seed=bytes.fromhex(vectors["log_key_seed_hex"])
    )
    checkpoint = Checkpoint(
        origin="ledger.example/grid-01", size=8, root=bytes.fromhex(vectors["roots_hex"][7])
    )
    line = cosign(
        format_checkpoint(checkpoint),
        name="witness.example/w1",
        seed=bytes.fromhex(vectors["witness_key_seed_hex"]),
        timestamp=vectors["cosigned_at"],
    )
    assert sign_checkpoint(checkpoint, signer) + line == vectors["cosigned_checkpoint"].encode()


def test_the_empty_log_has_a_checkpoint() -> None:
    checkpoint = Checkpoint(origin="log.example/1", size=0, root=EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(checkpoint, SIGNER), [SIGNER.verifier])[0] == checkpoint
    with pytest.raises(EmptyTreeRoot):
        Checkpoint(origin="log.example/1", size=0, root=bytes(32))


GOOD = format_checkpoint(CHECKPOINT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "log.example/1\n8\n",
        GOOD[:-1],
        GOOD + "\n",
        GOOD + "extension\n\n",
        GOOD + "extension without its newline",
        GOOD.replace("\n8\n", "\n\n8\n"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("8", "+8", 1),
        GOOD.replace("8", " 8", 1),
        GOOD.replace("8", "08", 1),
        GOOD.replace("8", str(MAX_SIZE + 1), 1),
        GOOD.replace("=\n", "\n"),
        GOOD.replace("=\n", "=\n\x00\n"),
        GOOD.replace("log.example/1", ""),
        GOOD.replace("log.example/1", "x" * 256),
        GOOD.replace("log.example/1", "\udcff"),
        f"log.example/1\n8\n{'A' * 44}\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_checkpoint(text)


def test_a_checkpoint_that_could_not_be_written_cannot_be_made() -> None:
    members: dict[str, Any] = {"origin": "log", "size": 1, "root": bytes(32)}
    cases: list[tuple[type[LedgerError], dict[str, Any]]] = [
        (BadHash, {"root": bytes(31)}),
        (BadCheckpoint, {"size": -1}),
        (BadCheckpoint, {"size": MAX_SIZE + 1}),
        (BadCheckpoint, {"extensions": ("",)}),
        (BadCheckpoint, {"extensions": ("two\nlines",)}),
        (BadOrigin, {"origin": "two\nlines"}),
        (BadOrigin, {"origin": ""}),
    ]
    for error, change in cases:
        with pytest.raises(error):
            Checkpoint(**{**members, **change})


def test_an_origin_may_have_255_bytes() -> None:
    assert check_origin("村" * 85) == "村" * 85
    with pytest.raises(BadOrigin):
        check_origin("村" * 85 + "x")


def test_only_the_log_signs_its_checkpoint() -> None:
    with pytest.raises(WrongLog):
        sign_checkpoint(CHECKPOINT, NoteSigner(name="other.example", seed=SEED))


def test_a_checkpoint_signed_by_another_trusted_log_is_refused() -> None:
    other = NoteSigner(name="other.example", seed=SEED)
    with pytest.raises(WrongLog):
        open_checkpoint(sign_note(GOOD, [other]), [other.verifier])


def test_a_cosignature_alone_does_not_open_a_checkpoint() -> None:
    witness = cosigner_verifier(name="w.example", seed=bytes([8]) * 32)
    line = cosign(GOOD, name="w.example", seed=bytes([8]) * 32, timestamp=1)
    data = sign_checkpoint(CHECKPOINT, SIGNER) + line
    assert len(open_checkpoint(data, [SIGNER.verifier, witness])[1].signatures) == 2
    with pytest.raises(WrongLog):
        open_checkpoint(data, [witness])


def test_a_witness_named_like_a_log_cannot_speak_for_it() -> None:
    witness = cosigner_verifier(name="log.example/1", seed=bytes([8]) * 32)
    line = cosign(GOOD, name="log.example/1", seed=bytes([8]) * 32, timestamp=1)
    with pytest.raises(WrongLog):
        open_checkpoint(f"{GOOD}\n".encode() + line, [witness])


def test_an_expected_origin_narrows_the_trusted_logs() -> None:
    data = sign_checkpoint(CHECKPOINT, SIGNER)
    assert open_checkpoint(data, [SIGNER.verifier], origin="log.example/1")[0] == CHECKPOINT
    with pytest.raises(WrongLog):
        open_checkpoint(data, [SIGNER.verifier], origin="log.example/2")


def test_the_claimed_origin_chooses_verifiers_and_proves_nothing() -> None:
    forged = sign_note(GOOD, [NoteSigner(name="mallory", seed=SEED)])
    assert claimed_origin(forged) == "log.example/1"
    with pytest.raises(NoKnownSignature):
        open_checkpoint(forged, [SIGNER.verifier])
    with pytest.raises(MalformedError):
        claimed_origin(b"log.example/1\n")
