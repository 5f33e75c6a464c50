"""Periods: a stretch of whole days with one spelling, as items and duties name what they cover.

``2026`` a year, ``2026H1`` a half, ``2026Q1`` a quarter, ``2026-03`` a month, ``2026-W12`` a week
(ISO 8601: Monday to Sunday, of the year its Thursday lies in), ``2026-03-14`` a day. Years 1900 to
9998, so that every period has a next one. Public members carry the spelling: ``PeriodText``.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, get_args

from msgspec import Meta

from ledger.errors import MalformedError
from ledger.rules.calendars import add_months

Kind = Literal["year", "half", "quarter", "month", "week", "day"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PeriodText = Annotated[
    str, Meta(pattern=r"\A[0-9]{4}(H[12]|Q[1-4]|-[0-9]{2}|-W[0-9]{2}|-[0-9]{2}-[0-9]{2})?\Z")
]
"""Type of a public member that names a period; whether there is such a one: ``parse_period``."""

FIRST_YEAR, LAST_YEAR = 1900, 9998

_DAY = timedelta(days=1)
_SPELLING = re.compile(
    r"(?P<year>[0-9]{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2})"
    r"(?:-(?P<day>[0-9]{2}))?|-W(?P<week>[0-9]{2}))?",
    re.ASCII,
)
_MONTHS: dict[Kind, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_MARKS: dict[Kind, str] = {"half": "H", "quarter": "Q"}


class BadPeriod(MalformedError):
    """A text that names no period, or one that no calendar has."""

    code = "period.bad"
    zh = "没有这样的期间。请写作 2026、2026H1、2026Q1、2026-03、2026-W12 或 2026-03-14。"
    en = "No such period. Write 2026, 2026H1, 2026Q1, 2026-03, 2026-W12 or 2026-03-14."


class Period(NamedTuple):
    """A period by its first and last day, both within it; make it with the functions here."""

    kind: Kind
    first: date
    last: date

    def __str__(self) -> str:
        return format_period(self)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Return the period a text names.

    Raises:
        BadPeriod: another form, or no such week, month or day.
    """
    found = _SPELLING.fullmatch(text)
    try:
        period = containing(*_within(found)) if found else None
    except ValueError:
        period = None
    # One period has one spelling: week 53 of a year of 52 names a week of the next.
    if period is None or format_period(period) != text:
        raise BadPeriod
    return period


def _within(found: re.Match[str]) -> tuple[Kind, date]:
    """Return the kind a spelling names, and a day within."""
    year, number = int(found["year"]), found.groupdict()
    if number["week"]:
        return "week", date.fromisocalendar(year, int(number["week"]), 4)
    if number["day"]:
        return "day", date(year, int(number["month"]), int(number["day"]))
    for kind in ("half", "quarter", "month"):
        if number[kind]:
            return kind, date(year, (int(number[kind]) - 1) * _MONTHS[kind] + 1, 1)
    return "year", date(year, 1, 1)


def format_period(period: Period) -> str:
    """Return the one spelling of a period."""
    kind, first = period.kind, period.first
    match kind:
        case "year":
            return f"{first.year:04}"
        case "half" | "quarter":
            return f"{first.year:04}{_MARKS[kind]}{(first.month - 1) // _MONTHS[kind] + 1}"
        case "month":
            return f"{first.year:04}-{first.month:02}"
        case "week":
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        case "day":
            return first.isoformat()


@lru_cache(maxsize=4096)
def containing(kind: Kind, day: date) -> Period:
    """Return the period of a kind that a day lies in.

    Raises:
        BadPeriod: outside the years of the calendar.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadPeriod
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        first = day - day.weekday() * _DAY
        return Period(kind, first, first + 6 * _DAY)
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(kind, first, add_months(first, months) - _DAY)


def following(period: Period) -> Period:
    """Return the next period of the same kind. Raises: BadPeriod after the last year."""
    return containing(period.kind, period.last + _DAY)


def between(kind: Kind, first: date, last: date) -> Iterator[Period]:
    """Yield the periods of a kind that begin on ``first`` or later and no later than ``last``.

    Raises:
        BadPeriod: outside the years of the calendar.
    """
    period = containing(kind, first)
    while period.first <= last:
        if period.first >= first:
            yield period
        if period.last >= last:
            return
        period = following(period)
