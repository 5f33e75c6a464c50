"""Points of history as people type them: a size, a time, a day; and a size as judged on a day."""

import re
from datetime import UTC, datetime, timedelta

from ledger.errors import MalformedError
from ledger.kernel.act import AsOf
from ledger.rules.time import ZONE, local_date
from ledger.service.ledger import Ledger, as_of

_SIZE = re.compile("0|[1-9][0-9]{0,15}")
_TIME = re.compile(
    "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
    "(?P<time>[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_PINNED = re.compile("(?P<size>0|[1-9][0-9]{0,15})@(?P<day>[12][0-9]{3}-[0-9]{2}-[0-9]{2})")


class BadMoment(MalformedError):
    """Neither a size nor a time."""

    code = "cli.bad_moment"
    zh = "无法识别“{text}”。请写账本条数，或如 2026-03-01、2026-03-01 09:30 的时间（+08:00）。"
    en = '"{text}" is no point of history. Give a size, or 2026-03-01, or 2026-03-01 09:30.'


def parse_at(text: str) -> int:
    """Return Unix milliseconds of a time; a day alone means its end, no offset means +08:00.

    Raises:
        BadMoment: another form, or no such time.
    """
    found = _TIME.fullmatch(text)
    if not found:
        raise BadMoment(text=text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(text=text) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    if found["time"] is None:
        moment += timedelta(days=1, milliseconds=-1)
    return round(moment.astimezone(UTC).timestamp() * 1000)


def parse_occurred(text: str) -> str:
    """Return ``occ`` as the profile writes it: a day stays one, a time gets our offset if none.

    What is of another form is returned as it is, for the profile's own parser to refuse.
    """
    found = _TIME.fullmatch(text)
    if not found or found["time"] is None:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).isoformat()


def moment_of(ledger: Ledger, text: str | None) -> AsOf:
    """Return the point of history ``text`` means, now when None. Raises: BadMoment."""
    if text is None:
        return as_of(ledger)
    if _SIZE.fullmatch(text):
        return as_of(ledger, size=int(text))
    if found := _PINNED.fullmatch(text):
        return _judged_on(as_of(ledger, size=int(found["size"])), found["day"], text)
    return as_of(ledger, at=parse_at(text))


def format_pinned(point: AsOf) -> str:
    """Return a point as ``8686@2026-05-13``: what was recorded, and the day it is judged on.

    A size alone is judged on the day of its last entry, and what is late or missing may be more
    by the day one looks. Such an address shows the same for good.
    """
    return f"{point.size}@{local_date(point.at // 1000).isoformat()}"


def _judged_on(point: AsOf, day: str, text: str) -> AsOf:
    """Return a point as judged on a day, no earlier than its last entry."""
    judged = AsOf(size=point.size, at=max(point.at, parse_at(f"{day} 00:00")))
    if local_date(judged.at // 1000).isoformat() != day:
        raise BadMoment(text=text)
    return judged
