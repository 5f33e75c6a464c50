"""A board's history by large buttons: today, and the ends of months before, some at a time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.rules.calendars import add_months

MONTHS_SHOWN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Months:
    """The last days of some months, the newest first; ``later`` and ``earlier`` lead to others."""

    ends: list[date]
    later: date | None
    earlier: date | None


def months_shown(today: date, as_of: str, begun: date) -> Months:
    """Return the ends of months beside the one shown, none before the log ``begun``.

    ``as_of`` is how the address says it: what is no day shows the newest months.
    """
    back = _months_back(today, as_of)
    turned = max(back - 1, 0) // MONTHS_SHOWN * MONTHS_SHOWN
    ends = [_end(today, turned + n) for n in range(1, MONTHS_SHOWN + 2)]
    known = [end for end in ends if end >= begun]
    earlier = known[MONTHS_SHOWN] if len(known) > MONTHS_SHOWN else None
    later = _end(today, turned) if turned else None
    return Months(ends=known[:MONTHS_SHOWN], later=later, earlier=earlier)


def _months_back(today: date, as_of: str) -> int:
    try:
        shown = date.fromisoformat(as_of[: len("2026-03-31")])
    except ValueError:
        return 0
    return (today.year - shown.year) * 12 + today.month - shown.month


def _end(today: date, back: int) -> date:
    """Return the last day of the month ``back`` months before that of ``today``."""
    return add_months(today.replace(day=1), 1 - back) - timedelta(days=1)
