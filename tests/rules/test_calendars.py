from datetime import date, timedelta

import chinese_calendar
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.calendars import (
    Holidays,
    HolidayYear,
    TermOutOfRange,
    add_months,
    due_date,
)
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import holidays

TABLES = tuple(item.value for item in load_pack(shipped("cn-law")).items(holidays.section))
CHINA = Holidays(TABLES)
WEEKENDS = Holidays()

# The notices for 2024, 2025 and 2026 as known, written out by hand (not
# compared with the gazette) as (month, day, month, day) spans and
# make-up days: a second reading of what holidays.toml lists day by day.
NOTICES = {
    2024: (
        [(1, 1, 1, 1), (2, 10, 2, 17), (4, 4, 4, 6), (5, 1, 5, 5), (6, 10, 6, 10), (9, 15, 9, 17),
         (10, 1, 10, 7)],
        [(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)],
    ),
    2025: (
        [(1, 1, 1, 1), (1, 28, 2, 4), (4, 4, 4, 6), (5, 1, 5, 5), (5, 31, 6, 2), (10, 1, 10, 8)],
        [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
    ),
    2026: (
        [(1, 1, 1, 3), (2, 15, 2, 23), (4, 4, 4, 6), (5, 1, 5, 5), (6, 19, 6, 21), (9, 25, 9, 27),
         (10, 1, 10, 7)],
        [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
    ),
}  # fmt: skip

known_days = st.dates(date(2011, 1, 1), date(2026, 12, 31))
any_days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("year", NOTICES)
def test_the_tables_list_what_the_notices_say(year):
    spans, work = NOTICES[year]
    rest = set()
    for first_month, first, last_month, last in spans:
        start, end = date(year, first_month, first), date(year, last_month, last)
        rest |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    (table,) = [table for table in TABLES if table.year == year]
    assert set(table.rest) == rest
    assert set(table.work) == {date(year, month, day_) for month, day_ in work}
    assert "国办发明电" in table.source


def test_every_day_with_a_table_is_worked_as_chinesecalendar_has_it():
    first, last = date(2011, 1, 1), date(2026, 12, 31)
    for n in range((last - first).days + 1):
        each = first + timedelta(days=n)
        assert CHINA.is_working(each) == chinese_calendar.is_workday(each), each


def test_the_year_after_the_last_table_awaits_its_notice():
    assert CHINA.years == set(range(2011, 2027))


@given(st.dates(date(2011, 1, 1), date(2026, 10, 1)), st.integers(1, 40))
def test_working_days_count_as_chinesecalendar_counts(start, value):
    due = due_date(start, value, "working_day", CHINA)
    between = [start + timedelta(days=n) for n in range(1, (due.day - start).days + 1)]
    assert sum(map(chinese_calendar.is_workday, between)) == value
    assert chinese_calendar.is_workday(due.day)
    assert not due.provisional


@given(any_days, st.integers(1, 240))
def test_months_end_where_dateutil_says(start, months):
    assert add_months(start, months) == start + relativedelta(months=months)


@given(any_days, st.integers(1, 1000), st.integers(0, 60))
def test_a_term_of_days_ends_on_the_first_working_day_from_its_end(start, value, extension):
    due = due_date(start, value, "day", WEEKENDS, extension=extension)
    end = start + timedelta(days=value + extension)
    assert due.day >= end
    assert due.day.weekday() < 5
    assert (due.day - end).days <= 2
    assert due.provisional


@given(known_days, st.integers(1, 30), st.integers(1, 30), st.sampled_from(["day", "working_day"]))
def test_a_longer_term_never_ends_earlier(start, value, more, unit):
    assert due_date(start, value, unit, CHINA).day <= due_date(start, value + more, unit, CHINA).day


@pytest.mark.parametrize(
    ("start", "value", "unit", "due", "why"),
    [
        ("2026-03-02", 15, "day", "2026-03-17", "the day of the event is not counted"),
        ("2026-02-01", 15, "day", "2026-02-24", "the end falls into Spring Festival"),
        ("2026-02-13", 1, "day", "2026-02-14", "a make-up Saturday is worked, so the end stays"),
        ("2026-02-12", 2, "working_day", "2026-02-14", "a make-up Saturday counts"),
        ("2026-02-14", 1, "working_day", "2026-02-24", "rest days do not count"),
        ("2026-09-30", 5, "working_day", "2026-10-13", "National Day, then a make-up Saturday"),
        ("2026-01-31", 1, "month", "2026-02-28", "no corresponding day: the month's last"),
        ("2024-01-30", 1, "month", "2024-02-29", "a leap year's last day"),
        ("2026-01-15", 1, "month", "2026-02-24", "the corresponding day is a rest day"),
        ("2025-11-30", 3, "month", "2026-02-28", "months run over the year's end"),
    ],
)
def test_terms_end_as_the_civil_code_has_it(start, value, unit, due, why):
    assert due_date(day(start), value, unit, CHINA).day == day(due), why


def test_an_extended_term_ends_from_its_own_end_not_from_the_moved_one():
    # 60 days from 2026-03-03 end on Saturday 2 May, within Labour Day; extended by 3, on 5 May.
    assert due_date(day("2026-03-03"), 60, "day", CHINA).day == day("2026-05-06")
    assert due_date(day("2026-03-03"), 60, "day", CHINA, extension=3).day == day("2026-05-06")
    assert due_date(day("2026-03-03"), 60, "day", CHINA, extension=30).day == day("2026-06-01")


def test_a_term_is_provisional_only_if_a_day_it_needs_has_no_table():
    assert not due_date(day("2026-12-01"), 30, "day", CHINA).provisional
    assert due_date(day("2026-12-01"), 31, "day", CHINA).provisional
    assert not due_date(day("2026-12-01"), 22, "working_day", CHINA).provisional
    assert due_date(day("2026-12-01"), 23, "working_day", CHINA).provisional
    # Days in between do not matter to a term of months, only where it ends.
    known = Holidays(tuple(table for table in TABLES if table.year != 2025))
    assert not due_date(day("2024-12-20"), 15, "month", known).provisional
    assert due_date(day("2024-12-20"), 15, "working_day", known).provisional
    over = due_date(day("2024-12-20"), 300, "working_day", known)
    assert (over.day.year, over.provisional) == (2026, True)


def test_a_table_announced_later_moves_a_provisional_day():
    later = HolidayYear(year=2027, source="test", rest=(day("2027-01-04"),), work=())
    before = due_date(day("2026-12-05"), 30, "day", CHINA)
    after = due_date(day("2026-12-05"), 30, "day", Holidays((*TABLES, later)))
    assert (before.day, before.provisional) == (day("2027-01-04"), True)
    assert (after.day, after.provisional) == (day("2027-01-05"), False)


def test_a_count_explains_itself_step_by_step():
    due = due_date(day("2026-12-31"), 2, "day", CHINA)
    assert [(step.why, step.day.isoformat()) for step in due.explain] == [
        ("event", "2026-12-31"),
        ("first_day", "2027-01-01"),
        ("last_day", "2027-01-02"),
        ("rest_day", "2027-01-02"),
        ("rest_day", "2027-01-03"),
        ("table_missing", "2027-01-02"),
        ("due", "2027-01-04"),
    ]
    assert due.explain[0].text("zh") == "2026-12-31 为事件当日，不计入"
    assert due.explain[-1].text("en") == "due on 2027-01-04"


@pytest.mark.parametrize("unit", ["day", "working_day", "month"])
def test_a_term_off_the_calendar_is_refused(unit):
    with pytest.raises(TermOutOfRange):
        due_date(date(9999, 12, 20), 40, unit, CHINA)


def test_a_rest_day_that_ends_the_calendar_is_refused():
    with pytest.raises(TermOutOfRange):
        due_date(date(9999, 12, 1), 30, "day", Holidays((_all_rest(9999),)))


def _all_rest(year: int) -> HolidayYear:
    first = date(year, 12, 1)
    days = tuple(first + timedelta(days=n) for n in range(31))
    return HolidayYear(year=year, source="test", rest=days)


# -- standing still ---------------------------------------------------------------------------


@st.composite
def gaps_after(draw, start: date) -> tuple[tuple[date, date], ...]:
    found, day = [], start
    for _ in range(draw(st.integers(0, 3))):
        # They begin before the term, too, and overlap; a gap of the past has not moved its start.
        begun = day + timedelta(days=draw(st.integers(-12, 12)))
        day = begun + timedelta(days=draw(st.integers(0, 15)))
        found.append((begun, day))
    return tuple(found)


@given(st.data(), st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(1, 40))
@pytest.mark.parametrize("unit", ["day", "working_day"])
def test_days_of_a_gap_are_passed_over_one_by_one(unit, data, start, value):
    gaps = data.draw(gaps_after(start))
    more = data.draw(st.integers(0, 10))
    found = due_date(start, value, unit, CHINA, extension=more, gaps=gaps)

    def stands(day: date) -> bool:
        return any(begun < day <= over for begun, over in gaps)

    day, left = start, value
    while left:
        day += timedelta(days=1)
        left -= not stands(day) and (unit == "day" or CHINA.is_working(day))
    while more:
        day += timedelta(days=1)
        more -= not stands(day)
    while not CHINA.is_working(day):
        day += timedelta(days=1)
    assert found.day == day


@pytest.mark.parametrize(
    ("gaps", "due"),
    [
        # 15 days of January, the 11th to the 25th, are left out once.
        ([(10, 20), (12, 25)], date(2026, 3, 21)),
        ([(12, 25), (10, 20)], date(2026, 3, 21)),
        # Of a gap from before the term, the 6th to the 9th are left out.
        ([(1, 9)], date(2026, 3, 10)),
        ([(1, 4)], date(2026, 3, 6)),
    ],
)
def test_days_of_gaps_are_left_out_once_and_within_the_term_alone(gaps, due):
    stood = tuple((date(2026, 1, a), date(2026, 1, b)) for a, b in gaps)
    bare = Holidays()
    found = due_date(date(2026, 1, 5), 60, "day", bare, gaps=stood).day
    while not bare.is_working(due):
        due += timedelta(days=1)
    assert found == due


def test_what_had_ended_is_not_moved_by_a_gap_after_it():
    gap = (date(2026, 4, 1), date(2026, 4, 20))
    assert due_date(date(2026, 3, 2), 10, "day", CHINA, gaps=(gap,)).day == date(2026, 3, 12)


def test_months_are_moved_by_the_days_of_a_gap():
    gap = (date(2026, 3, 10), date(2026, 3, 17))
    assert due_date(date(2026, 3, 2), 1, "month", CHINA, gaps=(gap,)).day == date(2026, 4, 9)
