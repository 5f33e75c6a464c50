"""The ledger's calendar day: what ``iat`` and ``occ`` mean to rules (ADR 0014).

One zone, fixed by the genesis: Asia/Shanghai, taken as +08:00 without a zone database, so that
an audit of 2040 finds the same day. Rules read time from ``iat`` and ``occ`` only; ``recorded_at``
is the sequencer's, its rules are tested under the head lock and, once it is known, by the audit:
of them only that a prompt act is recorded within a day is handled here, and how they are written.
Working days and statutory terms are the calendars' business.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from ledger.entry.claims import MAX_SECONDS, parse_occurred
from ledger.errors import MalformedError, RuleViolation
from ledger.kernel.act import Act

ZONE_NAME = "Asia/Shanghai"
ZONE = timezone(timedelta(hours=8), ZONE_NAME)
TOLERANCE = timedelta(minutes=5)
"""How far ``occ`` may lie after ``iat``: clocks of one desk differ by that much."""

PROMPT_MS = 24 * 3600 * 1000
"""How long after its signing what must be recorded promptly is: within a day."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1).toordinal()
_DAY, _OFFSET = 86_400, 8 * 3_600


class BadDate(MalformedError):
    """A date that no calendar has, such as 30 February."""

    code = "time.bad_date"
    zh = "日期无效：应为日历上存在的日期，写作 YYYY-MM-DD。请更正后重新提交。"
    en = "No such date: write a day of the calendar as YYYY-MM-DD and submit again."


class BadClock(MalformedError):
    """``iat`` is outside the years the profile allows."""

    code = "time.bad_clock"
    zh = "签署时间超出允许范围。请校准本机时钟后重新签署。"
    en = "The signing time is out of range. Set this machine's clock and sign again."


class OccurredLater(RuleViolation):
    """An act claims to have happened after it was signed."""

    code = "time.occurred_later"
    zh = "发生时间晚于签署时间。请核对发生时间和本机时钟，更正后重新签署。"
    en = "It is dated after it was signed. Correct the time or the clock, then sign again."


class SignedBeforePrevious(RuleViolation):
    """An act claims to have been signed before the entry it names as the one before it."""

    code = "time.signed_before_previous"
    zh = "签署时间早于所接续的上一条记录，不可能属实。请校准本机时钟后重新签署。"
    en = "It is dated before the entry it continues, which cannot be. Set the clock, sign again."


class SignedLongAgo(RuleViolation):
    """What must be recorded promptly was signed over a day before."""

    code = "time.signed_long_ago"
    zh = "登记员的条目以及延期、中止须在签署后一天内入账。请校准本机时钟后重新签署。"
    en = (
        "What a registrar signs, an extension and a suspension are recorded within a day. Set the "
        "clock right and sign again."
    )


def local_date(iat: int) -> date:
    """Return the local day of ``iat`` (Unix seconds, 0 <= iat < 10**10).

    Raises:
        BadClock: out of range.
    """
    if not 0 <= iat <= MAX_SECONDS:
        raise BadClock
    return date.fromordinal(_FIRST_DAY + (iat + _OFFSET) // _DAY)


def day_ends(day: date) -> int:
    """Return when a local day is over: its second midnight, in Unix milliseconds."""
    return ((day.toordinal() + 1 - _FIRST_DAY) * _DAY - _OFFSET) * 1000


def parse_date(text: str) -> date:
    """Return the day of ``YYYY-MM-DD``.

    Raises:
        BadDate: another form, or no such day.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadDate from None
    # fromisoformat also takes week dates and the basic form; one day has one spelling here.
    if found.isoformat() != text:
        raise BadDate
    return found


@lru_cache(maxsize=4096)  # several views, and decide and check, ask of the same act
def occ_date(occ: str) -> date:
    """Return the local day of ``occ``, an RFC 3339 time with offset or a date alone.

    Raises:
        BadClaims: another form, or no such day.
    """
    found = parse_occurred(occ)
    return found.astimezone(ZONE).date() if isinstance(found, datetime) else found


def verify_follows(act: Act, previous: int) -> None:
    """Refuse an act signed before the entry it continues, ``previous`` being that one's ``iat``.

    ``prev`` names that entry's hash, so whoever signed had it: an earlier clock is a wrong clock,
    or a post that has ended being used by dating back.

    Raises:
        SignedBeforePrevious: over 5 minutes before.
    """
    if act.iat + TOLERANCE.total_seconds() < previous:
        raise SignedBeforePrevious


def verify_prompt(act: Act, recorded_at: int) -> None:
    """Refuse what is recorded (Unix ms) over a day after it was signed.

    Raises:
        SignedLongAgo: over a day.
    """
    if act.iat * 1000 < recorded_at - PROMPT_MS:
        raise SignedLongAgo


def verify_times(act: Act) -> date:
    """Return the local day of signing, having compared ``occ`` with ``iat``.

    Raises:
        BadClock: ``iat`` out of range.
        BadClaims: ``occ`` is no time.
        OccurredLater: ``occ`` lies over 5 minutes, or a day, after ``iat``.
        SignedLongAgo: a prompt act that was recorded over a day after.
    """
    if act.event.prompt and act.recorded_at is not None:
        verify_prompt(act, act.recorded_at)
    day = local_date(act.iat)
    found = parse_occurred(act.occ)
    if isinstance(found, datetime):
        if found - TOLERANCE > _EPOCH + timedelta(seconds=act.iat):
            raise OccurredLater
    elif found > day:
        raise OccurredLater
    return day


def moment(now_ms: int) -> datetime:
    """Return a time in Unix milliseconds as a datetime at +08:00."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZONE)


def timestamp(now_ms: int) -> str:
    """Return a time in Unix milliseconds as RFC 3339 to the second, at +08:00."""
    return moment(now_ms).isoformat(timespec="seconds")
