from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.case.events import Extended
from ledger.entry.claims import MAX_SECONDS
from ledger.errors import MalformedError
from ledger.rules.persons import PersonRegistered
from ledger.rules.time import (
    PROMPT_MS,
    BadClock,
    BadDate,
    OccurredLater,
    SignedLongAgo,
    day_ends,
    local_date,
    occ_date,
    parse_date,
    verify_times,
)
from tests.support.gwt import a_story, did, person, unit, who
from tests.support.trust import TRUST

NOON = 1772424000  # 2026-03-02T12:00:00+08:00
ACT = a_story(*TRUST).given(did(person("x"), PersonRegistered(), who(person("an")))).acts[0]


def act(iat: int, occ: str):
    return msgspec.structs.replace(ACT, iat=iat, occ=occ)


# The zone observed summer time until September 1991; the ledger does not, and begins later.
@given(st.integers(min_value=694_224_000, max_value=4_102_444_800))
def test_the_local_day_is_that_of_the_zone_database(iat):
    there = datetime.fromtimestamp(iat, ZoneInfo("Asia/Shanghai"))
    assert local_date(iat) == there.date()


@pytest.mark.parametrize(("iat", "day"), [(1772380799, "2026-03-01"), (1772380800, "2026-03-02")])
def test_the_day_turns_at_local_midnight(iat, day):
    assert local_date(iat).isoformat() == day


@given(st.dates(min_value=date(1970, 1, 2), max_value=date(2200, 1, 1)))
def test_a_day_ends_when_the_next_begins(day):
    ends = day_ends(day) // 1000
    assert local_date(ends - 1) == day
    assert local_date(ends) == day + timedelta(days=1)


@pytest.mark.parametrize("iat", [-1, MAX_SECONDS + 1, 2**53])
def test_a_clock_out_of_range_is_refused(iat):
    with pytest.raises(BadClock):
        local_date(iat)


@pytest.mark.parametrize(
    ("occ", "day"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T00:00:00+08:00", "2026-03-02"),
        ("2026-03-01T16:00:00Z", "2026-03-02"),
        ("2026-03-01T15:59:59Z", "2026-03-01"),
        ("2026-03-02T00:30:00+09:00", "2026-03-01"),
    ],
)
def test_what_occurred_has_a_local_day(occ, day):
    assert occ_date(occ).isoformat() == day


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day):
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20260301", "2026-W10-1", "2026-3-1", "2026-03-01\n", "", "0000-01-01"]
)
def test_a_day_has_one_spelling(text):
    with pytest.raises(BadDate):
        parse_date(text)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.+Z-]*)?"))
def test_whatever_is_read_as_a_time_is_a_day_or_malformed(text):
    for read in (parse_date, occ_date):
        with suppress(MalformedError):
            assert isinstance(read(text), date)


@pytest.mark.parametrize(
    "occ", ["2026-03-02T12:05:00+08:00", "2026-03-02", "2020-01-01", "2026-03-02T04:00:00Z"]
)
def test_an_act_is_signed_when_or_after_it_happened(occ):
    assert verify_times(act(NOON, occ)) == date(2026, 3, 2)


@pytest.mark.parametrize("occ", ["2026-03-02T12:05:01+08:00", "2026-03-03", "2026-03-02T05:00:00Z"])
def test_an_act_signed_before_it_happened_is_refused(occ):
    with pytest.raises(OccurredLater):
        verify_times(act(NOON, occ))


def test_what_must_be_recorded_promptly_is_found_by_the_audit_where_it_was_not():
    extended = Extended(unit=unit("grid"), state="assigned", clock="handle", days=3)
    prompt = msgspec.structs.replace(act(NOON, "2026-03-02"), event=extended)
    day = NOON * 1000 + PROMPT_MS
    for signed, at in ((prompt, None), (prompt, day), (act(NOON, "2026-03-02"), day + 1)):
        verify_times(msgspec.structs.replace(signed, recorded_at=at))
    with pytest.raises(SignedLongAgo):
        verify_times(msgspec.structs.replace(prompt, recorded_at=day + 1))


def test_noon_is_noon():
    assert datetime.fromtimestamp(NOON, UTC).isoformat() == "2026-03-02T04:00:00+00:00"
