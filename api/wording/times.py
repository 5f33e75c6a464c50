"""Days, times and periods as pages say them, in the zone of the ledger."""

import re
from datetime import UTC, date, datetime
from typing import Final

from api.wording.messages import N_, translator
from ledger.rules.time import ZONE

WEEKDAYS: Final = (
    N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"), N_("星期六"),
    N_("星期日"),
)  # fmt: skip
_PARTS: Final = {
    "H": ("{year}年第{n}个半年", "half {n} of {year}"),
    "Q": ("{year}年第{n}季度", "quarter {n} of {year}"),
    "-W": ("{year}年第{n}周", "week {n} of {year}"),
}
_UNITS: Final = ((86_400_000, N_("天")), (3_600_000, N_("小时")), (60_000, N_("分钟")))
_LONG_MS: Final = 3 * 24 * 3_600_000


def moment(ms: int) -> str:
    """Return a time in Unix milliseconds as ``2026-03-20 09:30:05`` at +08:00."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def said_at(ms: int, lang: str) -> str:
    """Return a time in Unix milliseconds as 2026年3月20日 09:30 or 20 Mar 2026, 09:30 (+08:00)."""
    return clock(moment(ms).replace(" ", "T"), lang)


def clock(occurred: str, lang: str) -> str:
    """Return a day, or a time as RFC 3339 writes it, as pages say it; seconds are left out.

    What is none is returned as it is.
    """
    date_, _, time_ = occurred.partition("T")
    if isinstance(_read(date_), str):
        return occurred
    between = ", " if lang == "en" else " "
    return f"{day(date_, lang)}{between if time_ else ''}{time_[:5]}"


def day(value: str | date | None, lang: str) -> str:
    """Return a day in words, as 2026年3月20日 or 20 Mar 2026; nothing for None.

    Text that is none is returned as it is: whoever wrote it, the page is to be read.
    """
    found = _read(value) if isinstance(value, str) else value
    if not isinstance(found, date):
        return found or ""
    if lang == "zh":
        return f"{found.year}年{found.month}月{found.day}日"
    return f"{found.day} {found:%b} {found.year}"


def _read(text: str) -> date | str:
    """Return the day a text is, the text itself where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def long_gap(ms: int | None) -> bool:
    """Tell whether the time since a step before is pointed out: three days or more."""
    return ms is not None and ms >= _LONG_MS


def gap(ms: int, lang: str) -> str:
    """Return a span of time in its largest unit, as 3 天; under a minute it is none."""
    say = translator(lang)
    for size, word in _UNITS:
        if ms >= size:
            return f"{ms // size} {say(word)}"
    return ""


def period(text: str, lang: str) -> str:
    """Return a period as people say it, 2026年3月 for 2026-03; what is none as it is."""
    if re.fullmatch(r"\d{4}-\d{2}", text):
        first = _read(f"{text}-01")
        if isinstance(first, str):
            return text
        return f"{first.year}年{first.month}月" if lang == "zh" else f"{first:%B} {first.year}"
    if found := re.fullmatch(r"(\d{4})([HQ]|-W)(\d{1,2})", text):
        year, kind, number = found.groups()
        zh, en = _PARTS[kind]
        return zh.format(year=year, n=number) if lang == "zh" else en.format(year=year, n=number)
    if re.fullmatch(r"\d{4}", text):
        return f"{text}年" if lang == "zh" else text
    return day(text, lang) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text
