"""Whatever an outsider sends, a parser returns a finished value or raises a LedgerError."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, all_errors
from ledger.tlog.bundle import parse_bundle
from ledger.tlog.checkpoint import claimed_origin, open_checkpoint, parse_checkpoint
from ledger.tlog.encoding import decode_base64, decode_hash, parse_decimal
from ledger.tlog.keys import KeyType, SignatureLine
from ledger.tlog.note import UnverifiedNote, Verifier, open_note, parse_vkey
from ledger.tlog.policy import parse_policy
from ledger.tlog.proof import verify_consistency, verify_inclusion
from ledger.tlog.tile import parse_tile_path
from ledger.tlog.tlogproof import parse_tlog_proof, verify_tlog_proof
from ledger.tlog.tree import Frontier
from ledger.tlog.witness import parse_add_checkpoint, parse_size_answer

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "tlog.json").read_text("utf-8")
)
NOTE: str = VECTORS["cosigned_checkpoint"]
PATH: list[str] = VECTORS["inclusion_5_of_8_b64"]
VERIFIERS = [parse_vkey(VECTORS["log_vkey"]), parse_vkey(VECTORS["witness_vkey"])]
PROOF = "\n".join(["c2sp.org/tlog-proof@v1", "extra AA==", "index 5", *PATH, "", NOTE])
REQUEST = "\n".join(["old 6", *VECTORS["consistency_6_to_8_b64"], "", NOTE])
POLICY = (
    f"log {VECTORS['log_vkey']} https://log\nwitness a {VECTORS['witness_vkey']}\n"
    "group g 1 a\n# comment\nquorum g\n"
)


def open_proof(data: bytes) -> object:
    return verify_tlog_proof(
        parse_tlog_proof(data), bytes(32), VERIFIERS, parse_policy(POLICY.encode())
    )


BYTES: dict[str, tuple[Callable[[bytes], object], str]] = {
    "note": (lambda data: open_note(data, VERIFIERS), NOTE),
    "unverified note": (UnverifiedNote.parse, NOTE),
    "checkpoint": (lambda data: open_checkpoint(data, VERIFIERS), NOTE),
    "origin": (claimed_origin, NOTE),
    "tlog-proof": (parse_tlog_proof, PROOF),
    "verified tlog-proof": (open_proof, PROOF),
    "add-checkpoint": (parse_add_checkpoint, REQUEST),
    "size": (parse_size_answer, "8\n"),
    "policy": (parse_policy, POLICY),
    "bundle": (lambda data: parse_bundle(data, 3), "\x00\x00\x00\x01\x00\x00\x01\x10"),
    "frontier": (lambda data: Frontier.from_bytes(3, data), "x" * 64),
}
TEXTS: dict[str, tuple[Callable[[str], object], str]] = {
    "checkpoint text": (parse_checkpoint, NOTE.split("\n\n")[0] + "\n"),
    "vkey": (parse_vkey, VECTORS["log_vkey"]),
    "signature line": (SignatureLine.parse, NOTE.splitlines()[-1]),
    "tile path": (parse_tile_path, "tile/0/x001/234.p/56"),
    "decimal": (lambda text: parse_decimal(text, field="size"), "8"),
    "base64": (decode_base64, PATH[0]),
    "hash": (decode_hash, PATH[0]),
}


def only_ledger_errors(parse: Callable[[Any], object], value: object) -> None:
    try:
        parse(value)
    except LedgerError as error:
        refusal = error
    else:
        return
    assert refusal.code != "ledger"
    assert "?" not in refusal.text("en") + refusal.text("zh"), "a fact is missing at the raise"


def edited(whole: Any, data: st.DataObject, pieces: st.SearchStrategy[Any]) -> Any:
    """Cut a stretch out of a good document and put something else there."""
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 8)))
    return whole[:start] + data.draw(pieces) + whole[end:]


@pytest.mark.parametrize("name", BYTES)
@given(data=st.data())
def test_parsers_of_bytes_raise_only_ledger_errors(name: str, data: st.DataObject) -> None:
    parse, good = BYTES[name]
    only_ledger_errors(parse, data.draw(st.binary(max_size=200)))
    only_ledger_errors(parse, edited(good.encode(), data, st.binary(max_size=6)))
    noise = st.sampled_from([b"\n", b"\n\n", b"\r", b" ", "— ".encode(), b"=", b"+", b"-1", b"0"])
    only_ledger_errors(parse, edited(good.encode(), data, noise))


@pytest.mark.parametrize("name", TEXTS)
@given(data=st.data())
def test_parsers_of_text_raise_only_ledger_errors(name: str, data: st.DataObject) -> None:
    parse, good = TEXTS[name]
    anything = st.text(st.characters(codec=None), max_size=60)
    only_ledger_errors(parse, data.draw(anything))
    only_ledger_errors(parse, edited(good, data, anything))


@pytest.mark.parametrize("name", [*BYTES, *TEXTS])
def test_the_documents_the_fuzzing_starts_from_are_good(name: str) -> None:
    if name == "verified tlog-proof":
        parse, good = BYTES["tlog-proof"]
    else:
        parse, good = {**BYTES, **TEXTS}[name]
    assert parse(good.encode() if name in BYTES else good) is not None


HASHES = st.lists(st.binary(min_size=32, max_size=32) | st.binary(max_size=40), max_size=6)
SIZES = st.integers(-2, 10) | st.integers(-(2**70), 2**70)


@given(SIZES, SIZES, st.binary(max_size=33), st.binary(max_size=33), HASHES)
def test_proof_verifiers_raise_only_ledger_errors(
    first: int, second: int, one: bytes, other: bytes, proof: list[bytes]
) -> None:
    def inclusion(_: object) -> None:
        verify_inclusion(index=first, size=second, leaf=one, proof=proof, root=other)

    def consistency(_: object) -> None:
        verify_consistency(old=first, old_root=one, new=second, new_root=other, proof=proof)

    only_ledger_errors(inclusion, None)
    only_ledger_errors(consistency, None)


def test_every_refusal_of_the_log_has_its_own_code_and_both_languages() -> None:
    ours = [error for error in all_errors() if error.__module__.startswith("ledger.tlog.")]
    assert len(ours) >= 30
    for error in ours:
        assert error.code.startswith("tlog.")
        assert "code" in vars(error)
        assert {"zh", "en"} <= set(vars(error))


@given(st.binary(min_size=32, max_size=32), st.sampled_from([1, 4]), st.binary(max_size=80))
def test_any_32_bytes_as_a_key_raise_only_ledger_errors(key: bytes, kind: int, blob: bytes) -> None:
    def verify(_: object) -> None:
        Verifier(name="a", key_type=KeyType(kind), public_key=key).verify("text\n", blob)

    only_ledger_errors(verify, None)
    with pytest.raises(LedgerError):
        verify(None)
