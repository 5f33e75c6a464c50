"""Pages answered before, sent again from memory: before routes, threads and the database.

A page for nobody in particular is a function of its address, the manner it is shown in, whether it
goes compressed, and the ledger: how far each view is, how long the log, which day it is. ``sight``
says which answers are such pages; they are kept as they were sent, and sent again while the ledger
stands as it stood before they were made, for five minutes at most: a page tells the time it is of.
Whoever has a session is passed on and never kept; nor is what has an address of no page of ours.

It lies within ``Around``, so each answer has its number, headers, figures and log line, and outside
what compresses. What another process appended is seen when this one looks (``serving.news``, the
follower): a page is at most a quarter of a second older than the log, as its views are anyway.
"""

from collections import OrderedDict
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.deps import Surface
from api.session import SESSION
from api.showing.rendering import Manner, manner_of
from api.wire.caching import matches

MOST_BYTES: Final = 32 << 20
LONGEST: Final = 1_024
"""Bytes of an address whose answer may be kept; no page of ours has a longer one."""
OLDEST_MS: Final = 5 * 60 * 1000
"""Days begin with one of these spans, too."""
_OF_304: Final = frozenset({b"etag", b"cache-control", b"vary"})

Headers = list[tuple[bytes, bytes]]


class Asked(NamedTuple):
    """What a page depends on besides the ledger; two that agree are asking for the same bytes."""

    scheme: str
    host: str
    path: str
    query: bytes
    manner: Manner
    packed: bool

    @property
    def size(self) -> int:
        """Bytes it takes, about: whoever asks chooses how long an address is."""
        return 2 * (len(self.host) + len(self.path)) + len(self.query)


class Answer(NamedTuple):
    """A page as it was sent, how the ledger stood before it was made, and its route."""

    standing: tuple[object, ...]
    headers: Headers
    body: bytes
    tag: str
    route: Any

    @property
    def size(self) -> int:
        """Bytes it takes, about."""
        return len(self.body) + sum(len(name) + len(text) for name, text in self.headers) + 1_000


class Answers:
    """The pages asked for last, at most ``most`` bytes of them; for one event loop."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[Asked, Answer] = OrderedDict()

    def get(self, asked: Asked, standing: tuple[object, ...]) -> Answer | None:
        """Return the answer, unless the ledger has moved on since it was made."""
        found = self._kept.get(asked)
        if found is None or found.standing != standing:
            return None
        self._kept.move_to_end(asked)
        return found

    def put(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer in place of the one before, and let the oldest go."""
        if (gone := self._kept.pop(asked, None)) is not None:
            self._bytes -= asked.size + gone.size
        self._kept[asked] = answer
        self._bytes += asked.size + answer.size
        while self._bytes > self._most:
            oldest, gone = self._kept.popitem(last=False)
            self._bytes -= oldest.size + gone.size


def for_anybody(request: Request) -> None:
    """Say that the answer to this request is a page for nobody in particular."""
    request.state.for_anybody = True


class Remembered:
    """The layer that sends again what was sent before."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answers = Answers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        asked = _asked(request)
        if SESSION in request.cookies or asked.size > LONGEST:
            await self._app(scope, receive, send)
            return
        standing = standing_of(scope["app"].state.surface)
        if (found := self._answers.get(asked, standing)) is not None:
            scope["route"] = found.route
            await _send_again(request, found, send)
        elif scope["method"] == "GET":
            await self._app(scope, receive, self._noting(scope, asked, standing, send))
        else:
            await self._app(scope, receive, send)

    def _noting(self, scope: Scope, asked: Asked, standing: tuple[object, ...], send: Send) -> Send:
        """Return ``send`` that keeps a whole page on its way out."""
        headers: Headers = []
        whole = False

        async def noted(message: Message) -> None:
            nonlocal whole
            if message["type"] == "http.response.start":
                headers.extend(message["headers"])
                whole = message["status"] == 200 and "for_anybody" in scope["state"]
            elif whole and not message.get("more_body"):
                answer = Answer(standing, headers, message["body"], _tag(headers), scope["route"])
                self._answers.put(asked, answer)
            else:
                whole = False  # sent in parts: none of them is the page
            await send(message)

        return noted


def standing_of(surface: Surface) -> tuple[object, ...]:
    """Return how the ledger stands, as this process knows without asking the database.

    What it appended itself, what it saw others append or erase, how far it saw each view, about
    when.
    """
    ledger = surface.ledger
    when = ledger.clock.now_ms() // OLDEST_MS
    erased = ledger.keystore.generation
    return (ledger.known.size, surface.news.size, erased, *ledger.follower.status(), when)


def _asked(request: Request) -> Asked:
    scope, headers = request.scope, request.headers
    return Asked(
        scheme=scope["scheme"],
        host=headers.get("host", ""),
        path=scope["path"],
        query=scope["query_string"],
        manner=manner_of(request),
        packed="gzip" in headers.get("accept-encoding", ""),
    )


def _tag(headers: Headers) -> str:
    return next(text.decode() for name, text in headers if name == b"etag")


async def _send_again(request: Request, found: Answer, send: Send) -> None:
    headers, body, status = found.headers, found.body, 200
    if matches(request, found.tag):
        headers, body, status = [each for each in headers if each[0] in _OF_304], b"", 304
    elif request.method == "HEAD":
        body = b""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
