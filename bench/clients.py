"""Many clients at once, as a server holds them: tasks of one event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from ledger.service.front import Front
from ledger.service.ledger import Ledger

CLIENTS = 64


def together(ledger: Ledger, client: Callable[[Front, int], Awaitable[int]]) -> tuple[int, float]:
    """Run ``client(front, number)`` for 64 numbers at once; return what they did, and seconds."""

    async def all_of_them() -> tuple[int, float]:
        front = Front(ledger)
        began = time.perf_counter()
        done = await asyncio.gather(*(client(front, number) for number in range(CLIENTS)))
        return sum(done), time.perf_counter() - began

    return asyncio.run(all_of_them())
