"""What people type: lines, texts and moments of commands, as aggregates take them to be sealed."""

from typing import Annotated

from msgspec import Meta

from ledger.entry.canonical import require_text
from ledger.errors import MalformedError
from ledger.rules.time import occ_date

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
Moment = Annotated[str, Meta(min_length=1, max_length=40)]
"""RFC 3339 with offset, or a date alone."""


class TextBlank(MalformedError):
    """A text that must say something says nothing."""

    code = "text.blank"
    zh = "“{field}”不能空白。请填写。"
    en = "{field} is blank. Write something."


def sealable(field: str, value: str | None, *, lines: bool = False) -> str | None:
    """Return a text as typed for ``field``; ``lines`` allows more than one. None stays None.

    Raises:
        BadText: refused characters.
        TextBlank: nothing but spaces.
    """
    if value is None:
        return None
    require_text(value, lines=lines)
    if not value.strip():
        raise TextBlank(field=field)
    return value


def moment(value: str | None) -> str | None:
    """Return a moment as typed. Raises: BadClaims when it is none."""
    if value is not None:
        occ_date(value)
    return value
