"""Signed entries over HTTP: POSTed to the ledger's own server, against a bare FastAPI route.

The same clients ask both over connections that stay open (`bench.servers`). What the ledger's does
besides parsing is all of ``submit``: verify, judge, append durably. Bodies are signed before the
clock starts, since signing happens on people's own devices.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence

from bench.measure import Work
from bench.office import Office, life
from bench.servers import ENTRIES
from bench.wire import Wire
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import presentations, sign_drafts

CLIENTS = 32


def posting(port: int, bodies: Iterator[bytes], count: int) -> Work:
    """Return the work: the next ``count`` bodies, POSTed by all clients."""

    def work() -> tuple[int, float]:
        batch = [body for body, _ in zip(bodies, range(count), strict=False)]
        began = time.perf_counter()
        asyncio.run(_post(port, batch))
        return len(batch), time.perf_counter() - began

    return work


def reports(office: Office) -> Iterator[bytes]:
    """Yield bodies of one signed entry each: a case of its own is reported."""
    hand, command = next(iter(life(office)))
    while True:
        prepared = prepare(office.ledger, [command("")], hand.who)
        sent = presentations(prepared, sign_drafts(prepared, hand.key))
        yield json.dumps({"presentations": [each.decode() for each in sent]}).encode()


async def _post(port: int, batch: Sequence[bytes]) -> None:
    await asyncio.gather(*(_client(port, batch[n::CLIENTS]) for n in range(CLIENTS)))


async def _client(port: int, bodies: Sequence[bytes]) -> None:
    async with Wire(port) as wire:
        for body in bodies:
            status, answer = await wire.post(ENTRIES, body)
            if status != 201:
                raise RuntimeError(answer.decode())
