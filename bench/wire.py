"""A client that costs little: HTTP/1.1 over one connection that stays open, nothing else.

Answers say how long they are; what is streamed is not read.
"""

import asyncio
from types import TracebackType
from typing import Self


class Wire:
    """One connection to a server on this machine; ``async with Wire(port) as wire``."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: object, _place: TracebackType | None
    ) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Send a JSON body; return the status and the body of the answer."""
        head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return await self._ask("POST", path, head, body)

    async def get(self, path: str, *headers: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        return await self._ask("GET", path, "".join(f"{each}\r\n" for each in headers), b"")

    async def _ask(self, method: str, path: str, head: str, body: bytes) -> tuple[int, bytes]:
        first = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n"
        self._writer.write(first.encode("ascii") + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return int(answer.split(maxsplit=2)[1]), await self._reader.readexactly(int(length or 0))
