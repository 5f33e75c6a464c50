"""Entries as readers are shown them: who, when, what may be read of them, and their short number.

The short number is the log index and four characters of the JWS's digest: short enough to type
at a kiosk, and a mistyped one is nobody's. It is no secret; what it opens is public.
"""

import base64
import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from ledger.entry import base64url
from ledger.entry.entry import leaf_hash, parse_entry
from ledger.errors import MalformedError, NotFound
from ledger.kernel.act import Act
from ledger.service.ledger import Ledger
from ledger.service.reading.receipts import BeyondHead
from ledger.store.dialect import reading
from ledger.store.mapper import StoredEntry

_CHECKED: Final = 4
CHECKED: Final = f"[0-9A-HJKMNP-TV-Z]{{{_CHECKED}}}"
_CODE = re.compile(f"(0|[1-9][0-9]{{0,15}})-({CHECKED})")
_TO_CROCKFORD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)
_MISREAD = str.maketrans("OIL－—–", "011---")


class BadCode(MalformedError):
    """Not a receipt's short number."""

    code = "receipt.bad_code"
    zh = "回执编号的写法应如 343-7KQ4。请对照回执核对。"
    en = "A receipt's number looks like 343-7KQ4. Compare it with the receipt."


class UnknownCode(NotFound):
    """No entry has this short number."""

    code = "receipt.unknown_code"
    zh = "没有编号为 {code} 的回执。请对照回执逐字核对。"
    en = "No receipt has the number {code}. Compare it with the receipt letter by letter."


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: ``leaf`` is hex, ``pub`` its public members, ``sealed`` its groups' sizes."""

    index: int
    code: str
    recorded_at: int
    occurred: str
    signed_at: int
    stream: str
    seq: int
    type: str
    jti: str
    actor: str
    role: str
    kid: str
    digest: str
    leaf: str
    jws: str
    pub: dict[str, Any]
    sealed: dict[str, int]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in a list: where it stands and what kind of act it is."""

    index: int
    code: str
    recorded_at: int
    stream: str
    seq: int
    type: str
    unit: str | None


def short_code(index: int, digest: str) -> str:
    """Return an entry's short number; ``digest`` is base64url of 32 bytes."""
    return f"{index}-{checked(base64url.decode(digest, 32))}"


def checked(digest: bytes) -> str:
    """Return the characters that end a short number and tell a mistyped one."""
    # Python writes base 32 itself: five bytes are eight characters, of which some are kept.
    return base64.b32encode(digest[:5])[:_CHECKED].decode("ascii").translate(_TO_CROCKFORD)


def spelled(text: str) -> str:
    """Return a typed number in normal spelling; O, I and L are read as the digits they resemble."""
    return text.strip().upper().translate(_MISREAD).replace(" ", "")


def parse_code(text: str) -> tuple[int, str]:
    """Return index and normal spelling of a short number. Raises: BadCode."""
    code = spelled(text)
    if not (found := _CODE.fullmatch(code)):
        raise BadCode
    return int(found[1]), code


def find_code(ledger: Ledger, text: str) -> Act:
    """Return the act with this short number. Raises: BadCode, UnknownCode."""
    index, code = parse_code(text)
    rows = ledger.recorder.entries(index, index + 1)
    for row in rows:
        act = ledger.known.streams.mapper.act(row)
        if short_code(index, act.digest or "") == code:
            return act
    raise UnknownCode(code=code)


def entry_at(ledger: Ledger, index: int) -> tuple[Shown, Act]:
    """Return the entry at a log index, and its act. Raises: BeyondHead."""
    rows = ledger.recorder.entries(index, index + 1)
    if not rows:
        raise BeyondHead(size=ledger.recorder.head().size, wanted=index + 1)
    return _shown(ledger, rows[0])


def _shown(ledger: Ledger, row: StoredEntry) -> tuple[Shown, Act]:
    act = ledger.known.streams.mapper.act(row)
    signed = parse_entry(row.state).signed
    shown = Shown(
        index=row.index,
        code=short_code(row.index, act.digest or ""),
        recorded_at=act.recorded_at or 0,
        occurred=act.occ,
        signed_at=act.iat,
        stream=act.stream,
        seq=act.seq,
        type=act.type,
        jti=act.jti,
        actor=act.actor,
        role=act.role,
        kid=act.kid,
        digest=act.digest or "",
        leaf=leaf_hash(row.state).hex(),
        jws=signed.jws.decode("ascii"),
        pub=msgspec.json.decode(signed.claims.pub),
        sealed={group: len(digests) for group, digests in (signed.claims.sealed or {}).items()},
    )
    return shown, act


def lines(ledger: Ledger, start: int, stop: int) -> list[Line]:
    """Return the entries start <= index < stop as lines."""
    acts = ledger.known.streams.acts(start, max(0, stop - start))
    return [line_of(act) for act in acts]


def line_of(act: Act) -> Line:
    """Return a recorded act as a line of a list."""
    assert act.index is not None, "recorded"
    return Line(
        index=act.index,
        code=short_code(act.index, act.digest or ""),
        recorded_at=act.recorded_at or 0,
        stream=act.stream,
        seq=act.seq,
        type=act.type,
        unit=act.event.unit,
    )


def by_jti(ledger: Ledger, jti: str) -> Act:
    """Return the act of a client's own id. Raises: NotFound."""
    with reading(ledger.recorder.engine) as connection:
        rows = ledger.recorder.by_jti(connection, [jti])
    if jti not in rows:
        raise NotFound(what="jti")
    return ledger.known.streams.mapper.act(rows[jti])


def of_stream(ledger: Ledger, stream: str, *, after: int, size: int, limit: int) -> Sequence[Act]:
    """Return acts of a stream with seq > ``after`` and index < ``size``, at most ``limit``."""
    rows = ledger.recorder.select_events(stream, gt=after, limit=limit)
    acts = [ledger.known.streams.mapper.to_domain_event(row) for row in rows]
    return [act for act in acts if (act.index or 0) < size]
