"""The claims: an entry's payload, every rule a verifier can check without a registry.

Specification: docs/spec/entry.md, "Members". What a type's ``pub`` may hold, which groups it seals,
whether ``prev`` and ``seq`` continue the stream, and who may act are not handled here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ledger.entry import canonical
from ledger.entry.disclosure import require_no_reserved_name
from ledger.entry.ids import ACTOR, DIGEST, ID, NAME, ORIGIN, STREAM, TYPE
from ledger.errors import MalformedError

GENESIS_TYPE = "log.genesis.v1"
# Ten digits of seconds, thirteen of milliseconds: until November 2286.
MAX_SECONDS = 10**10 - 1
# Where ``pub`` lies in the payload, the payload being 1.
_PUB_DEPTH = 2

_HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OCCURRED = re.compile(
    "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
    rf"(?P<time>T{_HOUR}:[0-5][0-9](?:\.[0-9]{{1,6}})?(?:Z|(?!-00:00)[+-]{_HOUR}))?"
)
# One match over the joined members takes a quarter of the time of a match for each.
_PATTERNS = {
    "actor": ACTOR,
    "jti": ID,
    "log": ORIGIN,
    "prev": f"(?:{DIGEST})?",
    "role": NAME,
    "stream": STREAM,
    "type": TYPE,
}
_NAMES = re.compile("\n".join(_PATTERNS.values()) + f"(?:\n{NAME})*")
_DIGESTS = re.compile(f"{DIGEST}(?:\n{DIGEST})*")
_PATH = re.compile(r"`(\$[^`]*)`\Z")


class BadClaims(MalformedError):
    """A member of the payload is missing, unknown or not as the profile says."""

    code = "entry.bad_claims"
    zh = "条目的成员 {member} 不符合 SGL-1 规定。请按规定重新生成并签名。"
    en = "The entry's member {member} is not as SGL-1 requires. Build the entry again and sign it."


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A checkpoint the client verified last: root (base64url of 32 bytes) and tree size."""

    root: Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]
    size: Annotated[int, Meta(ge=0, le=canonical.MAX_INTEGER)]


