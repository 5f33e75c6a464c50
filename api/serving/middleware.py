"""Around every request: its number, its body's limits, its time; security headers on every answer.

Log lines are JSON and hold the route's template, never the address asked for, a method no route
takes, who asked, or what an act holds. Plain ASGI: a class that buffers answers would hold back
server-sent events.
"""

import logging
import secrets
import time
import traceback
from collections.abc import Iterable
from itertools import count
from typing import Final

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.rights import known_method
from api.serving.arriving import Arrivals
from api.serving.metrics import Metrics

CLIENT_GONE: Final = 499
"""What is counted where nobody is left to be answered; nginx's number for it."""
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}

_SECURITY: Final = tuple((name.lower().encode(), text.encode()) for name, text in SECURITY.items())

_log = logging.getLogger("mingzhang.access")


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message, and the members given."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "members", {}),
        }
        if record.exc_info and (error := record.exc_info[1]):
            # Its class and place alone: a message may quote what was asked or sealed.
            line["error"] = type(error).__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        return msgspec.json.encode(line).decode()


class Around:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._arrivals = Arrivals()
        # A call of the system for each request would give the interpreter's lock away.
        self._process, self._numbers = secrets.token_hex(4), count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = f"{self._process}{next(self._numbers):08x}"
        began, status = time.perf_counter(), 500
        scope.setdefault("state", {})["request_id"] = number

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _secured(message.get("headers", ()), number)
            await send(message)

        try:
            await self._app(scope, self._arrivals.receiving(scope, receive), answered)
        except ClientDisconnect:
            status = CLIENT_GONE  # a line that was cut is no fault of this program
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "-")
            method = known_method(scope["method"])
            self._metrics.answered(route, method, status, seconds)
            said = {"request": number, "route": route, "method": method}
            _log.info(
                "answered",
                extra={"members": said | {"status": status, "ms": round(seconds * 1000, 1)}},
            )


def _secured(headers: Iterable[tuple[bytes, bytes]], number: str) -> list[tuple[bytes, bytes]]:
    # As bytes, which ASGI speaks: each answer has them, and none is looked up one by one.
    said = dict(headers)
    missing = [each for each in _SECURITY if each[0] not in said]
    return [*headers, *missing, (b"x-request-id", number.encode())]


class Bodiless:
    """Answers HEAD as GET would be answered, without the body (RFC 9110 section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        ended = False

        async def heads(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b""})
            if ended and message.get("more_body"):
                raise OSError("nobody reads the rest")  # a stream of events would never end

        inner = {**scope, "method": "GET"}
        try:
            await self._app(inner, receive, heads)
        except (ClientDisconnect, OSError):
            if not ended:
                raise
        finally:
            scope["route"] = inner.get("route")
