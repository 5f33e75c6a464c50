"""An entry of the own store, read back: typed, not proven again.

``parse_entry`` is strict, and runs on every entry before it is appended and whenever the log is
audited. Whatever folds acts into states and views reads the rows once more, and holding each to
its one spelling again would be half of that work: here every member has its type and that is all
(docs/adr/0019). Never for bytes from outside.
"""

import hashlib

import msgspec

from ledger.entry import base64url
from ledger.entry.jws import kid_of
from ledger.errors import MalformedError


class Unreadable(MalformedError):
    """A stored row holds no entry."""

    code = "store.unreadable"
    zh = "账本中有一条记录无法读取：存储被改动过，请运行 mingzhang verify。"
    en = "A row of the store holds no entry: it was changed; run `mingzhang verify`."


class Payload(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The members of an entry's payload that acts are made of; the others are passed over."""

    actor: str
    iat: int
    jti: str
    occ: str
    pub: msgspec.Raw
    role: str
    seq: int
    stream: str
    type: str


class Stored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row's entry: time recorded (Unix ms), signing key, digest of the JWS (base64url)."""

    recorded_at: int
    kid: str
    digest: str
    payload: Payload


_DECODER = msgspec.json.Decoder(Payload)


def read_stored(state: bytes) -> Stored:
    """Return the entry a row of the own store holds. Raises: Unreadable."""
    try:
        first, payload, _signature = state.split(b".")
        recorded_at, _, header = first.partition(b" ")
        jws = memoryview(state)[len(recorded_at) + 1 :]
        return Stored(
            recorded_at=int(recorded_at),
            kid=kid_of(header),
            digest=base64url.encode(hashlib.sha256(jws).digest()),
            payload=_DECODER.decode(base64url.decode(payload)),
        )
    except (ValueError, MalformedError):
        raise Unreadable from None