class Claims(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The payload. Hashes are base64url text; ``pub`` is canonical JSON of an object.

    ``occ`` is the time claimed, ``iat`` Unix seconds of the signer's clock, ``sealed`` the digests
    of each group in order, None when the type seals nothing. Only what ``parse_claims`` returns
    is known to hold the rules; ``format_claims`` refuses anything else.
    """

    v: int = 1
    log: str
    stream: str
    seq: int
    prev: str
    type: str
    jti: str
    occ: str
    iat: int
    actor: str
    role: str
    pub: msgspec.Raw
    seen: Seen | None = None
    sealed: dict[str, tuple[str, ...]] | None = None


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sd: Annotated[list[str], Meta(min_length=1)] = msgspec.field(name="_sd")


class _Wire(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    # The members in canonical order, so that encoding this struct makes the canonical bytes.
    sd_alg: Literal["sha-256"] | None = msgspec.field(default=None, name="_sd_alg")
    actor: str
    iat: Annotated[int, Meta(ge=0, le=MAX_SECONDS)]
    jti: str
    log: str
    occ: str
    prev: str
    pub: msgspec.Raw
    role: str
    sealed: Annotated[dict[str, _Group], Meta(min_length=1)] | None = None
    seen: Seen | None = None
    seq: Annotated[int, Meta(ge=1, le=canonical.MAX_INTEGER)]
    stream: str
    type: str
    v: Literal[1]


_DECODER = msgspec.json.Decoder(_Wire)
# The struct's own order is canonical; "deterministic" sorts the groups of ``sealed``.
_ENCODER = msgspec.json.Encoder(order="deterministic")


def parse_claims(data: bytes) -> Claims:
    """Return the claims of a payload, canonical and with every member as the profile says.

    Raises:
        NotJson, NotCanonical, BadNumber, BadName, TooDeep: the bytes are not canonical JSON.
        BadClaims: a member is missing, unknown or wrong; ``member`` says where.
        ReservedName: ``pub`` has a member RFC 9901 reserves.
    """
    wire = _decode(data)
    # SPEC: a decoder accepts bytes only if re-encoding gives the same bytes. All members but
    # ``pub`` are typed, so the typed re-encoding is theirs; ``pub`` is held to it by itself.
    if _ENCODER.encode(wire) != data:
        raise canonical.NotCanonical
    _require_profile(wire)
    return _claims(wire)


def parse_claims_again(data: bytes) -> Claims:
    """Return the claims of a payload that ``parse_claims`` accepted: typed, not proven again."""
    return _claims(_decode(data))


def format_claims(claims: Claims) -> bytes:
    """Return the canonical payload, held to all that ``parse_claims`` holds it to.

    Raises:
        MalformedError: the claims break a rule, and nobody should sign them.
    """
    try:
        data = _ENCODER.encode(_wire(claims))
    except UnicodeEncodeError:
        raise BadClaims(member="$") from None
    _require_profile(_decode(data))  # canonical it is: these bytes were encoded a moment ago
    return data


@lru_cache(maxsize=4096)
def parse_occurred(occ: str) -> datetime | date:
    """Return ``occ`` as an aware datetime, or as a date where it is a date alone.

    RFC 3339 in years 1000 to 2999, seconds with up to 6 digits after the point, no leap second,
    offset ``Z`` or ``+hh:mm`` (``-00:00``, an unknown offset, is refused).

    Raises:
        BadClaims: another form, or no such day.
    """
    found = _OCCURRED.fullmatch(occ)
    if not found:
        raise BadClaims(member="$.occ")
    try:
        return datetime.fromisoformat(occ) if found["time"] else date.fromisoformat(occ)
    except ValueError:
        raise BadClaims(member="$.occ") from None


def _decode(data: bytes) -> _Wire:
    try:
        return _DECODER.decode(data)
    except msgspec.ValidationError as error:
        raise BadClaims(member=_path(str(error))) from None
    except (ValueError, RecursionError):
        raise canonical.NotJson from None


def _path(message: str) -> str:
    # Only msgspec's path is passed on, which is made of our own member names. A message about an
    # unknown member quotes a stranger's text.
    found = None if message.startswith("Object contains unknown") else _PATH.search(message)
    return found[1] if found else "$"


def _require_profile(wire: _Wire) -> None:
    _require_names(wire)
    _require_agreement(wire)
    _require_sealed(wire)
    _require_pub(bytes(wire.pub))
    parse_occurred(wire.occ)


def _require_names(wire: _Wire) -> None:
    texts = (wire.actor, wire.jti, wire.log, wire.prev, wire.role, wire.stream, wire.type)
    if _match_lines(_NAMES, (*texts, *(wire.sealed or ()))):
        return
    pairs = zip(_PATTERNS.items(), texts, strict=True)
    wrong = (name for (name, pattern), text in pairs if not re.fullmatch(pattern, text))
    raise BadClaims(member=f"$.{next(wrong, 'sealed')}")


def _match_lines(pattern: re.Pattern[str], lines: Sequence[str]) -> bool:
    text = "\n".join(lines)
    # A line feed inside a line would let one line pass as two.
    return text.count("\n") == len(lines) - 1 and pattern.fullmatch(text) is not None


def _require_pub(pub: bytes) -> None:
    if pub[:1] != b"{":
        raise BadClaims(member="$.pub")
    canonical.decode(pub, depth=_PUB_DEPTH)
    require_no_reserved_name(pub)


def _require_agreement(wire: _Wire) -> None:
    # SPEC: stream prefix = aggregate name = first segment of the type.
    aggregate, _, key = wire.stream.partition("/")
    if wire.type.partition(".")[0] != aggregate or (aggregate == "log" and key != wire.log):
        raise BadClaims(member="$.stream")
    # SPEC: prev is "" only in the genesis itself, which is the first entry of its stream.
    genesis = wire.type == GENESIS_TYPE
    if genesis and wire.seq != 1:
        raise BadClaims(member="$.seq")
    if genesis is not (wire.prev == ""):
        raise BadClaims(member="$.prev")


def _require_sealed(wire: _Wire) -> None:
    # SPEC: _sd_alg is present exactly when sealed is.
    if (wire.sealed is None) is not (wire.sd_alg is None):
        raise BadClaims(member="$._sd_alg")
    if wire.sealed is not None:
        _require_digests(wire.sealed)


def _require_digests(sealed: dict[str, _Group]) -> None:
    # SPEC: digests are sorted, and none occurs twice, in one group or in two.
    every: list[str] = []
    ascending = True
    for group in sealed.values():
        ascending = ascending and group.sd == sorted(group.sd)
        every += group.sd
    if not ascending or len(set(every)) != len(every) or not _match_lines(_DIGESTS, every):
        raise BadClaims(member="$.sealed[...]._sd")


def _claims(wire: _Wire) -> Claims:
    return Claims(
        v=wire.v,
        log=wire.log,
        stream=wire.stream,
        seq=wire.seq,
        prev=wire.prev,
        type=wire.type,
        jti=wire.jti,
        occ=wire.occ,
        iat=wire.iat,
        actor=wire.actor,
        role=wire.role,
        pub=wire.pub,
        seen=wire.seen,
        sealed=None
        if wire.sealed is None
        else {g: tuple(made.sd) for g, made in wire.sealed.items()},
    )


def _wire(claims: Claims) -> _Wire:
    sealed: Mapping[str, tuple[str, ...]] | None = claims.sealed
    return _Wire(
        sd_alg=None if sealed is None else "sha-256",
        actor=claims.actor,
        iat=claims.iat,
        jti=claims.jti,
        log=claims.log,
        occ=claims.occ,
        prev=claims.prev,
        pub=claims.pub,
        role=claims.role,
        sealed=None
        if sealed is None
        else {g: _Group(list(digests)) for g, digests in sealed.items()},
        seen=claims.seen,
        seq=claims.seq,
        stream=claims.stream,
        type=claims.type,
        v=claims.v,  # type: ignore[arg-type]
    )
