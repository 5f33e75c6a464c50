"""Keyset cursors: where a list goes on, pinned to the view's version and to a point of history.

A cursor is base64url of canonical JSON, no secret: it names nothing the reader could not ask for.
However much is recorded meanwhile, the pages of one walk are of one moment.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ledger.entry import base64url
from ledger.errors import ConflictError, MalformedError
from ledger.kernel.act import AsOf
from ledger.service.reading.caselist import ORDER_NAMES, ORDERS, Place

MAX_CURSOR = 1_000
_Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
_Moment = Annotated[int, Meta(ge=0, lt=10**13)]
"""Unix milliseconds of a day that has a name: ``ledger.rules.time.local_date``."""


class BadCursor(MalformedError):
    """A cursor this program did not make."""

    code = "cursor.malformed"
    zh = "翻页标记无法识别。请从第一页重新查看。"
    en = "The cursor is not one of ours. Start again from the first page."


class CursorStale(ConflictError):
    """The list's view has another version than when the walk began."""

    code = "cursor.stale"
    zh = "列表已更换版本，翻页标记失效。请从第一页重新查看。"
    en = "The list has another version now, and the cursor no longer holds. Start again."


class Cursor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Go on after row ``after`` of list ``of``, as of ``size`` and ``at``."""

    of: Annotated[str, Meta(max_length=100)]
    size: _Number
    at: _Moment
    after: Annotated[str, Meta(max_length=300)]

    @property
    def as_of(self) -> AsOf:
        """The point of history of the walk."""
        return AsOf(size=self.size, at=self.at)


def format_cursor(cursor: Cursor) -> str:
    """Return a cursor as text."""
    return base64url.encode(msgspec.json.encode(cursor))


def parse_cursor(text: str, of: str, size: int) -> Cursor:
    """Return the cursor of list ``of`` in a log of ``size`` entries.

    Raises:
        BadCursor: not one of ours, or of a longer log than there is.
        CursorStale: of another list, or of this one in another version.
    """
    if len(text) > MAX_CURSOR:
        raise BadCursor
    try:
        found = msgspec.json.decode(base64url.decode(text), type=Cursor)
    except (MalformedError, msgspec.MsgspecError, UnicodeDecodeError):
        raise BadCursor from None
    if found.of != of:
        raise CursorStale
    if found.size > size:  # no view will ever have read so far: "try again" would be untrue
        raise BadCursor
    return found


def format_place(place: Place) -> str:
    """Return a place in the register as a cursor holds it."""
    return ":".join((place.order, str(place.part), place.value, place.case))


def parse_place(text: str) -> Place:
    """Return the place a cursor holds. Raises: BadCursor."""
    order, part, value, case = (*text.split(":", 3), "", "", "")[:4]
    name = next((each for each in ORDER_NAMES if each == order), None)
    if name is None or part not in map(str, range(len(ORDERS[name]))) or not case:
        raise BadCursor
    return Place(name, int(part), value, case)


def next_link(url: Any, cursor: str) -> str:
    """Return the ``Link`` header of the page after this one (RFC 8288)."""
    there = url.include_query_params(cursor=cursor)
    return f'<{there.path}?{there.query}>; rel="next"'
