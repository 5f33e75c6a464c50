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


def parse_presentation(data: bytes) -> Presentation:
    """Return the presentation, its disclosures matched to the digests; no signature is verified.

    Raises:
        BadPresentation, BadDisclosure, MalformedError: a part is not of its form.
        UnreferencedDisclosure, RepeatedDisclosure, RepeatedField: the disclosures do not match.
    """
    jws, *texts = data.split(b"~")
    # SPEC: RFC 9901 section 4: the last separator is there even when nothing is disclosed; what
    # follows it would be a key-binding JWT, which this profile does not use.
    if len(data) > MAX_PRESENTATION_SIZE or not texts or texts.pop():
        raise BadPresentation
    try:
        disclosures = tuple(parse_disclosure(text.decode("ascii")) for text in texts)
    except UnicodeDecodeError:
        raise BadPresentation from None
    signed = parse_jws(jws)
    values = match_disclosures(signed.claims.sealed or {}, disclosures)
    return Presentation(signed=signed, disclosures=disclosures, values=values)


def verify_presentation(data: bytes, key: PublicKey) -> Presentation:
    """Return the presentation once its signature is verified with ``key``.

    Raises:
        MalformedError, VerificationError: as ``parse_presentation`` and ``verify_signature``.
    """
    presentation = parse_presentation(data)
    verify_signature(presentation.signed, key)
    return presentation


def format_presentation(jws: bytes, disclosures: Iterable[Disclosure]) -> bytes:
    """Return the bytes of a presentation of ``jws`` with these disclosures, in this order."""
    texts = (disclosure.text.encode("ascii") for disclosure in disclosures)
    return b"~".join((jws, *texts, b""))
