"""Who is signed in, by cookie, and that a form was sent from a page of ours.

A session's token is in a cookie that no script can read. Every form carries a word derived from a
cookie of the same browser; besides, a request that changes anything must not come from another
site, as the browser itself says. What is signed (``POST /api/v1/entries``) needs neither.
"""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from api.errors import TooManyTries
from ledger.errors import NotAuthorised

SESSION, VISIT = "mz_session", "mz_visit"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
WINDOW_SECONDS, TRIES_IN_WINDOW, PLACES = 60, 20, 10_000


class CrossSite(NotAuthorised):
    """The request was sent from a page of another site."""

    code = "request.cross_site"
    zh = "请求来自其他网站，未予办理。请从本站页面操作。"
    en = "The request came from another site and was not carried out. Use this site's own pages."


class StaleForm(NotAuthorised):
    """The form was not made for this browser, or its session has ended."""

    code = "request.stale_form"
    zh = "页面已过期，内容未提交。请返回刷新后重新提交。"
    en = "The page has expired and nothing was submitted. Go back, reload it and submit again."


def verify_same_site(request: Request) -> None:
    """Refuse what another site sent. Raises: CrossSite."""
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise CrossSite
    origin = request.headers.get("origin")
    if site is None and origin is not None and _host(origin) != request.headers.get("host"):
        raise CrossSite


def came_from_here(request: Request) -> bool:
    """Tell whether one of our own pages led to this address.

    The browser says so, by the Referer where the address is no secure context.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return _host(request.headers.get("referer", "")) == request.headers.get("host")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def form_word(request: Request) -> str:
    """Return the word forms of this browser carry, "" before it has any cookie of ours."""
    cookie = request.cookies.get(SESSION) or request.cookies.get(VISIT)
    return hashlib.sha256(f"form\n{cookie}".encode()).hexdigest() if cookie else ""


def verify_form(request: Request, form: Mapping[str, Any]) -> None:
    """Refuse a form that no page of ours gave this browser. Raises: StaleForm."""
    word = form_word(request)
    if not word or not secrets.compare_digest(str(form.get("csrf", "")).encode(), word.encode()):
        raise StaleForm


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Set a cookie for this browser session that no script reads."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


def place_of(request: HTTPConnection) -> str:
    """Return where a request comes from, as far as tries are counted."""
    return request.client.host if request.client else "-"


class Tries:
    """How often each place tried something within the last minute; the oldest are forgotten.

    ``most`` are allowed to each.
    """

    def __init__(self, most: int = TRIES_IN_WINDOW) -> None:
        self._most = most
        self._tried: OrderedDict[str, list[float]] = OrderedDict()

    def take(self, place: str, times: int = 1) -> None:
        """Count so many tries, of which the first decides. Raises: TooManyTries."""
        now = time.monotonic()
        recent = [at for at in self._tried.pop(place, []) if now - at < WINDOW_SECONDS]
        self._tried[place] = recent
        while len(self._tried) > PLACES:
            self._tried.popitem(last=False)
        if len(recent) >= self._most:
            raise TooManyTries(seconds=int(WINDOW_SECONDS - (now - recent[0])) + 1)
        recent.extend([now] * times)
