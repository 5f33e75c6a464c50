"""Signed notes and verifier keys of C2SP signed-note.

::

    <text, ending in a newline>
    <empty line>
    — <key name> <base64(key ID || signature)>      one or more

A ``Note`` exists only when a known key's signature verified; everything else in the file is in
``unknown`` and proves nothing. What a text means (``checkpoint``) and how many cosignatures are
enough (``policy``) are not handled here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self, assert_never

from ledger.errors import MalformedError, VerificationError
from ledger.tlog import cosignature, ed25519
from ledger.tlog.encoding import decode_base64, encode_base64
from ledger.tlog.keys import KeyType, SignatureLine, check_key_name, key_id

MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile("[0-9a-f]{8}")
_BOM: Final = "\ufeff"


class BadNote(MalformedError):
    """Bytes that are not a note: encoding or structure."""

    code = "tlog.note"
    zh = (
        "文件不是合规的签名文本：须为 UTF-8、仅以换行分行、无控制字符或 BOM，"
        "正文后空一行再列签名。请原样重新获取，勿经编辑器另存。"
    )
    en = (
        "This is not a signed note: UTF-8, plain newlines, no control character or BOM, the text, "
        "an empty line, the signatures. Fetch it again, not through an editor."
    )


class NoteTooLarge(MalformedError):
    """A note above the limits on bytes or signatures."""

    code = "tlog.note_too_large"
    zh = "签名文本过大：最多 {bytes} 字节、{signatures} 个签名。请只保留所信任密钥的签名行。"
    en = (
        "The note is too large: at most {bytes} bytes and {signatures} signatures. Keep only the "
        "signature lines of keys you trust."
    )


class RepeatedSignature(MalformedError):
    """Two signature lines of one known key."""

    code = "tlog.repeated_signature"
    zh = "{signer} 的签名出现了两次。请只保留最新的一行。"
    en = "{signer} has two signature lines. Keep the newest one only."


class NoKnownSignature(VerificationError):
    """No signature of a known key: the text must be ignored."""

    code = "tlog.no_known_signature"
    zh = "没有任何已知密钥的签名，内容不可采信。请核对所配置的公钥与来源。"
    en = "No known key signed this, so it proves nothing. Check the configured keys and origin."


class BadVerifierKey(MalformedError):
    """A string is not a verifier key."""

    code = "tlog.vkey"
    zh = "验证公钥写法不合规，应为“名称+密钥编号+Base64”且编号相符。请向公钥持有者重新索取。"
    en = "The verifier key is not `name+id+base64` with a fitting id. Ask its holder again."


class UnknownKeyType(MalformedError):
    """A verifier key of a signature type not handled here."""

    code = "tlog.key_type"
    zh = "不支持类型 {key_type} 的签名公钥。请使用 Ed25519（01、04）或 ML-DSA-44（06）公钥。"
    en = "Signature type {key_type} is not handled. Use Ed25519 (01, 04) or ML-DSA-44 (06) keys."


class KeyReused(MalformedError):
    """One public key is configured as two verifiers, or two verifiers share name and ID."""

    code = "tlog.key_reused"
    zh = "公钥 {signer} 与另一个已配置的公钥重复。一个公钥只能对应一个名称和一种用途，请更正配置。"
    en = "The key of {signer} is configured twice. One key has one name and one use: correct it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A trusted public key: its name, signature type and 32 (ML-DSA-44: 1312) bytes.

    Raises:
        MalformedError: a leaf class says whether the name or the key cannot be used.
    """

    name: str
    key_type: KeyType
    public_key: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if self.key_type is not KeyType.ML_DSA_44_COSIGNATURE:
            ed25519.check_public_key(self.public_key)
        elif len(self.public_key) != cosignature.ML_DSA_44_KEY_BYTES:
            raise BadVerifierKey

    @property
    def key_id(self) -> bytes:
        """The 4-byte key ID that signature lines carry."""
        return key_id(self.name, self.key_type, self.public_key)

    def verify(self, text: str, blob: bytes) -> int | None:
        """Check one signature over a note's text; return its time in POSIX seconds, if it has one.

        Raises:
            SignatureInvalid: it does not verify.
            LedgerError: see ``cosignature`` for type 06.
        """
        name, public = self.name, self.public_key
        match self.key_type:
            case KeyType.ED25519:
                ed25519.verify_signature(
                    text.encode(), public_key=public, signature=blob, signer=name
                )
                return None
            case KeyType.ED25519_COSIGNATURE:
                check = cosignature.verify_ed25519_cosignature
            case KeyType.ML_DSA_44_COSIGNATURE:
                check = cosignature.verify_ml_dsa_44_cosignature
            case _:
                assert_never(self.key_type)
        return check(text, name=name, public_key=public, blob=blob)


def format_vkey(verifier: Verifier) -> str:
    """Return ``<name>+<key ID, 8 hex digits>+<base64(type byte || public key)>``."""
    key = encode_base64(bytes([verifier.key_type]) + verifier.public_key)
    return f"{verifier.name}+{verifier.key_id.hex()}+{key}"


def parse_vkey(text: str) -> Verifier:
    """Read a verifier key.

    Raises:
        BadVerifierKey: not of the form, or the ID is not that of the key.
        UnknownKeyType: a type other than 01, 04 and 06.
        MalformedError: the name, the base64 or the key itself is unusable.
    """
    # The base64 may hold a plus, the name may not: the first two divide.
    parts = text.split("+", 2)
    if len(parts) != 3 or _KEY_ID.fullmatch(parts[1]) is None:
        raise BadVerifierKey
    material = decode_base64(parts[2])
    try:
        key_type = KeyType(material[0])
    except IndexError:
        raise BadVerifierKey from None
    except ValueError:
        raise UnknownKeyType(key_type=f"{material[0]:02x}") from None
    verifier = Verifier(name=parts[0], key_type=key_type, public_key=material[1:])
    if verifier.key_id.hex() != parts[1]:
        raise BadVerifierKey
    return verifier


