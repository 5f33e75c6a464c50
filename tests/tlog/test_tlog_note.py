import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.tlog.ed25519 import BadSeed, SignatureInvalid, WeakKey
from ledger.tlog.encoding import BadBase64
from ledger.tlog.keys import BadKeyName, BadSignatureLine, KeyType, SignatureLine
from ledger.tlog.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    BadNote,
    BadVerifierKey,
    KeyReused,
    NoKnownSignature,
    NoteSigner,
    NoteTooLarge,
    RepeatedSignature,
    UnknownKeyType,
    Verifier,
    cosigner_verifier,
    format_note,
    format_vkey,
    open_note,
    parse_vkey,
    sign_note,
)

EXAMPLE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKu"
    "wHjG1Yu72IneyaQM=\n"
).encode()
ALICE = NoteSigner(name="alice.example", seed=bytes([1]) * 32)
BOB = NoteSigner(name="bob.example", seed=bytes([2]) * 32)
TEXT = "first\n\nthird\n"
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="+"),
    min_size=1,
    max_size=40,
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n")).map(
    lambda text: text.lstrip("\ufeff") + "\n"
)


def test_the_specifications_example_opens() -> None:
    verifier = parse_vkey(EXAMPLE_VKEY)
    note = open_note(EXAMPLE, [verifier])
    assert note.text == "This is an example message.\n"
    assert [signature.verifier for signature in note.signatures] == [verifier]
    assert note.signatures[0].timestamp is None
    assert note.unknown == ()
    assert format_vkey(verifier) == EXAMPLE_VKEY


def test_a_known_seed_gives_the_published_vkey_and_signature(vectors: dict[str, Any]) -> None:
    seed = bytes.fromhex(vectors["log_key_seed_hex"])
    signer = NoteSigner(name="ledger.example/grid-01", seed=seed)
    published = vectors["cosigned_checkpoint"]
    text, _, lines = published.rpartition("\n\n")
    assert format_vkey(signer.verifier) == vectors["log_vkey"]
    assert parse_vkey(vectors["log_vkey"]) == signer.verifier
    assert sign_note(text + "\n", [signer]).decode() == f"{text}\n\n{lines.splitlines()[0]}\n"


def test_the_signed_text_holds_its_last_newline_and_not_the_empty_line() -> None:
    note = open_note(sign_note(TEXT, [ALICE]), [ALICE.verifier])
    assert note.text == TEXT
    ALICE.verifier.verify(TEXT, note.signatures[0].line.blob)
    for other in (TEXT[:-1], TEXT + "\n"):
        with pytest.raises(SignatureInvalid):
            ALICE.verifier.verify(other, note.signatures[0].line.blob)


@given(TEXTS, st.integers(1, 4))
def test_every_signed_text_opens_to_itself(text: str, count: int) -> None:
    signers = [NoteSigner(name=f"log{i}", seed=bytes([i]) * 32) for i in range(count)]
    note = open_note(sign_note(text, signers), [signer.verifier for signer in signers])
    assert note.text == text
    assert [s.verifier for s in note.signatures] == [signer.verifier for signer in signers]


def test_signing_twice_gives_the_same_bytes() -> None:
    assert sign_note(TEXT, [ALICE, BOB]) == sign_note(TEXT, [ALICE, BOB])


def test_signatures_of_unknown_keys_are_set_aside_unread() -> None:
    note = open_note(sign_note(TEXT, [BOB, ALICE]), [ALICE.verifier])
    assert [signature.verifier for signature in note.signatures] == [ALICE.verifier]
    assert [line.name for line in note.unknown] == ["bob.example"]


def test_a_key_that_shares_only_the_name_or_only_the_id_is_unknown() -> None:
    signed = sign_note(TEXT, [ALICE])
    line = ALICE.sign(TEXT)
    same_name = SignatureLine(name=line.name, key_id=b"\x00" * 4, blob=b"x")
    same_id = SignatureLine(name="other.example", key_id=line.key_id, blob=b"x")
    note = open_note(signed + (same_name.format() + same_id.format()).encode(), [ALICE.verifier])
    assert note.unknown == (same_name, same_id)
    renamed = Verifier(name="other", key_type=KeyType.ED25519, public_key=ALICE.verifier.public_key)
    with pytest.raises(NoKnownSignature):
        open_note(signed, [renamed])


