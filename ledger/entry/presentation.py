"""A presentation: a signed entry with some of its field disclosures, ``<JWS>~<d>~...~``.

Specification: RFC 9901 section 4 and docs/spec/entry.md, "Presentations". The set of disclosures
is not signed: whoever passes a presentation on may leave some out. Key binding is not used.
"""

from collections.abc import Iterable

import msgspec

from ledger.entry.disclosure import Disclosure, match_disclosures, parse_disclosure
from ledger.entry.jws import SignedEntry, parse_jws, verify_signature
from ledger.entry.keys import PublicKey
from ledger.errors import MalformedError

MAX_PRESENTATION_SIZE = 1 << 20


class BadPresentation(MalformedError):
    """Not ``<JWS>~<disclosure>~...~`` in ASCII, or over 1 MiB."""

    code = "presentation.malformed"
    zh = "出示内容格式不合规：应以“~”分隔并以“~”结尾。请用原始内容重新提交。"
    en = "Not `<JWS>~<disclosure>~...~` ending in `~`. Submit the original presentation."


class Presentation(msgspec.Struct, frozen=True, kw_only=True):
    """A signed entry, the disclosures given, and their values by group and name.

    ``values`` has every sealed group, empty where nothing of it is disclosed.
    """

    signed: SignedEntry
    disclosures: tuple[Disclosure, ...]
    values: dict[str, dict[str, object]]

    def __repr__(self) -> str:
        # Values are personal: they must not reach a log through a repr.
        return f"Presentation(jti={self.signed.claims.jti!r})"


class Unopened(msgspec.Struct, frozen=True, kw_only=True):
    """A signed entry, and disclosures as they came: nobody has looked into them yet.

    Disclosures are far larger than what is signed: whoever takes presentations from strangers
    verifies the signature first.
    """

    signed: SignedEntry
    texts: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Unopened(jti={self.signed.claims.jti!r})"


def parse_presentation(data: bytes) -> Presentation:
    """Return the presentation, its disclosures matched to the digests; no signature is verified.

    Raises:
        BadPresentation, BadDisclosure, MalformedError: a part is not of its form.
        UnreferencedDisclosure, RepeatedDisclosure, RepeatedField: the disclosures do not match.
    """
    return open_presentation(parse_unopened(data))


def parse_unopened(data: bytes) -> Unopened:
    """Return the signed entry of a presentation, its disclosures left as they came.

    Raises:
        BadPresentation, MalformedError: it or its JWS is not of its form.
    """
    jws, *texts = data.split(b"~")
    # SPEC: RFC 9901 section 4: the last separator is there even when nothing is disclosed; what
    # follows it would be a key-binding JWT, which this profile does not use.
    if len(data) > MAX_PRESENTATION_SIZE or not texts or texts.pop():
        raise BadPresentation
    return Unopened(signed=parse_jws(jws), texts=tuple(texts))


def open_presentation(unopened: Unopened) -> Presentation:
    """Return the presentation, its disclosures matched to the digests.

    Raises: as ``parse_presentation``.
    """
    signed = unopened.signed
    try:
        disclosures = tuple(parse_disclosure(text.decode("ascii")) for text in unopened.texts)
    except UnicodeDecodeError:
        raise BadPresentation from None
    values = match_disclosures(signed.claims.sealed or {}, disclosures)
    return Presentation(signed=signed, disclosures=disclosures, values=values)


def verify_presentation(data: bytes, key: PublicKey) -> Presentation:
    """Return the presentation once its signature is verified with ``key``.

    Raises:
        MalformedError, VerificationError: as ``parse_presentation`` and ``verify_signature``.
    """
    unopened = parse_unopened(data)
    verify_signature(unopened.signed, key)
    return open_presentation(unopened)


def format_presentation(jws: bytes, disclosures: Iterable[Disclosure]) -> bytes:
    """Return the bytes of a presentation of ``jws`` with these disclosures, in this order."""
    texts = (disclosure.text.encode("ascii") for disclosure in disclosures)
    return b"~".join((jws, *texts, b""))
