"""A board's page that was made before: from the ledger's server, against a bare page of its size.

A kiosk's page of a board as anybody sees it, asked for by the same clients over connections that
stay open. Nothing is written meanwhile, so the server has the page at hand.
"""

import asyncio
import time

from bench.measure import Work
from bench.wire import Wire

CLIENTS = 32
BOARD = "/boards/five-publics"


def size_of(port: int, path: str = BOARD) -> int:
    """Return the bytes of a page, which is made by asking for it."""

    async def one() -> int:
        async with Wire(port) as wire:
            return len(await _page(wire, path))

    return asyncio.run(one())


def paging(port: int, path: str, count: int) -> Work:
    """Return the work: ``count`` times the page, by all clients."""

    async def client() -> None:
        async with Wire(port) as wire:
            for _ in range(-(-count // CLIENTS)):
                await _page(wire, path)

    async def together() -> None:
        await asyncio.gather(*(client() for _ in range(CLIENTS)))

    def work() -> tuple[int, float]:
        began = time.perf_counter()
        asyncio.run(together())
        return -(-count // CLIENTS) * CLIENTS, time.perf_counter() - began

    return work


async def _page(wire: Wire, path: str) -> bytes:
    status, page = await wire.get(path, "Accept: text/html")
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return page
