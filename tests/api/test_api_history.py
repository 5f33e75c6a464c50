"""A board's history by buttons: months, some at a time, from today back to where the log begins."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.showing.history import MONTHS_SHOWN, months_shown

BEGUN, TODAY = date(2025, 4, 28), date(2026, 5, 13)


@pytest.mark.parametrize(
    ("as_of", "newest"),
    [
        ("", date(2026, 4, 30)),
        ("2026-01-31", date(2026, 4, 30)),
        ("2025-12-31", date(2025, 12, 31)),
        ("2025-04-30T08:00:00+08:00", date(2025, 4, 30)),
        ("8781", date(2026, 4, 30)),
        ("2031-01-01", date(2026, 4, 30)),
    ],
)
def test_the_months_beside_the_one_shown_are_offered(as_of: str, newest: date) -> None:
    assert months_shown(TODAY, as_of, BEGUN).ends[0] == newest


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 4000))
def test_earlier_leads_through_every_month_to_the_first_and_later_back(
    begun: date, days: int
) -> None:
    today = begun + timedelta(days=days)
    shown = months_shown(today, "", begun)
    found = [*shown.ends]
    assert shown.later is None
    while shown.earlier is not None:
        before, shown = shown, months_shown(today, shown.earlier.isoformat(), begun)
        assert shown.later == before.ends[-1]
        found += shown.ends
    assert all(end >= begun and (end + timedelta(days=1)).day == 1 for end in found)
    assert len(found) == (today.year - begun.year) * 12 + today.month - begun.month
    assert found == sorted(found, reverse=True)
    assert len(shown.ends) <= MONTHS_SHOWN
