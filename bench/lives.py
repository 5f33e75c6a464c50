"""Custodial acts by 64 clients of one process, as tasks of its event loop."""

import asyncio
import time

from bench.measure import Work
from bench.office import Office, life
from ledger.service.acts.front import Front
from ledger.service.acts.submit import acting

CLIENTS = 64


def living(office: Office, seconds: float) -> Work:
    """Return the work: each client takes one case after another through its acts."""
    acts = life(office)

    async def client(front: Front, until: float) -> int:
        done = 0
        while time.perf_counter() < until:
            stream = ""
            for hand, command in acts:
                steps = acting(office.ledger, command(stream), hand.who, hand.key)
                stream = (await front.finish(steps)).entries[0].stream
            done += len(acts)
        return done

    async def together() -> tuple[int, float]:
        front, began = Front(office.ledger), time.perf_counter()
        done = await asyncio.gather(*(client(front, began + seconds) for _ in range(CLIENTS)))
        return sum(done), time.perf_counter() - began

    return lambda: asyncio.run(together())
