"""Filters of templates: how a value is written on a page, in the language of the page."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec
import segno
from markupsafe import Markup
from starlette.datastructures import URL

from api.showing.history import months_shown
from api.wording.messages import N_, translator
from api.wording.numbers import grouped
from api.wording.times import WEEKDAYS, clock, day, gap, long_gap, moment, period, said_at
from ledger.rules.money import capital_yuan
from ledger.rules.quantities import amount, hours, quantity
from ledger.service.board import Column
from ledger.service.reading.moments import format_pinned
from ledger.service.sheet import Sheet, boards_declared

_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


def filters(lang: str) -> Mapping[str, Callable[..., Any]]:
    """Return the filters of pages in a language, by the names templates know."""
    say = translator(lang)
    return {
        "moment": moment,
        "clock": lambda text: clock(text, lang),
        "said_at": lambda ms: said_at(ms, lang),
        "parts": lambda text: re.findall(r".+?(?:[：，。]|[:,.] |$)", text),
        "day": lambda value: day(value, lang),
        "weekday": lambda value: say(WEEKDAYS[value.weekday()]),
        "gap": lambda ms: gap(ms, lang),
        "long_gap": long_gap,
        "amount": amount,
        "quantity": lambda count, measure: quantity(measure, count, lang),
        "hours": hours,
        "grouped": grouped,
        "capital": capital_yuan,
        "period": lambda text: period(text, lang),
        "without_code": without_code,
        "again": again,
        "unit_asked": unit_asked,
        "groupby_month": by_month,
        "in_language": lambda columns: in_language(columns, lang),
        "headings": lambda sheet: headings(sheet, lang),
        "months_shown": months_shown,
        "plain": plain,
        "pinned": format_pinned,
        "lines_asked": lines_asked,
        "told": lambda text: told(text, lang),
        "qr": lambda text: qr(text, say(N_("二维码"))),
        "spaced": spaced,
    }


def without_code(label: str) -> str:
    """Return a unit's label without the code before its name."""
    code, _, name = label.partition(" ")
    return name if name and code.isascii() else label


def in_language(columns: Sequence[Column], lang: str) -> list[Column]:
    """Return a board's columns without those that say the same in another language (``…_en``)."""
    english = {column.id.removesuffix("_en") for column in columns if column.id.endswith("_en")}
    if lang == "zh":
        return [column for column in columns if not column.id.endswith("_en")]
    return [column for column in columns if column.id not in english]


def headings(sheet: Sheet, lang: str) -> list[Column]:
    """Return the columns that say what a row is of, as its board declares: else its first one."""
    columns = in_language(sheet.columns, lang)
    board = boards_declared().get(sheet.board)
    headed = (board.headed if board else ()) or (columns[0].id,)
    return sorted(
        (each for each in columns if each.id in headed), key=lambda each: headed.index(each.id)
    )


def again(url: URL, path: str | None = None, **changed: object) -> str:
    """Return an address like ``url`` (its path and query), with some parameters changed or gone."""
    query = {**dict(parse_qsl(url.query)), **changed}
    text = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{path or url.path}{'?' if text else ''}{text}"


def by_month(days: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """Return what has a day by month as 2026-03, the newest month first."""
    found: dict[str, list[Any]] = {}
    for each in reversed(days):
        found.setdefault(f"{each.day:%Y-%m}", []).insert(0, each)
    return list(found.items())


def unit_asked(url: URL) -> str:
    """Return what an address says of which unit is looked at, as a query; "" where nothing."""
    unit = dict(parse_qsl(url.query)).get("unit")
    return f"?{urlencode({'unit': unit})}" if unit else ""


LINES: Final[tuple[str, ...]] = ("from", "to", "kind", "since")
"""What an address may say of which lines of a board are asked for."""


def lines_asked(url: URL) -> str:
    """Return what an address says of which lines are asked for, to go on a query; "" where nothing.

    A row's number counts the lines asked for, so whatever leads to it says them again.
    """
    query = dict(parse_qsl(url.query))
    kept = {name: query[name] for name in LINES if name in query}
    return f"&{urlencode(kept)}" if kept else ""


def plain(value: object) -> str:
    """Return any value as a reader may read it."""
    match msgspec.to_builtins(value, enc_hook=str):
        case None:
            return "—"
        case str(text):
            return text
        case other:
            return msgspec.json.encode(other).decode()


def told(text: str, lang: str) -> str:
    """Return data as it is; Chinese on an English page says so, for whoever has it read aloud."""
    if lang == "zh" or text.isascii() or not _CHINESE.search(text):
        return text
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def spaced(text: str) -> str:
    """Return a thumbprint in groups of four, to be read aloud and compared."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr(text: str, called: str) -> Markup:
    """Return a QR code as an SVG image, with a quiet zone, at high error correction.

    None where no code holds so much: a browser may be told any name of its server.
    """
    try:
        made = segno.make_qr(text, error="q")
    except segno.DataOverflowError:
        return Markup()
    svg = made.svg_inline(scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True)
    squares = Markup(svg.removeprefix("<svg"))  # noqa: S704 - made of squares only
    return Markup('<svg role="img" aria-label="{}"').format(called) + squares
