"""HTML from templates: Jinja with every text escaped and every missing name an error.

How a reader wants it (language, large text, high contrast, kiosk) comes from cookies that
``api.pages.manner`` sets; a page is the same page in every manner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.rights import PAGES, Viewer, allowed
from api.session import form_word
from api.showing.filters import filters
from api.showing.proofs import Proofs
from api.wording.language import LANGUAGES, language_of
from api.wording.messages import translator
from api.wording.punctuation import EnglishPunctuation
from api.wording.words import Words
from ledger.kernel.act import AsOf
from ledger.rules.time import day_ends
from ledger.service.ledger import Ledger, today
from ledger.store.clock import RealClock

LARGE, CONTRAST, KIOSK = "mz_large", "mz_contrast", "mz_kiosk"
ATTRACT: Final = "/kiosk"


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
                may_open=lambda page: allowed(PAGES[page], who),
                words=Words(ledger, manner.lang, point),
                proofs=Proofs(ledger, point),
                origin=ledger.home.origin,
                simulated=ledger.home.simulated,
                url=request.url,
                csrf=form_word(request),
                shown_at=point.at,
                today=today(ledger),
                day_over=_day_over(ledger),
            )
        )
        language = "zh-CN" if manner.lang == "zh" else "en"
        return HTMLResponse(text, status_code=status, headers={"Content-Language": language})


def _day_over(ledger: Ledger) -> int:
    """Return when the ledger's day is over by the clocks of readers' devices (Unix ms).

    A simulated clock tells another day than theirs, and goes as fast.
    """
    ahead = RealClock().now_ms() - ledger.clock.now_ms()
    return (day_ends(today(ledger)) + ahead) // 1000 * 1000


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
    made.filters |= filters(lang)
    return made
