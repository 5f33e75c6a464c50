"""Connections before they are requests: ended when headers do not arrive, or not in time.

Whoever opens a connection and says nothing, or a header line every minute, would hold it for ever,
and a thousand of them a server. uvicorn bounds how large headers are and how long a connection
rests between requests, not how long headers take; its timer of rest ends with the first byte. How
many connections one address holds is not bounded here: that is a proxy's (operations.md). Bodies:
``arriving``.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS: Final = 10.0
"""From the beginning of a connection, or of a later request on it, to the end of its headers."""
_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(H11Protocol):
    """An HTTP/1.1 connection whose headers must arrive in time."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; what belongs to headers does not put off their end."""
        self._begun = True
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait()
        else:
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the wait."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self._end)

    def _wait_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline, self._begun = None, False

    def _end(self) -> None:
        if not self.transport.is_closing():
            if self._begun:  # a browser's spare connection, never used, is told nothing
                self.transport.write(_LATE)
            self.transport.close()
