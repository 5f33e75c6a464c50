"""Appends: the full path of custodial acts by 64 concurrent clients, against one plain writer."""

import time
from dataclasses import dataclass

from bench.measure import Work
from bench.office import Office, life
from bench.workers import Client, Workers
from ledger.service.acts.front import Front
from ledger.service.acts.submit import acting


def appending(workers: Workers, seconds: float) -> Work:
    """Return the work: decide, check, seal, sign, sequence, tiles, vault, for so many seconds."""
    return lambda: workers.run([_Lives(seconds)] * len(workers))


@dataclass(frozen=True)
class _Lives:
    """Each client takes one case after another through its acts."""

    seconds: float

    def __call__(self, office: Office, _number: int, _clients: int) -> Client:
        acts = life(office)

        async def client(front: Front) -> int:
            until, done = time.perf_counter() + self.seconds, 0
            while time.perf_counter() < until:
                stream = ""
                for hand, command in acts:
                    steps = acting(office.ledger, command(stream), hand.who, hand.key)
                    stream = (await front.finish(steps)).entries[0].stream
                done += len(acts)
            return done

        return client
