"""Connections that nobody uses: ended when headers do not arrive in time, or answers are not taken.

Whoever opens a connection and says nothing, or a header line every minute, or asks and never reads
what is answered, would hold it for ever, and a thousand of them a server. uvicorn bounds how large
headers are and how long a connection rests between requests, not how long headers or readers take;
and its timer of rest is called off by any byte, even a late one of a request already answered. How
many connections one address holds is not bounded here: that is a proxy's (operations.md). Bodies
that an answer waits for: ``arriving``.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.serving.arriving import WHOLE

SECONDS: Final = 10.0
"""From the beginning of a connection, or of a later request on it, to the end of its headers."""
UNREAD_SECONDS: Final = 60.0
"""An answer may lie here so long without its reader taking any of it."""
_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(H11Protocol):
    """An HTTP/1.1 connection whose headers must arrive, and whose answers be taken, in time."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # also the last few bytes must be taken
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; neither those of headers nor those of a body too late put off the end."""
        super().data_received(data)
        if not getattr(self.cycle, "more_body", True):  # None before the first request
            self.cycle.scope["state"][WHOLE] = True  # before the application is begun, mostly
        if self.conn.their_state is h11.IDLE or self.conn.our_state is h11.DONE:
            self._wait()
        else:
            self._wait_no_more()

    def pause_writing(self) -> None:
        """Begin to look whether the reader takes what lies here."""
        super().pause_writing()
        self._look_again()

    def resume_writing(self) -> None:
        """Look no more: all is taken."""
        self._look_no_more()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the waits."""
        self._wait_no_more()
        self._look_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self._end)

    def _wait_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None

    def _end(self) -> None:
        if not self.transport.is_closing():
            # A browser's spare connection, never used, is told nothing; nor who has her answer.
            if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
                self.transport.write(_LATE)
            self.transport.close()

    def _look_again(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(UNREAD_SECONDS, self._look, left)

    def _look_no_more(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
        self._unread = None

    def _look(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._look_again()  # slow, but reading
        else:
            self.transport.abort()  # to close would wait for the reader