def test_one_failing_known_signature_refuses_the_whole_note() -> None:
    good, bad = ALICE.sign(TEXT), BOB.sign("another text\n")
    with pytest.raises(SignatureInvalid) as refusal:
        open_note(format_note(TEXT, [good, bad]), [ALICE.verifier, BOB.verifier])
    assert refusal.value.facts == {"signer": "bob.example"}
    assert open_note(format_note(TEXT, [good, bad]), [ALICE.verifier]).text == TEXT


def test_a_note_without_a_known_signature_is_refused() -> None:
    for verifiers in ([], [BOB.verifier]):
        with pytest.raises(NoKnownSignature):
            open_note(sign_note(TEXT, [ALICE]), verifiers)


def test_two_lines_of_one_known_key_are_refused_and_of_an_unknown_key_are_not() -> None:
    doubled = format_note(TEXT, [ALICE.sign(TEXT), BOB.sign(TEXT), ALICE.sign(TEXT)])
    with pytest.raises(RepeatedSignature):
        open_note(doubled, [ALICE.verifier])
    assert len(open_note(doubled, [BOB.verifier]).unknown) == 2


def test_a_verifier_given_twice_is_one_verifier() -> None:
    verifier = parse_vkey(format_vkey(ALICE.verifier))
    note = open_note(sign_note(TEXT, [ALICE]), [ALICE.verifier, verifier])
    assert len(note.signatures) == 1


@pytest.mark.parametrize(
    ("name", "key_type"),
    [("other", KeyType.ED25519), ("alice.example", KeyType.ED25519_COSIGNATURE)],
)
def test_one_key_under_two_names_or_types_is_refused(name: str, key_type: KeyType) -> None:
    again = Verifier(name=name, key_type=key_type, public_key=ALICE.verifier.public_key)
    with pytest.raises(KeyReused):
        open_note(sign_note(TEXT, [ALICE]), [ALICE.verifier, again])


def test_a_signature_of_the_wrong_length_does_not_verify() -> None:
    for blob in (b"x", bytes(63), bytes(65), ALICE.sign(TEXT).blob + b"\x00"):
        with pytest.raises(SignatureInvalid):
            ALICE.verifier.verify(TEXT, blob)


GOOD = sign_note("text\n", [ALICE])


def damaged(old: str, new: str) -> bytes:
    changed = GOOD.decode().replace(old, new, 1).encode(errors="surrogateescape")
    assert changed != GOOD
    return changed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        GOOD[:-1],
        GOOD + b"\n",
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        damaged("text\n", "text\r\n"),
        damaged("text\n", "te\x00xt\n"),
        damaged("text\n", "te\txt\n"),
        damaged("text\n", "te\x1fxt\n"),
        damaged("text\n", "te\udcffxt\n"),
        damaged("text\n\n", "text\n"),
    ],
)
def test_bytes_that_are_no_note_are_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        open_note(data, [ALICE.verifier])


@pytest.mark.parametrize(
    "data",
    [
        damaged("— ", "- "),
        damaged("— ", "—  "),
        damaged("— ", "—\u00a0"),
        damaged("alice.example ", ""),
        damaged("alice.example ", "alice.example"),
        damaged("alice.example", "alice+example"),
        damaged("alice.example", "alice\u3000example"),
        GOOD + b"trailing line\n",
        GOOD + "— bob.example AAAAAA==\n".encode(),
        GOOD + "— bob.example \n".encode(),
    ],
)
def test_a_signature_part_with_any_other_line_is_refused(data: bytes) -> None:
    with pytest.raises(BadSignatureLine):
        open_note(data, [ALICE.verifier])


@pytest.mark.parametrize(
    "text", ["AAAAAAB=", "AAAAAAA", "AAAA AAAA", "AAAAAAA=\n ", "AAAAAAA= ", "-AAAAAA="]
)
def test_a_signature_in_other_base64_is_refused(text: str) -> None:
    with pytest.raises((BadBase64, BadSignatureLine)):
        open_note(GOOD + f"— bob.example {text}\n".encode(), [ALICE.verifier])


