"""Presentations spoilt in every way, and what becomes of them: for tests of what is refused."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from ledger.entry import base64url
from ledger.entry.jws import signing_input
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError, all_errors
from ledger.service.acts.submit import submit
from tests.support.office import Office, counts, presented
from tests.support.trust import a_key

CLERK = "intake_clerk"
Payload = dict[str, Any]


def refusal(office: Office, *sent: bytes) -> str:
    """Return the code a submission is refused with; nothing may be stored, and words be there."""
    before = counts(office.path)
    with pytest.raises(LedgerError) as refused:
        submit(office.ledger, sent)
    assert counts(office.path) == before
    error = refused.value
    assert type(error) in all_errors()
    assert "?" not in error.text("zh").rstrip("？") + error.text("en")
    return error.code


def request(office: Office, **members: Any) -> bytes:
    """Return a good presentation."""
    return presented(office.ledger, office.hands[CLERK], office.receive(**members))[0]


def parts(sent: bytes) -> tuple[bytes, bytes, bytes, list[bytes]]:
    """Return header, payload and signature as sent, and the disclosures."""
    jws, *disclosures = sent.split(b"~")
    header, payload, signature = jws.split(b".")
    return header, payload, signature, disclosures[:-1]


def joined(jws: bytes, disclosures: list[bytes]) -> bytes:
    return b"~".join([jws, *disclosures, b""])


def signed(payload: bytes, key: PrivateKey, disclosures: list[bytes]) -> bytes:
    """Sign whatever bytes as a payload: what no program of ours would sign."""
    message = signing_input(payload, key.kid)
    jws = message + b"." + base64url.encode(key.sign(message)).encode()
    return joined(jws, disclosures)


def resigned(
    office: Office, change: Callable[[Payload], object], sent: bytes | None = None
) -> bytes:
    """Change the payload of a good presentation and sign it again with the clerk's key."""
    _, payload, _, disclosures = parts(sent or request(office))
    claims = msgspec.json.decode(base64url.decode(payload))
    change(claims)
    data = msgspec.json.encode(claims, order="sorted")
    return signed(data, a_key(CLERK), disclosures)


def sealed_anew(office: Office, *, name: str = "text", value: object = "路灯") -> bytes:
    """Return a request in which one field of ``matter`` has another name or value, signed so."""
    _, payload, _, disclosures = parts(request(office))
    claims = msgspec.json.decode(base64url.decode(payload))
    old = next(each for each in disclosures if b'"text"' in base64url.decode(each))
    array = msgspec.json.encode([base64url.encode(bytes(16)), name, value], order="sorted")
    new = base64url.encode(array).encode()
    digests: list[str] = claims["sealed"]["matter"]["_sd"]
    digests[digests.index(digest_of(old))] = digest_of(new)
    digests.sort()
    data = msgspec.json.encode(claims, order="sorted")
    kept = [each for each in disclosures if each != old]
    return signed(data, a_key(CLERK), [*kept, new])


def digest_of(disclosure: bytes) -> str:
    """Return the digest of a field disclosure as sent."""
    return base64url.encode(hashlib.sha256(disclosure).digest())
