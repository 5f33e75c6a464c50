"""An act: one event with who, in which role, when and where; proposed or recorded.

Rules see acts and nothing else, so prepare, submit, import and audit judge the same thing.

Acts, events and other trees of plain values are hidden from the garbage collector (``gc=False``):
being immutable they form no cycles, and looking through all that caches hold of them took an
eighth of an append.
"""

from typing import NewType

import msgspec

from ledger.kernel.event import Event, Group

Tag = NewType("Tag", str)
"""``ns:value``, ASCII, derived from public members and header alone."""


class Who(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who acts: the actor, the role she acts in, the key she signs with."""

    actor: str
    role: str
    kid: str


class Act(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event as the rules see it.

    ``seq`` counts from 1 in the stream. ``digest`` is the base64url SHA-256 of the JWS, None
    before signing. ``index`` (0 <= index < size) and ``recorded_at`` (Unix ms) are None before
    sequencing. ``occ`` is the time claimed (RFC 3339 or a date), ``iat`` the signer's clock
    (Unix seconds); rules read time from these two only.
    """

    stream: str
    seq: int
    type: str
    jti: str
    actor: str
    role: str
    kid: str
    occ: str
    iat: int
    event: Event
    digest: str | None = None
    index: int | None = None
    recorded_at: int | None = None

    @property
    def aggregate(self) -> str:
        """Name of the aggregate the act belongs to: the first segment of its type."""
        return self.type.partition(".")[0]


def series_tag(event: Event) -> Tag | None:
    """Return the tag of the series an event takes its number in, None where it takes none."""
    taken = event.numbered
    if taken is None:
        return None
    return Tag(f"number:{taken.series}:{taken.unit or event.unit}:{taken.year}")


def paper_tag(stream: str) -> Tag:
    """Return the tag of what in a stream was typed from paper, and of the answers to it."""
    return Tag(f"paper:{stream}")


def concerned(event: Event) -> frozenset[str]:
    """Return the persons an event names as those it concerns, though they sign nothing."""
    found: set[str] = set()
    for member in event.concerns:
        named = getattr(event, member)
        found.update((named,) if isinstance(named, str) else named)
    return frozenset(found)


def concern_tag(stream: str) -> Tag:
    """Return the tag of the acts of a stream that concern somebody by name."""
    return Tag(f"concerns:{stream}")


class Proposed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What ``decide`` proposes: an event for a stream, and the values to seal with it."""

    stream: str
    event: Event
    sealed: tuple[Group, ...] = ()


class AsOf(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A point of history: entries 0..size-1, evaluated at ``at`` (Unix ms)."""

    size: int
    at: int
