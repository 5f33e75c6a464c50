"""Statutory terms: the last day of a period (Civil Code, Arts. 200-203), and working days.

The day of the event is not counted; months end on the corresponding day or, lacking one, on the
month's last day; a last day that is a statutory rest day moves to the day after the rest days.
Working days skip rest days and count make-up working days. Both need the State Council's yearly
table, which is announced in the autumn before and cannot be computed: a year without a table is
counted from weekends alone and its result is marked provisional.

A term may have stood still: the days of a gap, from the one after it was suspended through the one
it was resumed on, are not counted, each once, and none before the term began. What had ended before
a gap began is not moved by it.

Not handled: terms in hours, business hours of the last day (Art. 203 II); a notice that moves days
of the December before it, whose own year counts as known.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal, assert_never

import msgspec

from ledger.errors import RuleViolation

Unit = Literal["day", "working_day", "month"]
Why = Literal[
    "event", "first_day", "suspended", "resumed", "last_day", "extended", "rest_day",
    "table_missing", "due", "period", "weekday", "grace",
]  # fmt: skip
Gap = tuple[date, date]
"""The day a term was suspended, and the day it was resumed."""

_DAY = timedelta(days=1)
_SATURDAY = 5

_WORDS: dict[str, tuple[str, str]] = {
    "event": ("{day} 为事件当日，不计入", "{day} is the day of the event and is not counted"),
    "first_day": ("自 {day} 起算", "counting begins on {day}"),
    "suspended": (
        "{day} 中止，次日起不计入",
        "suspended on {day}; the days after it are not counted",
    ),
    "resumed": (
        "{day} 恢复，次日起继续计算",
        "resumed on {day}; counting goes on the day after",
    ),
    "last_day": ("期满日为 {day}", "the period ends on {day}"),
    "extended": ("延长后期满日为 {day}", "as extended, the period ends on {day}"),
    "rest_day": ("{day} 为休息日，顺延", "{day} is a rest day, so the end moves on"),
    "table_missing": (
        "{day} 所在年度的放假安排尚未公布，暂按周末推算",
        "the year of {day} awaits the State Council's table and is counted from weekends",
    ),
    "due": ("截止日为 {day}", "due on {day}"),
    "period": ("{day} 为所属期间的最后一日", "{day} is the last day of the period"),
    "weekday": ("{day} 为期间内规定的星期几", "{day} is the day of the week it is owed on"),
    "grace": ("加宽限期，至 {day}", "with its grace until {day}"),
}


class TermOutOfRange(RuleViolation):
    """A term ends after the last year the calendar can name."""

    code = "calendar.out_of_range"
    zh = "从 {start} 起算的期限超出日历范围。请核对发生日期。"
    en = "A term counted from {start} runs off the calendar. Check the date it happened."


class HolidayYear(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One year's table: days of rest named by the notice, and make-up working days.

    A notice may name days of the December before it. ``source`` is the notice's number.
    """

    year: int
    source: str
    rest: tuple[date, ...]
    work: tuple[date, ...] = ()


class Holidays:
    """The tables of several years, ready for look-up."""

    __slots__ = ("_rest", "_work", "years")

    def __init__(self, tables: tuple[HolidayYear, ...] = ()) -> None:
        self.years = frozenset(table.year for table in tables)
        self._rest = frozenset(day for table in tables for day in table.rest)
        self._work = frozenset(day for table in tables for day in table.work)

    def is_working(self, day: date) -> bool:
        """Tell whether ``day`` is worked: make-up days are, named rest days and weekends not."""
        if day in self._work:
            return True
        return day.weekday() < _SATURDAY and day not in self._rest


