"""Bodies as they arrive: bounded in size, in time, and in how many one place leaves unfinished.

Whoever sends headers and then keeps silent would hold a connection for ever, and a thousand of
them the server. The time is a rate, so that a large file over a slow line is not cut off. What a
connection does before its headers are whole is not seen here: ``connections``.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope

from api.errors import BodyTooLarge, BodyTooSlow, TooManyUnfinished
from api.session import place_of

MAX_BODY: Final = 20 << 20
"""A file of the largest size; routes that take less say so themselves."""
SECONDS: Final = 30.0
"""For a body to arrive, besides a second for each ``RATE`` bytes that did."""
RATE: Final = 16 << 10
WHOLE: Final = "whole"
"""Set in a request's state where its body has come with its headers (``connections``)."""
MOST_UNFINISHED: Final = 50
"""Bodies that one place lets this process wait for."""


class Arrivals:
    """The bodies this process waits for, counted by place."""

    def __init__(self) -> None:
        self._waited: Counter[str] = Counter()

    def receiving(self, scope: Scope, receive: Receive) -> Receive:
        """Return ``receive`` that holds a request's body to the limits.

        It raises: BodyTooLarge, when it is said or found to be; BodyTooSlow; TooManyUnfinished.
        """
        if scope["state"].get(WHOLE):
            return receive  # it waits for nothing, and one reading of a line is not large
        return _Body(self, scope, receive)

    @contextmanager
    def waiting(self, place: str) -> Iterator[None]:
        """Count a body as waited for. Raises: TooManyUnfinished."""
        if self._waited[place] >= MOST_UNFINISHED:
            raise TooManyUnfinished(most=MOST_UNFINISHED)
        self._waited[place] += 1
        try:
            yield
        finally:
            self._waited[place] -= 1
            if not self._waited[place]:
                del self._waited[place]


class _Body:
    """The ``receive`` of one request."""

    def __init__(self, arrivals: Arrivals, scope: Scope, receive: Receive) -> None:
        self._arrivals = arrivals
        self._receive = receive
        self._place = place_of(HTTPConnection(scope))
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        self._too_large = not stated.isdigit() or len(stated) > 15 or int(stated) > MAX_BODY
        self._until = 0.0
        self._taken = 0
        self._ended = False

    async def __call__(self) -> Message:
        if self._ended:  # whoever asks now waits for the client to go, as long as it likes
            return await self._receive()
        if self._too_large:
            raise BodyTooLarge(limit=MAX_BODY)
        message = await self._in_time()
        self._taken += len(message.get("body", b""))
        if self._taken > MAX_BODY:
            raise BodyTooLarge(limit=MAX_BODY)
        self._ended = not message.get("more_body", False)
        return message

    async def _in_time(self) -> Message:
        # From when it is first asked for: nothing is read off the line much before.
        self._until = self._until or asyncio.get_running_loop().time() + SECONDS
        try:
            with self._arrivals.waiting(self._place):
                async with asyncio.timeout_at(self._until + self._taken / RATE):
                    return await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
