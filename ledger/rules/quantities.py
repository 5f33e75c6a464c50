"""Whole numbers as people read them: fen as yuan, minutes as hours, a minute of the day as a time.

Which members of an aggregate are read so, its ``Naming`` says (``counted``); ``OWN`` there stands
for what the kind of the account counts, which a pack arranges.
"""

from collections.abc import Mapping
from typing import Final

from ledger.rules.kinds.account import Measure

UNITS: Final[Mapping[Measure, tuple[str, str]]] = {
    "fen": ("元", "yuan"),
    "minute": ("小时", "hours"),
    "point": ("积分", "points"),
}
TYPED: Final[Mapping[Measure, tuple[str, str]]] = {
    "fen": ("金额（元）", "Amount (yuan)"),
    "minute": ("时长（分钟）", "Minutes"),
    "point": ("积分", "Points"),
}
"""What a form asks for: money is typed in yuan, time in whole minutes."""
OWN: Final = "own"
TIME: Final = "time"


def amount(fen: int) -> str:
    """Return fen as yuan with two decimals and separators."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def hours(minutes: int) -> str:
    """Return minutes as hours with two decimals, cut off, so that 100.00 never shows early."""
    hundredths = abs(minutes) * 100 // 60
    return f"{'-' if minutes < 0 else ''}{hundredths // 100:,}.{hundredths % 100:02}"


def quantity(measure: Measure, count: int, lang: str) -> str:
    """Return what an account counts with its unit, as 1,204.50 元 or 1.50 hours."""
    match measure:
        case "fen":
            said = amount(count)
        case "minute":
            said = hours(count)
        case "point":
            said = f"{count:,}"
    zh, en = UNITS[measure]
    return f"{said} {zh if lang == 'zh' else en}"


def time_of_day(minute: int) -> str:
    """Return a minute of the day as 09:05."""
    return f"{minute // 60:02}:{minute % 60:02}"