class Step(msgspec.Struct, frozen=True):
    """One step of a count: what happened, on which day."""

    why: Why
    day: date

    def text(self, lang: str = "en") -> str:
        """Return the step in words, ``lang`` being ``zh`` or ``en``."""
        zh, en = _WORDS[self.why]
        return (zh if lang == "zh" else en).format(day=self.day.isoformat())


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of a term, whether a missing table may still move it, and how it was found."""

    day: date
    provisional: bool
    explain: tuple[Step, ...]


def due_date(
    start: date,
    value: int,
    unit: Unit,
    holidays: Holidays,
    *,
    extension: int = 0,
    gaps: tuple[Gap, ...] = (),
) -> Due:
    """Return the last day of ``value`` units after the event of ``start``.

    ``extension`` adds natural days to the period before its last day is moved off rest days
    (a term extended by 30 days ends 30 days after its own end, not after the moved one). ``gaps``
    may begin before the term, and overlap: a day that was not counted is left out once.

    Raises:
        TermOutOfRange: the term ends after the year 9999.
    """
    try:
        apart = _apart(start, gaps)
        return _due(start, value, unit, holidays, extension=extension, gaps=apart)
    except (OverflowError, ValueError):
        # date arithmetic says overflow, monthrange and replace say value: the same refusal.
        raise TermOutOfRange(start=start.isoformat()) from None


def _due(
    start: date,
    value: int,
    unit: Unit,
    holidays: Holidays,
    *,
    extension: int,
    gaps: tuple[Gap, ...],
) -> Due:
    own = _last_day(start, value, unit, holidays, gaps)
    # Of working days the count has passed over gaps already; those of the extension are left.
    inside = [gap for gap in gaps if unit != "working_day" or gap[0] >= own]
    last = _past(own + timedelta(days=extension), inside)
    steps = [Step("event", start), Step("first_day", start + _DAY)]
    steps.extend(_stood(gap for gap in gaps if gap[0] < last))
    steps.append(Step("last_day", _past(own, inside)))
    if extension:
        steps.append(Step("extended", last))
    rests = tuple(_rest_days_from(last, holidays))
    day = last + len(rests) * _DAY
    steps.extend(Step("rest_day", rest) for rest in rests)
    # Working days read every day of the term; other units only those the end fell on.
    first = start + _DAY if unit == "working_day" else last
    missing = [year for year in range(first.year, day.year + 1) if year not in holidays.years]
    steps.extend(Step("table_missing", max(first, date(year, 1, 1))) for year in missing)
    steps.append(Step("due", day))
    return Due(day=day, provisional=bool(missing), explain=tuple(steps))


def _apart(start: date, gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """Return the same days of gaps, within a term of ``start``, in order of time and apart."""
    found: list[Gap] = []
    for suspended, resumed in sorted(gaps):
        begun = max(suspended, start)
        if found and begun < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], resumed))
        elif begun < resumed:
            found.append((begun, resumed))
    return tuple(found)


def _stood(gaps: Iterable[Gap]) -> Iterator[Step]:
    for suspended, resumed in gaps:
        yield Step("suspended", suspended)
        yield Step("resumed", resumed)


def _past(last: date, gaps: Iterable[Gap]) -> date:
    """Return a last day moved by the natural days of the gaps that began before it."""
    for suspended, resumed in gaps:
        if suspended < last:
            last += resumed - suspended
    return last


def _last_day(
    start: date, value: int, unit: Unit, holidays: Holidays, gaps: tuple[Gap, ...]
) -> date:
    match unit:
        case "day":
            return start + timedelta(days=value)
        case "month":
            return add_months(start, value)
        case "working_day":
            return _add_working_days(start, value, holidays, gaps)
        case _:
            assert_never(unit)


def add_months(start: date, months: int) -> date:
    """Return the corresponding day ``months`` later, or that month's last day (Art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _add_working_days(start: date, value: int, holidays: Holidays, gaps: tuple[Gap, ...]) -> date:
    day, left = start, value
    while left:
        day += _DAY
        stands = any(suspended < day <= resumed for suspended, resumed in gaps)
        left -= holidays.is_working(day) and not stands
    return day


def _rest_days_from(day: date, holidays: Holidays) -> Iterator[date]:
    while not holidays.is_working(day):
        yield day
        day += _DAY
