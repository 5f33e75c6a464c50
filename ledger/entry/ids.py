"""Identifiers and the patterns of the profile's names (docs/spec/entry.md, "Names").

An ``<id>`` is 26 characters of Crockford's alphabet. That of an entry or of a stream of records is
a ULID (github.com/ulid/spec): the millisecond, then 80 random bits, so that what is recorded
together stands together in every index (ADR 0044). That of a person, a device or a file is 130
random bits: it says nothing about when it was made. The pattern constants are unanchored regex
strings; a user anchors them by ``fullmatch``. Who an identifier names is not handled here.
"""

import hashlib
import itertools
import re
import secrets
from collections.abc import Callable

from ledger.errors import MalformedError

ID = "[0-9A-HJKMNP-TV-Z]{26}"
# 32 bytes in base64url; the last character carries two zero bits.
DIGEST = "[0-9A-Za-z_-]{42}[AEIMQUYcgkosw048]"
# Aggregates, facts, roles, groups, sealed fields.
NAME = "[a-z][a-z0-9_]{0,63}"
# The schemeless URL a signed note takes as key name: no space, no "+".
ORIGIN = "[0-9A-Za-z][0-9A-Za-z._:/~-]{0,254}"
PACK = "[a-z0-9-]{1,64}@[0-9A-Za-z.]{1,64}"
TYPE = rf"{NAME}\.{NAME}\.v[1-9][0-9]{{0,3}}"
STREAM = f"(?:key/{DIGEST}|pack/{PACK}|log/{ORIGIN}|(?!key/|pack/|log/){NAME}/{ID})"
ACTOR = f"(?:person|device)/{ID}"

ID_BYTES = 17
_ULID_RANDOM_BYTES = 10
_TIME_CHARACTERS = 10
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(map("".join, itertools.product(_CROCKFORD, repeat=2)))
_SHIFTS = tuple(range(120, -1, -10))
_STREAM = re.compile(STREAM)


class BadIdentifier(MalformedError):
    """A stream, type or other name is not of its pattern; ``kind`` says which."""

    code = "entry.bad_identifier"
    zh = "标识（{kind}）的写法不合规。请核对后重新提交。"
    en = "The identifier ({kind}) is not of its pattern. Check it and submit again."


def new_id(random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a new id that holds no time; ``random(n)`` gives n random bytes."""
    return id_from_bytes(random(ID_BYTES))


def ulid(at: int, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a new id that begins with the time ``at`` (Unix ms, below 2**48)."""
    return _spelled(at << 80 | int.from_bytes(random(_ULID_RANDOM_BYTES)))


def derived(id_: str, name: str) -> str:
    """Return the id of what ``name`` calls beside ``id_``, the same each time, with its time.

    Whoever does not hold ``id_`` cannot tell it: 80 bits of a digest over both follow the time.
    """
    digest = hashlib.sha256(f"{id_}\n{name}".encode()).digest()
    return id_[:_TIME_CHARACTERS] + id_from_bytes(digest)[_TIME_CHARACTERS:]


def timeless(id_: str) -> str:
    """Return the id derived from a ULID that no longer tells its time."""
    return id_from_bytes(hashlib.sha256(id_.encode()).digest())


def id_from_bytes(digest: bytes) -> str:
    """Return the id of the first 130 bits of ``digest`` (at least 17 bytes).

    Used for ids derived by an HMAC, so that an import or a policy run twice finds what is there.

    Raises:
        ValueError: fewer than 17 bytes, a bug of the caller.
    """
    if len(digest) < ID_BYTES:
        raise ValueError("an id needs at least 17 bytes")
    return _spelled(int.from_bytes(digest[:ID_BYTES]) >> 6)


def _spelled(bits: int) -> str:
    # Two characters at a time: an act takes an id or two.
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


def parse_stream(text: str) -> tuple[str, str]:
    """Return (aggregate, key) of ``case/7ZB6...``; the key may itself hold slashes.

    Raises:
        BadIdentifier: not of the pattern ``STREAM``.
    """
    if not _STREAM.fullmatch(text):
        raise BadIdentifier(kind="stream")
    aggregate, _, key = text.partition("/")
    return aggregate, key
