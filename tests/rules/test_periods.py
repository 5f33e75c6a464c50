"""Periods: one spelling each, no day outside every period of a kind and none in two."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.periods import (
    KINDS,
    BadPeriod,
    PeriodText,
    between,
    containing,
    following,
    format_period,
    parse_period,
)

days = st.dates(date(1900, 1, 8), date(9997, 12, 31))
kinds = st.sampled_from(KINDS)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026H2", "2026-07-01", "2026-12-31"),
        ("2026Q1", "2026-01-01", "2026-03-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-03-14", "2026-03-14", "2026-03-14"),
    ],
)
def test_a_spelling_names_its_days(text, first, last):
    period = parse_period(text)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "26", "2026H0", "2026H3", "2026Q5", "2026-00", "2026-13", "2026-W00", "2025-W53",
        "2026-W54", "2026-02-29", "2026-3", "2026-W1", "２０２６", "2026 ", "2026\n", "2026h1",
        "0000", "0001", "1899", "9999", "2026-03-14T00", "+2026",
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(text):
    with pytest.raises(BadPeriod):
        parse_period(text)


@given(kinds, days)
def test_a_period_is_what_its_spelling_says(kind, day):
    period = containing(kind, day)
    assert day in period
    assert parse_period(format_period(period)) == period
    assert msgspec.convert(str(period), PeriodText) == str(period)


@given(kinds, days)
def test_periods_follow_each_other_without_gap_or_overlap(kind, day):
    period = containing(kind, day)
    after = following(period)
    assert after.first == period.last + timedelta(days=1)
    assert containing(kind, after.last) == after
    assert str(period) != str(after)


@given(days)
def test_periods_agree_with_other_calendars(day):
    assert containing("month", day).last.day == monthrange(day.year, day.month)[1]
    week = containing("week", day)
    assert str(week) == day.strftime("%G-W%V").zfill(8)
    assert (week.first.weekday(), week.last.weekday()) == (0, 6)
    quarter = containing("quarter", day)
    assert quarter.first + relativedelta(months=3, days=-1) == quarter.last
    assert containing("half", day).last.month in {6, 12}


@given(kinds, days, st.integers(0, 400))
def test_between_finds_exactly_the_periods_that_begin_there(kind, first, length):
    last = first + timedelta(days=min(length, (date(9998, 12, 31) - first).days))
    found = list(between(kind, first, last))
    begins = {
        containing(kind, first + timedelta(days=n)).first for n in range((last - first).days + 1)
    }
    assert [period.first for period in found] == sorted(day for day in begins if day >= first)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(found))


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4}[-HQW][0-9HQW-]{0,6}"))
def test_any_text_is_a_period_or_refused(text):
    try:
        period = parse_period(text)
    except BadPeriod:
        return
    assert str(period) == text


def test_the_calendar_ends_where_it_ends():
    last = containing("year", date(9998, 5, 1))
    with pytest.raises(BadPeriod):
        following(last)
    with pytest.raises(BadPeriod):
        containing("month", date(1899, 12, 31))
