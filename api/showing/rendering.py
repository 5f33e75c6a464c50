"""HTML from templates: Jinja with every text escaped and every missing name an error.

How a reader wants it (language, large text, high contrast, kiosk) comes from cookies that
``api.pages.manner`` sets; a page is the same page in every manner.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec
import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.rights import Viewer
from api.session import form_word
from api.wording.language import LANGUAGES, language_of
from api.wording.messages import N_, translator
from api.wording.numbers import grouped
from api.wording.punctuation import EnglishPunctuation
from api.wording.times import WEEKDAYS, clock, day, gap, moment, period, said_at
from api.wording.words import Words
from ledger.kernel.act import AsOf
from ledger.rules.money import capital_yuan
from ledger.rules.quantities import amount, hours, quantity
from ledger.service.board import Column
from ledger.service.ledger import Ledger, today
from ledger.service.reading.moments import format_pinned

LARGE, CONTRAST, KIOSK = "mz_large", "mz_contrast", "mz_kiosk"
ATTRACT: Final = "/kiosk"
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a reader wants pages."""

    lang: str
    large: bool = False
    contrast: bool = False
    kiosk: bool = False

    @property
    def classes(self) -> str:
        """The classes of the page's root element."""
        named = (("large", self.large), ("contrast", self.contrast), ("kiosk", self.kiosk))
        return " ".join(name for name, wanted in named if wanted)


def manner_of(request: Request) -> Manner:
    """Return how the reader wants pages; a kiosk's first picture is one before it is touched."""
    lang = language_of(request)
    on = {name: request.cookies.get(name) == "1" for name in (LARGE, CONTRAST, KIOSK)}
    kiosk = on[KIOSK] or request.url.path == ATTRACT
    return Manner(lang=lang, large=on[LARGE], contrast=on[CONTRAST], kiosk=kiosk)


class Pages:
    """The templates, once for each language."""

    def __init__(self, assets: Mapping[str, str]) -> None:
        self._made = {lang: _environment(lang, assets) for lang in LANGUAGES}

    def show(
        self,
        request: Request,
        template: str,
        data: Mapping[str, Any],
        *,
        ledger: Ledger,
        who: Viewer,
        point: AsOf,
        status: int = 200,
    ) -> Response:
        """Return a page, in the reader's manner, in the words of ``point``."""
        manner = manner_of(request)
        text = (
            self._made[manner.lang]
            .get_template(template)
            .render(
                **data,
                manner=manner,
                viewer=who,
                words=Words(ledger, manner.lang, point),
                origin=ledger.home.origin,
                simulated=ledger.home.simulated,
                url=request.url,
                csrf=form_word(request),
                shown_at=point.at,
                today=today(ledger),
            )
        )
        language = "zh-CN" if manner.lang == "zh" else "en"
        return HTMLResponse(text, status_code=status, headers={"Content-Language": language})


def _environment(lang: str, assets: Mapping[str, str]) -> Environment:
    made = Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", *([EnglishPunctuation] if lang == "en" else [])],
    )
    say = translator(lang)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        say, lambda one, many, n: say(one if n == 1 else many), newstyle=True
    )
    made.globals |= {"asset": lambda name: assets.get(name, f"/static/{name}"), "lang": lang}
    filters: dict[str, Callable[..., Any]] = {
        "moment": moment,
        "clock": lambda text: clock(text, lang),
        "said_at": lambda ms: said_at(ms, lang),
        "sentences": lambda text: re.findall(r".+?(?:。|\. |$)", text),
        "day": lambda value: day(value, lang),
        "weekday": lambda value: translator(lang)(WEEKDAYS[value.weekday()]),
        "gap": lambda ms: gap(ms, lang),
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
        "month_ends": month_ends,
        "plain": plain,
        "pinned": format_pinned,
        "told": lambda text: told(text, lang),
        "qr": lambda text: qr(text, say(N_("二维码"))),
        "spaced": spaced,
    }
    made.filters |= filters
    return made


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


def again(url: URL, path: str | None = None, **changed: object) -> str:
    """Return an address like ``url`` (its path and query), with some parameters changed or gone."""
    query = {**dict(parse_qsl(url.query)), **changed}
    text = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{path or url.path}{'?' if text else ''}{text}"


def by_month(numbers: Sequence[int], days: Sequence[Any]) -> list[tuple[str, list[int]]]:
    """Return numbers of ``days``, counted from 1, by month as 2026-03, the newest first."""
    found: dict[str, list[int]] = {}
    for number in reversed(numbers):
        found.setdefault(f"{days[number - 1].day:%Y-%m}", []).insert(0, number)
    return list(found.items())


def unit_asked(url: URL) -> str:
    """Return what an address says of which unit is looked at, as a query; "" where nothing."""
    unit = dict(parse_qsl(url.query)).get("unit")
    return f"?{urlencode({'unit': unit})}" if unit else ""


def month_ends(today: date, count: int) -> list[date]:
    """Return the last days of the ``count`` months before ``today``'s, the newest first."""
    ends: list[date] = []
    end = today
    for _ in range(count):
        end = end.replace(day=1) - timedelta(days=1)
        ends.append(end)
    return ends


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
    """Return a QR code as an SVG image, with a quiet zone, at high error correction."""
    made = segno.make_qr(text, error="q")
    svg = made.svg_inline(scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True)
    squares = Markup(svg.removeprefix("<svg"))  # noqa: S704 - made of squares only
    return Markup('<svg role="img" aria-label="{}"').format(called) + squares