def test_sixteen_and_a_hundred_signatures_open_and_more_do_not() -> None:
    others = SignatureLine(name="other", key_id=bytes(4), blob=b"x").format().encode()
    for count in (16, MAX_SIGNATURES):
        note = open_note(GOOD + others * (count - 1), [ALICE.verifier])
        assert len(note.unknown) == count - 1
    with pytest.raises(NoteTooLarge):
        open_note(GOOD + others * MAX_SIGNATURES, [ALICE.verifier])


def test_a_note_above_a_megabyte_is_refused() -> None:
    room = MAX_NOTE_BYTES - len(sign_note("\n", [ALICE]))
    assert len(sign_note("x" * room + "\n", [ALICE])) == MAX_NOTE_BYTES
    with pytest.raises(NoteTooLarge):
        sign_note("x" * (room + 1) + "\n", [ALICE])


@pytest.mark.parametrize("text", ["", "no newline", "a\r\n", "a\x00\n", "\ufeffa\n", "\udcff\n"])
def test_a_text_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        sign_note(text, [ALICE])


@pytest.mark.parametrize(
    "text", ["no newline", "a\n\nb", "a\n\n— bob.example AAAAAAA=", "\udcff\n"]
)
def test_a_note_that_would_read_back_as_another_text_is_not_made(text: str) -> None:
    with pytest.raises(MalformedError):
        format_note(text, [ALICE.sign(TEXT)])


def test_a_note_nobody_signs_is_not_made() -> None:
    with pytest.raises(BadNote):
        sign_note(TEXT, [])


@given(NAMES, st.binary(min_size=32, max_size=32), st.sampled_from([1, 4]))
def test_every_vkey_reads_back(name: str, seed: bytes, kind: int) -> None:
    public = NoteSigner(name=name, seed=seed).verifier.public_key
    verifier = Verifier(name=name, key_type=KeyType(kind), public_key=public)
    assert parse_vkey(format_vkey(verifier)) == verifier


@given(NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
def test_every_signature_line_reads_back(name: str, key_id: bytes, blob: bytes) -> None:
    line = SignatureLine(name=name, key_id=key_id, blob=blob)
    assert SignatureLine.parse(line.format().removesuffix("\n")) == line


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fou+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+0x530d90+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+",
        "example.com/foo+530d903a+Bg==",
    ],
)
def test_a_string_that_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(BadVerifierKey):
        parse_vkey(vkey)


@pytest.mark.parametrize("kind", [0x00, 0x02, 0x03, 0x05, 0x07, 0xFA, 0xFF])
def test_a_vkey_of_a_type_not_handled_is_refused(kind: int) -> None:
    text = base64.b64encode(bytes([kind]) + bytes(32)).decode()
    with pytest.raises(UnknownKeyType) as refusal:
        parse_vkey(f"a+00000000+{text}")
    assert refusal.value.facts == {"key_type": f"{kind:02x}"}


@pytest.mark.parametrize("kind", [KeyType.ED25519, KeyType.ED25519_COSIGNATURE])
def test_weak_public_keys_are_refused(weak_keys: list[bytes], kind: KeyType) -> None:
    assert len(weak_keys) == 10
    signs = [key[:31] + bytes([key[31] ^ 0x80]) for key in weak_keys]
    for key in [*weak_keys, *signs, b"", bytes(31), ALICE.verifier.public_key + b"\x00"]:
        with pytest.raises(WeakKey):
            Verifier(name="a", key_type=kind, public_key=key)


def test_a_weak_key_forges_without_the_check(weak_keys: list[bytes]) -> None:
    """With the identity point as key, one signature fits every text: why it must be refused."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    identity = weak_keys[0]
    Ed25519PublicKey.from_public_bytes(identity).verify(identity + bytes(32), b"any text at all")


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\nb", "a\x01b", "\udcff", "x" * 256]
)
def test_a_name_no_key_may_have_is_refused(name: str) -> None:
    with pytest.raises(BadKeyName):
        NoteSigner(name=name, seed=bytes(32))
    with pytest.raises(BadKeyName):
        cosigner_verifier(name=name, seed=bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadSeed):
        NoteSigner(name="a", seed=bytes(length))


def test_a_signer_shows_its_public_key_only() -> None:
    assert repr(ALICE) == f"NoteSigner({format_vkey(ALICE.verifier)})"
