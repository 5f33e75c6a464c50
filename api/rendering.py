"""HTML from templates: Jinja with every text escaped and every missing name an error.

How a reader wants it (language, large text, high contrast, kiosk) comes from cookies that
``api.pages.manner`` sets; a page is the same page in every manner.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.language import LANGUAGES, language_of
from api.messages import N_, translator
from api.rights import Viewer
from api.session import form_word
from api.words import Words
from ledger.kernel.act import AsOf
from ledger.rules.time import ZONE
from ledger.service.ledger import Ledger

LARGE, CONTRAST, KIOSK = "mz_large", "mz_contrast", "mz_kiosk"
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_UNITS: Final = ((86_400_000, N_("天")), (3_600_000, N_("小时")), (60_000, N_("分钟")))


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
    """Return how the reader wants pages."""
    lang = language_of(request)
    on = {name: request.cookies.get(name) == "1" for name in (LARGE, CONTRAST, KIOSK)}
    return Manner(lang=lang, large=on[LARGE], contrast=on[CONTRAST], kiosk=on[KIOSK])


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
                words=Words(ledger, manner.lang, point.at),
                origin=ledger.home.origin,
                simulated=ledger.home.simulated,
                url=request.url,
                csrf=form_word(request),
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
        extensions=["jinja2.ext.i18n"],
    )
    say = translator(lang)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        say, lambda one, many, n: say(one if n == 1 else many), newstyle=True
    )
    made.globals |= {"asset": lambda name: assets.get(name, f"/static/{name}"), "lang": lang}
    filters: dict[str, Callable[..., Any]] = {
        "moment": moment,
        "day": lambda value: day(value, lang),
        "gap": lambda ms: gap(ms, lang),
        "amount": amount,
        "hours": hours,
        "plain": plain,
        "told": lambda text: told(text, lang),
        "qr": qr,
    }
    made.filters |= filters
    return made


def moment(ms: int) -> str:
    """Return a time in Unix milliseconds as ``2026-03-20 09:30:05`` at +08:00."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def day(value: str | date | None, lang: str) -> str:
    """Return a day in words, as 2026年3月20日 or 20 March 2026; nothing for None."""
    if value is None:
        return ""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    if lang == "zh":
        return f"{found.year}年{found.month}月{found.day}日"
    return f"{found.day} {found:%B} {found.year}"


def gap(ms: int, lang: str) -> str:
    """Return a span of time in its largest unit, as 3 天; under a minute it is none."""
    say = translator(lang)
    for size, word in _UNITS:
        if ms >= size:
            return f"{ms // size} {say(word)}"
    return ""


def amount(fen: int) -> str:
    """Return fen as yuan with two decimals and separators."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def hours(minutes: int) -> str:
    """Return minutes as hours with two decimals, cut off, so that 100.00 never shows early."""
    hundredths = abs(minutes) * 100 // 60
    return f"{'-' if minutes < 0 else ''}{hundredths // 100:,}.{hundredths % 100:02}"


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


def qr(text: str) -> Markup:
    """Return a QR code as an SVG element, with a quiet zone, at high error correction."""
    made = segno.make_qr(text, error="q")
    svg = made.svg_inline(scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True)
    return Markup(svg)  # noqa: S704 - made of squares only
