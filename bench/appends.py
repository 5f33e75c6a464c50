"""Appends: the full path of custodial acts by 64 concurrent clients, against one plain writer."""

import time

from bench.clients import together
from bench.measure import Work
from bench.office import Office, life
from ledger.service.front import Front
from ledger.service.submit import acting


def appending(office: Office, seconds: float) -> Work:
    """Return the work: decide, check, seal, sign, sequence, tiles, vault, for so many seconds."""
    acts = life(office)

    async def live(front: Front) -> None:
        """Take one case through its acts."""
        stream = ""
        for hand, command in acts:
            steps = acting(office.ledger, command(stream), hand.who, hand.key)
            stream = (await front.finish(steps)).entries[0].stream

    def work() -> tuple[int, float]:
        until = time.perf_counter() + seconds

        async def client(front: Front, _number: int) -> int:
            done = 0
            while time.perf_counter() < until:
                await live(front)
                done += len(acts)
            return done

        return together(office.ledger, client)

    return work