def cosigner_verifier(*, name: str, seed: bytes) -> Verifier:
    """Return the type 04 verifier for cosignatures that ``cosign`` makes with this seed."""
    public = ed25519.load_seed(seed).public_key().public_bytes_raw()
    return Verifier(name=name, key_type=KeyType.ED25519_COSIGNATURE, public_key=public)


class NoteSigner:
    """A log's own Ed25519 key (type 01): 32-byte seed and key name. Its repr holds no secret.

    Raises:
        BadSeed: the seed is not 32 bytes.
        BadKeyName: the name may not name a key.
    """

    __slots__ = ("_private", "verifier")

    def __init__(self, *, name: str, seed: bytes) -> None:
        self._private = ed25519.load_seed(seed)
        public = self._private.public_key().public_bytes_raw()
        self.verifier = Verifier(name=name, key_type=KeyType.ED25519, public_key=public)

    def __repr__(self) -> str:
        return f"NoteSigner({format_vkey(self.verifier)})"

    def sign(self, text: str) -> SignatureLine:
        """Return the signature line over a note's text; the same text gives the same line."""
        blob = self._private.sign(text.encode())
        verifier = self.verifier
        return SignatureLine(name=verifier.name, key_id=verifier.key_id, blob=blob)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A verified signature: whose, its line, and for cosignatures the POSIX seconds it states."""

    verifier: Verifier
    line: SignatureLine
    timestamp: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text with at least one verified signature; ``unknown`` lines were not looked into."""

    text: str
    signatures: tuple[Signature, ...]
    unknown: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedNote:
    """A note's parts before any signature is checked: fit only for choosing verifiers."""

    text: str
    lines: tuple[SignatureLine, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Split a note of at most 1,000,000 bytes and 100 signatures.

        Raises:
            MalformedError: a leaf class says what is not of the form.
        """
        if len(data) > MAX_NOTE_BYTES:
            raise NoteTooLarge(bytes=MAX_NOTE_BYTES, signatures=MAX_SIGNATURES)
        # SPEC: "the text is separated from the signatures by the last empty line in the note".
        text, blank, rest = _decode(data).rpartition("\n\n")
        *lines, end = rest.split("\n")
        if not blank or not lines or end:
            raise BadNote
        if len(lines) > MAX_SIGNATURES:
            raise NoteTooLarge(bytes=MAX_NOTE_BYTES, signatures=MAX_SIGNATURES)
        return cls(text=text + "\n", lines=tuple(map(SignatureLine.parse, lines)))


def format_note(text: str, lines: Iterable[SignatureLine]) -> bytes:
    """Return the bytes of a note.

    Raises:
        MalformedError: the text, or the number of lines, is not a note's.
    """
    data = f"{text}\n{''.join(line.format() for line in lines)}".encode(errors="surrogatepass")
    # Whatever leaves here reads back as it was meant; a text without its final newline would not.
    if UnverifiedNote.parse(data).text != text:
        raise BadNote
    return data


def sign_note(text: str, signers: Iterable[NoteSigner]) -> bytes:
    """Return the note of a text, ending in a newline, signed by each signer in turn.

    Raises:
        MalformedError: the text cannot be a note's, or there is no signer.
    """
    _check_text(text)
    return format_note(text, [signer.sign(text) for signer in signers])


def _check_text(text: str) -> str:
    """Return ``text`` when a note can carry it.

    Raises:
        BadNote: no final newline, control characters, a BOM or lone surrogates.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise BadNote from None
    if not text.endswith("\n") or _decode(data) != text:
        raise BadNote
    return text


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Return the note when known keys signed it and every known key's signature verifies.

    Raises:
        MalformedError: not a note, a known key signs twice, or the verifiers clash.
        SignatureInvalid: a known key's signature does not verify.
        NoKnownSignature: no verifier's key signed.
    """
    known = _by_name_and_id(verifiers)
    note = UnverifiedNote.parse(data)
    verified: dict[Verifier, Signature] = {}
    unknown: list[SignatureLine] = []
    for line in note.lines:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            # SPEC: "MUST ignore signatures from unknown keys, even if they share a name or ID".
            unknown.append(line)
        elif verifier in verified:
            raise RepeatedSignature(signer=line.name)
        else:
            # SPEC: "If the key name and ID match a known key, verifiers MUST verify".
            timestamp = verifier.verify(note.text, line.blob)
            verified[verifier] = Signature(verifier=verifier, line=line, timestamp=timestamp)
    if not verified:
        raise NoKnownSignature
    return Note(text=note.text, signatures=tuple(verified.values()), unknown=tuple(unknown))


def _by_name_and_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    """Index the distinct verifiers; one key under two names or types would count twice."""
    known: dict[tuple[str, bytes], Verifier] = {}
    keys: dict[bytes, Verifier] = {}
    for verifier in verifiers:
        first = known.setdefault((verifier.name, verifier.key_id), verifier)
        if first != verifier or keys.setdefault(verifier.public_key, verifier) != verifier:
            raise KeyReused(signer=verifier.name)
    return known


def _decode(data: bytes) -> str:
    # SPEC: notes "MUST be valid UTF-8 and MUST NOT contain any ASCII control characters (those
    # below U+0020) other than newline".
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadNote from None
    if _CONTROL.search(text) is not None or text.startswith(_BOM):
        raise BadNote
    return text
